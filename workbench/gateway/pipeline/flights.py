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

AHEAD = 16
"""How many pieces a stream that is too large to be kept may be ahead of its slowest reader."""

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
        self._dropped = 0
        self._over = False
        self._given_up = False
        self._news = asyncio.Event()
        self._taken = asyncio.Event()
        self._readers = 0
        self._seats: list[_Seat] = []
        self._task: asyncio.Task[None] | None = None

    def start(self, background: Background) -> asyncio.Task[None]:
        self._task = background.start(self._run())
        return self._task

    @property
    def joinable(self) -> bool:
        """Not once its last reader has left, though it may take a moment to end; nor where its beginning may be gone."""
        return not self._given_up and not self._is_large

    @property
    def _is_large(self) -> bool:
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
            reply.stream = seat = _Seat(self)
            self._seats.append(seat)
        else:
            self.leave()
        return reply

    def leave(self, seat: _Seat | None = None) -> None:
        self._readers -= 1
        if seat is not None:
            self._seats.remove(seat)
            self._taken.set()
        if self._readers == 0 and not self._over and self._task is not None:
            self._given_up = True
            self._task.cancel()

    async def pieces(self, seat: _Seat) -> AsyncIterator[bytes]:
        while True:
            while seat.at < self._dropped + len(self._pieces):
                piece = self._pieces[seat.at - self._dropped]
                seat.at += 1
                self._taken.set()
                yield piece
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
                    if self._is_large:
                        await self._caught_up()
            finally:
                await head.stream.aclose()
            self._over = True
            if not self._is_large:
                self._landed(head, b"".join(self._pieces))
        except asyncio.CancelledError:
            self._trouble = Cut()
            raise
        except Exception as trouble:  # noqa: BLE001  told to everyone aboard
            self._trouble = trouble
        finally:
            self._over = True
            self._announce()

    async def _caught_up(self) -> None:
        """Forget what everyone has had, and wait for the slowest: what is too large to keep is not kept in memory either."""
        while True:
            self._taken.clear()
            if len(self._seats) == self._readers:  # nobody is still boarding
                had = min((seat.at for seat in self._seats), default=self._dropped) - self._dropped
                del self._pieces[:had]
                self._dropped += had
            if len(self._pieces) <= AHEAD:
                return
            await self._taken.wait()

    def _announce(self) -> None:
        """Wake who waits now; who waits from here on waits for the next news."""
        self._news.set()
        self._news = asyncio.Event()


class _Seat:
    """A flight's stream, for one reader. at: how many pieces it has had."""

    def __init__(self, flight: Flight) -> None:
        self.at = 0
        self._flight: Flight | None = flight
        self._pieces = flight.pieces(self)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        if self._flight is not None:
            self._flight.leave(self)
            self._flight = None


class Flights:
    def __init__(self, background: Background) -> None:
        self._background = background
        self._under_way: dict[bytes, Flight] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    def find(self, key: bytes) -> Flight | None:
        flight = self._under_way.get(key)
        return flight if flight is not None and flight.joinable else None

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
