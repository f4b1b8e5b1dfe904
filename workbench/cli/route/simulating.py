"""`workbench route simulate`: many requests through a route with nobody behind it, and who would answer them.

With a population, from a file or the route's own, they are drawn from that (cli.route.populated); else they are those given.
"""

from __future__ import annotations

import json
import random
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from workbench.cli.route import files
from workbench.cli.route.populated import described, population_in
from workbench.cli.route.prices import prices_of
from workbench.cli.route.tracing import outcomes_in, request_in
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model
from workbench.domain.routes.elements import LimitType, ModelCall, Rate, Route
from workbench.domain.routes.errors import RouteError
from workbench.routing.attempts import Attempt, LimitKey, Standing
from workbench.routing.engine import CompiledRoute, compile_route
from workbench.routing.rehearsal import Outcomes, Request, read_request

GIVEN = 1000
"""How many requests are sent of those that are given."""


@dataclass(slots=True)
class Counts:
    """answered: by (element, provider/model). failed: at which element a request ended without an answer. asked: attempts by
    element, retries left out.
    """

    requests: int = 0
    answered: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)


class OneWindow:
    """Limits as they stand when all requests come within one window of each: counts fill up, and nothing is spent."""

    def __init__(self, outcomes: Outcomes) -> None:
        self._outcomes = outcomes
        self._used: Counter[LimitKey] = Counter()

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        told = self._outcomes.take(key, rate)
        if not told.allowed or rate.limit_type is LimitType.COST:
            return told
        allowed = self._used[key] + 1 <= rate.limit
        self._used[key] += allowed
        return Standing(allowed, self._used[key], rate.limit, 0 if allowed else rate.window_s)


def simulate(options: Namespace) -> int:
    from workbench.storage.catalogue import offline_models

    return simulated(options, sys.stdout, offline_models())


def simulated(options: Namespace, out: TextIO, models: Sequence[Model] = ()) -> int:
    """models: for what they cost."""
    if options.file == options.population == files.STANDARD:
        raise InvalidInput(
            "Route and population cannot both come from standard input.", fix="Put one in a file."
        )
    route = files.read(options.file).route
    population = population_in(options, route)
    if population is not None:
        return described(options, route, population, prices_of(models), out)
    requests = requests_in(options)
    counts = counted(
        compile_route(route),
        requests,
        outcomes_in(options, route),
        options.requests or GIVEN,
        random.Random(options.seed),
    )
    if options.json:
        out.write(json.dumps(as_json(route, counts), ensure_ascii=False) + "\n")
    else:
        out.write(in_words(route, counts))
    return 0


def requests_in(options: Namespace) -> Sequence[Request]:
    """Raises InvalidInput."""
    if not options.requests_file:
        return [request_in(options.request)]
    try:
        found = [read_request(value, (place,)) for place, value in enumerate(_values(options.requests_file))]
    except RouteError as error:
        why = f"It is request {error.pointer.split('/')[1]}, counted from 0. {error.why}".strip()
        raise InvalidInput(f"{options.requests_file}: {error.what}", why=why, fix=error.fix) from error
    if not found:
        raise InvalidInput(
            f"{options.requests_file} holds no requests.", fix="Put one JSON object on each line."
        )
    return found


def _values(file: str) -> list[Any]:
    """A JSON list, or a JSON value on each line."""
    text = files.content_of(file).decode("utf-8", "replace")
    try:
        if text.lstrip().startswith("["):
            found: list[Any] = json.loads(text)
            return found
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"{file} is not JSON.", why=f"{error}.", fix="Give a JSON list, or a JSON object on each line."
        ) from error


def counted(
    route: CompiledRoute, requests: Sequence[Request], outcomes: Outcomes, number: int, dice: random.Random
) -> Counts:
    """Send `number` requests, drawn from `requests`: each once before any comes again where they are enough, else in turn."""
    counts, limits = Counts(number), OneWindow(outcomes)
    facts = [request.facts for request in requests]
    names = {
        one.id: f"{one.provider}/{one.model}" for one in route.route.elements if isinstance(one, ModelCall)
    }
    drawn = dice.sample(range(len(facts)), number) if number < len(facts) else range(number)
    for place in drawn:
        steps = route.run(facts[place % len(facts)], dice=dice.random, limits=limits)
        try:
            attempt: Attempt = next(steps)
            while True:
                counts.asked[attempt.element] += 1
                attempt = steps.send(outcomes.of(attempt))
        except StopIteration as end:
            ending = end.value
        if ending.answered:
            counts.answered[ending.by, names[ending.by]] += 1
        else:
            counts.failed[ending.element] += 1
    return counts


def in_words(route: Route, counts: Counts) -> str:
    lines = [f"{counts.requests} requests through “{route.name}”, with nobody behind it"]
    rows = [(name, f"“{element}”", count) for (element, name), count in counts.answered.most_common()]
    rows += [("error", f"at “{element}”", count) for element, count in counts.failed.most_common()]
    width = max(len(name) for name, _, _ in rows)
    digits = len(str(counts.requests))
    for name, place, count in rows:
        lines.append(f"  {count / counts.requests:>7.2%}  {count:>{digits}}  {name:<{width}}  {place}")
    tries = sum(counts.asked.values())
    lines.append(f"Models were asked {tries} times, {tries / counts.requests:.2f} for each request.")
    if any(isinstance(one, Rate) for one in route.elements):
        lines.append(
            "All requests fall into one window of each limit; budgets are never spent, for nothing costs."
        )
    return "\n".join(lines) + "\n"


def as_json(route: Route, counts: Counts) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "route": route.name,
        "requests": counts.requests,
        "answered": [
            {"element": element, "model": name, "count": count, "share": count / counts.requests}
            for (element, name), count in counts.answered.most_common()
        ],
        "errors": [
            {"element": element, "count": count, "share": count / counts.requests}
            for element, count in counts.failed.most_common()
        ],
        "asked": dict(counts.asked.most_common()),
    }
