"""Putting boxes in line, and in even steps: where each goes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from workbench.domain.routes.canvas import Point

GRID = 8.0


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Side(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class Axis(StrEnum):
    ACROSS = "across"
    DOWN = "down"


def aligned(boxes: Mapping[str, Box], side: Side) -> dict[str, Point]:
    """Each in line with the outermost on that side, or with the middle of them all."""
    if not boxes:
        return {}
    left = min(box.x for box in boxes.values())
    right = max(box.x + box.width for box in boxes.values())
    top = min(box.y for box in boxes.values())
    bottom = max(box.y + box.height for box in boxes.values())

    def place(box: Box) -> Point:
        match side:
            case Side.LEFT:
                return Point(left, box.y)
            case Side.RIGHT:
                return Point(right - box.width, box.y)
            case Side.CENTRE:
                return Point((left + right - box.width) / 2, box.y)
            case Side.TOP:
                return Point(box.x, top)
            case Side.BOTTOM:
                return Point(box.x, bottom - box.height)
            case Side.MIDDLE:
                return Point(box.x, (top + bottom - box.height) / 2)

    return {id: place(box) for id, box in boxes.items()}


def distributed(boxes: Mapping[str, Box], axis: Axis) -> dict[str, Point]:
    """The gaps between them made even; the first and the last stay. Fewer than three are even already."""
    across = axis is Axis.ACROSS
    order = sorted(boxes, key=lambda id: boxes[id].x if across else boxes[id].y)
    if len(order) < 3:
        return {id: Point(box.x, box.y) for id, box in boxes.items()}
    lengths = {id: boxes[id].width if across else boxes[id].height for id in order}
    starts = {id: boxes[id].x if across else boxes[id].y for id in order}
    first, last = order[0], order[-1]
    room = starts[last] + lengths[last] - starts[first] - sum(lengths.values())
    gap, at = room / (len(order) - 1), starts[first]
    places = {}
    for id in order:
        places[id] = Point(at, boxes[id].y) if across else Point(boxes[id].x, at)
        at += lengths[id] + gap
    return places


def snapped(value: float) -> float:
    return round(value / GRID) * GRID
