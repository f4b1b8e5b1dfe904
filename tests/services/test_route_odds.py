"""Odds and simulations off the loop's thread: prices by the catalogue, progress, cancelling."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from tests.conftest import Run
from tests.domain.routes.samples import API, END, model, route_of, start
from tests.gateway.journal.rows import row
from workbench.domain.models import Model, Price
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.services.route_odds import LogNormal, Population, RouteOdds, TokenPrice, ValueShare

PRICED = (Price("per M input tokens", 0.5), Price("per M output tokens", 1.5))


class Catalogue:
    def __init__(self, *models: Model) -> None:
        self._models = {one.id: one for one in models}
        self.threads: set[int] = set()

    def find(self, model_id: str) -> Model:
        self.threads.add(threading.get_ident())
        return self._models.get(model_id, Model(model_id, known=False))


SERVICE = RouteOdds(Catalogue(Model("@cf/x", prices=PRICED), Model("openai/m1", prices=PRICED)))
ROUTE = route_of(start("m1"), model("m1", "end"), END)


@pytest.mark.parametrize(
    ("provider", "name", "price"),
    [
        ("workers-ai", "@cf/x", TokenPrice(0.5, 1.5)),
        ("openai", "m1", TokenPrice(0.5, 1.5)),
        ("openai", "m2", None),
        ("google", "@cf/x", None),
    ],
)
def test_prices_are_the_catalogues(provider: str, name: str, price: TokenPrice | None) -> None:
    assert SERVICE.price_of(provider, name) == price


def test_a_price_for_input_alone_is_none() -> None:
    half = RouteOdds(Catalogue(Model("openai/m1", prices=PRICED[:1])))
    assert half.price_of("openai", "m1") is None


def test_odds_are_reckoned_in_another_thread(run_async: Run) -> None:
    catalogue = Catalogue(Model("openai/m1", prices=PRICED))
    found = run_async(RouteOdds(catalogue).odds(ROUTE, Population()))
    assert found.answers == {"m1": 1.0}
    assert found.cost_per_request > 0
    assert threading.get_ident() not in catalogue.threads


def test_a_simulation_tells_how_far_it_is_in_the_loops_thread(run_async: Run) -> None:
    told: list[tuple[float, int]] = []

    async def scenario() -> None:
        found = await SERVICE.simulate(
            ROUTE,
            Population(),
            requests=200_000,
            progress=lambda part: told.append((part, threading.get_ident())),
        )
        await asyncio.sleep(0)
        assert found.requests == 200_000

    run_async(scenario())
    assert told[-1] == (1.0, threading.get_ident())


def test_a_cancelled_simulation_stops_drawing(run_async: Run) -> None:
    told: list[float] = []

    async def scenario() -> None:
        begun = asyncio.Event()

        def progress(part: float) -> None:
            told.append(part)
            begun.set()

        async with asyncio.TaskGroup() as group:
            drawing = SERVICE.simulate(ROUTE, Population(), requests=20_000_000, progress=progress)
            task = group.create_task(drawing)
            await begun.wait()
            task.cancel()
        assert task.cancelled()

    run_async(scenario())  # which waits for the thread
    assert told
    assert told[-1] < 1


def test_a_route_that_cannot_run_is_refused(run_async: Run) -> None:
    with pytest.raises(RouteError, match="no start"):
        run_async(SERVICE.odds(Route("r", ()), Population()))


def test_a_population_is_kept_beside_the_route() -> None:
    population = Population({"metadata.plan": (ValueShare("free", 0.5),)})
    assert SERVICE.population_of(SERVICE.with_population(ROUTE, population)) == population


def test_rows_of_the_journal_describe_a_population() -> None:
    rows = [row(tokens_in=10), row(tokens_in=10), row(model="")]
    (segment,) = SERVICE.described_by(rows, ROUTE).segments
    assert (segment.share, segment.prompt) == (2, LogNormal(10, 10))


def test_what_a_route_looks_at_is_told_with_the_values_it_compares() -> None:
    route = read_route(API).route
    conditions = {
        "$or": [
            {"metadata.plan": {"$in": ["pro", "free"]}, "request.has_image": True},
            {"$not": {"headers.X-Team": {"$ne": "search"}}},
            {"metadata.plan": "team", "request.prompt_tokens_estimate": {"$gt": 4000}},
            {"metadata.seats": {"$gt": 3}},
        ]
    }
    assert SERVICE.fields_of(changed(route, "c", conditions=conditions)) == {
        "metadata.plan": ("pro", "free", "team"),
        "request.has_image": (True,),
        "headers.x-team": ("search",),
        "metadata.seats": (),
    }
    assert SERVICE.fields_of(changed(route, "p", sticky="metadata.user_id"))["metadata.user_id"] == ()
    assert SERVICE.keys_of(route) == ("metadata.user_id",)


def test_a_field_that_is_none_is_told_as_it_is() -> None:
    route = changed(read_route(API).route, "c", conditions={"plan": "free"})
    assert SERVICE.fields_of(route) == {"plan": ("free",)}


def test_numpy_is_imported_when_something_is_reckoned_and_not_before() -> None:
    script = (
        "import sys, workbench.services.route_odds, workbench.services.route_replay\n"
        "print('numpy' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout == "False\n"
