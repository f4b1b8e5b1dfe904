"""The exact odds of a route for a described population: every wire, every answer, cost and time, with nothing drawn.

Requests that a route cannot tell apart are one kind, and each kind's share is carried from the start along the wires. One
field has one value on the whole way; what models do is independent for each try. Exact but for limits (routing.steady).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from workbench.domain.routes.elements import Route
from workbench.routing.combinations import Look
from workbench.routing.combinations import TooManyCombinations as TooManyCombinations
from workbench.routing.flow import By, Course, Flow, Mass
from workbench.routing.flow import Prices as Prices
from workbench.routing.population import Population
from workbench.routing.spending import longest_wait, worst_spend

PERIODS: Final = {"hour": 3600, "day": 86_400, "month": 2_592_000}
"""Seconds; a month has 30 days."""


@dataclass(frozen=True, slots=True)
class Times:
    """answered_ms, error_ms: until the first byte of an answer, or the error, on average; None where there is none.

    worst_ms: the longest that somebody can wait. bounded: every try on that way has a time-out; else see tries.Chances.
    """

    answered_ms: float | None
    error_ms: float | None
    worst_ms: float
    bounded: bool


class Spend(NamedTuple):
    """Of one period: how many requests come, what they cost on average, and the most they can cost (routing.spending)."""

    requests: float
    expected: float
    worst: float


@dataclass(frozen=True, slots=True)
class Odds:
    """Shares are of all requests. wires: by element and port, also where the port leads nowhere. errors: by the element where
    it ended. tries: by model element, for each request. over: by limit, of the requests that come to it. cost: in US dollars
    for each request, without the models of `unpriced`. spend: by name of PERIODS. undescribed: fields that the route looks at
    and nothing describes, so that no request has them. combinations: how many were gone through.
    """

    elements: Mapping[str, float]
    wires: Mapping[tuple[str, str], float]
    answers: Mapping[str, float]
    error: float
    errors: Mapping[str, float]
    tries: Mapping[str, float]
    over: Mapping[str, float]
    cost: Mapping[str, float]
    cost_per_request: float
    unpriced: tuple[str, ...]
    times: Times
    spend: Mapping[str, Spend]
    undescribed: tuple[str, ...]
    combinations: int


def odds(route: Route, population: Population, prices: Prices) -> Odds:
    """Raises RouteError for a route that cannot run, TooManyCombinations where there is too much to tell apart."""
    course = Course(Look(route, population), prices)
    flow = course.settle()
    elements = {id: _total(by) for id, by in flow.met.items()}
    errors = {id: _share(by[""]) for id, by in flow.ended.items() if "" in by}
    cost = {
        id: float((course.share_at(flow, id) * chances.ok * course.costs[id]).sum())
        for id, chances in course.chances.items()
    }
    return Odds(
        elements=elements,
        wires=flow.wires,
        answers=_answers(course, flow),
        error=sum(errors.values()),
        errors=errors,
        tries={id: elements[id] * chances.tries for id, chances in course.chances.items()},
        over={id: _over(course, flow, id) for id in course.over},
        cost=cost,
        cost_per_request=sum(cost.values()),
        unpriced=tuple(course.unpriced),
        times=_times(course, flow),
        spend=_spend(course, sum(cost.values())),
        undescribed=course.look.undescribed,
        combinations=course.kinds.combinations,
    )


def _share(mass: Mass) -> float:
    return float(mass.share.sum())


def _total(by: By) -> float:
    return sum(_share(mass) for mass in by.values())


def _answers(course: Course, flow: Flow) -> dict[str, float]:
    found = dict.fromkeys(course.chances, 0.0)
    for by in flow.ended.values():
        for element, mass in by.items():
            if element:
                found[element] += _share(mass)
    return found


def _over(course: Course, flow: Flow, id: str) -> float:
    share = course.share_at(flow, id)
    total = float(share.sum())
    return float((share * course.over[id][course.kinds.columns[id]]).sum()) / total if total else 0.0


def _times(course: Course, flow: Flow) -> Times:
    ended = [pair for by in flow.ended.values() for pair in by.items()]
    worst_ms, bounded = longest_wait(course)
    return Times(
        _mean([mass for by, mass in ended if by]),
        _mean([mass for by, mass in ended if not by]),
        worst_ms,
        bounded,
    )


def _mean(masses: list[Mass]) -> float | None:
    share = sum(_share(mass) for mass in masses)
    return sum(float(mass.waited.sum()) for mass in masses) / share if share > 0 else None


def _spend(course: Course, cost: float) -> dict[str, Spend]:
    found = {}
    for name, seconds in PERIODS.items():
        requests = course.population.requests_per_hour * seconds / 3600
        expected = cost * requests
        found[name] = Spend(requests, expected, max(expected, worst_spend(course, requests, seconds)))
    return found
