"""The most that a period can cost: never less than any way of filling limits and failing models, and no more where that is plain."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.routes.samples import END, model, route_of, start
from tests.routing.populated import a_dollar, populations, routes
from tests.routing.test_odds import condition, plans, rate
from workbench.domain.routes.elements import Route
from workbench.routing.combinations import Look
from workbench.routing.flow import Course
from workbench.routing.population import LogNormal, Population, TokenPrice
from workbench.routing.spending import longest_wait, worst_spend

PRICES = {"dear": TokenPrice(10, 0), "cheap": TokenPrice(1, 0), "cheaper": TokenPrice(0.1, 0)}
FIXED = Population(prompt=LogNormal(1000, 1000))


def course(route: Route, population: Population = FIXED) -> Course:
    return Course(Look(route, population), lambda provider, name: PRICES[name])


def spent(route: Route, requests: float, hours: float = 1, population: Population = FIXED) -> float:
    return worst_spend(course(route, population), requests, hours * 3600)


def test_a_budget_before_everything_is_the_most_but_for_one_request() -> None:
    route = route_of(start("b"), rate("b", 5, "dear", "end", limitType="cost"), model("dear", "end"), END)
    assert spent(route, 10_000) == pytest.approx(5.01, rel=1e-4)
    assert spent(route, 100) == pytest.approx(1.0)  # not even the budget
    assert spent(route, 100_000, hours=24) == pytest.approx(24 * 5.01, rel=1e-4)


def test_a_budget_that_two_ways_lead_to_is_spent_once() -> None:
    route = route_of(
        start("c"),
        condition("c", {"metadata.plan": "free"}, "b", "cheap"),
        model("cheap", "b"),
        rate("b", 5, "dear", "end", limitType="cost"),
        model("dear", "end"),
        END,
    )
    found = spent(route, 10_000, population=Population(plans(free=0.5), prompt=LogNormal(1000, 1000)))
    assert found == pytest.approx(5.01 + 5000 * 0.001, rel=1e-3)


def test_two_limits_in_a_row_are_both_kept() -> None:
    route = route_of(
        start("r"),
        rate("r", 100, "b", "cheap"),
        rate("b", 0.5, "dear", "cheaper", limitType="cost"),
        *(model(name, "end") for name in PRICES),
        END,
    )
    # 51 dear ones (the last over the budget), 49 cheaper ones, 900 cheap ones; the bound takes those 49 for cheap ones too.
    assert 0.51 + 49 * 0.0001 + 900 * 0.001 < spent(route, 1000) <= (0.51 + 949 * 0.001) * (1 + 1e-5)


def test_splits_keep_to_their_shares() -> None:
    ports = {"10%": {"elementId": "dear"}, "else": {"elementId": "cheap"}}
    route = route_of(
        start("p"),
        {"id": "p", "type": "percentage", "outputs": ports},
        model("dear", "end"),
        model("cheap", "end"),
        END,
    )
    assert spent(route, 1000) == pytest.approx(100 * 0.01 + 900 * 0.001)


def test_nothing_comes_of_nothing() -> None:
    assert spent(route_of(start("dear"), model("dear", "end"), END), 0) == 0


@given(routes(), populations(), st.integers(1, 5000))
@settings(max_examples=60)
def test_it_is_no_less_than_what_is_spent_on_average_within_its_limits(
    route: Route, population: Population, requests: int
) -> None:
    """Limits of the population's own telling may let through more than a window does; here they are all over."""
    closed = Population(
        population.fields,
        population.segments,
        population.prompt,
        population.output,
        population.models,
        limits={f"e{number}": 1.0 for number in range(8)},
    )
    through = Course(Look(route, closed), a_dollar)
    flow = through.settle()
    expected = sum(
        float((through.share_at(flow, id) * one.ok * through.costs[id]).sum())
        for id, one in through.chances.items()
    )
    assert worst_spend(through, requests, 3600) >= expected * requests * (1 - 1e-9)


def test_the_longest_wait_adds_up_time_outs_and_tries_along_the_chain() -> None:
    route = route_of(
        start("dear"),
        model("dear", "end", "cheap", timeout=2000, retries=2),
        model("cheap", "end", "cheaper", timeout=1000),
        model("cheaper", "end", timeout=500, retries=1),
        END,
    )
    assert longest_wait(course(route)) == (6000 + 1000 + 1000, True)


def test_the_longest_wait_is_on_a_way_that_some_request_can_take() -> None:
    route = route_of(
        start("c"),
        condition("c", {"metadata.plan": "free"}, "dear", "cheap"),
        model("dear", "end", timeout=9000),
        model("cheap", "end", timeout=1000),
        END,
    )
    assert longest_wait(course(route)) == (1000, True)
    assert longest_wait(course(route, Population(plans(free=0.01)))) == (9000, True)
