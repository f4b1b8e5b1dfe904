"""What can lead where: the ports of an element, and why a link may not be made."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping

from workbench.domain.routes.elements import (
    ELSE,
    FALLBACK,
    FALSE,
    NEXT,
    SUCCESS,
    TRUE,
    AnyElement,
    Kind,
    Percentage,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.shares import named_sum

PORTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.START: (NEXT,),
    Kind.CONDITIONAL: (TRUE, FALSE),
    Kind.RATE: (SUCCESS, FALLBACK),
    Kind.MODEL: (SUCCESS, FALLBACK),
    Kind.END: (),
}
"""The outputs an element can have. Those of a percentage element are its shares and else, and those of an element of an
unknown type the ones that are written."""


def own_ports(element: AnyElement) -> bool:
    """Whether its ports are its own and not its kind's: then one that leads nowhere is kept, with "" as its target."""
    return element.kind not in PORTS


def ports_of(element: AnyElement) -> tuple[str, ...]:
    """All ports in order, linked or not. A written output that its kind does not have comes last, so that it can be seen.

    A split has an else where one is written, and where its shares leave something over.
    """
    written = tuple(element.outputs)
    if isinstance(element, Percentage) and ELSE not in written and named_sum(written) < 100 - 1e-6:
        return (*written, ELSE)
    known = PORTS.get(element.kind, ())
    return (*known, *(port for port in written if port not in known))


def link_problem(route: Route, element_id: str, port: str, target: str) -> str:
    """Why the port may not lead to target, as a sentence; "" if it may, also where it leads elsewhere now."""
    element = route.find(element_id)
    if element is None:
        return f"There is no element “{element_id}”."
    if problem := _port_problem(element, port):
        return problem
    to = route.find(target)
    if to is None:
        return f"There is no element “{target}” to lead to."
    if isinstance(to, Start):
        return f"Nothing leads to “{target}”: it is a start, where requests enter."
    if target == element_id:
        return f"“{element_id}” cannot lead to itself."
    if way := _way(route, target, element_id):
        names = " → ".join(f"“{id}”" for id in way)
        return f"Requests would go round in a circle, for {names} leads back."
    return ""


def linkable(route: Route, element_id: str, port: str) -> frozenset[str]:
    """Ids of all elements that the port may lead to: those without a `link_problem`, found in one go."""
    element = route.find(element_id)
    if element is None or _port_problem(element, port):
        return frozenset()
    before: dict[str, list[str]] = {}
    for source, _, target in route.links():
        before.setdefault(target, []).append(source)
    leading: set[str] = set()
    waiting = [element_id]
    while waiting:
        here = waiting.pop()
        if here not in leading:
            leading.add(here)
            waiting += before.get(here, ())
    first = {one.id: one for one in reversed(route.elements)}
    return frozenset(id for id, one in first.items() if id not in leading and not isinstance(one, Start))


def _port_problem(element: AnyElement, port: str) -> str:
    if port in _takes(element):
        return ""
    if element.kind is Kind.END:
        return f"Nothing comes after “{element.id}”: it is an end, and has no outputs."
    if isinstance(element, Unknown):
        return f"Nobody here knows an output “{port}” of “{element.id}”, whose type is “{element.type}”."
    return f"“{element.id}” has no output “{port}”."


def _takes(element: AnyElement) -> Collection[str]:
    return PORTS[element.kind] if element.kind in PORTS else ports_of(element)


def _way(route: Route, begin: str, goal: str) -> tuple[str, ...]:
    """The shortest way from one element to another, both named; () where there is none."""
    after: dict[str, list[str]] = {}
    for source, _, target in route.links():
        after.setdefault(source, []).append(target)
    came: dict[str, str] = {begin: ""}
    waiting = deque([begin])
    while waiting and goal not in came:
        here = waiting.popleft()
        for target in after.get(here, ()):
            if target not in came:
                came[target] = here
                waiting.append(target)
    way = [goal] if goal in came else []
    while way and way[-1] != begin:
        way.append(came[way[-1]])
    return tuple(reversed(way))
