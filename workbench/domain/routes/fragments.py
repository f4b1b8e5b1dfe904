"""Parts of a route on their way: copied to JSON that a text editor can hold, and pasted under ids of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from workbench.domain.routes import canvas
from workbench.domain.routes.canvas import Point
from workbench.domain.routes.elements import AnyElement, Route, Start
from workbench.domain.routes.links import own_ports
from workbench.domain.routes.naming import free_like, taken_ids
from workbench.domain.routes.writing import route_document

STEP = 32.0
"""How far from the original a copy is put."""


def copied(route: Route, ids: Collection[str]) -> dict[str, Any]:
    """The elements, notes and frames of these ids as a document that `read_route` reads; wires to others are left behind."""
    wanted = set(ids)
    kept = {element.id for element in route.elements} & wanted
    elements = tuple(_among(element, kept) for element in route.elements if element.id in kept)
    document = route_document(
        replace(route, name="", elements=elements, sidecar=_drawn(route, wanted), unknown={})
    )
    del document["name"]
    return document


def _drawn(route: Route, ids: Collection[str]) -> dict[str, Any]:
    sidecar: dict[str, Any] = {}
    for part in (canvas.POSITIONS, canvas.NOTES, canvas.FRAMES):
        held = route.sidecar.get(part)
        if isinstance(held, Mapping) and (some := {id: held[id] for id in held if id in ids}):
            sidecar[part] = some
    return sidecar


def _among(element: AnyElement, ids: Collection[str]) -> AnyElement:
    """With the wires to these only."""
    if all(to in ids for to in element.outputs.values()):
        return element
    keep = own_ports(element)
    outputs = {port: to if to in ids else "" for port, to in element.outputs.items() if to in ids or keep}
    return replace(element, outputs=outputs)


def pasted(route: Route, fragment: Route, at: Point | None = None) -> tuple[Route, tuple[str, ...]]:
    """With the fragment's elements, notes and frames, and their ids in the route: fresh ones where theirs are taken.

    at: where the top left corner of what is pasted goes; None for a step from where it was copied. What has no position there
    gets none here. Wires among the pasted stay; a start comes along only where the route has none.
    """
    elements, ids = _named(route, fragment)
    boxes, positions = canvas.frames(fragment), canvas.positions(fragment)
    drawn = [id for id in (*canvas.free_notes(fragment), *boxes) if id not in ids]
    dropped = {element.id for element in fragment.elements} - set(ids)
    taken = taken_ids(route) | set(ids.values())
    for id in dict.fromkeys(drawn):
        ids[id] = free_like(taken, id)
        taken.add(ids[id])
    positions = {id: point for id, point in positions.items() if id in ids and id not in dropped}
    corners = [*positions.values(), *(Point(box.x, box.y) for id, box in boxes.items() if id in ids)]
    dx, dy = _shift(route, corners, at)
    after = replace(route, elements=(*route.elements, *elements))
    after = canvas.placed(after, {ids[id]: Point(p.x + dx, p.y + dy) for id, p in positions.items()})
    for id, text in canvas.notes(fragment).items():
        if id in ids:
            after = canvas.with_note(after, ids[id], text)
    for id, box in boxes.items():
        if id in ids:
            after = canvas.with_frame(after, ids[id], replace(box, x=box.x + dx, y=box.y + dy))
    new = (*(element.id for element in elements), *(ids[id] for id in dict.fromkeys(drawn)))
    return after, new


def _named(route: Route, fragment: Route) -> tuple[list[AnyElement], dict[str, str]]:
    """The fragment's elements as they will be, and what each id has become. Of two with the same id links mean the first."""
    taken, ids = taken_ids(route), dict[str, str]()
    named: list[AnyElement] = []
    started = route.start is not None
    for element in fragment.elements:
        if isinstance(element, Start) and started:
            continue
        started = started or isinstance(element, Start)
        id = free_like(taken, element.id)
        taken.add(id)
        ids.setdefault(element.id, id)
        named.append(element if id == element.id else replace(element, id=id))
    return [_led(element, ids) for element in (_among(one, ids) for one in named)], ids


def _led(element: AnyElement, ids: Mapping[str, str]) -> AnyElement:
    outputs = {port: ids.get(to, to) for port, to in element.outputs.items()}
    return element if outputs == element.outputs else replace(element, outputs=outputs)


def _shift(route: Route, corners: list[Point], at: Point | None) -> tuple[float, float]:
    """How far everything is moved. Pasted again and again, each goes a step further than the one before."""
    if not corners:
        return 0.0, 0.0
    if at is not None:
        return at.x - min(point.x for point in corners), at.y - min(point.y for point in corners)
    there = set(canvas.positions(route).values())
    there |= {Point(box.x, box.y) for box in canvas.frames(route).values()}
    step = STEP
    while any(Point(point.x + step, point.y + step) in there for point in corners):
        step += STEP
    return step, step
