"""Sandbox pictures: a real PNG drawn from prompt, seed and size, and from pictures that came with the request."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random

from workbench.domain.images import pngs
from workbench.domain.images.formats import size_of
from workbench.gateway.sandbox.media import font, scenes
from workbench.gateway.sandbox.media.canvas import DARK, LIGHT, PANEL, Canvas

MARK = "SANDBOX"
USUAL_GUIDANCE = 7.5


def png(
    prompt: str,
    seed: int,
    width: int,
    height: int,
    *,
    source: bytes | None = None,
    mask: bytes | None = None,
    strength: float = 0.5,
    references: Sequence[bytes] = (),
    steps: int = 0,
    guidance: float = USUAL_GUIDANCE,
) -> bytes:
    """The picture. Equal arguments give equal bytes; another prompt or seed gives another scene. CPU work: use a thread.

    source: a picture to build on. Without a mask it shows through, tinted by `strength` (0–1) toward what the prompt
    would give; with one it stays where the mask is black. references: pictures shown small along the upper edge. What
    cannot be decoded here (JPEG, WebP) is stood for by a pattern from its bytes, in its proportions.
    steps: each one adds a detail to those before. guidance: the colours are pale below the usual one, and strong above.
    """
    dice = Random(blake2b(f"{seed}\0{prompt}".encode(errors="replace"), digest_size=8).digest())
    canvas = Canvas(width, height)
    leading = scenes.draw(canvas, prompt, dice)
    scenes.add_details(canvas, steps, dice)
    canvas.strengthen(2 * max(0.0, guidance) / (max(0.0, guidance) + USUAL_GUIDANCE))
    if source is not None:
        drawn = [bytearray(row) for row in canvas.rows]
        canvas.photo(_pixels(source), 0, 0, width, height)
        if mask is not None:
            canvas.merge(drawn, _pixels(mask))
        else:
            canvas.tint(leading, 0.1 + 0.7 * max(0.0, min(1.0, strength)))
    _show(canvas, references)
    _caption(canvas, prompt)
    return canvas.png()


def _show(canvas: Canvas, references: Sequence[bytes]) -> None:
    """The pictures that came along, framed, from left to right."""
    side = min(canvas.width // 5, canvas.height // 4)
    if side < 4:
        return
    for place, reference in enumerate(references[:4]):
        given = _pixels(reference)
        longest = max(given.width, given.height)
        wide, high = max(1, side * given.width // longest), max(1, side * given.height // longest)
        x = canvas.width // 40 + place * (side + canvas.width // 40)
        y = canvas.height // 40
        canvas.box(x - 2, y - 2, wide + 4, high + 4, LIGHT)
        canvas.photo(given, x, y, wide, high)


def _caption(canvas: Canvas, prompt: str) -> None:
    """The prompt on a panel at the foot and the mark in a corner, where there is room for letters."""
    w, h = canvas.width, canvas.height
    scale = max(1, min(w, h) // 220)
    advance, line_height = (font.COLUMNS + 1) * scale, (font.ROWS + 2) * scale
    margin = 4 * scale
    lines = font.wrapped(font.plain(prompt), (w - 2 * margin) // advance, min(3, h // (5 * line_height)))
    if lines:
        high = len(lines) * line_height + 2 * margin - 2 * scale
        canvas.box(0, h - high, w, high, PANEL)
        for number, line in enumerate(lines):
            canvas.text(margin, h - high + margin + number * line_height, line, scale, LIGHT)
    wide = len(MARK) * advance + 2 * margin - scale
    if wide <= w and 3 * line_height <= h:
        canvas.box(w - wide, 0, wide, (font.ROWS - 1) * scale + 2 * margin, LIGHT)
        canvas.text(w - wide + margin, margin, MARK, scale, DARK)


def _pixels(data: bytes) -> pngs.Pixels:
    try:
        return pngs.decode(data)
    except pngs.Unreadable:
        return _stand_in(data)


def _stand_in(data: bytes) -> pngs.Pixels:
    """A pattern of coloured blocks that only these bytes give, in the picture's own proportions."""
    wide, high = size_of(data) or (1, 1)
    dice = Random(blake2b(data, digest_size=8).digest())
    columns, lines = (8, max(1, 8 * high // wide)) if wide >= high else (max(1, 8 * wide // high), 8)
    colours = [dice.randbytes(3) for _ in range(5)]
    rows = [b"".join(dice.choice(colours) * 8 for _ in range(columns)) for _ in range(lines)]
    return pngs.Pixels(8 * columns, 8 * lines, [row for row in rows for _ in range(8)])
