"""Identical requests under way at once are sent upstream once: who comes later shares the answer as it arrives.

The answer is read by a task of its own. So a client that vanishes takes nothing from the others, and the upstream call ends
early only when the last of them is gone. A stream is shared live: a latecomer gets what has come so far at once, then each
frame as it comes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from workbench.domain.gateways import MAX_CACHED_BYTES
from workbench.gateway.pipeline.background import Background
from workbench.gateway.replies import Cut, Reply

Landed = Callable[[Reply, bytes], None]


class Flight:
    """One answer on its way. landed: called with its head and whole body once it has come to its end."""

    def __init__(self, work: Callable[[], Awaitable[Reply]], landed: Landed) -> None:
        self._work = work
        self._landed = landed
        self._head: Reply | None = None
        self._trouble: BaseException | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._over = False
        self._news = asyncio.Event()
        self._readers = 0
        self._task: asyncio.Task[None] | None = None

    def start(self, background: Background) -> asyncio.Task[None]:
        self._task = background.start(self._run())
        return self._task

    @property
    def too_large_to_join(self) -> bool:
        return self._size > MAX_CACHED_BYTES

    async def board(self) -> Reply:
        """This flight's answer for one more; raises what the work raised. Its stream must be closed, as any."""
        self._readers += 1
        try:
            while self._head is None and self._trouble is None:
                await self._news.wait()
        except BaseException:
            self.leave()
            raise
        if self._head is None:
            self.leave()
            assert self._trouble is not None
            raise self._trouble
        head = self._head
        reply = Reply(head.status, list(head.headers), head.body, upstream=head.upstream)
        if head.stream is not None:
            reply.stream = _Seat(self)
        else:
            self.leave()
        return reply

    def leave(self) -> None:
        self._readers -= 1
        if self._readers == 0 and not self._over and self._task is not None:
            self._task.cancel()

    async def pieces(self) -> AsyncIterator[bytes]:
        at = 0
        while True:
            while at < len(self._pieces):
                yield self._pieces[at]
                at += 1
            if self._over:
                break
            await self._news.wait()
        if self._trouble is not None:
            raise self._trouble

    async def _run(self) -> None:
        try:
            head = await self._work()
            self._head = head
            if head.stream is None:
                self._over = True
                self._landed(head, head.body)
                return
            self._announce()
            try:
                async for piece in head.stream:
                    self._pieces.append(piece)
                    self._size += len(piece)
                    self._announce()
            finally:
                await head.stream.aclose()
            self._over = True
            self._landed(head, b"".join(self._pieces))
        except asyncio.CancelledError:
            self._trouble = Cut()
            raise
        except Exception as trouble:  # noqa: BLE001  told to everyone aboard
            self._trouble = trouble
        finally:
            self._over = True
            self._announce()

    def _announce(self) -> None:
        """Wake who waits now; who waits from here on waits for the next news."""
        self._news.set()
        self._news = asyncio.Event()


class _Seat:
    """A flight's stream, for one reader."""

    def __init__(self, flight: Flight) -> None:
        self._flight: Flight | None = flight
        self._pieces = flight.pieces()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        if self._flight is not None:
            self._flight.leave()
            self._flight = None


class Flights:
    def __init__(self, background: Background) -> None:
        self._background = background
        self._under_way: dict[bytes, Flight] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    def find(self, key: bytes) -> Flight | None:
        flight = self._under_way.get(key)
        return None if flight is None or flight.too_large_to_join else flight

    def start(
        self, key: bytes, work: Callable[[], Awaitable[Reply]], landed: Landed, *, shared: bool
    ) -> Flight:
        """shared: others may board it by its key until it has landed."""
        flight = Flight(work, landed)
        task = flight.start(self._background)
        if shared:
            self._under_way[key] = flight
            task.add_done_callback(lambda _: self._gone(key, flight))
        return flight

    def _gone(self, key: bytes, flight: Flight) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]
