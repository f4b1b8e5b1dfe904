"""Where the parts of a card are, in pixels at a zoom of 100 %: how big it is, and where wires begin and end.

Nothing here depends on words, so that a route can be laid out without drawing it: texts that are too long are cut off.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.elements import AnyElement, Kind
from workbench.domain.routes.links import ports_of

CARD_WIDTH = 224.0
HEAD = 72.0
"""Kind, title and a line of detail."""
SHORT_HEAD = 56.0
"""Kind and title: the elements that have nothing to set."""
PORT_ROW = 24.0
FOOT = 8.0
NOTE_WIDTH = 200.0
FRAME_TITLE = 32.0
"""The strip at the top of a frame by which it is held."""
LEAST_FRAME = (120.0, 80.0)

_SHORT = frozenset({Kind.START, Kind.END})


def head_of(element: AnyElement) -> float:
    return SHORT_HEAD if element.kind in _SHORT else HEAD


def has_port_rows(element: AnyElement) -> bool:
    """Whether the names of its ports stand in rows of their own: a start's one output stands beside its title."""
    return element.kind is not Kind.START and bool(ports_of(element))


def size_of(element: AnyElement, way: Direction = Direction.RIGHT) -> tuple[float, float]:
    """Width and height of its card. A route that runs down has the names of all ports in one row, so cards are lower there."""
    head = head_of(element)
    many = len(ports_of(element))
    if not many:
        return CARD_WIDTH, head
    if way is Direction.DOWN:
        return CARD_WIDTH, head + PORT_ROW
    return CARD_WIDTH, head + many * PORT_ROW + FOOT if has_port_rows(element) else head


def input_of(element: AnyElement, way: Direction = Direction.RIGHT) -> Point | None:
    """Where wires to it end, from its top left corner; None for a start, which has no input."""
    if element.kind is Kind.START:
        return None
    return Point(CARD_WIDTH / 2, 0.0) if way is Direction.DOWN else Point(0.0, head_of(element) / 2)


def outputs_of(element: AnyElement, way: Direction = Direction.RIGHT) -> Mapping[str, Point]:
    """Where the wire of each port begins, from its top left corner."""
    ports = ports_of(element)
    if way is Direction.DOWN:
        bottom, step = size_of(element, way)[1], CARD_WIDTH / max(len(ports), 1)
        return {port: Point((number + 0.5) * step, bottom) for number, port in enumerate(ports)}
    if not has_port_rows(element):
        return {port: Point(CARD_WIDTH, head_of(element) / 2) for port in ports}
    first = head_of(element) + PORT_ROW / 2
    return {port: Point(CARD_WIDTH, first + number * PORT_ROW) for number, port in enumerate(ports)}
