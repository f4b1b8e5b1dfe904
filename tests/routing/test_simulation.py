"""A simulation agrees with the exact odds within what chance allows, and can be watched and stopped."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings

from tests.domain.routes.samples import END, model, route_of, shares, start, to
from tests.routing.populated import a_dollar, no_prices, populations, request_by_request, routes
from tests.routing.test_odds import condition, many_fields, plans, rate
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.elements import Conditional, Route, Start
from workbench.routing.odds import odds
from workbench.routing.population import Behaviour, Histogram, LogNormal, Population, Segment, TokenPrice
from workbench.routing.simulation import Simulated, simulate

DRAWN = 40_000


def assert_near(exact: Mapping[Any, float], drawn: Mapping[Any, float], many: int = DRAWN) -> None:
    """Within six standard deviations, and a few requests."""
    for name, share in exact.items():
        deviation = sqrt(max(share * (1 - share), 0.0) / many)
        assert abs(drawn.get(name, 0.0) - share) <= 6 * deviation + 5 / many, name


@given(routes(), populations())
@settings(max_examples=60)
def test_a_simulation_agrees_with_the_odds(route: Route, population: Population) -> None:
    exact = odds(route, population, a_dollar)
    drawn = simulate(route, population, a_dollar, DRAWN)
    assert_near(exact.wires, drawn.wires)
    assert_near(exact.answers, drawn.answers)
    assert_near(exact.elements, drawn.elements)
    assert_near(exact.errors, drawn.errors)
    assert drawn.error == pytest.approx(1 - sum(drawn.answers.values()))
    # Tokens and tries have a spread of their own: the least that can be said of them is roughly.
    assert drawn.cost_per_request == pytest.approx(exact.cost_per_request, rel=0.1, abs=2e-6)
    assert drawn.cost_usd.mean == pytest.approx(drawn.cost_per_request, rel=1e-3, abs=1e-12)
    for element, tries in exact.tries.items():
        assert drawn.tries[element] == pytest.approx(tries, abs=0.05)
    if drawn.first_byte_ms and exact.times.answered_ms and sum(exact.answers.values()) > 0.1:
        slowest = max(abs(exact.times.answered_ms) * 0.1, 6 * 300_000 * sqrt(0.1 / (DRAWN * 0.1)))
        assert abs(drawn.first_byte_ms.mean - exact.times.answered_ms) < slowest


@given(routes(), populations())
@settings(max_examples=25)
def test_a_simulation_agrees_with_the_engine_run_request_by_request(
    route: Route, population: Population
) -> None:
    many, dice = 1500, random.Random(3)
    run = request_by_request(route, population, many, dice)
    drawn = simulate(route, population, no_prices, DRAWN)
    # Both are drawn; the engine's few have nearly all of the spread.
    assert_near({name: drawn.answers.get(name, 0.0) for name in run.answers}, run.answers, many)
    assert_near({wire: drawn.wires.get(wire, 0.0) for wire in run.wires}, run.wires, many)
    assert_near({"error": drawn.error}, {"error": run.error}, many)


def simple() -> Route:
    return route_of(start("m1"), model("m1", "end", "end", timeout=1000, retries=1), END)


def test_times_and_costs_are_told_by_percentiles() -> None:
    population = Population(
        prompt=LogNormal(1000, 3000),
        output=LogNormal(1, 1),
        models={"*": Behaviour(first_byte=LogNormal(300, 700))},
    )
    drawn = simulate(simple(), population, lambda provider, name: TokenPrice(1, 0), 100_000)
    assert drawn.first_byte_ms is not None
    assert drawn.first_byte_ms.p50 == pytest.approx(300, rel=0.03)
    assert drawn.first_byte_ms.p95 == pytest.approx(700, rel=0.05)
    assert drawn.cost_usd.p50 == pytest.approx(1e-3, rel=0.03)
    assert drawn.cost_usd.p95 == pytest.approx(3e-3, rel=0.05)


def test_what_nobody_answers_has_no_time() -> None:
    population = Population(models={"*": Behaviour({500: 1.0})})
    drawn = simulate(simple(), population, no_prices, 1000)
    assert drawn.error == 1
    assert drawn.errors == {"end": 1.0}
    assert drawn.tries == {"m1": 2.0}
    assert drawn.first_byte_ms is None


def test_the_same_seed_draws_the_same() -> None:
    population = Population(models={"*": Behaviour({500: 0.3})})
    first, second = (simulate(simple(), population, a_dollar, 5000, seed=7) for _ in range(2))
    assert first == second
    assert first != simulate(simple(), population, a_dollar, 5000, seed=8)


def test_it_tells_how_far_it_is_and_stops_when_told() -> None:
    told: list[float] = []
    whole = simulate(simple(), Population(), no_prices, 200_000, progress=told.append)
    assert whole.requests == 200_000
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 2
    part = simulate(simple(), Population(), no_prices, 200_000, should_stop=lambda: True)
    assert part.requests == 0
    some = simulate(simple(), Population(), no_prices, 200_000, should_stop=iter([False, True]).__next__)
    assert 0 < some.requests < 200_000
    assert sum(some.answers.values()) + some.error == pytest.approx(1)


@pytest.mark.parametrize("many", [0, -1, 10**9])
def test_a_number_of_requests_that_cannot_be_is_refused(many: int) -> None:
    with pytest.raises(InvalidInput, match="20,000,000"):
        simulate(simple(), Population(), no_prices, many)


def test_what_is_too_much_for_exact_odds_is_simulated() -> None:
    route, population = many_fields(6, 10)
    drawn = simulate(route, population, no_prices, DRAWN)
    assert_near({"m2": 0.9**6}, drawn.answers)


def limited(limit: float = 100, **more: Any) -> list[dict[str, Any]]:
    return [rate("r", limit, "m1", "m2", **more), model("m1", "end"), model("m2", "end"), END]


def test_limits_turn_away_what_the_odds_have_them_turn_away() -> None:
    route = route_of(start("r"), *limited(key="metadata.plan"))
    population = Population(plans(free=0.9, pro=0.1), requests_per_hour=500)
    exact, drawn = odds(route, population, no_prices), simulate(route, population, no_prices, DRAWN)
    assert_near(exact.answers, drawn.answers)
    assert_near(exact.over, drawn.over)


@pytest.mark.parametrize("kind", ["count", "cost"])
def test_limits_are_tried_out_where_the_odds_cannot_be_reckoned(kind: str) -> None:
    wide, population = many_fields(6, 10)
    limit = 1.0 if kind == "cost" else 100.0
    alone = route_of(start("r"), *limited(limit=limit, limitType=kind))
    to_limit = {"m1": "r", "m2": "r"}
    lead = (
        replace(one, outputs={port: to_limit.get(target, target) for port, target in one.outputs.items()})
        for one in wide.elements
        if isinstance(one, Start | Conditional)
    )
    route = Route("r", (*lead, *(one for one in alone.elements if not isinstance(one, Start))))
    whole = Population(prompt=LogNormal(1000, 1000), output=LogNormal(1, 1), requests_per_hour=4000)
    price = {"m1": TokenPrice(1, 0), "m2": TokenPrice(0, 0)}
    exact = odds(alone, whole, lambda provider, name: price[name])
    described = Population(
        population.fields, prompt=whole.prompt, output=whole.output, requests_per_hour=4000
    )
    drawn = simulate(route, described, lambda provider, name: price[name], DRAWN)
    assert drawn.over["r"] == pytest.approx(exact.over["r"], abs=0.02)


def test_each_segment_has_its_own_prompts() -> None:
    route = route_of(
        start("c"),
        condition("c", {"request.prompt_tokens_estimate": {"$gt": 500}}, "m1", "m2"),
        model("m1", "end"),
        model("m2", "end"),
        END,
    )
    kinds = (
        Segment(1, prompt=LogNormal(100, 200)),
        Segment(1, prompt=Histogram(((501, 600, 1), (1, 100, 3)))),
        Segment(2, body={"messages": [{"role": "user", "content": "four" * 800}]}),
    )
    for segments in (kinds, kinds[:1] + kinds[2:]):
        population = Population(segments=segments)
        exact, drawn = odds(route, population, a_dollar), simulate(route, population, a_dollar, DRAWN)
        assert_near(exact.answers, drawn.answers)
        assert drawn.cost_per_request == pytest.approx(exact.cost_per_request, rel=0.05)


def test_a_split_by_many_shares_is_drawn_as_it_is_written() -> None:
    ports = shares({"10%": "m1", "0%": "m2", "60%": "m3", "else": "m4"})
    names = ["m1", "m2", "m3", "m4"]
    route = route_of(
        start("p"),
        {"id": "p", "type": "percentage", "outputs": ports},
        *(model(name, "end") for name in names),
        END,
    )
    drawn = simulate(route, Population(), no_prices, DRAWN)
    assert_near({"m1": 0.1, "m2": 0.0, "m3": 0.6, "m4": 0.3}, drawn.answers)
    assert drawn.wires["p", "0%"] == 0


def test_a_route_that_ends_nowhere_is_an_error_there() -> None:
    route = route_of({"id": "start", "type": "start", "outputs": to()})
    drawn: Simulated = simulate(route, Population(), no_prices, 100)
    assert drawn.errors == {"start": 1.0}
    assert drawn.error == 1.0
