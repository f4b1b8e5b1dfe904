"""Who still needs this gateway: each window holds a lease, a stream that drops when either side dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

BEAT_S = 5.0
GRACE_S = 30.0
"""For the window that started the gateway, to take its lease."""
HEIR_S = 5.0
"""For a window after the last one, which died or let its lease drop. One that cannot use this gateway waits so long for it."""


class Leases:
    """exit: called when a leased gateway is no longer needed. Without `leased` nothing but an explicit release ends it."""

    def __init__(self, closing: asyncio.Event, exit: Callable[[], None], *, leased: bool) -> None:
        self._closing = closing
        self._exit = exit
        self._leased = leased
        self._held = 0
        self._grace: asyncio.TimerHandle | None = None

    @property
    def held(self) -> int:
        return self._held

    def start(self) -> None:
        """Begin to count: whoever started a leased gateway must take its lease within the grace time too."""
        self._wait(GRACE_S)

    async def hold(self) -> AsyncGenerator[bytes, None]:
        """One lease for as long as it is read: a comment line at once, then every five seconds."""
        self._held += 1
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None
        try:
            while not self._closing.is_set():
                yield b": lease\n\n"
                try:
                    async with asyncio.timeout(BEAT_S):
                        await self._closing.wait()
                except TimeoutError:
                    pass
        finally:
            self._held -= 1
            if self._held == 0:
                self._wait(HEIR_S)

    def release(self) -> bool:
        """End the gateway at once unless somebody holds a lease; True if it ends."""
        if self._held == 0:
            self._exit()
        return self._held == 0

    def _wait(self, seconds: float) -> None:
        if self._leased and not self._closing.is_set():
            self._grace = asyncio.get_running_loop().call_later(seconds, self._exit)
