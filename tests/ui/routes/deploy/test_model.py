"""Deploying from the editor: compared first, told truthfully afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from tests.fakes.deployments import MemoryRecords
from tests.services.test_deployments import CLOUDFLARE, DESK, SERVER, FakeGateway, route, service
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.routes.edits import renamed, without_element
from workbench.domain.routes.elements import Route
from workbench.services.deployment_plan import Overtaken, Plan, Step
from workbench.services.deployments import Deployments
from workbench.services.route_watch import Sent, Smoke
from workbench.ui.routes.deploy.differences import overlay_of
from workbench.ui.routes.deploy.model import DeployModel, Phase
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import Mark
from workbench.ui.support.notify import Notifier


class FakeSmoke:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def smoke(self, target_id: str, route: Route, gateway: str = "") -> Smoke:
        self.asked.append((target_id, route.name))
        return Smoke(Sent(12.0), ("openai/gpt-4o-mini",), "")


class Stage:
    def __init__(self) -> None:
        self.gateway = FakeGateway()
        self.records = MemoryRecords()
        self.desk: Deployments = service(self.gateway, self.records)
        self.smoke = FakeSmoke()
        self.document = RouteDocument(route())
        self.model = DeployModel(
            self.document, lambda: (DESK, CLOUDFLARE, SERVER), self.desk, self.smoke, Notifier()
        )

    async def after(self, act: Callable[..., object], *arguments: Any, **named: Any) -> None:
        act(*arguments, **named)
        await self.model._tasks.finish()


@pytest.fixture
def stage(qapp: object) -> Stage:
    return Stage()


def test_only_targets_that_run_routes_are_offered(stage: Stage) -> None:
    assert [target.id for target in stage.model.targets] == ["local", "cf"]


def test_nothing_is_deployed_before_it_was_compared(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        await stage.after(stage.model.deploy)
        assert stage.gateway.calls == []
        await stage.after(stage.model.read)
        assert stage.model.can_deploy
        assert stage.gateway.routes_kept == {}
        await stage.model.aclose()

    run_qt(check())


def test_deploying_lets_it_run_asks_it_once_and_compares_again(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        await stage.after(stage.model.read)
        stage.model.note = "first try"
        await stage.after(stage.model.deploy)
        assert stage.smoke.asked == [("local", "support")]
        assert stage.model.done is not None
        assert stage.model.smoke is not None
        assert stage.model.plan is not None
        assert stage.model.plan.step is Step.NOTHING
        assert not stage.model.can_deploy
        assert [record.note for record in stage.records.all] == ["first try"]
        assert stage.model.note == ""
        await stage.model.aclose()

    run_qt(check())


@pytest.mark.parametrize("failing", ["add_version", "deploy"])
def test_after_a_failure_what_is_true_there_is_read_and_the_failure_stays(
    stage: Stage, run_qt: Run, failing: str
) -> None:
    async def check() -> None:
        await stage.after(stage.model.read)
        await stage.after(stage.model.deploy)
        stage.document.edit("Change", route("gpt-4o"))
        await stage.after(stage.model.read)
        stage.gateway.failing = failing
        await stage.after(stage.model.deploy)
        stage.gateway.failing = ""
        assert isinstance(stage.model.problem, RequestFailed)
        assert stage.model.phase is Phase.READY
        assert [version.number for version in stage.model.versions if version.live] == [1]
        assert len(stage.model.versions) == (2 if failing == "deploy" else 1)
        assert stage.model.can_deploy
        await stage.model.aclose()

    run_qt(check())


def test_where_even_the_truth_cannot_be_read_only_the_failure_is_told(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.gateway.failing = "routes"
        await stage.after(stage.model.read)
        assert isinstance(stage.model.problem, RequestFailed)
        assert (stage.model.plan, stage.model.versions, stage.model.phase) == (None, (), Phase.NOT_READ)
        await stage.model.aclose()

    run_qt(check())


def test_somebody_elses_deployment_in_between_stops_ours(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        await stage.after(stage.model.read)
        await service(stage.gateway).deploy("local", route("o4-mini"))
        await stage.after(stage.model.deploy)
        assert isinstance(stage.model.problem, Overtaken)
        assert stage.model.plan is not None
        assert stage.model.plan.step is Step.NEW_VERSION
        await stage.model.aclose()

    run_qt(check())


def test_an_edit_makes_the_comparison_stale(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        stage.model.choose("cf")
        await stage.model._tasks.finish()
        stage.document.edit("Rename", renamed(stage.document.route, "sales"))
        assert stage.model.phase is Phase.STALE
        assert not stage.model.can_deploy
        await stage.model.aclose()

    run_qt(check())


def test_an_edit_while_it_is_compared_makes_that_stale_at_once(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        plan = stage.desk.plan

        async def slowly(*place: Any) -> Plan:
            stage.document.edit("Rename", renamed(stage.document.route, "sales"))
            return await plan(*place)

        stage.model.target_id = "cf"
        stage.desk.plan = slowly  # type: ignore[assignment, method-assign]
        await stage.after(stage.model.read)
        assert stage.model.phase is Phase.STALE
        assert not stage.model.can_deploy
        await stage.model.aclose()

    run_qt(check())


def test_an_earlier_version_runs_again_and_can_be_held_against_the_canvas(stage: Stage, run_qt: Run) -> None:
    async def check() -> None:
        compared: list[Route | None] = []
        stage.model.compared.connect(compared.append)
        await stage.after(stage.model.read)
        await stage.after(stage.model.deploy)
        stage.document.edit("Change", route("gpt-4o"))
        await stage.after(stage.model.read)
        await stage.after(stage.model.deploy)
        first = stage.model.versions[-1]
        await stage.after(stage.model.compare_with, first)
        await stage.after(stage.model.compare_with, None)
        assert compared == [route(), None]
        await stage.after(stage.model.roll_back, first)
        assert [version.number for version in stage.model.versions if version.live] == [1]
        await stage.model.aclose()

    run_qt(check())


def test_the_smoke_request_may_fail_without_hiding_that_the_route_runs(stage: Stage, run_qt: Run) -> None:
    async def broken(target_id: str, route: Route, gateway: str = "") -> Smoke:
        raise RequestFailed("Cut.", failure=Failure.CUT, maker=Maker.GATEWAY)

    async def check() -> None:
        stage.smoke.smoke = broken  # type: ignore[method-assign]
        await stage.after(stage.model.read)
        await stage.after(stage.model.deploy)
        assert stage.model.done is not None
        assert stage.model.problem is not None
        assert any(version.live for version in stage.model.versions)
        await stage.model.aclose()

    run_qt(check())


def test_the_canvas_marks_what_is_new_and_changed_and_shows_what_is_gone() -> None:
    before = replace(route(), sidecar={"positions": {"m": [80, 8]}})
    after = without_element(replace(route("gpt-4o")), "e")
    overlay = overlay_of(before, after)
    assert overlay.marks == {"m": Mark.CHANGED}
    assert [ghost.element.id for ghost in overlay.ghosts] == ["e"]
    gone = overlay_of(before, without_element(before, "m"))
    assert [(ghost.element.id, ghost.at) for ghost in gone.ghosts] == [("m", (80, 8))]


def test_what_is_gone_has_a_place_even_where_the_version_tells_none() -> None:
    gone = overlay_of(route(), without_element(route(), "m"))
    assert [ghost.element.id for ghost in gone.ghosts] == ["m"]
