"""Edits of a route as pure functions: each gives a new route and leaves the old one as it was."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import Any

from workbench.domain.routes.elements import AnyElement, End, Route

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


def renamed(route: Route, name: str) -> Route:
    return replace(route, name=name)


def with_element(route: Route, element: AnyElement) -> Route:
    """With element in the place of the one that has its id, else as the last."""
    if route.find(element.id) is None:
        return replace(route, elements=(*route.elements, element))
    return replace(route, elements=tuple(element if one.id == element.id else one for one in route.elements))


def without_element(route: Route, element_id: str) -> Route:
    """Without it, and without the outputs that led to it."""
    kept = (one for one in route.elements if one.id != element_id)
    return replace(
        route,
        elements=tuple(
            replace(one, outputs={port: to for port, to in one.outputs.items() if to != element_id})
            for one in kept
        ),
    )


def changed(route: Route, element_id: str, **properties: Any) -> Route:
    """With other values in an element's fields; the same route where there is no such element."""
    element = route.find(element_id)
    return route if element is None else with_element(route, replace(element, **properties))


def with_output(route: Route, element_id: str, port: str, target: str) -> Route:
    """With port leading to target; a port that led elsewhere keeps its place among the outputs."""
    element = route.find(element_id)
    return route if element is None else changed(route, element_id, outputs={**element.outputs, port: target})


def without_output(route: Route, element_id: str, port: str) -> Route:
    element = route.find(element_id)
    if element is None:
        return route
    return changed(
        route, element_id, outputs={name: to for name, to in element.outputs.items() if name != port}
    )


def with_output_to_end(route: Route, element_id: str, port: str) -> Route:
    """With port leading to the route's end, which is added where there is none."""
    end = next((one for one in route.elements if isinstance(one, End)), None)
    if end is None:
        end = End(id=free_id(route, "end"))
        route = with_element(route, end)
    return with_output(route, element_id, port, end.id)


def free_id(route: Route, stem: str) -> str:
    """stem, or stem with the first number that makes it an id nobody has: "end", "end-2"."""
    taken = {element.id for element in route.elements}
    if stem not in taken:
        return stem
    return next(name for number in count(2) if (name := f"{stem}-{number}") not in taken)


def plain_name(name: str) -> str:
    """name in letters, digits, hyphens and underscores, as a deployed route wants it (ai-gateway §7.5); never empty."""
    return _NOT_IN_NAMES.sub("-", name).strip("-") or "route"
