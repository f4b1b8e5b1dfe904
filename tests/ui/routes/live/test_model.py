"""The route at work: requests as they pass, counts on the wires, some sent to try it, and faults on order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.waiting import until
from workbench.domain.errors import Failure, Maker, RequestFailed, WorkbenchError
from workbench.domain.journal import LogRow
from workbench.domain.routes.edits import renamed
from workbench.domain.routes.elements import End, Route, Start
from workbench.domain.routes.trace import Trace, Visit
from workbench.services.route_watch import Missed, Passed, Request, Sent
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.live.model import SHOWN, LiveModel, Phase
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.support.notify import Notifier

ROUTE = Route("support", (Start(id="s", outputs={"next": "e"}), End(id="e")))
DOWN = RequestFailed("It does not answer.", failure=Failure.CONNECT, maker=Maker.GATEWAY)


def passed(id: str, port: str = "next", *, traced: bool = True) -> Passed:
    visits = (Visit("s", "start", port, "Requests begin here"), Visit("e", "end", "", "It ends"))
    trace = Trace(f"t-{id}", "support", "v1", 0.0, visits, "e", True) if traced else None
    return Passed(LogRow(id, 1.0, "default", route="support"), trace)


class FakeWatch:
    def __init__(self) -> None:
        self.old: tuple[Passed, ...] = ()
        self.coming: asyncio.Queue[Passed | Missed | None] = asyncio.Queue()
        self.names: list[str] = []
        self.problem: WorkbenchError | None = None
        self.orders: dict[str, str] = {"m": "hang"}
        self.sent: list[Request] = []

    def _check(self) -> None:
        if self.problem is not None:
            raise self.problem

    async def recent(self, route: str, gateway: str = "default") -> tuple[Passed, ...]:
        self._check()
        return self.old

    async def follow(self, route: str, gateway: str = "default") -> AsyncGenerator[Passed | Missed, None]:
        self.names.append(route)
        while (event := await self.coming.get()) is not None:
            yield event

    async def send(self, target_id: str, route: str, request: Request, gateway: str = "") -> Sent:
        self._check()
        self.sent.append(request)
        return Sent(5.0, error=DOWN)

    async def faults(self, route: str) -> Mapping[str, str]:
        self._check()
        return dict(self.orders)

    async def order(self, route: str, element: str, order: str) -> Mapping[str, str]:
        self._check()
        self.orders.pop(element, None)
        if order:
            self.orders[element] = order
        return dict(self.orders)


class Stage:
    def __init__(self) -> None:
        self.watch = FakeWatch()
        self.document = RouteDocument(ROUTE)
        self.model = LiveModel(self.document, self.watch, lambda: Request({"plan": "free"}), Notifier())


@pytest.fixture
def stage(qapp: object) -> Stage:
    return Stage()


def test_what_passed_lately_is_there_at_once_and_what_passes_now_is_added(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.watch.old = (passed("a"), passed("b"))
        told: list[Passed] = []
        stage.model.added.connect(told.append)
        stage.model.start()
        await until(lambda: stage.model.phase is Phase.WATCHING)
        assert stage.model.total == 2
        assert told == []
        stage.watch.coming.put_nowait(passed("c"))
        await until(lambda: told)
        assert [one.row.id for one in stage.model.passed] == ["a", "b", "c"]
        assert stage.model.overlay.labels == {("s", "next"): "3"}
        assert stage.model.overlay.flow == {("s", "next"): 1.0}
        await stage.model.aclose()

    run_qt(check())


def test_a_request_without_a_trace_is_listed_and_counted_on_no_wire(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.watch.old = (passed("a", traced=False), passed("b"))
        stage.model.start()
        await until(lambda: stage.model.phase is Phase.WATCHING)
        assert (stage.model.total, stage.model.traced) == (2, 1)
        assert stage.model.overlay.flow == {("s", "next"): 1.0}
        await stage.model.aclose()

    run_qt(check())


def test_the_list_does_not_grow_without_end(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.watch.old = tuple(passed(str(number)) for number in range(SHOWN + 20))
        stage.model.start()
        await until(lambda: stage.model.phase is Phase.WATCHING)
        assert (len(stage.model.passed), stage.model.total) == (SHOWN, SHOWN + 20)
        await stage.model.aclose()

    run_qt(check())


def test_choosing_a_request_lights_its_way_and_says_why(stage: Stage) -> None:
    stage.model.choose(passed("a"))
    assert stage.model.overlay.elements == frozenset({"s", "e"})
    assert stage.model.overlay.says["s"] == "Requests begin here"
    stage.model.choose(None)
    assert stage.model.overlay == NOTHING


def test_a_gateway_that_is_down_is_told_and_can_be_tried_again(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.watch.problem = DOWN
        stage.model.start()
        await until(lambda: stage.model.problem is DOWN)
        await until(lambda: stage.model.phase is Phase.IDLE)
        stage.watch.problem = None
        stage.model.start()
        await until(lambda: stage.model.phase is Phase.WATCHING)
        assert stage.model.problem is None
        await stage.model.aclose()

    run_qt(check())


def test_another_name_is_another_route(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.watch.old = (passed("a"),)
        stage.model.start()
        await until(lambda: stage.model.phase is Phase.WATCHING)
        stage.watch.old = ()
        stage.document.edit("Rename", renamed(stage.document.route, "sales"))
        await until(lambda: stage.model.phase is Phase.WATCHING)
        assert stage.watch.names == ["support", "sales"]
        assert stage.model.total == 0
        stage.document.edit("Change", replace(stage.document.route, unknown={"x": 1}))
        assert stage.watch.names == ["support", "sales"]
        await stage.model.aclose()

    run_qt(check())


def test_the_dry_runs_request_is_sent_for_real_as_often_as_asked(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.model.send(3)
        await stage.model._tasks.finish()
        assert stage.watch.sent == [Request({"plan": "free"})] * 3
        assert [sent.error for sent in stage.model.sent] == [DOWN] * 3
        await stage.model.aclose()

    run_qt(check())


def test_faults_are_ordered_and_taken_back(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.model.order("x", "status=500")
        await stage.model._tasks.finish()
        assert stage.model.faults == {"m": "hang", "x": "status=500"}
        stage.model.clear_faults()
        await stage.model._tasks.finish()
        assert stage.model.faults == {}
        stage.watch.problem = DOWN
        stage.model.order("x", "hang")
        await stage.model._tasks.finish()
        assert (stage.model.faults, stage.model.fault_problem) == ({}, DOWN)
        await stage.model.aclose()

    run_qt(check())
