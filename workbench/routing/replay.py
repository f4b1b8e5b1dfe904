"""Requests of a log sent through a route again, and through the one that is deployed, with nobody asked.

A model that was asked then, by the same request, does as it did; any other answers. Limits count by the log's times. Dice fall
by the request's id, so that both routes see the same; sticky splits place everybody where they always do.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workbench.domain.routes.elements import LimitType, ModelCall, Rate, Route, Technique
from workbench.domain.routes.trace import Visit
from workbench.routing.attempts import Attempt, Ending, LimitKey, Outcome, Standing
from workbench.routing.engine import CompiledRoute, compile_route
from workbench.routing.flow import Prices
from workbench.routing.lint.uses import uses_of
from workbench.routing.logged import Logged
from workbench.routing.population import canonical

MOST_CHANGES = 1000
_PIECE = 500


@dataclass(frozen=True, slots=True)
class Unused:
    """Rows of a log that could not be used."""

    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Side:
    """What came of one route. answers: by "provider/model". errors: requests that nobody answered. cost_usd: actual tokens at
    the price of who answers, without the `unpriced` requests. exposed: requests whose way asked a model that failed somewhere in
    the log; expected_failures: those models' rates of failure together. mean_ms: by how long models took in the log, over
    the `timed` requests whose models are known there; None for none. elements, wires: how many requests came that way.
    """

    requests: int
    answers: Mapping[str, int]
    errors: int
    cost_usd: float
    unpriced: int
    exposed: int
    expected_failures: float
    mean_ms: float | None
    timed: int
    elements: Mapping[str, int]
    wires: Mapping[tuple[str, str], int]

    @property
    def error_exposure(self) -> float:
        """The share of requests that are exposed."""
        return self.exposed / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """A request that another model would answer. before: by the deployed route; "provider/model", "" for nobody. why: where the
    ways part."""

    id: str
    at: float
    metadata: Mapping[str, object]
    before: str
    after: str
    why_before: str
    why_after: str
    visits_before: tuple[Visit, ...]
    visits_after: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """changed: how many; changes: the first MOST_CHANGES of them. caveats: what was not in the log, in sentences."""

    rows: int
    unused: tuple[Unused, ...]
    draft: Side
    deployed: Side | None
    changed: int
    changes: tuple[Change, ...]
    caveats: tuple[str, ...]


def replay(
    rows: Sequence[Logged],
    draft: Route,
    deployed: Route | None,
    prices: Prices,
    *,
    unused: Mapping[str, int] | None = None,
    progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replay:
    """Raises RouteError for a route that cannot run. What is stopped ends with the rows that it came to."""
    rows = sorted(rows, key=lambda row: row.at)
    record = _Record(rows)
    after = _Side(draft, record, prices)
    before = _Side(deployed, record, prices) if deployed is not None else None
    changes: list[Change] = []
    changed = 0
    for number, row in enumerate(rows):
        if number % _PIECE == 0:
            if should_stop is not None and should_stop():
                break
            if progress is not None:
                progress(number / len(rows))
        new = after.send(row)
        old = before.send(row) if before is not None else None
        if old is not None and old.model != new.model:
            changed += 1
            if len(changes) < MOST_CHANGES:
                changes.append(_change(row, old, new))
    if progress is not None:
        progress(1.0)
    return Replay(
        after.requests,
        tuple(Unused(why, count) for why, count in (unused or {}).items()),
        after.result(),
        before.result() if before is not None else None,
        changed,
        tuple(changes),
        _caveats(rows, [draft] if deployed is None else [draft, deployed]),
    )


class _Record:
    """What a log tells of models: how long they took to answer, and how often they failed."""

    def __init__(self, rows: Sequence[Logged]) -> None:
        tries: Counter[str] = Counter()
        failed: Counter[str] = Counter()
        took: dict[str, list[float]] = {}
        for row in rows:
            for one in row.tries:
                tries[one.model] += 1
                failed[one.model] += one.failed
                if one.took_ms is not None:
                    took.setdefault(one.model, []).append(one.took_ms)
        self.rates = {model: failed[model] / count for model, count in tries.items()}
        self.mean_ms = {model: sum(times) / len(times) for model, times in took.items()}


class _Went(NamedTuple):
    model: str
    ending: Ending


@dataclass(slots=True)
class _Totals:
    requests: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    exposed: int = 0
    expected_failures: float = 0.0
    waited_ms: float = 0.0
    timed: int = 0
    elements: Counter[str] = field(default_factory=Counter)
    wires: Counter[tuple[str, str]] = field(default_factory=Counter)


class _Side:
    def __init__(self, route: Route, record: _Record, prices: Prices) -> None:
        self._compiled: CompiledRoute = compile_route(route)
        self._models = {
            one.id: (one.provider, one.model) for one in route.elements if isinstance(one, ModelCall)
        }
        self._record = record
        self._prices = prices
        self._limits = _Windows()
        self._totals = _Totals()

    @property
    def requests(self) -> int:
        return self._totals.requests

    def send(self, row: Logged) -> _Went:
        self._limits.now = row.at
        dice = random.Random(row.id)
        steps = self._compiled.run(row.facts, dice=dice.random, limits=self._limits)
        asked: list[str] = []
        answered: list[tuple[str, str]] = []
        try:
            attempt = next(steps)
            while True:
                name = f"{attempt.provider}/{attempt.model}"
                asked.append(name)
                outcome = _outcome(row, attempt)
                if outcome.ok:
                    answered.append((attempt.provider, attempt.model))
                attempt = steps.send(outcome)
        except StopIteration as end:
            ending: Ending = end.value
        by = "/".join(self._models[ending.by]) if ending.answered else ""
        self._count(row, by, asked, ending)
        cost = self._cost(row, answered)
        for key, rate in ending.budgets:
            self._limits.book(key, rate, cost)
        return _Went(by, ending)

    def _count(self, row: Logged, by: str, asked: Sequence[str], ending: Ending) -> None:
        totals, record = self._totals, self._record
        totals.requests += 1
        totals.answers[by] += bool(by)
        totals.errors += not by
        rates = [record.rates.get(name, 0.0) for name in dict.fromkeys(asked)]
        totals.exposed += any(rates)
        totals.expected_failures += rates[0] if rates else 0.0
        if asked and all(name in record.mean_ms for name in asked):
            totals.timed += 1
            totals.waited_ms += sum(record.mean_ms[name] for name in asked)
        for visit in ending.visits():
            totals.elements[visit.element] += 1
            if visit.port:
                totals.wires[visit.element, visit.port] += 1

    def _cost(self, row: Logged, answered: Sequence[tuple[str, str]]) -> float:
        """Of all answers that a request got; booked with the totals."""
        costs = [self._cost_of(row, *model) for model in answered]
        self._totals.unpriced += any(cost is None for cost in costs)
        known = sum(cost or 0.0 for cost in costs)
        self._totals.cost_usd += known
        return known

    def _cost_of(self, row: Logged, provider: str, model: str) -> float | None:
        if row.model == f"{provider}/{model}" and row.cost is not None:
            return row.cost
        price = self._prices(provider, model)
        if price is None or row.tokens_in is None:
            return None
        return (row.tokens_in * price.input + (row.tokens_out or 0) * price.output) / 1e6

    def result(self) -> Side:
        totals = self._totals
        return Side(
            totals.requests,
            {model: count for model, count in totals.answers.most_common() if count},
            totals.errors,
            totals.cost_usd,
            totals.unpriced,
            totals.exposed,
            totals.expected_failures,
            totals.waited_ms / totals.timed if totals.timed else None,
            totals.timed,
            dict(totals.elements),
            dict(totals.wires),
        )


def _outcome(row: Logged, attempt: Attempt) -> Outcome:
    status = row.outcome(f"{attempt.provider}/{attempt.model}")
    if status is None:
        return Outcome(True, 200)
    if status == 0:
        return Outcome(False, 0, "no answer came then")
    return Outcome(status < 400, status, "" if status < 400 else f"HTTP {status} then")


@dataclass(slots=True)
class _Bucket:
    parts: deque[tuple[float, float]] = field(default_factory=deque)
    total: float = 0.0


class _Windows:
    """Limits by the times of a log (routing.attempts.Limits). now: of the request."""

    def __init__(self) -> None:
        self.now = 0.0
        self._buckets: dict[LimitKey, _Bucket] = {}

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        used = self._bucket(key, rate).total
        if rate.limit_type is LimitType.COST:
            return Standing(used < rate.limit, used, rate.limit, 0.0)
        if used + 1 > rate.limit:
            return Standing(False, used, rate.limit, 0.0)
        self.book(key, rate, 1.0)
        return Standing(True, used + 1, rate.limit, 0.0)

    def book(self, key: LimitKey, rate: Rate, amount: float) -> None:
        bucket = self._bucket(key, rate)
        bucket.parts.append((self.now, amount))
        bucket.total += amount

    def _bucket(self, key: LimitKey, rate: Rate) -> _Bucket:
        """Without what is no longer in the window."""
        bucket = self._buckets.setdefault(key, _Bucket())
        fixed = rate.technique is Technique.FIXED
        begun = self.now - (self.now % rate.window_s if fixed else rate.window_s)
        while bucket.parts and (bucket.parts[0][0] < begun or (not fixed and bucket.parts[0][0] == begun)):
            bucket.total -= bucket.parts.popleft()[1]
        if not bucket.parts:
            bucket.total = 0.0  # so that rounding does not add up
        return bucket


def _change(row: Logged, old: _Went, new: _Went) -> Change:
    before, after = old.ending.visits(), new.ending.visits()
    apart = next(
        (
            place
            for place, (one, other) in enumerate(zip(before, after, strict=False))
            if (one.kind, one.port, one.why) != (other.kind, other.port, other.why)
        ),
        min(len(before), len(after)) - 1,
    )
    return Change(
        row.id,
        row.at,
        row.metadata,
        old.model,
        new.model,
        before[apart].why,
        after[apart].why,
        before,
        after,
    )


def _caveats(rows: Sequence[Logged], routes: Sequence[Route]) -> tuple[str, ...]:
    looked = {canonical(use.field).partition(".")[0] for route in routes for use in uses_of(route)}
    found = []
    bodies = sum(row.body is None for row in rows)
    if looked & {"body", "request"} and bodies:
        found.append(
            f"{bodies} of {len(rows)} requests were logged without their body: what the routes look for in it is "
            "missing there, and prompts are as long as the tokens that were counted."
        )
    heads = sum(row.headers is None for row in rows)
    if "headers" in looked and heads:
        found.append(
            f"{heads} of {len(rows)} requests were logged without their headers, so none is found in them."
        )
    timeless = sum(row.at == 0 for row in rows)
    limits = any(isinstance(one, Rate) for route in routes for one in route.elements)
    if limits and timeless:
        found.append(
            f"{timeless} of {len(rows)} requests have no time, so they fall into one window of each limit."
        )
    return tuple(found)
