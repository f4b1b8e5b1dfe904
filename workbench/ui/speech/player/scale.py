"""Which stretch of a recording is seen, and where its moments are: pixels and seconds, without any widget."""

from __future__ import annotations

import math

from workbench.services.speech.samples import RATE

CLOSEST = 4.0
"""Samples that one pixel shows at least."""
_MARGIN = 0.1
"""Of the width: what is left before a moment that the view is turned to."""


class Scale:
    """zoom: samples that one pixel shows. first: the pixel of the recording, counted at this zoom, that is at the left edge."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.width = 1
        self.zoom = 1.0
        self.first = 0

    @property
    def start(self) -> float:
        """The moment at the left edge."""
        return self.first * self.zoom / RATE

    @property
    def end(self) -> float:
        """The moment at the right edge, never after the end."""
        return min(self.seconds, (self.first + self.width) * self.zoom / RATE)

    @property
    def fitted(self) -> bool:
        """All of it is seen."""
        return self.zoom >= self._widest

    def take(self, seconds: float, width: int) -> None:
        """Another recording, or another width; what was seen stays, and all of it stays all of it."""
        fitted, middle = self.fitted, (self.start + self.end) / 2
        changed = seconds != self.seconds
        self.seconds, self.width = seconds, max(1, width)
        if fitted or changed:
            self.fit()
        else:
            self._zoom_to(self.zoom)
            self._turn_to(middle * RATE / self.zoom - self.width / 2)

    def fit(self) -> None:
        self.zoom, self.first = self._widest, 0

    def x(self, seconds: float) -> float:
        return seconds * RATE / self.zoom - self.first

    def at(self, x: float) -> float:
        """The moment under a pixel, within the recording."""
        return max(0.0, min(self.seconds, (x + self.first) * self.zoom / RATE))

    def zoom_by(self, factor: float, x: float) -> None:
        """factor: over 1 is closer. The moment under x stays under it."""
        moment = (x + self.first) * self.zoom
        self._zoom_to(self.zoom / factor)
        self._turn_to(moment / self.zoom - x)

    def scroll_by(self, pixels: float) -> None:
        self._turn_to(self.first + pixels)

    def show(self, start: float, end: float) -> None:
        """This stretch, with a little around it."""
        around = max((end - start) * 0.05, 0.05)
        self._zoom_to((end - start + 2 * around) * RATE / self.width)
        self._turn_to((start - around) * RATE / self.zoom)

    def turn_to(self, seconds: float) -> None:
        """At the same zoom, so that this moment is in the middle."""
        self._turn_to(seconds * RATE / self.zoom - self.width / 2)

    def keep(self, seconds: float) -> bool:
        """Turn the page when the moment is out of sight; whether that was done."""
        x = self.x(seconds)
        if 0 <= x < self.width:
            return False
        self._turn_to(seconds * RATE / self.zoom - self.width * _MARGIN)
        return True

    @property
    def _widest(self) -> float:
        return max(CLOSEST, self.seconds * RATE / self.width)

    def _zoom_to(self, zoom: float) -> None:
        self.zoom = max(CLOSEST, min(self._widest, zoom))

    def _turn_to(self, first: float) -> None:
        most = math.ceil(self.seconds * RATE / self.zoom - 1e-6) - self.width
        self.first = max(0, min(most, round(first)))
