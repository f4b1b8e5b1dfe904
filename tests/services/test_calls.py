from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import pytest

from tests.conftest import Run
from tests.services.virtual_time import VirtualTime
from tests.waiting import until
from workbench.services.calls import Calls
from workbench.services.waiting import Hold, Lane

A, B = Lane("t", "a"), Lane("t", "b")


class Job(NamedTuple):
    id: str
    position: float = 0.0
    not_before: float = 0.0


class Desk:
    """Calls that last until `go`. begun, cut: ids in the order in which it happened."""

    def __init__(self, **options: Any) -> None:
        self.begun: list[str] = []
        self.cut: list[str] = []
        self.rings = 0
        self.open = True
        self.go = asyncio.Event()
        self.time = VirtualTime()
        self.calls = Calls(
            "calls",
            self.run,
            clock=self.time,
            sleep=self.time.sleep,
            may_begin=lambda: self.open,
            rang=self.ring,
            **options,
        )

    async def run(self, job_id: str, lane: Lane) -> None:
        self.begun.append(job_id)
        if job_id == "bug":
            raise RuntimeError("A bug.")
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cut.append(job_id)
            raise

    def ring(self) -> None:
        self.rings += 1

    def add(self, *ids: str, lane: Lane = A, not_before: float = 0.0) -> None:
        for place, job_id in enumerate(ids):
            self.calls.waiting.add(Job(job_id, place, not_before), lane)
        self.calls.wake()


def told(run_async: Run, story: Callable[[Desk], Awaitable[None]], **options: Any) -> None:
    async def whole() -> None:
        desk = Desk(**options)
        try:
            await story(desk)
        finally:
            await desk.calls.aclose()

    run_async(whole())


async def rest() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_so_many_run_of_each_lane_and_in_all(run_async: Run) -> None:
    async def story(desk: Desk) -> None:
        desk.add("1", "2", "3")
        desk.add("4", "5", lane=B)
        await rest()
        assert desk.begun == ["1", "4", "2"]
        assert "1" in desk.calls
        desk.go.set()
        await until(lambda: len(desk.begun) == 5)
        await until(lambda: "5" not in desk.calls)

    told(run_async, story, per_lane=lambda: 2, at_once=3)


def test_nothing_begins_while_nothing_may(run_async: Run) -> None:
    async def story(desk: Desk) -> None:
        desk.open = False
        desk.add("1")
        await rest()
        assert desk.begun == []
        desk.open = True
        desk.calls.wake()
        await until(lambda: desk.begun == ["1"])

    told(run_async, story)


def test_a_hold_and_a_delay_are_waited_out_and_told(run_async: Run) -> None:
    async def story(desk: Desk) -> None:
        desk.calls.waiting.hold(A, Hold(desk.time.now + 30))
        desk.add("1")
        desk.add("2", lane=B, not_before=desk.time.now + 60)
        await rest()
        assert desk.begun == []
        desk.time.advance(30)
        await until(lambda: desk.begun == ["1"])
        assert desk.rings == 1
        desk.time.advance(30)
        await until(lambda: desk.begun == ["1", "2"])

    told(run_async, story)


def test_cancelling_ends_what_waits_and_cuts_off_what_runs(run_async: Run) -> None:
    async def story(desk: Desk) -> None:
        desk.add("1", "2")
        await until(lambda: desk.begun == ["1"])
        await desk.calls.cancel(["1", "2", "nobody"])
        assert desk.cut == ["1"]
        await rest()
        assert desk.begun == ["1"]

    told(run_async, story, per_lane=lambda: 1)


def test_a_bug_in_one_call_does_not_end_the_others(run_async: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def story(desk: Desk) -> None:
        desk.add("bug", "2")
        await until(lambda: desk.begun == ["bug", "2"])

    with caplog.at_level(logging.ERROR):
        told(run_async, story, per_lane=lambda: 1)
    assert "a call went wrong" in caplog.text
