"""The odds beside the route: described, reckoned, simulated."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from tests.domain.routes.samples import API
from tests.gateway.journal.rows import row
from tests.services.test_route_odds import PRICED, Catalogue
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.journal import LogRow
from workbench.domain.models import Model
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import Route
from workbench.services.route_odds import (
    Behaviour,
    LogNormal,
    Odds,
    Population,
    RouteOdds,
    Simulated,
    TooManyCombinations,
)
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.odds.model import OddsModel, Phase
from workbench.ui.routes.overlay import NOTHING
from workbench.ui.support.notify import Notifier
from workbench.ui.support.work import RunningWork

ROUTE = read_route(API).route
PLANS = (("free", 0.8), ("pro", 0.15))


class Reckoning(RouteOdds):
    """The real thing, watched. too_many: there is too much to tell apart. held: a simulation that waits to be cancelled."""

    def __init__(self) -> None:
        super().__init__(Catalogue(Model("openai/gpt-4o-mini", prices=PRICED)))
        self.reckoned: list[Route] = []
        self.too_many = self.held = False

    async def odds(self, route: Route, population: Population) -> Odds:
        self.reckoned.append(route)
        if self.too_many:
            raise TooManyCombinations(10**9, ["metadata.plan"])
        return await super().odds(route, population)

    async def simulate(
        self,
        route: Route,
        population: Population,
        *,
        requests: int = 0,
        seed: int = 0,
        progress: Callable[[float], None] | None = None,
    ) -> Simulated:
        if self.held:
            assert progress is not None
            progress(0.25)
            await asyncio.Event().wait()
        return await super().simulate(route, population, requests=20_000, seed=seed, progress=progress)


class Stage:
    def __init__(self, rows: Sequence[LogRow] | Exception = ()) -> None:
        self.rows = rows
        self.service = Reckoning()
        self.document = RouteDocument(ROUTE)
        self.running = RunningWork()
        self.notifier = Notifier()
        self.said: list[Any] = []
        self.notifier.posted.connect(self.said.append)
        self.model = OddsModel(self.document, self.service, self.notifier, self.running, self.last)

    async def last(self, count: int) -> Sequence[LogRow]:
        if isinstance(self.rows, Exception):
            raise self.rows
        return self.rows[:count]

    async def finish(self) -> None:
        if self.model._later.isActive():
            self.model.reckon()
        await self.model._tasks.finish()


@pytest.fixture
def stage(qapp: object) -> Stage:
    return Stage()


def test_odds_are_reckoned_while_somebody_looks(stage: Stage, run_qt: Run) -> None:
    async def scenario() -> None:
        stage.model.set_field("metadata.plan", PLANS)
        assert not stage.service.reckoned
        stage.model.watch(True)
        assert stage.model.phase is Phase.RECKONING
        await stage.finish()
        stage.model.watch(False)
        stage.model.watch(True)
        assert len(stage.service.reckoned) == 1

    run_qt(scenario())
    assert stage.model.odds is not None
    assert stage.model.odds.wires["c", "true"] == pytest.approx(0.8)
    overlay = stage.model.overlay
    assert overlay.labels["c", "false"] == "20 %"
    assert overlay.flow["r", "success"] == pytest.approx(0.1)
    assert overlay.figures["m1"].startswith("20 % · $")
    assert overlay.figures["m2"] == "80 %"
    assert overlay.figures["r"].endswith("over")


def test_only_what_changes_odds_is_reckoned_again(stage: Stage, run_qt: Run) -> None:
    async def scenario() -> None:
        stage.model.watch(True)
        await stage.finish()
        route = stage.document.route
        stage.document.edit("Move", replace(route, sidecar={**route.sidecar, "notes": []}))
        await stage.finish()
        assert len(stage.service.reckoned) == 1
        stage.document.edit("Edit", changed(route, "r", limit=1))
        stage.model.set_requests(50)
        await stage.finish()
        assert len(stage.service.reckoned) == 2
        stage.document.history.undo()
        await stage.finish()
        assert len(stage.service.reckoned) == 3
        stage.model.watch(False)

    run_qt(scenario())


def test_an_edit_while_odds_are_reckoned_has_them_reckoned_once_more(stage: Stage, run_qt: Run) -> None:
    async def scenario() -> None:
        stage.model.watch(True)
        await asyncio.sleep(0)
        stage.model.set_field("metadata.plan", [("free", 1.0)])
        await stage.finish()

    run_qt(scenario())
    assert len(stage.service.reckoned) == 2
    assert stage.model.odds is not None
    assert stage.model.odds.wires["c", "true"] == pytest.approx(1.0)


def test_what_is_typed_into_one_field_is_one_step_and_can_be_undone(stage: Stage) -> None:
    for share in (0.1, 0.12, 0.123):
        stage.model.set_field("metadata.plan", [("free", share)])
    stage.model.set_users("metadata.user_id", 200)
    assert stage.document.history.count() == 2
    assert stage.service.population_of(stage.document.route).users == {"metadata.user_id": 200}
    stage.document.history.undo()
    assert stage.model.population.users == {}
    stage.document.history.undo()
    assert stage.model.population == Population()
    assert stage.document.route.sidecar == ROUTE.sidecar


def test_fields_keys_and_models_are_those_of_the_route(stage: Stage) -> None:
    assert stage.model.fields == {"metadata.plan": ("free",)}
    assert stage.model.keys == ("metadata.user_id",)
    stage.model.set_field("metadata.user_id", [("me", 1.0)])
    assert not stage.model.keys
    assert stage.model.fields["metadata.user_id"] == ()
    first, second = stage.model.models
    assert (first.key, second.price) == ("openai/gpt-4o-mini", None)
    assert first.price is not None
    assert first.price.input == 0.5


def test_a_model_is_described_where_it_was_before(stage: Stage) -> None:
    stage.model.describe("", Population(models={"m1": Behaviour({429: 0.1})}))
    first = stage.model.models[0]
    assert first.key == "m1"
    stage.model.set_behaviour(first.key, replace(first.behaviour, timeouts=0.5))
    assert stage.model.population.models == {"m1": Behaviour({429: 0.1}, 0.5)}
    stage.model.set_behaviour(first.key, Behaviour())
    assert stage.model.population.models == {}


def test_lengths_are_kept(stage: Stage) -> None:
    stage.model.set_prompt(LogNormal(10, 20))
    stage.model.set_output(LogNormal(1, 2))
    assert (stage.model.population.prompt, stage.model.population.output) == (
        LogNormal(10, 20),
        LogNormal(1, 2),
    )


def test_a_population_that_cannot_be_read_is_told_and_can_be_begun_anew(stage: Stage, run_qt: Run) -> None:
    sidecar = {"population": {"fields": {"metadata.plan": {"free": 200}}}}

    async def scenario() -> None:
        stage.document.edit("Break", replace(ROUTE, sidecar=sidecar))
        stage.model.watch(True)
        assert stage.model.phase is Phase.FAILED
        assert "100" in str(stage.model.problem)
        stage.model.simulate()
        assert stage.model.progress is None
        stage.model.start_over()
        await stage.finish()
        stage.model.watch(False)

    run_qt(scenario())
    assert stage.model.problem is None
    assert stage.model.odds is not None


def test_where_there_is_too_much_to_tell_apart_a_simulation_takes_its_place(
    stage: Stage, run_qt: Run
) -> None:
    async def scenario() -> None:
        stage.service.too_many = True
        stage.model.watch(True)
        await stage.finish()
        assert stage.model.too_many
        assert stage.model.overlay == NOTHING
        stage.model.simulate()
        await asyncio.sleep(0)
        assert len(stage.running.items) == 1
        await stage.finish()
        stage.model.watch(False)

    run_qt(scenario())
    assert isinstance(stage.model.shown, Simulated)
    assert stage.model.overlay.labels["s", "next"] == "100 %"
    assert stage.model.agreement is None
    assert stage.running.items == ()


def test_a_simulation_agrees_with_the_odds_and_is_forgotten_with_an_edit(stage: Stage, run_qt: Run) -> None:
    async def scenario() -> None:
        stage.model.set_field("metadata.plan", PLANS)
        stage.model.watch(True)
        stage.model.simulate()
        await stage.finish()
        stage.model.watch(False)

    run_qt(scenario())
    agreement = stage.model.agreement
    assert agreement is not None
    assert 0 < agreement.share < 0.02
    assert 0 < agreement.cost < 0.2
    stage.model.set_requests(1)
    assert stage.model.simulated is None


@pytest.mark.parametrize("by", ["button", "header", "edit"])
def test_a_simulation_can_be_stopped(stage: Stage, run_qt: Run, by: str) -> None:
    async def scenario() -> None:
        stage.service.held = True
        stage.model.simulate()
        await asyncio.sleep(0.01)
        assert stage.model.progress == 0.25
        (work,) = stage.running.items
        assert work.progress == 0.25
        stop: dict[str, Callable[[], None]] = {
            "button": stage.model.stop_simulation,
            "header": work.cancel,
            "edit": lambda: stage.model.set_requests(7),
        }
        stop[by]()
        await stage.finish()
        assert stage.model.progress is None
        assert stage.running.items == ()
        await stage.model.aclose()

    run_qt(scenario())


def test_the_log_describes_requests(run_qt: Run, qapp: object) -> None:
    plans = ("free", "free", "pro")
    stage = Stage([row(metadata={"plan": plan}, tokens_in=10, tokens_out=5) for plan in plans])
    told: list[int] = []
    stage.model.described.connect(told.append)

    async def scenario() -> None:
        stage.model.describe_by_log()
        assert stage.model.describing
        await stage.finish()

    run_qt(scenario())
    assert not stage.model.describing
    assert told == [3]
    assert [round(one.share) for one in stage.model.population.segments] == [2, 1]
    stage.model.by_hand()
    assert stage.model.population.segments == ()
    stage.document.history.undo()
    assert len(stage.model.population.segments) == 2


def test_an_empty_log_describes_nothing(stage: Stage, run_qt: Run) -> None:
    told: list[int] = []
    stage.model.described.connect(told.append)

    async def scenario() -> None:
        stage.model.describe_by_log()
        await stage.finish()

    run_qt(scenario())
    assert told == [0]
    assert stage.document.clean


def test_a_log_that_cannot_be_read_is_told(run_qt: Run, qapp: object) -> None:
    stage = Stage(RequestFailed("No gateway.", failure=Failure.CONNECT, maker=Maker.NETWORK))

    async def scenario() -> None:
        stage.model.describe_by_log()
        await stage.finish()

    run_qt(scenario())
    assert [notice.text for notice in stage.said] == ["No gateway."]
    assert not stage.model.describing
