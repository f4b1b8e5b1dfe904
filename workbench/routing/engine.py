"""The engine: a route compiled once, then run for each request. No I/O, no clock, no dice of its own.

`run` is a generator: it asks for attempts, is told outcomes, and returns where the request ended. On the way it only notes
what was decided; `Ending.visits` words that later.
"""

from __future__ import annotations

from collections.abc import Generator
from types import FunctionType

from workbench.domain.routes.elements import Route
from workbench.routing.attempts import Attempt as Attempt
from workbench.routing.attempts import Dice as Dice
from workbench.routing.attempts import Ending as Ending
from workbench.routing.attempts import LimitKey as LimitKey
from workbench.routing.attempts import Limits as Limits
from workbench.routing.attempts import Outcome as Outcome
from workbench.routing.attempts import Seen
from workbench.routing.attempts import Standing as Standing
from workbench.routing.facts import Facts
from workbench.routing.soundness import in_order, start_of
from workbench.routing.steps import Ask, Node, Stop, budgets_in, compiled, has_budgets


class CompiledRoute:
    """Safe to share: a run keeps its state to itself."""

    __slots__ = ("_first", "_has_budgets", "route")

    def __init__(self, route: Route, first: Node, has_budgets: bool) -> None:
        self.route = route
        self._first = first
        self._has_budgets = has_budgets

    def run(self, facts: Facts, *, dice: Dice, limits: Limits) -> Generator[Attempt, Outcome, Ending]:
        """Each Attempt yielded wants an Outcome sent; the Ending is returned. Ends for every route that could be compiled."""
        seen: list[Seen] = []
        by = ""
        node = self._first
        while True:
            while type(node) is FunctionType:  # one check for each element: most are steps
                node = node(facts, dice, limits, seen)
            if isinstance(node, Stop):
                break
            assert isinstance(node, Ask)
            outcome = yield node.attempt
            if outcome.ok:
                by = node.attempt.element
            node = node.follow(outcome, seen)
        if node.words is not None:
            seen.append((node.words, "", by))
        budgets = budgets_in(seen) if self._has_budgets else ()
        return Ending(by != "", node.element, budgets, by, facts, seen)


def compile_route(route: Route) -> CompiledRoute:
    """Check that a route can run and compile it to closures. Raises RouteError with the place of what is wrong: no start or
    several, an id given twice, an output that leads nowhere known, a cycle, a share, limit or condition that means nothing.
    """
    start = start_of(route)
    nodes: dict[str, Node] = {}
    for index in reversed(in_order(route)):
        element = route.elements[index]
        nodes[element.id] = compiled(route, index, nodes)
    return CompiledRoute(route, nodes[start.id], has_budgets(route))
