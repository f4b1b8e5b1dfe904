"""Whether a route can run at all, and in which order its elements can be met."""

from __future__ import annotations

from collections import deque

from workbench.domain.routes.elements import ELSE, AnyElement, Route, Start, Unknown
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.links import PORTS
from workbench.domain.routes.shares import share_of


def start_of(route: Route) -> Start:
    """The one start. Raises RouteError."""
    starts = [(index, element) for index, element in enumerate(route.elements) if isinstance(element, Start)]
    if not starts:
        raise RouteError(
            "The route has no start.", pointer="/elements", fix="Add an element of type “start”."
        )
    if len(starts) > 1:
        raise RouteError(
            f"The route has {len(starts)} starts: “{starts[0][1].id}” and “{starts[1][1].id}”.",
            pointer=pointer("elements", starts[1][0]),
            fix="Keep one of them.",
        )
    return starts[0][1]


def in_order(route: Route) -> list[int]:
    """Places of all elements, each before those it leads to. Raises RouteError for ids, ports or links that cannot be followed."""
    places = _places(route)
    for index, element in enumerate(route.elements):
        _check_outputs(element, index, places)
    incoming = [0] * len(route.elements)
    for _, _, target in route.links():
        incoming[places[target]] += 1
    waiting = deque(index for index, count in enumerate(incoming) if count == 0)
    order: list[int] = []
    while waiting:
        order.append(index := waiting.popleft())
        for target in filter(None, route.elements[index].outputs.values()):
            incoming[places[target]] -= 1
            if incoming[places[target]] == 0:
                waiting.append(places[target])
    if len(order) < len(route.elements):
        raise _cycle(route, places, {index for index, count in enumerate(incoming) if count > 0})
    return order


def _places(route: Route) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, element in enumerate(route.elements):
        if element.id in places:
            raise RouteError(
                f"Two elements are called “{element.id}”.", pointer=pointer("elements", index, "id")
            )
        places[element.id] = index
    return places


def _check_outputs(element: AnyElement, index: int, places: dict[str, int]) -> None:
    if isinstance(element, Unknown):
        raise RouteError(
            f"“{element.id}” is of the type “{element.type}”, which is not known here.",
            pointer=pointer("elements", index, "type"),
            why="Nobody here can say what it does with a request, so the route cannot run on the desk.",
            fix="Take it out, or put an element in its place that is known.",
        )
    ports = PORTS.get(element.kind)
    for port, target in element.outputs.items():
        where = pointer("elements", index, "outputs", port)
        known = port == ELSE or share_of(port) is not None if ports is None else port in ports
        if not known:
            offered = (
                ", ".join(ports) if ports else "shares such as 70%, and else" if ports is None else "none"
            )
            raise RouteError(
                f"“{element.id}” has no output “{port}”.", pointer=where, why=f"Its outputs are: {offered}."
            )
        if target and target not in places:
            raise RouteError(
                f"Output “{port}” of “{element.id}” leads to “{target}”, which is not there.", pointer=where
            )


def _cycle(route: Route, places: dict[str, int], left: set[int]) -> RouteError:
    """Walk links among what is left until an element comes again."""
    index = min(left)
    path: list[int] = []
    # What is left has an element of it leading there; backwards one always gets on, so backwards it goes round.
    before = {places[target]: places[source] for source, _, target in route.links() if places[source] in left}
    while index not in path:
        path.append(index)
        index = before[index]
    ring = [*reversed(path[path.index(index) :])]
    ring = [ring[-1], *ring[:-1]] if ring[-1] == index else ring
    names = " → ".join(f"“{route.elements[place].id}”" for place in [*ring, ring[0]])
    return RouteError(
        f"The route goes round in a circle: {names}.",
        pointer=pointer("elements", ring[0]),
        fix="Lead one of these links elsewhere.",
    )
