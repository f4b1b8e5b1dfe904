"""Odds are exact: what going every way with the engine comes to, and what is reckoned by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from tests.domain.routes.samples import END, model, route_of, shares, start, to
from tests.routing.populated import a_dollar, every_way, no_prices, populations, routes
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.routing.odds import Odds, TooManyCombinations, odds
from workbench.routing.population import (
    Behaviour,
    LogNormal,
    Population,
    Segment,
    TokenPrice,
    ValueShare,
    read_population,
)
from workbench.routing.sticky import position


@given(routes(), populations())
@settings(max_examples=150)
def test_odds_are_what_every_way_of_the_engine_comes_to(route: Route, population: Population) -> None:
    found, gone = odds(route, population, no_prices), every_way(route, population)
    for wire, share in gone.wires.items():
        assert found.wires[wire] == pytest.approx(share, abs=1e-9), wire
    targets = {(element, port) for element, port, _ in route.links()}
    for wire, share in found.wires.items():
        if wire in targets:
            assert gone.wires[wire] == pytest.approx(share, abs=1e-9), wire
    for element, share in found.answers.items():
        assert gone.answers[element] == pytest.approx(share, abs=1e-9)
    assert found.error == pytest.approx(gone.error, abs=1e-9)


@given(routes(), populations())
@settings(max_examples=100)
def test_every_request_ends_once_and_waits_no_longer_than_the_longest(
    route: Route, population: Population
) -> None:
    found = odds(route, population, a_dollar)
    assert sum(found.answers.values()) + found.error == pytest.approx(1)
    assert sum(found.errors.values()) == pytest.approx(found.error)
    for element in found.elements:
        if element != "start":
            came = sum(
                found.wires.get((one, port), 0.0) for one, port, target in route.links() if target == element
            )
            assert came == pytest.approx(found.elements[element], abs=1e-9)
    for spend in found.spend.values():
        assert spend.expected <= spend.worst * (1 + 1e-9)


def condition(id: str, query: dict[str, Any], true: str, false: str) -> dict[str, Any]:
    return {
        "id": id,
        "type": "conditional",
        "properties": {"conditions": query},
        "outputs": to(true=true, false=false),
    }


def rate(id: str, limit: float, success: str, fallback: str, **more: Any) -> dict[str, Any]:
    properties = {"limitType": "count", "key": "metadata.user", "limit": limit, "window": 3600, **more}
    return {
        "id": id,
        "type": "rate",
        "properties": properties,
        "outputs": to(success=success, fallback=fallback),
    }


def plans(**shares: float) -> dict[str, tuple[ValueShare, ...]]:
    return {"metadata.plan": tuple(ValueShare(*pair) for pair in shares.items())}


def test_a_field_has_one_value_on_the_whole_way() -> None:
    route = route_of(
        start("c1"),
        condition("c1", {"metadata.plan": "free"}, "c2", "m2"),
        condition("c2", {"metadata.plan": "free"}, "m1", "m2"),
        model("m1", "end", "end"),
        model("m2", "end", "end"),
        END,
    )
    found = odds(route, Population(plans(free=0.8, pro=0.15)), no_prices)
    assert found.answers == pytest.approx({"m1": 0.8, "m2": 0.2})
    assert found.wires["c2", "false"] == 0


def test_a_prompt_is_cut_where_conditions_compare_it_and_costs_what_it_is_long() -> None:
    route = route_of(
        start("c"),
        condition("c", {"request.prompt_tokens_estimate": {"$gt": 1000}}, "long", "short"),
        model("long", "end"),
        model("short", "end"),
        END,
    )
    prompt, usual = LogNormal(500, 4000), Population()
    found = odds(route, Population(prompt=prompt), lambda provider, name: TokenPrice(1, 0))
    share, mass = prompt.within(1001, float("inf"))
    assert found.answers["long"] == pytest.approx(share)
    assert found.cost["long"] == pytest.approx(mass / 1e6)
    assert found.cost_per_request == pytest.approx(prompt.mean / 1e6)
    assert mass / share > prompt.mean > (prompt.mean - mass) / (1 - share)
    assert found.spend["hour"].expected == pytest.approx(found.cost_per_request * usual.requests_per_hour)


def test_values_of_a_segment_belong_together() -> None:
    route = route_of(
        start("c"),
        condition("c", {"metadata.plan": "pro", "headers.cf-ipcountry": "DE"}, "m1", "m2"),
        model("m1", "end"),
        model("m2", "end"),
        END,
    )
    german, french = Segment(30, {"plan": "pro"}, {"cf-ipcountry": "DE"}), Segment(70, {"plan": "free"})
    together = odds(route, Population(segments=(german, french)), no_prices)
    assert together.answers == pytest.approx({"m1": 0.3, "m2": 0.7})
    apart = {**plans(pro=0.3, free=0.7), "headers.cf-ipcountry": (ValueShare("DE", 0.3),)}
    assert odds(route, Population(apart), no_prices).answers["m1"] == pytest.approx(0.09)


def test_a_sticky_split_places_each_described_value_where_the_engine_does() -> None:
    route = route_of(
        start("p"),
        {"id": "p", "type": "percentage", "outputs": shares({"50%": "m1", "else": "m2"})},
        model("m1", "end"),
        model("m2", "end"),
        END,
        workbench={"sticky": {"p": "metadata.plan"}},
    )
    found = odds(route, Population(plans(free=0.6, pro=0.3)), no_prices)
    first = sum(share for plan, share in (("free", 0.6), ("pro", 0.3)) if position("r", "p", plan) * 100 < 50)
    assert found.answers["m1"] == pytest.approx(first + 0.1 / 2)  # dice for those without a plan


def test_tries_fail_independently_and_a_time_out_takes_its_time_each_time() -> None:
    route = route_of(start("m1"), model("m1", "end", "m2", timeout=1000, retries=1), model("m2", "end"), END)
    behaviours = {"m1": Behaviour({}, 0.5, LogNormal(200, 200)), "m2": Behaviour({}, 0, LogNormal(100, 100))}
    found = odds(route, Population(models=behaviours), no_prices)
    assert found.answers == pytest.approx({"m1": 0.75, "m2": 0.25})
    assert found.tries == pytest.approx({"m1": 1.5, "m2": 0.25})
    assert found.times.answered_ms == pytest.approx(0.5 * 200 + 0.25 * 1200 + 0.25 * 2100)
    assert found.times.worst_ms == pytest.approx(2100)
    assert not found.times.bounded  # m2 has no time-out
    assert found.error == 0
    assert found.times.error_ms is None


def test_the_last_model_that_answers_counts_and_each_answer_costs() -> None:
    route = route_of(start("m1"), model("m1", "m2"), model("m2", "end"), END)
    fixed = Population(prompt=LogNormal(10, 10), output=LogNormal(5, 5))
    found = odds(route, fixed, a_dollar)
    assert found.answers == {"m1": 0, "m2": 1}
    assert found.cost_per_request == pytest.approx(30e-6)


def test_a_limit_turns_away_what_is_too_much_for_its_buckets() -> None:
    route = route_of(start("r"), rate("r", 100, "m1", "m2"), model("m1", "end"), model("m2", "end"), END)
    crowd = Population(requests_per_hour=4000)
    alone = odds(route, crowd, no_prices)
    assert alone.over["r"] == pytest.approx(1 - 100 / 4000, abs=1e-3)
    assert alone.undescribed == ("metadata.user",)
    shared = odds(route, Population(requests_per_hour=4000, users={"metadata.user": 80}), no_prices)
    assert shared.over["r"] < 1e-3
    assert shared.undescribed == ()
    told = odds(route, Population(requests_per_hour=4000, limits={"r": 0.4}), no_prices)
    assert told.answers == pytest.approx({"m1": 0.6, "m2": 0.4})


def test_a_value_that_is_busier_meets_its_limit_sooner() -> None:
    limit = rate("r", 100, "m1", "m2", key="metadata.plan")
    route = route_of(start("r"), limit, model("m1", "end"), model("m2", "end"), END)
    found = odds(route, Population(plans(free=0.9, pro=0.1), requests_per_hour=500), no_prices)
    assert found.answers["m2"] == pytest.approx((450 - 100) / 500, abs=0.01)


def test_a_budget_lets_through_what_it_pays_for() -> None:
    budget = rate("b", 1.0, "dear", "cheap", limitType="cost")
    route = route_of(start("b"), budget, model("dear", "end"), model("cheap", "end"), END)
    population = Population(prompt=LogNormal(1000, 1000), output=LogNormal(1, 1), requests_per_hour=4000)
    price = {"dear": TokenPrice(1, 0), "cheap": TokenPrice(0.01, 0)}
    found = odds(route, population, lambda provider, name: price[name])
    assert found.answers["dear"] == pytest.approx(1000.5 / 4000, abs=1e-3)  # at $0.001 each
    assert found.spend["hour"].worst == pytest.approx(1.001 + 2999 * 1e-5, rel=1e-3)


def test_the_worst_spend_has_everything_fail_to_where_it_is_dear() -> None:
    price = {"m1": TokenPrice(1, 0), "m2": TokenPrice(10, 0)}
    route = route_of(start("m1"), model("m1", "end", "m2"), model("m2", "end"), END)
    population = Population(prompt=LogNormal(1000, 1000), requests_per_hour=100)
    found = odds(route, population, lambda provider, name: price[name])
    assert found.spend["hour"].expected == pytest.approx(0.1)
    assert found.spend["day"].worst == pytest.approx(24.0)


def test_the_worst_spend_keeps_to_a_limit_of_requests() -> None:
    route = route_of(
        start("r"), rate("r", 10, "dear", "cheap"), model("dear", "end"), model("cheap", "end"), END
    )
    price = {"dear": TokenPrice(10, 0), "cheap": TokenPrice(1, 0)}
    population = Population(prompt=LogNormal(1000, 1000), requests_per_hour=1000, users={"metadata.user": 5})
    found = odds(route, population, lambda provider, name: price[name])
    assert found.spend["hour"].worst == pytest.approx(50 * 0.01 + 950 * 0.001)
    assert found.spend["day"].worst == pytest.approx(24 * (50 * 0.01 + 950 * 0.001))


def test_what_has_no_price_is_named_and_costs_nothing() -> None:
    found = odds(route_of(start("m1"), model("m1", "end"), END), Population(), no_prices)
    assert found.unpriced == ("openai/m1",)
    assert found.cost_per_request == 0


def test_fields_that_nothing_describes_are_named_and_missing() -> None:
    route = route_of(
        start("c"),
        condition("c", {"metadata.plan": {"$exists": True}}, "m1", "m2"),
        model("m1", "end"),
        model("m2", "end"),
        END,
    )
    found = odds(route, Population(), no_prices)
    assert found.undescribed == ("metadata.plan",)
    assert found.answers == {"m1": 0, "m2": 1}


def many_fields(fields: int, values: int) -> tuple[Route, Population]:
    query = {f"metadata.f{number}": "v0" for number in range(fields)}
    conditions = [
        condition(f"c{number}", {name: value}, "m1", f"c{number + 1}" if number + 1 < fields else "m2")
        for number, (name, value) in enumerate(query.items())
    ]
    described = {
        "fields": {name: {f"v{value}": 100 / values for value in range(values)} for name in query},
    }
    route = route_of(start("c0"), *conditions, model("m1", "end"), model("m2", "end"), END)
    return route, read_population(described)


def test_too_much_to_tell_apart_is_refused_by_name_and_points_to_the_simulation() -> None:
    route, population = many_fields(6, 10)
    with pytest.raises(TooManyCombinations) as caught:
        odds(route, population, no_prices)
    assert "1,000,000" in caught.value.what
    assert "metadata.f3" in caught.value.why
    assert "simulate" in caught.value.fix
    assert set(caught.value.fields) == {f"metadata.f{number}" for number in range(6)}


def test_nearly_too_much_is_reckoned() -> None:
    route, population = many_fields(5, 10)
    found = odds(route, population, no_prices)
    assert found.combinations == 100_000
    assert found.answers["m2"] == pytest.approx(0.9**5)


def test_a_route_that_cannot_run_is_refused_with_its_place() -> None:
    with pytest.raises(RouteError, match="no start"):
        odds(Route("r", ()), Population(), no_prices)


def test_names_of_headers_may_be_spelt_in_any_way() -> None:
    route = route_of(
        start("c"),
        condition("c", {"headers.X-Team": "search"}, "m1", "m2"),
        model("m1", "end"),
        model("m2", "end"),
        END,
    )
    fields = {"headers.X-TEAM": (ValueShare("search", 0.25),)}
    assert odds(route, Population(fields), no_prices).answers["m1"] == pytest.approx(0.25)
    told = Population(fields, segments=(Segment(headers={"X-team": "sales"}),))
    assert odds(route, told, no_prices).answers["m1"] == 0


def test_the_same_population_has_equal_odds() -> None:
    route = route_of(start("m1"), model("m1", "end"), END)
    first, second = (odds(route, Population(), no_prices) for _ in range(2))
    assert isinstance(first, Odds)
    assert first == second
