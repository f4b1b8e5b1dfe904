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

MOST_LIMITS = 12
"""Limits beyond these bound nothing here."""
MOST_BUDGETS = 3
_GOLDEN = (math.sqrt(5) - 1) / 2
_STEPS = 40
_ROUNDS = 3


def worst_spend(course: Course, requests: float, period_s: float) -> float:
    """US dollars of so many requests within so many seconds."""
    return _Bound(course, requests, period_s).lowest() if requests > 0 else 0.0


@dataclass(slots=True)
class _Limited:
    """price: of one request let through, or for a budget the part of each dollar that its room is charged with. room: what it
    lets through in all."""

    budget: bool
    room: float
    highest: float
    price: float = 0.0


class _Bound:
    def __init__(self, course: Course, requests: float, period_s: float) -> None:
        self.course = course
        self.requests = requests
        self.limits: dict[str, _Limited] = {}
        dearest = float(self._dearest().max(initial=0))
        budgets = 0
        for element in course.look.elements:
            if not isinstance(element, Rate) or len(self.limits) >= MOST_LIMITS:
                continue
            buckets = sum(course.look.keys[element.id].many)
            windows = max(1, math.ceil(period_s / element.window_s))
            budget = element.limit_type is LimitType.COST
            budgets += budget
            if budget and budgets <= MOST_BUDGETS:
                over = dearest if element.limit > 0 else 0.0
                room = buckets * windows * (element.limit + over)
                self.limits[element.id] = _Limited(True, room, 1.0)
            elif not budget:
                self.limits[element.id] = _Limited(
                    False, buckets * windows * math.floor(element.limit), dearest
                )

    def lowest(self) -> float:
        found = self._bound()
        for _ in range(_ROUNDS if len(self.limits) > 1 else 1):
            before = found
            for limit in self.limits.values():
                found = min(found, self._cheapest(limit))
            if before - found <= 1e-9 * before:
                break
        return found

    def _cheapest(self, limit: _Limited) -> float:
        """Choose this limit's price: the bound is convex in it, so a golden section finds it."""
        tried: dict[float, float] = {}

        def bound(price: float) -> float:
            if price not in tried:
                limit.price = price
                tried[price] = self._bound()
            return tried[price]

        low, high = 0.0, limit.highest
        bound(limit.price), bound(low), bound(high)
        for _ in range(_STEPS):
            left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
            if bound(left) <= bound(right):
                high = right
            else:
                low = left
        limit.price = min(tried, key=lambda price: tried[price])
        return tried[limit.price]

    def _bound(self) -> float:
        """Holds for any prices."""
        spent = float((self.course.kinds.share * self._dearest()).sum()) * self.requests
        return spent + sum(limit.price * limit.room for limit in self.limits.values())

    def _dearest(self) -> Floats:
        """What the dearest way costs a request of each kind, less what limits charge for it."""
        budgets = [id for id, limit in self.limits.items() if limit.budget]
        states = [frozenset(some) for many in range(len(budgets) + 1) for some in combinations(budgets, many)]
        worth: _Worth = {}
        for element in reversed(self.course.look.elements):
            for passed in states:
                worth[element.id, passed] = self._of_element(element, passed, worth)
        return worth[self.course.look.start, frozenset()]

    def _of_element(self, element: AnyElement, passed: frozenset[str], worth: _Worth) -> Floats:
        import numpy as np

        none = self.course.none

        def after(port: str, state: frozenset[str] = passed) -> Floats:
            target = element.outputs.get(port)
            return worth[target, state] if target else none

        if isinstance(element, ModelCall):
            charged = max(0.0, 1 - sum(self.limits[id].price for id in passed))
            return np.maximum(self.course.costs[element.id] * charged + after(SUCCESS), after(FALLBACK))
        if not isinstance(element, Rate):
            return sum((part * after(port) for port, part in self.course.parts(element)), start=none)
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
