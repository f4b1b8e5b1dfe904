"""Very many points as a picture, quick enough to be drawn anew for every frame of a pan or a zoom."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.domain.embeddings.maps import View
from workbench.vectors.arrays import Flags, Floats, Rows

Pixels = NDArray[np.uint32]


class Raster:
    """coordinates: (n, 2); a point that is NaN is nowhere. shades: (n,) each point's place among the colours; below 0 it is not drawn."""

    def __init__(self, coordinates: Floats, shades: NDArray[np.int32]) -> None:
        self._x = np.ascontiguousarray(coordinates[:, 0], dtype=np.float32)
        self._y = np.ascontiguousarray(coordinates[:, 1], dtype=np.float32)
        self._shades = shades
        self._drawable: Flags = np.isfinite(self._x) & np.isfinite(self._y)
        self._picture: Pixels = np.zeros(0, dtype=np.uint32)

    def drawn(self, view: View, colours: Sequence[int], radius: float) -> bytes:
        """The picture, premultiplied 32-bit ARGB, row after row, where there are no points transparent.

        colours: opaque 0xRRGGBB. radius: of a point, in pixels. Later points lie on earlier ones.
        """
        reach = max(1, math.ceil(radius))
        margin = 2 * reach  # of points just outside the rim may be seen
        wide, high = view.width + 2 * margin, view.height + 2 * margin
        picture = self._cleared(wide * high)
        places, shades = self._seen(view, reach, margin)
        rgb = np.asarray(colours, dtype=np.uint32)
        for opacity, offsets in _stamp(radius, reach, wide):
            paint = _premultiplied(rgb, opacity)[shades]
            for offset in offsets:
                picture[places + offset] = paint
        inner = picture.reshape(high, wide)[margin : margin + view.height, margin : margin + view.width]
        return inner.tobytes()

    def _cleared(self, size: int) -> Pixels:
        """The same memory for each frame of a size: fresh one takes longer to get than to draw on."""
        if len(self._picture) == size:
            self._picture.fill(0)
        else:
            self._picture = np.zeros(size, dtype=np.uint32)
        return self._picture

    def seen(self, view: View) -> int:
        """How many points the view shows."""
        return int(np.count_nonzero(self._within(*self._pixels(view), view, 0)))

    def places(self, view: View, reach: int) -> tuple[Rows, Floats, Floats]:
        """The points that are at most reach pixels outside of the view, and where they are in pixels, across and down."""
        x, y = self._pixels(view)
        seen = self._within(x, y, view, reach)
        return np.flatnonzero(seen).astype(np.int64), x[seen], y[seen]

    def at(self, view: View, x: float, y: float, within: float) -> int:
        """The point that is closest to a pixel, at most so many pixels away; -1 for none."""
        across, down = self._pixels(view)
        across -= np.float32(x)
        down -= np.float32(y)
        away: Floats = across * across + down * down
        away[~self._shown] = np.inf
        found = int(np.argmin(away)) if len(away) else -1
        return found if found >= 0 and away[found] <= within * within else -1

    def inside(self, outline: Floats) -> Rows:
        """The points within a closed outline, (m, 2) in the plane; where it crosses itself, by the even-odd rule."""
        low, high = outline.min(axis=0), outline.max(axis=0)
        near = self._shown & (self._x >= low[0]) & (self._x <= high[0])
        near &= (self._y >= low[1]) & (self._y <= high[1])
        rows = np.flatnonzero(near)
        x, y = self._x[rows], self._y[rows]
        odd = np.zeros(len(rows), dtype=bool)
        for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            if y0 != y1:
                crosses = (y0 > y) != (y1 > y)
                odd ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
        return rows[odd].astype(np.int64)

    def next(self, x: float, y: float, across: int, up: int, besides: int = -1) -> int:
        """The point to go to from a place of the plane in a direction: the closest that lies more that way than aside; -1 for none."""
        east, north = self._x - np.float32(x), self._y - np.float32(y)
        ahead = east * np.float32(across) + north * np.float32(up)
        aside = np.abs(east * np.float32(up) - north * np.float32(across))
        fitting = self._shown & (ahead > 0) & (aside <= ahead)
        if besides >= 0:
            fitting[besides] = False
        away = np.where(fitting, ahead + 2 * aside, np.inf)
        found = int(np.argmin(away)) if len(away) else -1
        return found if found >= 0 and np.isfinite(away[found]) else -1

    @property
    def _shown(self) -> Flags:
        shown: Flags = self._drawable & (self._shades >= 0)
        return shown

    def _seen(self, view: View, reach: int, margin: int) -> tuple[Rows, NDArray[np.int32]]:
        """Of points that are at most reach pixels outside: their places in a picture with a margin around it, and their shades."""
        x, y = self._pixels(view)
        seen = self._within(x, y, view, reach)
        column = np.floor(x[seen]).astype(np.int64) + margin
        row = np.floor(y[seen]).astype(np.int64) + margin
        places: Rows = row * (view.width + 2 * margin) + column
        return places, self._shades[seen]

    def _pixels(self, view: View) -> tuple[Floats, Floats]:
        across: Floats = (self._x - np.float32(view.left)) * np.float32(view.scale)
        down: Floats = (np.float32(view.top) - self._y) * np.float32(view.scale)
        return across, down

    def _within(self, x: Floats, y: Floats, view: View, reach: int) -> Flags:
        inside: Flags = (
            self._shown & (x >= -reach) & (x < view.width + reach) & (y >= -reach) & (y < view.height + reach)
        )
        return inside


def _stamp(radius: float, reach: int, wide: int) -> list[tuple[float, list[int]]]:
    """A disc: by opacity, the faint rim first, the offsets of its pixels. So the rim of one point never hides the middle of another."""
    by_opacity: dict[float, list[int]] = {}
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            opacity = round(min(1.0, max(0.0, radius + 0.5 - math.hypot(across, down))), 1)
            if opacity:
                by_opacity.setdefault(opacity, []).append(down * wide + across)
    return sorted(by_opacity.items())


def _premultiplied(rgb: Pixels, opacity: float) -> Pixels:
    alpha = round(255 * opacity)
    parts = [((rgb >> shift & 0xFF) * alpha // 255) << shift for shift in (16, 8, 0)]
    mixed: Pixels = (parts[0] | parts[1] | parts[2] | np.uint32(alpha << 24)).astype(np.uint32)
    return mixed
