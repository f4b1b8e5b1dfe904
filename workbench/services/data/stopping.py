"""Long work in a thread that tells how far it is, and can be stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[float], object]
_LEAST = 0.002
"""A step of progress that is told."""


class Stopped(Exception):
    """The work was cancelled."""


class Gauge:
    """Counts bytes against a total. Its methods raise Stopped once the work is to stop."""

    def __init__(self, progress: Progress, stop: threading.Event) -> None:
        self._progress = progress
        self._stop = stop
        self._told = 0.0
        self._done = 0
        self.total = 0

    def add(self, size: int) -> None:
        if self._stop.is_set():
            raise Stopped
        self._done += size
        share = min(1.0, self._done / self.total) if self.total else 0.0
        if share >= self._told + _LEAST:
            self._told = share
            self._progress(share)

    def part(self, size: int) -> Progress:
        """What tells the progress, from 0 to 1, of a part of this size."""
        counted = 0

        def told(share: float) -> None:
            nonlocal counted
            now = round(size * share)
            self.add(max(0, now - counted))
            counted = max(counted, now)

        return told


async def in_thread(work: Callable[[Gauge], T], progress: Progress) -> T:
    """Run work in a thread. progress: is told from 0 to 1, in the caller's loop. A cancelled caller waits until it has stopped."""
    loop, stop = asyncio.get_running_loop(), threading.Event()
    gauge = Gauge(lambda share: loop.call_soon_threadsafe(progress, share), stop)
    running = loop.run_in_executor(None, lambda: work(gauge))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([running])
        running.exception()
        raise
