"""An element compiled: a closure that decides where a request goes on and leaves in `seen` what it decided by."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Any

from workbench.domain.routes.elements import (
    ELSE,
    FALLBACK,
    FALSE,
    MAX_RETRIES,
    NEXT,
    SUCCESS,
    TRUE,
    Conditional,
    End,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.shares import share_of
from workbench.routing.attempts import Attempt, Dice, LimitKey, Limits, Outcome, Seen, Words
from workbench.routing.conditions import compile_condition
from workbench.routing.facts import Facts, reader
from workbench.routing.sticky import buckets_of, positions, text_of
from workbench.routing.visits import (
    condition_words,
    end_words,
    model_words,
    rate_words,
    split_words,
    start_words,
)


class Ask:
    """A model is asked; what comes next depends on its outcome."""

    __slots__ = ("_failure", "_success", "_words", "attempt")

    def __init__(self, attempt: Attempt, words: Words, success: Way, failure: Way) -> None:
        self.attempt = attempt
        self._words = words
        self._success = success
        self._failure = failure

    def follow(self, outcome: Outcome, seen: list[Seen]) -> Node:
        port, node = self._success if outcome.ok else self._failure
        seen.append((self._words, port, outcome))
        return node


class Stop:
    """The way ends: at an end element (words), or at one whose output leads nowhere."""

    __slots__ = ("element", "words")

    def __init__(self, element: str, words: Words | None = None) -> None:
        self.element = element
        self.words = words


Step = Callable[[Facts, Dice, Limits, list[Seen]], Any]
"""Gives the next Node; a type cannot name itself."""
Node = Step | Ask | Stop
Way = tuple[str, Node]
"""An output with where it leads; port "" and a Stop where it leads nowhere."""


class _Place:
    """An element being compiled. nodes: what is compiled so far, among it all that it leads to."""

    def __init__(self, route: Route, index: int, nodes: Mapping[str, Node]) -> None:
        self.route = route
        self.index = index
        self.nodes = nodes
        self.id = route.elements[index].id

    def way(self, port: str) -> Way:
        target = self.route.elements[self.index].outputs.get(port)
        return (port, self.nodes[target]) if target else ("", Stop(self.id))

    def error(self, what: str, *parts: str, why: str = "") -> RouteError:
        return RouteError(f"“{self.id}”: {what}", pointer=pointer("elements", self.index, *parts), why=why)

    def field(self, field: str, what: str, *parts: str) -> Callable[[Facts], Any]:
        try:
            return reader(field)
        except RouteError as error:
            raise RouteError(
                f"“{self.id}”: {what} {error.what}",
                pointer=pointer("elements", self.index, *parts),
                fix=error.fix,
            ) from None


def compiled(route: Route, index: int, nodes: Mapping[str, Node]) -> Node:
    """The element at `index`, of a sound route (`soundness`), whose targets are in `nodes` already.

    Raises RouteError for values that mean nothing.
    """
    place = _Place(route, index, nodes)
    match route.elements[index]:
        case Start() as start:
            return _started(place, start)
        case Conditional() as conditional:
            return _chosen(place, conditional)
        case Percentage() as percentage:
            return _split(place, percentage)
        case Rate() as rate:
            return _limited(place, rate)
        case ModelCall() as model:
            return _asked(place, model)
        case End() as end:
            return Stop(end.id, end_words(end))
        case Unknown() as unknown:
            raise place.error(f"its type “{unknown.type}” is not known here.", "type")


def _started(place: _Place, element: Start) -> Node:
    port, node = place.way(NEXT)
    visit: Seen = (start_words(element), port, None)

    def step(facts: Facts, dice: Dice, limits: Limits, seen: list[Seen]) -> Node:
        seen.append(visit)
        return node

    return step


def _chosen(place: _Place, element: Conditional) -> Node:
    try:
        condition = compile_condition(element.conditions)
    except RouteError as error:
        inside = pointer("elements", place.index, "properties", "conditions") + error.pointer
        raise RouteError(
            f"“{place.id}”: {error.what}", pointer=inside, why=error.why, fix=error.fix
        ) from None
    holds, words = condition.holds, condition_words(element, condition)
    (true_port, true_node), (false_port, false_node) = place.way(TRUE), place.way(FALSE)
    true_visit: Seen = (words, true_port, None)
    false_visit: Seen = (words, false_port, None)

    def step(facts: Facts, dice: Dice, limits: Limits, seen: list[Seen]) -> Node:
        if holds(facts):
            seen.append(true_visit)
            return true_node
        seen.append(false_visit)
        return false_node

    return step


def _split(place: _Place, element: Percentage) -> Node:
    ports = [port for port in element.outputs if port != ELSE]
    borders = list(accumulate(share_of(port) or 0.0 for port in ports))
    if borders and borders[-1] > 100 + 1e-6:
        raise place.error(f"its shares make {borders[-1]:g} %.", "outputs", why="There are 100 % to share.")
    ways = [*(place.way(port) for port in ports), place.way(ELSE)]
    if borders and borders[-1] > 100 - 1e-6:
        borders[-1] = 100.0  # 33.3, 33.3 and 33.4 may add up to a little less
    words = split_words(element)

    def by_dice(facts: Facts, dice: Dice, limits: Limits, seen: list[Seen]) -> Node:
        at = dice() * 100
        port, node = ways[bisect_right(borders, at)]
        seen.append((words, port, (at, "")))
        return node

    if not element.sticky:
        return by_dice
    read = place.field(element.sticky, "its sticky key")
    placed = positions(place.route.name, element.id)

    def by_value(facts: Facts, dice: Dice, limits: Limits, seen: list[Seen]) -> Node:
        who = text_of(read(facts))
        if not who:
            return by_dice(facts, dice, limits, seen)
        at = placed(who) * 100
        port, node = ways[bisect_right(borders, at)]
        seen.append((words, port, (at, who)))
        return node

    return by_value


def _limited(place: _Place, element: Rate) -> Node:
    if element.window_s < 1:
        raise place.error("its window is at least one second.", "properties", "window")
    if element.limit < 0:
        raise place.error("its limit is not below zero.", "properties", "limit")
    read = place.field(element.key, "its key:", "properties", "key")
    route, name, bucket = place.route.name, element.id, buckets_of(element.key)
    (through_port, through), (over_port, over) = place.way(SUCCESS), place.way(FALLBACK)
    words = rate_words(element)

    def step(facts: Facts, dice: Dice, limits: Limits, seen: list[Seen]) -> Node:
        key = LimitKey(route, name, bucket(read(facts)))
        standing = limits.take(key, element)
        if standing.allowed:
            seen.append((words, through_port, (key, element, standing)))
            return through
        seen.append((words, over_port, (key, element, standing)))
        return over

    return step


def _asked(place: _Place, element: ModelCall) -> Node:
    if not 0 <= element.retries <= MAX_RETRIES:
        raise place.error(f"retries are from 0 to {MAX_RETRIES}.", "properties", "retries")
    if element.timeout_ms < 0:
        raise place.error("the time-out is not below zero.", "properties", "timeout")
    for key, value in (("provider", element.provider), ("model", element.model)):
        if not value:
            raise place.error(f"it has no {key}.", "properties", key)
    attempt = Attempt(element.id, element.provider, element.model, element.timeout_ms, element.retries)
    return Ask(attempt, model_words(element), place.way(SUCCESS), place.way(FALLBACK))


def has_budgets(route: Route) -> bool:
    return any(
        isinstance(element, Rate) and element.limit_type is LimitType.COST for element in route.elements
    )


def budgets_in(seen: list[Seen]) -> tuple[tuple[LimitKey, Rate], ...]:
    """The cost limits among what was seen that let the request through."""
    return tuple(
        (kept[0], kept[1])
        for _, _, kept in seen
        if kept.__class__ is tuple and kept[0].__class__ is LimitKey
        if kept[2].allowed and kept[1].limit_type is LimitType.COST
    )
