"""One answer for everyone who asks the same at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import pytest

from tests.conftest import Run
from tests.gateway.pipeline.calls import CUT, Pieces, ok
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.flights import AHEAD, Flights
from workbench.gateway.replies import EVENT_STREAM, Cut, Reply

Landed = list[tuple[Reply, bytes]]


class Tower:
    """Flights under one key, what has landed, and how often the work was begun."""

    def __init__(self, background: Background) -> None:
        self.flights = Flights(background)
        self.landed: Landed = []
        self.begun = 0

    async def fly(self, work: Callable[[], Awaitable[Reply]]) -> Reply:
        flight = self.flights.find(b"k")
        if flight is None:
            self.begun += 1
            flight = self.flights.start(
                b"k", work, lambda reply, body: self.landed.append((reply, body)), shared=True
            )
        return await flight.board()


def flying(run_async: Run, scenario: Callable[[Tower], Coroutine[Any, Any, None]]) -> None:
    async def whole() -> None:
        async with Background() as background:
            await scenario(Tower(background))

    run_async(whole())


async def read(reply: Reply) -> bytes:
    assert reply.stream is not None
    try:
        return b"".join([piece async for piece in reply.stream])
    finally:
        await reply.stream.aclose()


class Gated:
    """A stream whose pieces come when they are let."""

    def __init__(self) -> None:
        self.gate = asyncio.Semaphore(0)
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for number in range(3):
            await self.gate.acquire()
            yield b"%d" % number

    async def aclose(self) -> None:
        self.closed = True


def test_two_who_ask_at_once_are_answered_by_one_call(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        go = asyncio.Event()

        async def work() -> Reply:
            await go.wait()
            return ok(b"once")

        async with asyncio.TaskGroup() as tasks:
            both = [tasks.create_task(tower.fly(work)) for _ in range(2)]
            await asyncio.sleep(0)
            go.set()
        assert [task.result().body for task in both] == [b"once", b"once"]
        assert both[0].result().headers is not both[1].result().headers
        assert tower.begun == 1
        assert [body for _, body in tower.landed] == [b"once"]
        await asyncio.sleep(0)
        assert len(tower.flights) == 0

    flying(run_async, scenario)


def test_a_latecomer_gets_the_stream_from_its_beginning(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        gated = Gated()

        async def work() -> Reply:
            return Reply(200, [EVENT_STREAM], stream=gated)

        first = await tower.fly(work)
        gated.gate.release()
        await asyncio.sleep(0.01)
        late = await tower.fly(work)
        gated.gate.release()
        gated.gate.release()
        async with asyncio.TaskGroup() as tasks:
            both = [tasks.create_task(read(reply)) for reply in (first, late)]
        assert [task.result() for task in both] == [b"012", b"012"]
        assert tower.begun == 1
        assert tower.landed[0][1] == b"012"
        assert gated.closed

    flying(run_async, scenario)


def test_one_who_leaves_takes_nothing_from_the_others(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        gated = Gated()

        async def work() -> Reply:
            return Reply(200, [EVENT_STREAM], stream=gated)

        leader, follower = await tower.fly(work), await tower.fly(work)
        assert leader.stream is not None
        await leader.stream.aclose()
        await leader.stream.aclose()  # twice is once
        for _ in range(3):
            gated.gate.release()
        assert await read(follower) == b"012"

    flying(run_async, scenario)


def test_when_the_last_one_leaves_the_call_ends(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        gated = Gated()

        async def work() -> Reply:
            return Reply(200, [EVENT_STREAM], stream=gated)

        for reply in (await tower.fly(work), await tower.fly(work)):
            assert reply.stream is not None
            await reply.stream.aclose()
        await asyncio.sleep(0.01)
        assert gated.closed
        assert tower.landed == []
        assert len(tower.flights) == 0

    flying(run_async, scenario)


def test_a_leader_who_leaves_before_the_answer_leaves_it_to_the_others(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        go = asyncio.Event()

        async def work() -> Reply:
            await go.wait()
            return ok(b"late")

        async with asyncio.TaskGroup() as tasks:
            leader, follower = (tasks.create_task(tower.fly(work)) for _ in range(2))
            await asyncio.sleep(0)
            leader.cancel()
            await asyncio.sleep(0)
            go.set()
        assert leader.cancelled()
        assert follower.result().body == b"late"

    flying(run_async, scenario)


def test_a_cut_is_a_cut_for_everyone_and_nothing_is_kept(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        async def work() -> Reply:
            return Reply(200, [EVENT_STREAM], stream=Pieces([b"a", CUT]))

        for reply in (await tower.fly(work), await tower.fly(work)):
            with pytest.raises(Cut):
                await read(reply)
        assert tower.landed == []

    flying(run_async, scenario)


def test_a_bug_is_everyones_and_the_next_begins_anew(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        async def broken() -> Reply:
            await asyncio.sleep(0)
            raise RuntimeError("a bug")

        async def good() -> Reply:
            return ok()

        results = await asyncio.gather(tower.fly(broken), tower.fly(broken), return_exceptions=True)
        assert [type(result) for result in results] == [RuntimeError, RuntimeError]
        await asyncio.sleep(0)
        assert (await tower.fly(good)).status == 200
        assert tower.begun == 2

    flying(run_async, scenario)


def test_one_that_everyone_has_left_is_not_joined_while_it_ends(run_async: Run) -> None:
    async def never() -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    async def scenario(tower: Tower) -> None:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(tower.fly(never))
            await asyncio.sleep(0)
            first.cancel()
            await asyncio.sleep(0)
            assert tower.flights.find(b"k") is None
        assert await (await _ready(tower)) == b"012"
        assert tower.begun == 2

    async def _ready(tower: Tower) -> Coroutine[Any, Any, bytes]:
        gated = Gated()
        for _ in range(3):
            gated.gate.release()

        async def work() -> Reply:
            return Reply(200, [EVENT_STREAM], stream=gated)

        return read(await tower.fly(work))

    flying(run_async, scenario)


class Endless:
    """A megabyte, again and again."""

    def __init__(self) -> None:
        self.said = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            self.said += 1
            yield b" " * 1024 * 1024

    async def aclose(self) -> None:
        pass


def test_a_stream_too_large_to_keep_waits_for_its_slowest_reader(run_async: Run) -> None:
    async def scenario(tower: Tower) -> None:
        endless = Endless()

        async def work() -> Reply:
            return Reply(200, [EVENT_STREAM], stream=endless)

        one, two = await tower.fly(work), await tower.fly(work)
        assert one.stream is not None
        assert two.stream is not None
        fast, slow = aiter(one.stream), aiter(two.stream)
        await anext(slow)
        for _ in range(26):
            await anext(fast)
        for _ in range(50):
            await asyncio.sleep(0)
        assert endless.said == 26
        for _ in range(25):
            await anext(slow)
        for _ in range(100):
            await anext(slow)
            await anext(fast)
        assert endless.said <= 26 + 100 + AHEAD
        await two.stream.aclose()
        for _ in range(100):
            await anext(fast)
        await one.stream.aclose()
        assert tower.landed == []

    flying(run_async, scenario)
