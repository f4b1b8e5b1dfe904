"""How a route is drawn: what its sidecar keeps of positions, notes and frames, and the pure edits of it (design §5).

    "workbench": {
        "direction": "right",
        "positions": {"m1": [240, 80], "note-1": [0, 200]},
        "notes": {"m1": "cheap on purpose", "note-1": "ask Lena before changing this"},
        "frames": {"frame-1": {"title": "paying users", "box": [200, 40, 480, 240]}}
    }

A note under an element's id is about that element; any other stands by itself where `positions` puts it. Lengths are pixels
at a zoom of 100 %, x to the right and y down; a position is the top left corner. What somebody wrote by hand and is none of
this is drawn as if it were not there, and kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from workbench.domain.routes.elements import Route

POSITIONS, NOTES, FRAMES, DIRECTION = "positions", "notes", "frames", "direction"
DRAWN = frozenset({POSITIONS, NOTES, FRAMES, DIRECTION})
"""The parts of the sidecar that only say how a route looks."""
FAR = 1_000_000.0
"""Nothing is further away than this; a file that says otherwise is not believed."""
_PLAIN = (int, float)


class Point(NamedTuple):
    x: float
    y: float


class Direction(StrEnum):
    """Which way a route runs on the canvas."""

    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled box behind what it holds together; it means nothing to the route."""

    title: str
    x: float
    y: float
    width: float
    height: float


def positions(route: Route) -> dict[str, Point]:
    """Where elements and free notes are, by id; what has none is left out."""
    return {id: Point(*at) for id, value in _part(route, POSITIONS).items() if (at := _numbers(value, 2))}


def unplaced(route: Route) -> frozenset[str]:
    """The elements and free notes that have no position. Quick, for it is asked after every edit."""
    part, texts = _part(route, POSITIONS), _part(route, NOTES)
    ids = {element.id for element in route.elements}
    found = {id for id in ids if id not in part or not _is_place(part[id])}
    for id, text in texts.items():
        if id not in ids and isinstance(text, str) and _numbers(part.get(id), 2) is None:
            found.add(id)
    return frozenset(found)


def direction(route: Route) -> Direction:
    found = route.sidecar.get(DIRECTION)
    return Direction(found) if found in list(Direction) else Direction.RIGHT


def notes(route: Route) -> dict[str, str]:
    """All notes by id, those about elements too."""
    return {id: text for id, text in _part(route, NOTES).items() if isinstance(text, str)}


def free_notes(route: Route) -> dict[str, str]:
    """The notes that stand by themselves."""
    elements = {element.id for element in route.elements}
    return {id: text for id, text in notes(route).items() if id not in elements}


def frames(route: Route) -> dict[str, Frame]:
    found = {}
    for id, value in _part(route, FRAMES).items():
        box = _numbers(value.get("box"), 4) if isinstance(value, Mapping) else None
        if box:
            found[id] = Frame(str(value.get("title", "")), *box)
    return found


def placed(route: Route, at: Mapping[str, Point]) -> Route:
    """With these at these positions; the others stay."""
    return _with_part(route, POSITIONS, {id: [_short(p.x), _short(p.y)] for id, p in at.items()})


def directed(route: Route, way: Direction) -> Route:
    sidecar = {**route.sidecar, DIRECTION: way.value}
    if way is Direction.RIGHT:  # what is usual is not written
        del sidecar[DIRECTION]
    return replace(route, sidecar=sidecar)


def with_note(route: Route, id: str, text: str) -> Route:
    """With this note; an empty one about an element is no note."""
    about = route.find(id) is not None
    return _without_part(route, NOTES, {id}) if about and not text else _with_part(route, NOTES, {id: text})


def with_frame(route: Route, id: str, frame: Frame) -> Route:
    box = [_short(value) for value in (frame.x, frame.y, frame.width, frame.height)]
    return _with_part(route, FRAMES, {id: {"title": frame.title, "box": box}})


def without_drawn(route: Route, ids: Collection[str]) -> Route:
    """Without the notes, frames and positions of these ids: what goes when they are deleted."""
    for part in (NOTES, FRAMES, POSITIONS):
        route = _without_part(route, part, ids)
    return route


def moved(route: Route, ids: Iterable[str], dx: float, dy: float) -> Route:
    """With these elements, notes and frames moved."""
    at, boxes = positions(route), frames(route)
    wanted = set(ids)
    route = placed(route, {id: Point(p.x + dx, p.y + dy) for id, p in at.items() if id in wanted})
    for id, frame in boxes.items():
        if id in wanted:
            route = with_frame(route, id, replace(frame, x=frame.x + dx, y=frame.y + dy))
    return route


def drawn_ids(route: Route) -> frozenset[str]:
    """Every id that stands for something on the canvas."""
    return frozenset({*(element.id for element in route.elements), *notes(route), *frames(route)})


def _part(route: Route, name: str) -> Mapping[str, Any]:
    found = route.sidecar.get(name)
    return found if isinstance(found, Mapping) else {}


def _with_part(route: Route, name: str, more: Mapping[str, Any]) -> Route:
    return replace(route, sidecar={**route.sidecar, name: {**_part(route, name), **more}}) if more else route


def _without_part(route: Route, name: str, ids: Collection[str]) -> Route:
    part = _part(route, name)
    if not any(id in part for id in ids):
        return route
    left = {id: value for id, value in part.items() if id not in ids}
    sidecar = {**route.sidecar, name: left}
    if not left:
        del sidecar[name]
    return replace(route, sidecar=sidecar)


def _numbers(value: Any, many: int) -> tuple[float, ...] | None:
    if not isinstance(value, list | tuple) or len(value) != many:
        return None
    if not all(
        isinstance(one, int | float) and not isinstance(one, bool) and abs(one) <= FAR for one in value
    ):
        return None
    return tuple(float(one) for one in value)


def _is_place(value: Any) -> bool:
    if type(value) is list and len(value) == 2:
        x, y = value
        if type(x) in _PLAIN and type(y) in _PLAIN:
            return bool(-FAR <= x <= FAR and -FAR <= y <= FAR)
    return _numbers(value, 2) is not None


def _short(value: float) -> float | int:
    """A whole number where it is one, so that files stay readable."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded
