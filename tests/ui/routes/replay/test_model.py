"""A replay from the editor: a log, two routes, what would change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from tests.conftest import Run
from tests.gateway.journal.rows import row
from tests.services.test_route_replay import Requests, by
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.journal import LogRow
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.services.route_replay import Replay, RouteReplay
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.routes.proof.rows import ROW_ROLE
from workbench.ui.routes.replay.model import Phase, ReplayModel
from workbench.ui.support.notify import Notifier
from workbench.ui.support.work import RunningWork

FREE, PRO = by({"metadata.plan": "free"}), by({"metadata.plan": "pro"})
ROWS = [
    row(created_at=float(900 - at), metadata={"plan": ("free", "pro", "team")[at % 3]}) for at in range(30)
]


class Replaying(RouteReplay):
    """The real thing over a journal in memory, watched. held: it waits to be cancelled."""

    def __init__(self, rows: Sequence[LogRow], *, failing: bool = False) -> None:
        super().__init__(Requests(rows), lambda provider, name: None)
        self.asked: list[dict[str, Any]] = []
        self.failing, self.held = failing, False

    async def of_journal(
        self,
        draft: Route,
        deployed: Route | None,
        *,
        count: int = 0,
        gateway: str = "default",
        route: str = "",
        progress: Callable[[float], None] | None = None,
    ) -> Replay:
        self.asked.append({"count": count, "route": route, "deployed": deployed})
        if self.failing:
            raise RequestFailed("No gateway.", failure=Failure.CONNECT, maker=Maker.NETWORK)
        if self.held:
            assert progress is not None
            progress(0.5)
            await asyncio.Event().wait()
        return await super().of_journal(
            draft, deployed, count=count, gateway=gateway, route=route, progress=progress
        )


class Live:
    """What is deployed, or why that cannot be told."""

    def __init__(self, found: Route | Exception) -> None:
        self.found = found
        self.asked: list[tuple[str, str]] = []

    async def live(self, target_id: str, name: str, gateway: str = "") -> Route:
        self.asked.append((target_id, name))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


class Stage:
    def __init__(self, draft: Route = FREE) -> None:
        self.document = RouteDocument(draft)
        self.service = Replaying(ROWS)
        self.live = Live(PRO)
        self.running = RunningWork()
        self.model = ReplayModel(self.document, self.service, self.live, Notifier(), self.running)

    async def run(self) -> None:
        self.model.run()
        await self.model._tasks.finish()


@pytest.fixture
def stage(qapp: object) -> Stage:
    return Stage()


def test_the_draft_is_held_against_what_is_deployed(stage: Stage, run_qt: Run) -> None:
    run_qt(stage.run())
    found = stage.model.result
    assert found is not None
    assert found.deployed is not None
    assert stage.live.asked == [("local", "r")]
    assert stage.service.asked == [{"count": 500, "route": "", "deployed": PRO}]
    assert (found.rows, found.changed) == (30, 20)
    assert stage.model.changes.rowCount() == 20
    assert (stage.model.phase, stage.model.alone, stage.running.items) == (Phase.READY, "", ())


def test_which_requests_can_be_chosen(stage: Stage, run_qt: Run) -> None:
    stage.model.set_count(100)
    stage.model.set_only_this_route(True)
    run_qt(stage.run())
    assert stage.service.asked[0]["count"] == 100
    assert stage.service.asked[0]["route"] == "r"


def test_wires_show_how_many_passed_and_a_chosen_request_its_way(stage: Stage, run_qt: Run) -> None:
    run_qt(stage.run())
    overlay = stage.model.overlay
    assert overlay.labels["c", "true"] == "10"
    assert overlay.flow["c", "true"] == pytest.approx(1 / 3)
    assert overlay.figures["m2"] == "20 · 66.7 %"
    assert overlay.elements is None
    stage.model.choose(0)
    lit = stage.model.overlay
    assert stage.model.chosen is not None
    assert lit.elements == frozenset(visit.element for visit in stage.model.chosen.visits_after)
    assert "metadata.plan" in lit.says["c"]
    stage.model.choose(-1)
    assert stage.model.overlay == overlay


def test_a_change_is_told_from_before_to_after_with_both_reasons(stage: Stage, run_qt: Run) -> None:
    run_qt(stage.run())
    index = stage.model.changes.index(0)
    change = stage.model.changes.rows[0]
    shown = index.data(ROW_ROLE)
    assert shown.title == f"{change.before.split('/')[1]} → {change.after.split('/')[1]}"
    assert shown.detail.startswith(change.why_after)
    tooltip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert change.why_before in tooltip
    assert change.why_after in tooltip


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InvalidInput("no route"), "Nothing is deployed as “r”"),
        (RouteError("A riddle."), "cannot be read: A riddle."),
        (RequestFailed("Refused.", failure=Failure.SERVER, maker=Maker.GATEWAY), "Refused."),
    ],
)
def test_without_something_deployed_the_draft_is_replayed_alone(
    stage: Stage, run_qt: Run, error: Exception, words: str
) -> None:
    stage.live.found = error
    run_qt(stage.run())
    assert words in stage.model.alone
    assert stage.model.result is not None
    assert stage.model.result.deployed is None
    assert stage.model.result.rows == 30


def test_a_route_without_a_name_is_compared_with_nothing(run_qt: Run, qapp: object) -> None:
    stage = Stage(replace(FREE, name=""))
    run_qt(stage.run())
    assert stage.live.asked == []
    assert "no name" in stage.model.alone


def test_a_log_that_cannot_be_had_is_told_and_can_be_tried_again(stage: Stage, run_qt: Run) -> None:
    stage.service.failing = True
    run_qt(stage.run())
    assert stage.model.phase is Phase.FAILED
    assert stage.model.problem is not None
    assert stage.model.overlay == NOTHING
    stage.service.failing = False
    run_qt(stage.run())
    assert stage.model.problem is None
    assert stage.model.result is not None


def test_a_file_is_replayed_at_once(stage: Stage, run_qt: Run, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text('{"id": "1", "model": "m1", "provider": "openai"}', encoding="utf-8")

    async def scenario(path: Path) -> None:
        stage.model.set_path(path)
        await stage.model._tasks.finish()

    run_qt(scenario(file))
    assert stage.service.asked == []
    assert stage.model.result is not None
    assert stage.model.result.rows == 1
    run_qt(scenario(tmp_path / "none.csv"))
    assert "none.csv" in str(stage.model.problem)
    stage.model.set_count(100)
    run_qt(stage.run())
    assert len(stage.service.asked) == 1


def test_an_edit_makes_it_stale_and_takes_it_off_the_canvas(stage: Stage, run_qt: Run) -> None:
    run_qt(stage.run())
    stage.model.choose(1)
    route = stage.document.route
    stage.document.edit("Move", replace(route, sidecar={"notes": []}))
    assert not stage.model.stale
    stage.document.edit("Edit", changed(route, "c", conditions={"metadata.plan": "team"}))
    assert stage.model.stale
    assert stage.model.overlay == NOTHING
    run_qt(stage.run())
    assert not stage.model.stale


def test_stopping_keeps_what_was_there_before(stage: Stage, run_qt: Run) -> None:
    told: list[float] = []
    stage.model.progressed.connect(told.append)

    async def scenario() -> None:
        stage.service.held = True
        stage.model.run()
        await asyncio.sleep(0.01)
        (work,) = stage.running.items
        assert (work.progress, told[-1]) == (0.5, 0.5)
        work.cancel()
        await stage.model._tasks.finish()

    run_qt(scenario())
    assert stage.model.phase is Phase.IDLE
    assert stage.running.items == ()
    stage.service.held = False
    run_qt(stage.run())
    run_qt(scenario())
    assert stage.model.result is not None
    assert stage.model.overlay != NOTHING


def test_a_log_that_is_dropped_meanwhile_takes_its_place(stage: Stage, run_qt: Run, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text('{"id": "1", "model": "m1", "provider": "openai"}', encoding="utf-8")

    async def scenario() -> None:
        stage.service.held = True
        stage.model.run()
        await asyncio.sleep(0.01)
        stage.model.set_path(file)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert stage.model.phase is Phase.RUNNING
        await stage.model._tasks.finish()

    run_qt(scenario())
    assert stage.model.phase is Phase.READY
    assert stage.model.result is not None
    assert stage.model.result.rows == 1
    assert stage.running.items == ()
