"""Running a route by hand: outcomes are told, dice and limits are scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workbench.domain.routes.elements import LimitType, Rate, Route
from workbench.domain.routes.trace import Visit
from workbench.routing.engine import Attempt, Ending, LimitKey, Outcome, Standing, compile_route
from workbench.routing.facts import Facts

OK = Outcome(True, 200)
FAILED = Outcome(False, 503, "overloaded")
NOBODY = Facts({}, {}, {})


class Counting:
    """Limits without a clock: each bucket lets `limit` requests through; cost limits let all through while `spent` is less."""

    def __init__(self, spent: float = 0) -> None:
        self.used: dict[LimitKey, int] = {}
        self._spent = spent

    def take(self, key: LimitKey, rate: Rate) -> Standing:
        if rate.limit_type is LimitType.COST:
            return Standing(self._spent < rate.limit, self._spent, rate.limit, 0.0)
        used = self.used.get(key, 0)
        if used >= rate.limit:
            return Standing(False, used, rate.limit, 30.0)
        self.used[key] = used + 1
        return Standing(True, used + 1, rate.limit, 0.0)


def rolls(*values: float) -> Callable[[], float]:
    left = iter(values)
    return lambda: next(left)


def run(
    route: Route,
    facts: Facts = NOBODY,
    outcomes: Iterable[Outcome] = (),
    dice: Callable[[], float] | None = None,
    limits: Any = None,
) -> tuple[list[Attempt], Ending]:
    """The attempts asked for, and the ending. Without (more) outcomes every model answers."""
    steps = compile_route(route).run(facts, dice=dice or rolls(), limits=limits or Counting())
    told: Iterator[Outcome] = iter(outcomes)
    attempts: list[Attempt] = []
    try:
        attempts.append(next(steps))
        while True:
            attempts.append(steps.send(next(told, OK)))
    except StopIteration as end:
        return attempts, end.value


def way(visits: Iterable[Visit]) -> list[tuple[str, str]]:
    return [(visit.element, visit.port) for visit in visits]
