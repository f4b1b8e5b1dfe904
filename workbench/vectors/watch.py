"""Work that takes a while tells how far it is and can be stopped."""

from __future__ import annotations

from collections.abc import Callable


class Stopped(Exception):  # noqa: N818
    """Somebody asked to stop; nothing was made."""


class Watch:
    """progress: is told the part that is done, 0 to 1. should_stop: asked at the same times.

    Both are called on the thread that does the work, some hundred times at most.
    """

    def __init__(
        self,
        progress: Callable[[float], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self._progress = progress
        self._should_stop = should_stop
        self._least = 0.0

    def at(self, part: float) -> None:
        """Raises Stopped where somebody asked for that."""
        if self._should_stop is not None and self._should_stop():
            raise Stopped
        if self._progress is not None and (part >= 1.0 or part >= self._least):
            self._least = part + 0.005
            self._progress(min(part, 1.0))

    def share(self, begin: float, end: float) -> Watch:
        """For a part of the work: its 0 to 1 is begin to end here."""
        return Watch(lambda part: self.at(begin + (end - begin) * part))


QUIET = Watch()
