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
_BAYER = ((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5))
"""Which of neighbouring pixels are rounded up first, so that they mix to the colour between two of the palette."""


def _rounding(levels: int, step: int, base: int = 0) -> list[list[bytes]]:
    """For each place in the pattern, what each value of a channel adds to the index."""
    return [
        [
            bytes(int(value * (levels - 1) / 255 + (rank + 0.5) / 16) * step + base for value in range(256))
            for rank in line
        ]
        for line in _BAYER
    ]


_CHANNELS = (_rounding(5, 32), _rounding(8, 4), _rounding(4, 1, PHOTO))


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

    def strengthen(self, by: float) -> None:
        """Lead the colours of the scene away from grey, for a factor above 1, or toward it."""
        for index in range(INK + INKS):
            colour = self._palette[index]
            grey = sum(colour) / 3
            r, g, b = (max(0, min(255, round(grey + (channel - grey) * by))) for channel in colour)
            self._palette[index] = (r, g, b)

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
        """Show a picture in a box that lies inside; it fills the box in its own proportions, and what juts out is cut off."""
        columns, lines = _seen(source, width, height)
        shown: dict[int, list[bytes]] = {}
        for line, at in enumerate(lines):
            if at not in shown:
                row = source.rows[at]
                shown = {at: [_scaled(row[channel::3], columns) for channel in range(3)]}
            self.rows[y + line][x : x + width] = _reduced(shown[at], line)

    def merge(self, rows: Sequence[bytearray], mask: pngs.Pixels) -> None:
        """Take over the pixels of other rows of this size where the mask is white; it lies as a photo does."""
        columns, lines = _seen(mask, self.width, self.height)
        for y, at in enumerate(lines):
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


def _seen(source: pngs.Pixels, width: int, height: int) -> tuple[Sequence[int], Sequence[int]]:
    """The columns and lines of a picture that are seen in a box of this size."""
    wide = min(source.width, max(1, source.height * width // height))
    high = min(source.height, max(1, source.width * height // width))
    return _nearest(source.width, wide, width), _nearest(source.height, high, height)


def _nearest(have: int, seen: int, want: int) -> Sequence[int]:
    """The middle part of what there is, stretched."""
    if have == seen == want:
        return range(have)
    first = (have - seen) // 2
    return [first + at * seen // want for at in range(want)]


def _scaled(row: bytes, columns: Sequence[int]) -> bytes:
    return row if isinstance(columns, range) else bytes(map(row.__getitem__, columns))


def _reduced(channels: Sequence[bytes], line: int) -> bytes:
    """Red, green and blue bytes as indices of the photo part of the palette. No sum of three exceeds a byte."""
    total = 0
    for values, rounding in zip(channels, _CHANNELS, strict=True):
        rounded = bytearray(len(values))
        for place, table in enumerate(rounding[line % 4]):
            rounded[place::4] = values[place::4].translate(table)
        total += int.from_bytes(rounded)
    return total.to_bytes(len(channels[0]))
