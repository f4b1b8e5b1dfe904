"""Deleting elements and joining their neighbours, where there is one way to."""

from __future__ import annotations

from collections.abc import Collection

from workbench.domain.routes.edits import link_problem, with_output, without_elements
from workbench.domain.routes.elements import Route


def without_and_joined(route: Route, ids: Collection[str]) -> Route:
    """Without these; what led to one leads on to where it led, if all its ways lead to the same place."""
    gone = {element.id for element in route.elements} & set(ids)
    onward = {id: _exits(route, id, gone, frozenset()) for id in gone}
    after = without_elements(route, ids)
    for source, port, target in route.links():
        if target in gone and source not in gone and len(onward[target]) == 1:
            (goal,) = onward[target]
            if not link_problem(after, source, port, goal):
                after = with_output(after, source, port, goal)
    return after


def _exits(route: Route, id: str, gone: Collection[str], seen: frozenset[str]) -> frozenset[str]:
    """What is left of the route behind an element that goes."""
    element = route.find(id)
    if element is None or id in seen:
        return frozenset()
    found: set[str] = set()
    for target in element.outputs.values():
        if target in gone:
            found |= _exits(route, target, gone, seen | {id})
        elif target:
            found.add(target)
    return frozenset(found)
