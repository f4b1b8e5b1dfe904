"""A clock that stands still until it is told to go on."""

from __future__ import annotations

import asyncio


class VirtualTime:
    """Unix seconds. sleep: returns when the clock has been advanced that far."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            future = asyncio.get_running_loop().create_future()
            self._sleepers.append((self.now + seconds, future))
            await future

    def advance(self, seconds: float) -> None:
        self.now += seconds
        due = [future for until, future in self._sleepers if until <= self.now]
        self._sleepers = [(until, future) for until, future in self._sleepers if until > self.now]
        for future in due:
            if not future.done():
                future.set_result(None)
