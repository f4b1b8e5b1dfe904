"""The most that a period's requests can cost, and the longest that one can take, whatever models do and dice allow.

Models fail or answer as it costs most; splits keep to their shares; prompts and answers are as long as they are on average;
limits let through what they let through in the windows of the period, all their buckets full, and a budget one dear request
beyond. That is the greatest flow through the route, bounded from above by its dual: each limit is given a price for what it lets
through, and the prices are chosen so that the bound is small. With one limit it is the exact maximum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from workbench.domain.routes.elements import FALLBACK, SUCCESS, AnyElement, LimitType, ModelCall, Rate
from workbench.routing.flow import Course

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    _Worth = dict[tuple[str, frozenset[str]], Floats]

MOST_LIMITS = 6
"""Limits beyond these bound nothing here."""
MOST_BUDGETS = 3
_TRIED = 33
_STEPS = 6


def worst_spend(course: Course, requests: float, period_s: float) -> float:
    """US dollars of so many requests within so many seconds."""
    return _Bound(course, requests, period_s).lowest() if requests > 0 else 0.0


@dataclass(slots=True)
class _Limited:
    """price: of one request let through, or for a budget the part of each dollar that its room is charged with; a column of
    prices where several are tried at once. room: what it lets through in all."""

    budget: bool
    room: float
    highest: float
    price: Any = 0.0


class _Bound:
    def __init__(self, course: Course, requests: float, period_s: float) -> None:
        self.course = course
        self.requests = requests
        self.limits: dict[str, _Limited] = {}
        self._parts = {
            one.id: [(one.outputs[port], part) for port, part in course.parts(one) if one.outputs.get(port)]
            for one in course.look.elements
            if not isinstance(one, ModelCall | Rate)
        }
        dearest = self._dearest()
        self._free = self._bound()
        for element in course.look.elements:
            if isinstance(element, Rate):
                self._limit(element, period_s, float(dearest.max(initial=0)))

    def _limit(self, element: Rate, period_s: float, dearest: float) -> None:
        """Take it into account, where it bounds anything."""
        buckets = sum(self.course.look.keys[element.id].many)
        windows = max(1, math.ceil(period_s / element.window_s))
        if element.limit_type is LimitType.COST:
            room = buckets * windows * (element.limit + (dearest if element.limit > 0 else 0.0))
            others = sum(one.budget for one in self.limits.values())
            if room < self._free and others < MOST_BUDGETS:
                self.limits[element.id] = _Limited(True, room, 1.0)
        else:
            room = buckets * windows * float(math.floor(element.limit))
            if room < self.requests and len(self.limits) < MOST_LIMITS:
                self.limits[element.id] = _Limited(False, room, dearest)

    def lowest(self) -> float:
        """Prices are chosen one after another, which may get stuck: each limit has a turn to be the first."""
        found = self._free
        limits = [*self.limits.values()]
        for place in range(len(limits)):
            for limit in limits:
                limit.price = 0.0
            for limit in limits[place:] + limits[:place]:
                found = min(found, self._cheapest(limit))
        return found

    def _cheapest(self, limit: _Limited) -> float:
        """Choose this limit's price. The bound is convex in it, so the best lies beside the best of any that are tried."""
        import numpy as np

        low, high = 0.0, limit.highest
        best, chosen = math.inf, 0.0
        for _ in range(_STEPS):
            prices = np.linspace(low, high, _TRIED)
            limit.price = prices.reshape(-1, 1)
            bounds = self._bounds(_TRIED)
            place = int(np.argmin(bounds))
            if bounds[place] < best:
                best, chosen = float(bounds[place]), float(prices[place])
            low, high = float(prices[max(place - 1, 0)]), float(prices[min(place + 1, _TRIED - 1)])
        limit.price = chosen
        return best

    def _bound(self) -> float:
        return float(self._bounds(1)[0])

    def _bounds(self, many: int) -> Floats:
        """What holds for the prices as they are, whatever they are."""
        import numpy as np

        found: Floats = (self.course.kinds.share * self._dearest()).sum(axis=-1) * self.requests
        for limit in self.limits.values():
            found = found + np.ravel(limit.price) * limit.room
        return found + np.zeros(many)

    def _dearest(self) -> Floats:
        """What the dearest way costs a request of each kind, less what limits charge for it."""
        budgets = [id for id, limit in self.limits.items() if limit.budget]
        states = [frozenset(some) for many in range(len(budgets) + 1) for some in combinations(budgets, many)]
        charged = {state: self._left(state) for state in states}
        worth: _Worth = {}
        for element in reversed(self.course.look.elements):
            for passed in states:
                worth[element.id, passed] = self._of_element(element, passed, charged[passed], worth)
        return worth[self.course.look.start, frozenset()]

    def _left(self, passed: frozenset[str]) -> Any:
        """The part of a dollar that counts after these budgets have charged theirs."""
        import numpy as np

        return np.maximum(0.0, 1 - sum(self.limits[id].price for id in passed))

    def _of_element(self, element: AnyElement, passed: frozenset[str], left: Any, worth: _Worth) -> Floats:
        import numpy as np

        none = self.course.none

        def after(port: str, state: frozenset[str] = passed) -> Floats:
            target = element.outputs.get(port)
            return worth[target, state] if target else none

        if isinstance(element, ModelCall):
            answered: Floats = self.course.costs[element.id] * left + after(SUCCESS)
            return np.maximum(answered, after(FALLBACK))
        if not isinstance(element, Rate):
            value: Floats = sum(
                (part * worth[to, passed] for to, part in self._parts[element.id]), start=none
            )
            return value
        limit = self.limits.get(element.id)
        if limit is None:
            through = after(SUCCESS)
        elif limit.budget:
            through = after(SUCCESS, passed | {element.id})
        else:
            through = after(SUCCESS) - limit.price
        return np.maximum(through, after(FALLBACK))


def longest_wait(course: Course) -> tuple[float, bool]:
    """Milliseconds until the first byte, or the error, on the slowest way that some request can take; whether time-outs bound it."""
    import numpy as np

    waits: dict[str, tuple[Floats, Floats]] = {}
    for element in reversed(course.look.elements):
        worst = (course.none, course.none)
        for port, possible in _ways(course, element):
            target = element.outputs.get(port)
            wait, open_end = waits[target] if target else (course.none, course.none)
            longer = possible & ((wait > worst[0]) | ((wait == worst[0]) & (open_end > worst[1])))
            worst = (np.where(longer, wait, worst[0]), np.where(longer, open_end, worst[1]))
        if isinstance(element, ModelCall):
            chances = course.chances[element.id]
            worst = (worst[0] + chances.worst_ms, np.maximum(worst[1], float(not chances.bounded)))
        waits[element.id] = worst
    wait, open_end = waits[course.look.start]
    at = int(np.argmax(wait))
    return float(wait[at]), not open_end[at]


def _ways(course: Course, element: AnyElement) -> Iterator[tuple[str, Any]]:
    """The outputs, with the kinds that can take each."""
    if isinstance(element, ModelCall | Rate):
        yield from ((port, course.none == 0) for port in (SUCCESS, FALLBACK))
    else:
        yield from ((port, (course.none + part) > 0) for port, part in course.parts(element))
