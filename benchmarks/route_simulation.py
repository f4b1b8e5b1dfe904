"""A million requests through a route of ten elements, with percentiles, against the same draws written out in plain NumPy.

    python -m benchmarks.route_simulation

The reference knows the route by heart: one array of booleans for each element, no tables, no counts of wires. Both draw in
turns on one core; medians of rounds of CPU time. Beside it: the exact odds, and how time grows with elements and requests.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from benchmarks.harness import Row, show
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route
from workbench.routing.odds import odds
from workbench.routing.population import Population, TokenPrice, read_population
from workbench.routing.simulation import simulate

REQUESTS = 1_000_000
ROUNDS = 9
SHORT, LONG = 25, 100
PRICE = TokenPrice(1.0, 2.0)
FIRST_BYTE = {"median": 600, "p95": 2000}
POPULATION = {
    "requests_per_hour": 8000,
    "users": {"metadata.user_id": 50},
    "fields": {
        "metadata.plan": {"free": 60, "paid": 30},
        "headers.x-team": {"research": 5, "sales": 60},
        "request.has_image": {"true": 10},
    },
    "limits": {"budget": 10},
    "models": {"*": {"failures": {"500": 5}, "timeouts": 1, "first_byte_ms": FIRST_BYTE}},
}


def main() -> int:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    route, population = read_route(_ten_elements()).route, read_population(POPULATION)
    simulated, plain = _in_turns(
        lambda: simulate(route, population, _price, REQUESTS), lambda: _plain(np.random.default_rng(1))
    )
    exact = _in_turns(lambda: odds(route, population, _price))[0]
    chains = [_chain(SHORT), _chain(LONG)]
    short, long = _in_turns(
        *(lambda one=one: simulate(one, Population(), _price, REQUESTS // 4) for one in chains)
    )
    few, many = _in_turns(
        *(
            lambda count=count: simulate(route, population, _price, count)
            for count in (REQUESTS // 4, REQUESTS)
        )
    )
    return show(
        "route_simulation",
        [
            Row(
                "1,000,000 requests, ten elements", simulated, "s", 0.5, plain, note="reference: plain NumPy"
            ),
            Row("against plain NumPy", simulated, "s", 1.5, plain, relative=True),
            Row("exact odds of the same", exact * 1000, "ms", 50.0),
            _growth(f"an element more, {LONG} against {SHORT}", long / LONG, short / SHORT),
            _growth("250,000 requests more, of 1,000,000", many / 4, few),
        ],
    )


def _growth(name: str, large: float, small: float) -> Row:
    return Row(name, large * 1000, "ms", 1.25, small * 1000, relative=True)


def _price(provider: str, model: str) -> TokenPrice:
    return PRICE


def _in_turns(*works: Callable[[], object]) -> list[float]:
    """Seconds of CPU time, each."""
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(ROUNDS):
        for times, work in zip(taken, works, strict=True):
            begun = time.process_time()
            work()
            times.append(time.process_time() - begun)
    return [median(times) for times in taken]


def _ten_elements() -> dict[str, Any]:
    return {
        "name": "support",
        "elements": [
            _element("start", "start", {}, next="images"),
            _element("images", "conditional", _when("request.has_image", True), true="large", false="plan"),
            _element("plan", "conditional", _when("metadata.plan", "free"), true="budget", false="team"),
            _element("team", "conditional", _when("headers.x-team", "research"), true="large", false="split"),
            _element("split", "percentage", {}, **{"10%": "large", "40%": "small", "else": "budget"}),
            _element("budget", "rate", _COUNT, success="small", fallback="spare"),
            _element("large", "model", _MODEL, success="end", fallback="small"),
            _element("small", "model", _MODEL, success="end", fallback="spare"),
            _element("spare", "model", _MODEL, success="end", fallback="end"),
            _element("end", "end", {}),
        ],
    }


_COUNT = {"limitType": "count", "key": "metadata.user_id", "limit": 100, "window": 3600}
_MODEL = {"provider": "openai", "model": "gpt-4o-mini", "timeout": 3000, "retries": 1}


def _chain(length: int) -> Route:
    """Splits that all lead on: every request passes each."""
    splits = [
        _element(f"p{place}", "percentage", {}, **{"50%": f"p{place + 1}", "else": f"p{place + 1}"})
        for place in range(length)
    ]
    first = _element("start", "start", {}, next="p0")
    model = _element(f"p{length}", "model", _MODEL, success="end", fallback="end")
    return read_route(
        {"name": "chain", "elements": [first, *splits, model, _element("end", "end", {})]}
    ).route


def _element(id: str, kind: str, properties: dict[str, Any], /, **outputs: str) -> dict[str, Any]:
    links = {port: {"elementId": target} for port, target in outputs.items()}
    return {"id": id, "type": kind, "properties": dict(properties), "outputs": links}


def _when(field: str, value: Any) -> dict[str, Any]:
    return {"conditions": {field: {"$eq": value}}}


def _plain(dice: np.random.Generator) -> tuple[Any, ...]:
    """The reference: the same route, by masks over all requests."""
    many = REQUESTS
    image = dice.random(many, np.float32) < 0.1
    plan, team, at, over = (dice.random(many, np.float32) for _ in range(4))
    prompt = np.float32(400) * np.exp(dice.standard_normal(many, np.float32) * np.float32(1.4))
    output = np.float32(250) * np.exp(dice.standard_normal(many, np.float32) * np.float32(0.84))
    waited, answered = np.zeros(many, np.float32), np.zeros(many, bool)
    free, research = ~image & (plan < 0.6), ~image & (plan >= 0.6) & (team < 0.05)
    split = ~image & ~free & ~research
    large = image | research | (split & (at < 0.1))
    budget = free | (split & (at >= 0.5))
    small = (split & (at >= 0.1) & (at < 0.5)) | (budget & (over >= 0.1))
    spare = budget & (over < 0.1)
    failed = _asked(dice, large, waited, answered)
    failed = _asked(dice, small | failed, waited, answered)
    _asked(dice, spare | failed, waited, answered)
    cost = np.where(answered, prompt * np.float32(1e-6) + output * np.float32(2e-6), 0)
    places = [int(many * share) for share in (0.5, 0.95, 0.99)]
    there = waited[answered]
    times = np.partition(there, [int(len(there) * share) for share in (0.5, 0.95, 0.99)])
    return times[-1], np.partition(cost, places)[places[0]], answered.mean()


def _asked(dice: np.random.Generator, who: Any, waited: Any, answered: Any) -> Any:
    """Two tries of a model."""
    left = who.copy()
    for _ in range(2):
        came = np.flatnonzero(left)
        first = np.float32(600) * np.exp(dice.standard_normal(len(came), np.float32) * np.float32(0.73))
        at = dice.random(len(came), np.float32)
        first[at < 0.01] = 3000
        good = (at >= 0.0595) & (first <= 3000)
        waited[came] += np.minimum(first, 3000)
        answered[came[good]] = True
        left[came[good]] = False
    return left


if __name__ == "__main__":
    sys.exit(main())
