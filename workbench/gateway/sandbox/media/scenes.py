"""What the sandbox draws: six kinds of scene, chosen by a word of the prompt or by its dice."""

from __future__ import annotations

import math
from collections.abc import Callable
from colorsys import hls_to_rgb
from random import Random

from workbench.gateway.sandbox.media.canvas import (
    DARK,
    INK,
    INKS,
    LIGHT,
    PANEL,
    SHADES,
    Canvas,
    Colour,
    mixed,
)

_HUES = {
    "red": 0.0, "rose": 0.95, "pink": 0.92, "orange": 0.08, "sunset": 0.06, "gold": 0.12, "yellow": 0.15,
    "desert": 0.1, "green": 0.33, "forest": 0.36, "grass": 0.3, "teal": 0.5, "sea": 0.53, "ocean": 0.55,
    "water": 0.54, "sky": 0.57, "blue": 0.6, "night": 0.66, "space": 0.7, "purple": 0.78, "violet": 0.76,
}  # fmt: skip
"""Words of a prompt that name a colour, so that it is met."""


def draw(canvas: Canvas, prompt: str, dice: Random) -> Colour:
    """Fill the canvas; returns its leading colour."""
    words = prompt.lower().split()
    hue = next((_HUES[word.strip(".,!")] for word in words if word.strip(".,!") in _HUES), dice.random())
    hue = (hue + dice.uniform(-0.03, 0.03)) % 1
    leading = _paint_palette(canvas, hue, dice)
    scene = next((_SCENES[name] for word in words for name in _SCENES if name in word), None)
    (scene or dice.choice(_KINDS))(canvas, dice)
    return leading


def add_details(canvas: Canvas, count: int, dice: Random) -> None:
    """Three small discs for each. A larger count begins with those of a smaller one."""
    w, h = canvas.width, canvas.height
    most = max(2, min(w, h) // 60)
    for _ in range(3 * count):
        canvas.disc(dice.randrange(w), dice.randrange(h), dice.randint(1, most), INK + dice.randrange(INKS))


def _paint_palette(canvas: Canvas, hue: float, dice: Random) -> Colour:
    top = _hls(hue, dice.uniform(0.25, 0.45), 0.6)
    bottom = _hls(hue + dice.choice((0.08, -0.08, 0.15)), dice.uniform(0.7, 0.88), 0.7)
    for shade in range(SHADES):
        canvas.colour(shade, mixed(top, bottom, shade / (SHADES - 1)))
    other = hue + dice.choice((0.5, 0.4, 0.6, 0.33))
    for ink in range(INKS):
        near = hue if ink % 2 else other
        canvas.colour(
            INK + ink,
            _hls(near + dice.uniform(-0.05, 0.05), 0.18 + 0.6 * ink / INKS, dice.uniform(0.45, 0.85)),
        )
    canvas.colour(LIGHT, (250, 250, 246))
    canvas.colour(DARK, (22, 24, 28))
    canvas.colour(PANEL, mixed(top, (16, 18, 24), 0.82))
    return _hls(hue, 0.5, 0.75)


def _hls(hue: float, light: float, strength: float) -> Colour:
    r, g, b = (round(255 * channel) for channel in hls_to_rgb(hue % 1, light, strength))
    return r, g, b


def _sky(canvas: Canvas) -> None:
    """The background gradient from the top down."""
    for y, row in enumerate(canvas.rows):
        row[:] = bytes([y * SHADES // canvas.height]) * canvas.width


def _slope(canvas: Canvas) -> None:
    """The background gradient from corner to corner."""
    w, h = canvas.width, canvas.height
    ramp = bytes(at * SHADES // (w + h) for at in range(w + h))
    for y, row in enumerate(canvas.rows):
        row[:] = ramp[y : y + w]


def _hills(canvas: Canvas, dice: Random) -> None:
    _sky(canvas)
    w, h = canvas.width, canvas.height
    sun = max(1, min(w, h) * dice.randint(7, 14) // 100)
    canvas.disc(dice.randint(w // 6, w - w // 6), dice.randint(h // 8, h // 3), sun, LIGHT)
    for layer in range(4):
        crest = _crest(w, h * (40 + 13 * layer) // 100, h * dice.randint(3, 7) / 100, dice)
        _fill_below(canvas, crest, INK + INKS - 3 - 4 * layer)


def _crest(width: int, base: int, swing: float, dice: Random) -> list[int]:
    waves = [(dice.uniform(1.2, 3) * 2**n, dice.uniform(0, math.tau), swing / 1.7**n) for n in range(4)]
    at = [math.tau * x / width for x in range(width)]
    return [base - round(sum(tall * math.sin(rate * x + phase) for rate, phase, tall in waves)) for x in at]


def _fill_below(canvas: Canvas, crest: list[int], index: int) -> None:
    """Colour every pixel at or under the crest; the crest's rows are compared as bytes, all columns at once."""
    top, bottom = max(0, min(crest)), min(canvas.height, max(crest) + 1)
    coarse = 1 + (bottom - top) // 250  # a byte has to hold every level
    levels = bytes(max(0, y - top) // coarse for y in crest)
    w = canvas.width
    ink = int.from_bytes(bytes([index]) * w)
    for y in range(top, bottom):
        level = (y - top) // coarse
        table = b"\xff" * (level + 1) + bytes(255 - level)
        keep = int.from_bytes(levels.translate(table))
        old = int.from_bytes(canvas.rows[y])
        canvas.rows[y][:] = (old ^ ((old ^ ink) & keep)).to_bytes(w)
    canvas.box(0, max(0, bottom), w, canvas.height, index)


def _discs(canvas: Canvas, dice: Random) -> None:
    _slope(canvas)
    w, h = canvas.width, canvas.height
    for _ in range(dice.randint(5, 9)):
        x, y, radius = dice.randrange(w), dice.randrange(h), max(2, min(w, h) * dice.randint(6, 26) // 100)
        for ring in range(dice.randint(1, 4)):
            canvas.disc(x, y, radius * (4 - ring) // 4, INK + dice.randrange(INKS))


def _waves(canvas: Canvas, dice: Random) -> None:
    w, h = canvas.width, canvas.height
    band = max(2, w // dice.randint(8, 22))
    inks = [dice.randrange(INKS) for _ in range(dice.randint(4, 7))]
    period = band * len(inks)
    pattern = b"".join(bytes([INK + ink]) * band for ink in inks) * (w // period + 3)
    swing, turns, drift = band * dice.uniform(0.6, 2), dice.uniform(2, 6), dice.uniform(-1, 1)
    for y, row in enumerate(canvas.rows):
        at = int(swing * math.sin(math.tau * turns * y / h) + drift * y) % period
        row[:] = pattern[at : at + w]


def _tiles(canvas: Canvas, dice: Random) -> None:
    _slope(canvas)
    side = max(2, min(canvas.width, canvas.height) // dice.randint(5, 10))
    inset = max(1, side // 14)
    for y in range(0, canvas.height, side):
        for x in range(0, canvas.width, side):
            ink, inner = INK + dice.randrange(INKS), INK + dice.randrange(INKS)
            canvas.box(x + inset, y + inset, side - 2 * inset, side - 2 * inset, ink)
            match dice.randrange(4):
                case 0:
                    canvas.disc(x + side // 2, y + side // 2, side // 3, inner)
                case 1:
                    canvas.box(x + side // 4, y + side // 4, side // 2, side // 2, inner)
                case 2:
                    canvas.box(x + inset, y + side // 2, side - 2 * inset, side // 2 - inset, inner)


def _skyline(canvas: Canvas, dice: Random) -> None:
    _sky(canvas)
    w, h = canvas.width, canvas.height
    canvas.disc(dice.randint(w // 8, w - w // 8), h // 5, max(1, min(w, h) // 12), LIGHT)
    for layer in range(2):
        x = -dice.randint(0, max(1, w // 12))
        while x < w:
            wide = max(4, w * dice.randint(6, 13) // 100)
            top = h * dice.randint(25 + 18 * layer, 62 + 10 * layer) // 100
            canvas.box(x, top, wide, h - top, INK + 4 - 3 * layer + dice.randrange(2))
            if layer:
                _windows(canvas, x, top, wide, dice)
            x += wide


def _windows(canvas: Canvas, x: int, top: int, wide: int, dice: Random) -> None:
    step = max(4, wide // 5)
    for row in range(top + step // 2, canvas.height - step, step):
        for column in range(x + step // 2, x + wide - step // 2, step):
            if dice.random() < 0.55:
                canvas.box(column, row, step // 2, step // 2, INK + INKS - 1)


def _stripes(canvas: Canvas, dice: Random) -> None:
    w, h = canvas.width, canvas.height
    wide = max(1, (w + h) // dice.randint(9, 24))
    count = (w + h) // wide + 1
    ramp = b"".join(bytes([INK + dice.randrange(INKS)]) * wide for _ in range(count))
    for y, row in enumerate(canvas.rows):
        row[:] = ramp[y : y + w]
    canvas.disc(w // 2, h // 2, min(w, h) * dice.randint(18, 32) // 100, INK + dice.randrange(INKS))
    canvas.disc(w // 2, h // 2, min(w, h) * dice.randint(8, 16) // 100, INK + dice.randrange(INKS))


_Scene = Callable[[Canvas, Random], None]
_KINDS: tuple[_Scene, ...] = (_hills, _discs, _waves, _tiles, _skyline, _stripes)
_SCENES: dict[str, _Scene] = {
    "mountain": _hills, "hill": _hills, "landscape": _hills, "sunset": _hills, "valley": _hills, "forest": _hills,
    "city": _skyline, "skyline": _skyline, "street": _skyline, "building": _skyline, "tower": _skyline,
    "pattern": _tiles, "mosaic": _tiles, "tile": _tiles, "ocean": _waves, "wave": _waves, "river": _waves,
    "planet": _discs, "space": _discs, "bubble": _discs, "moon": _discs,
}  # fmt: skip
"""Words that choose the scene."""
