"""Going about a route by keyboard: the order in which it is read, and what is next along its wires."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.edits import ports_of
from workbench.domain.routes.elements import Route

_LINE = 48.0
"""What lies no further apart than this reads as one line."""


def reading_order(places: Mapping[str, Point], way: Direction) -> tuple[str, ...]:
    """By columns where the route runs right, by rows where it runs down."""
    along, across = (0, 1) if way is Direction.RIGHT else (1, 0)
    order = sorted(places, key=lambda id: (places[id][along], places[id][across], id))
    lines: list[list[str]] = []
    begin = 0.0
    for id in order:
        if not lines or places[id][along] - begin > _LINE:
            lines.append([])
            begin = places[id][along]
        lines[-1].append(id)
    return tuple(id for line in lines for id in sorted(line, key=lambda id: (places[id][across], id)))


def targets_of(route: Route, id: str) -> tuple[tuple[str, str], ...]:
    """(port, element it leads to) of the wires that leave an element, in the order of its ports."""
    element = route.find(id)
    if element is None:
        return ()
    there = {one.id for one in route.elements}
    outputs = element.outputs
    return tuple((port, outputs[port]) for port in ports_of(element) if outputs.get(port) in there)


def sources_of(route: Route, id: str) -> tuple[tuple[str, str], ...]:
    """(element, port) of the wires that lead to an element."""
    return tuple((source, port) for source, port, target in route.links() if target == id)


def siblings_of(route: Route, id: str) -> tuple[str, ...]:
    """What the same element leads to, in the order of its ports, id among it; id alone where nothing leads to it."""
    sources = sources_of(route, id)
    if not sources:
        return (id,)
    return tuple(dict.fromkeys(target for _, target in targets_of(route, sources[0][0])))


def along(route: Route, here: str, way: Direction, dx: int, dy: int) -> str:
    """Where an arrow leads from an element along the wires, "" if nowhere: on to its first target, back to its first source,
    across to what its source leads to besides.
    """
    on, across = (dy, dx) if way is Direction.DOWN else (dx, dy)
    if on > 0:
        return next((target for _, target in targets_of(route, here)), "")
    if on < 0:
        return next((source for source, _ in sources_of(route, here)), "")
    siblings = siblings_of(route, here)
    return siblings[(siblings.index(here) + across) % len(siblings)]


def nearest(places: Mapping[str, Point], here: Point, dx: int, dy: int) -> str | None:
    """What is next on the way that an arrow key points."""
    best: tuple[float, str] | None = None
    for id, at in places.items():
        along = (at.x - here.x) * dx + (at.y - here.y) * dy
        across = abs((at.x - here.x) * dy) + abs((at.y - here.y) * dx)
        if along > 1 and across <= 3 * along:
            best = min(best or (float("inf"), ""), (along + 2 * across, id))
    return best[1] if best else None
