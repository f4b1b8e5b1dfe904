"""`workbench route simulate` with a population: its exact odds, and beside them a simulation that is drawn."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, TextIO

from workbench.cli.route import files
from workbench.cli.route.prices import dollars, duration
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.elements import ModelCall, Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.properties import SIDECAR
from workbench.routing.flow import Prices
from workbench.routing.odds import Odds, TooManyCombinations, odds
from workbench.routing.population import POPULATION, Population, population_of, read_population
from workbench.routing.simulation import REQUESTS, Simulated, simulate


def population_in(options: Namespace, route: Route) -> Population | None:
    """The one in --population, else the one in the route's file, unless requests are given; None for none. Raises InvalidInput."""
    if options.population is not None:
        if options.outcome:
            raise InvalidInput(
                "A population says itself how models do.",
                why="--outcome is for requests that are given.",
                fix="Write failures under “models” of the population, and shares under “limits”.",
            )
        value = files.json_in(options.population)
        if isinstance(value, dict) and isinstance(value.get(SIDECAR), dict):
            value = value[SIDECAR].get(POPULATION, {})
        try:
            return read_population(value)
        except RouteError as error:
            at = f"It is at {error.pointer}. " if error.pointer else ""
            raise InvalidInput(
                f"{options.population}: {error.what}", why=f"{at}{error.why}".strip(), fix=error.fix
            ) from error
    if options.request or options.requests_file or options.outcome or POPULATION not in route.sidecar:
        return None
    return population_of(route)


def described(options: Namespace, route: Route, population: Population, prices: Prices, out: TextIO) -> int:
    """Where there is too much to tell apart for exact odds, the simulation stands alone and says so."""
    exact: Odds | None = None
    refused = ""
    try:
        exact = odds(route, population, prices)
    except TooManyCombinations as error:
        refused = f"{error.what} {error.why}".strip()
    drawn = simulate(route, population, prices, options.requests or REQUESTS, seed=options.seed)
    if options.json:
        out.write(json.dumps(as_json(route, exact, drawn, refused), ensure_ascii=False) + "\n")
    else:
        out.write(in_words(route, exact, drawn, refused))
    return 0


def in_words(route: Route, exact: Odds | None, drawn: Simulated, refused: str) -> str:
    lines = [f"{drawn.requests:,} requests of the described population through “{route.name}”, nobody asked"]
    lines += _table(route, exact, drawn)
    lines += _limits(exact, drawn)
    cost, times = drawn.cost_usd, drawn.first_byte_ms
    lines.append(
        f"A request costs {dollars(exact.cost_per_request if exact else cost.mean)} on average, "
        f"{dollars(cost.p50)} at the median, {dollars(cost.p99)} at the 99th percentile."
    )
    if times is not None:
        lines.append(
            f"First byte after {duration(times.p50)} at the median, {duration(times.p95)} at the 95th, "
            f"{duration(times.p99)} at the 99th percentile{_worst(exact)}."
        )
    if exact is not None:
        lines += [
            f"Spend per {name}: {dollars(spend.expected)} expected, {dollars(spend.worst)} at worst."
            for name, spend in exact.spend.items()
        ]
    else:
        lines.append(f"There are no exact odds. {refused}")
    if drawn.unpriced:
        lines.append(f"Without a price, and not in these costs: {', '.join(drawn.unpriced)}.")
    if drawn.undescribed:
        lines.append(f"Nothing describes {', '.join(drawn.undescribed)}: no request has it.")
    return "\n".join(lines) + "\n"


def _table(route: Route, exact: Odds | None, drawn: Simulated) -> list[str]:
    names = {one.id: f"{one.provider}/{one.model}" for one in route.elements if isinstance(one, ModelCall)}
    shares = exact.answers if exact else drawn.answers
    rows = [
        (names[id], f"“{id}”", share, drawn.answers.get(id, 0.0))
        for id, share in sorted(shares.items(), key=lambda pair: -pair[1])
    ]
    errors = exact.errors if exact else drawn.errors
    rows += [
        ("error", f"at “{id}”", share, drawn.errors.get(id, 0.0)) for id, share in errors.items() if share
    ]
    width = max((len(name) for name, _, _, _ in rows), default=0)
    head = "     exact     drawn" if exact else "     drawn"
    return [
        head,
        *(
            f"  {f'{share:>8.3%}  ' if exact else ''}{found:>8.3%}  {name:<{width}}  {place}"
            for name, place, share, found in rows
        ),
    ]


def _limits(exact: Odds | None, drawn: Simulated) -> list[str]:
    over: Mapping[str, float] = exact.over if exact else drawn.over
    return [f"The limit “{id}” turns away {share:.1%} of what comes to it." for id, share in over.items()]


def _worst(exact: Odds | None) -> str:
    if exact is None:
        return ""
    unbounded = "" if exact.times.bounded else " or more, for a model there has no time-out"
    return f", {duration(exact.times.worst_ms)} at worst{unbounded}"


def as_json(route: Route, exact: Odds | None, drawn: Simulated, refused: str) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "route": route.name,
        "requests": drawn.requests,
        "exact": None if exact is None else _plain(exact),
        "refused": refused or None,
        "simulated": _plain(drawn),
    }


def _plain(found: Odds | Simulated) -> dict[str, Any]:
    wires = [
        {"element": element, "port": port, "share": share} for (element, port), share in found.wires.items()
    ]
    plain = asdict(replace(found, wires={}))
    plain["wires"] = wires
    if isinstance(found, Odds):
        plain["spend"] = {name: spend._asdict() for name, spend in found.spend.items()}
    else:
        plain["first_byte_ms"] = found.first_byte_ms._asdict() if found.first_byte_ms else None
        plain["cost_usd"] = found.cost_usd._asdict()
    return plain
