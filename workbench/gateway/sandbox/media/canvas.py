"""A picture of palette indices, drawn in runs of bytes: rows and slices, never single pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbench.domain.images import pngs
from workbench.gateway.sandbox.media import font

SHADES = 64
"""Indices 0 to 63: a gradient of the background."""
INK = 64
INKS = 16
"""Indices from 64: the colours of shapes."""
LIGHT, DARK, PANEL = 80, 81, 82
PHOTO = 96
"""Indices from 96: five reds by eight greens by four blues, in which pictures that came with the request are shown."""

Colour = tuple[int, int, int]
_REDS = bytes((value * 5 >> 8) * 32 for value in range(256))
_GREENS = bytes((value * 8 >> 8) * 4 for value in range(256))
_BLUES = bytes((value * 4 >> 8) + PHOTO for value in range(256))


class Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.rows: list[bytearray] = [bytearray(width) for _ in range(height)]
        self._palette: list[Colour] = [(0, 0, 0)] * PHOTO + [
            (r * 255 // 4, g * 255 // 7, b * 255 // 3) for r in range(5) for g in range(8) for b in range(4)
        ]

    def colour(self, index: int, value: Colour) -> None:
        self._palette[index] = value

    def tint(self, toward: Colour, share: float) -> None:
        """Lead the colours of shown photos toward one colour."""
        for index in range(PHOTO, 256):
            self._palette[index] = mixed(self._palette[index], toward, share)

    def box(self, x: int, y: int, width: int, height: int, index: int) -> None:
        left, right = max(0, x), min(self.width, x + width)
        if right <= left:
            return
        run = bytes([index]) * (right - left)
        for row in self.rows[max(0, y) : max(0, y + height)]:
            row[left:right] = run

    def disc(self, x: int, y: int, radius: int, index: int) -> None:
        for dy in range(max(-radius, -y), min(radius, self.height - 1 - y) + 1):
            half = math.isqrt(radius * radius - dy * dy)
            self.box(x - half, y + dy, 2 * half + 1, 1, index)

    def text(self, x: int, y: int, words: str, scale: int, index: int) -> None:
        """One line, its upper left corner at x, y; letters are six columns wide."""
        for letter in words:
            for column, bits in enumerate(font.glyph(letter)):
                for row in range(font.ROWS):
                    if bits >> row & 1:
                        self.box(x + column * scale, y + row * scale, scale, scale, index)
            x += (font.COLUMNS + 1) * scale

    def photo(self, source: pngs.Pixels, x: int, y: int, width: int, height: int) -> None:
        """Show a picture, stretched into a box that lies inside."""
        columns = _nearest(source.width, width)
        shown: dict[int, bytes] = {}
        for line, at in enumerate(_nearest(source.height, height)):
            if at not in shown:
                shown = {at: _scaled(_reduced(source.rows[at]), columns)}
            self.rows[y + line][x : x + width] = shown[at]

    def merge(self, rows: Sequence[bytearray], mask: pngs.Pixels) -> None:
        """Take over the pixels of other rows of this size where the mask is white."""
        columns = _nearest(mask.width, self.width)
        for y, at in enumerate(_nearest(mask.height, self.height)):
            keep = int.from_bytes(_scaled(mask.rows[at][1::3].translate(_BINARY), columns))
            old, new = int.from_bytes(self.rows[y]), int.from_bytes(rows[y])
            self.rows[y][:] = (old ^ ((old ^ new) & keep)).to_bytes(self.width)

    def png(self) -> bytes:
        palette = bytes(channel for entry in self._palette for channel in entry)
        return pngs.encode(self.width, palette, self.rows, self.height)


_BINARY = bytes(255 if value > 127 else 0 for value in range(256))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    r, g, b = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return r, g, b


def _nearest(have: int, want: int) -> Sequence[int]:
    return range(have) if have == want else [at * have // want for at in range(want)]


def _scaled(row: bytes, columns: Sequence[int]) -> bytes:
    return row if isinstance(columns, range) else bytes(map(row.__getitem__, columns))


def _reduced(row: bytes) -> bytes:
    """Red, green and blue bytes as indices of the photo part of the palette. No sum of three exceeds a byte."""
    channels = (row[0::3].translate(_REDS), row[1::3].translate(_GREENS), row[2::3].translate(_BLUES))
    return sum(map(int.from_bytes, channels)).to_bytes(len(row) // 3)
