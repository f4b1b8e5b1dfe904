"""Where the elements of a route go when nobody has placed them: in layers along the way of the requests.

An element stands one layer behind the furthest that leads to it. Wires over several layers get room to pass in each. Within a
layer the order is that of what leads there, port by port, so that branches keep their order; then every element comes as near
to its neighbours as the others leave room for. A draft can be anything: loops are opened where they close, several starts and
pieces that hang together with nothing stand one under the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.domain.routes.canvas import (
    Direction,
    Point,
    direction,
    free_notes,
    placed,
    positions,
)
from workbench.domain.routes.elements import AnyElement, Route

SizeOf = Callable[[AnyElement], tuple[float, float]]
"""Width and height of an element's card."""

GRID = 8.0
LAYER_GAP, ROW_GAP, PIECE_GAP = 96.0, 32.0, 64.0
NOTE_SIZE = (200.0, 80.0)
_PASSING = 16.0
"""Room across that a wire takes which only passes a layer."""
_SWEEPS = 4
_NEW_GAP = 48.0


@dataclass(slots=True)
class _Box:
    """An element, or the passing of a wire (id ""). along: length in the route's direction; across: at right angles to it."""

    id: str
    along: float
    across: float
    layer: int
    before: list[tuple[_Box, float]] = field(default_factory=list)
    """What leads here, with the place of the port across its box, 0–1."""
    after: list[_Box] = field(default_factory=list)
    at: float = 0.0
    """Its middle, across."""


def arranged(route: Route, size_of: SizeOf, way: Direction = Direction.RIGHT) -> dict[str, Point]:
    """A place for every element and every free note."""
    sizes = {element.id: size_of(element) for element in route.elements}
    if way is Direction.DOWN:
        sizes = {id: (height, width) for id, (width, height) in sizes.items()}
    layers = _layers(route)
    boxes = {id: _Box(id, *sizes[id], layer) for id, layer in layers.items()}
    places: dict[str, tuple[float, float]] = {}
    top = 0.0
    for piece in _pieces(route, layers):
        rows = _rows(route, boxes, piece)
        _settle(rows)
        shift = top - min(box.at - box.across / 2 for row in rows for box in row)
        starts = _starts(rows)
        for row, begin in zip(rows, starts, strict=True):
            for box in row:
                if box.id:
                    places[box.id] = (begin, box.at - box.across / 2 + shift)
        top = max(box.at + box.across / 2 for row in rows for box in row) + shift + PIECE_GAP
    for id in free_notes(route):
        places[id] = (0.0, top)
        top += (NOTE_SIZE[0] if way is Direction.DOWN else NOTE_SIZE[1]) + ROW_GAP
    return {
        id: _on_grid(across, along) if way is Direction.DOWN else _on_grid(along, across)
        for id, (along, across) in places.items()
    }


def settled(route: Route, size_of: SizeOf) -> Route:
    """With a place for whatever has none, beside what leads to it and on nothing else; what has a place stays there."""
    at = positions(route)
    homeless = [element for element in route.elements if element.id not in at]
    notes = [id for id in free_notes(route) if id not in at]
    if not homeless and not notes:
        return route
    if not any(element.id in at for element in route.elements):
        return placed(
            route, {id: p for id, p in arranged(route, size_of, direction(route)).items() if id not in at}
        )
    way = direction(route)
    taken = [(at[one.id], size_of(one)) for one in route.elements if one.id in at]
    taken += [(at[id], NOTE_SIZE) for id in free_notes(route) if id in at]
    leading: dict[str, str] = {}
    for source, _, target in route.links():
        leading.setdefault(target, source)
    sizes = {element.id: size_of(element) for element in route.elements}
    found: dict[str, Point] = {}
    for element in _in_order_of_leading(homeless, leading):
        source = leading.get(element.id, "")
        known = at.get(source) or found.get(source)
        wish = _beside(known, sizes[source], way) if known else _under(taken)
        found[element.id] = _free(wish, sizes[element.id], taken, way)
        taken.append((found[element.id], sizes[element.id]))
    for id in notes:
        found[id] = _free(_under(taken), NOTE_SIZE, taken, way)
        taken.append((found[id], NOTE_SIZE))
    return placed(route, found)


def _layers(route: Route) -> dict[str, int]:
    """The layer of each element, counted from 0: behind all that lead to it, but for the wires that close a loop."""
    targets = _targets(route)
    depth: dict[str, int] = {}
    order: list[str] = []
    closing: set[tuple[str, str]] = set()
    state: dict[str, int] = {}  # 1: on the way, 2: done
    led_to = {target for outs in targets.values() for target in outs}
    roots = [*(id for id in targets if id not in led_to), *targets]
    for root in roots:
        if root in state:
            continue
        waiting: list[tuple[str, int]] = [(root, 0)]
        state[root] = 1
        while waiting:
            id, place = waiting.pop()
            if place == len(targets[id]):
                state[id] = 2
                order.append(id)
                continue
            waiting.append((id, place + 1))
            target = targets[id][place]
            if state.get(target) == 1:
                closing.add((id, target))
            elif target not in state:
                state[target] = 1
                waiting.append((target, 0))
    for id in reversed(order):
        depth.setdefault(id, 0)
        for target in targets[id]:
            if (id, target) not in closing:
                depth[target] = max(depth.get(target, 0), depth[id] + 1)
    return depth


def _targets(route: Route) -> dict[str, list[str]]:
    ids = {element.id for element in route.elements}
    return {
        element.id: [to for to in dict.fromkeys(element.outputs.values()) if to in ids]
        for element in route.elements
    }


def _pieces(route: Route, layers: Mapping[str, int]) -> list[list[str]]:
    """What hangs together, in the order of the elements; within a piece too."""
    near: dict[str, set[str]] = {id: set() for id in layers}
    for source, _, target in route.links():
        if source in near and target in near:
            near[source].add(target)
            near[target].add(source)
    pieces: list[list[str]] = []
    place = {id: number for number, id in enumerate(layers)}
    known: set[str] = set()
    for element in route.elements:
        if element.id in known:
            continue
        piece, waiting = {element.id}, [element.id]
        while waiting:
            for other in near[waiting.pop()] - piece:
                piece.add(other)
                waiting.append(other)
        known |= piece
        pieces.append(sorted(piece, key=place.__getitem__))
    return pieces


def _rows(route: Route, boxes: Mapping[str, _Box], piece: Sequence[str]) -> list[list[_Box]]:
    """The boxes of a piece by layer, passings included, each layer in order."""
    inside = set(piece)
    for element in route.elements:
        if element.id in inside:
            _link(element, boxes)
    rows: dict[int, list[_Box]] = defaultdict(list)
    roots = [boxes[id] for id in piece if not boxes[id].before] or [boxes[piece[0]]]
    seen: set[int] = set()
    waiting = list(reversed(roots))
    while waiting:
        box = waiting.pop()
        if id(box) in seen:
            continue
        seen.add(id(box))
        rows[box.layer].append(box)
        waiting += reversed(box.after)
    found = [rows[layer] for layer in sorted(rows)]
    for row in found[1:]:
        places = {id(box): number for other in found for number, box in enumerate(other)}
        row.sort(key=lambda box: _wish(box, places))
    return found


def _link(element: AnyElement, boxes: Mapping[str, _Box]) -> None:
    """Join its box to those it leads to, through a passing in each layer between."""
    ports = list(element.outputs.items())
    for number, (_, target) in enumerate(ports):
        end = boxes.get(target)
        here = boxes[element.id]
        if end is None or end.layer <= here.layer:
            continue  # it closes a loop, or leads nowhere
        port = (number + 0.5) / len(ports)
        for layer in range(here.layer + 1, end.layer):
            passing = _Box("", 0.0, _PASSING, layer, before=[(here, port)])
            here.after.append(passing)
            here, port = passing, 0.5
        here.after.append(end)
        end.before.append((here, port))


def _wish(box: _Box, places: Mapping[int, int]) -> float:
    if not box.before:
        return float(places[id(box)])
    return sum(places[id(other)] + port for other, port in box.before) / len(box.before)


def _settle(rows: Sequence[Sequence[_Box]]) -> None:
    """Give every box its middle across: near what leads to it and what it leads to, in order and with room between."""
    for row in rows:
        _put(row, [0.0] * len(row))
    for sweep in range(_SWEEPS):
        for row in rows[1:]:
            _put(
                row,
                [
                    _mean(
                        (other.at + (port - 0.5) * other.across * 0.6 for other, port in box.before), box.at
                    )
                    for box in row
                ],
            )
        if sweep < _SWEEPS - 1:
            for row in reversed(rows[:-1]):
                _put(row, [_mean((other.at for other in box.after), box.at) for box in row])


def _put(row: Sequence[_Box], wishes: Sequence[float]) -> None:
    """The places nearest to the wishes, squared and summed, at which nothing overlaps and the order stays.

    Without the room the boxes take, places must only not decrease, and that is least squares over a chain: neighbours that
    would cross share their mean.
    """
    offsets, offset = [], 0.0
    for number, box in enumerate(row):
        if number:
            offset += row[number - 1].across / 2 + ROW_GAP + box.across / 2
        offsets.append(offset)
    blocks: list[list[float]] = []  # sum, count
    for wish, shift in zip(wishes, offsets, strict=True):
        blocks.append([wish - shift, 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    number = 0
    for total, count in blocks:
        for _ in range(int(count)):
            row[number].at = total / count + offsets[number]
            number += 1


def _mean(values: Iterable[float], otherwise: float) -> float:
    found = list(values)
    return sum(found) / len(found) if found else otherwise


def _starts(rows: Sequence[Sequence[_Box]]) -> list[float]:
    """Where each layer begins, along."""
    starts, begin = [], 0.0
    for row in rows:
        starts.append(begin)
        begin += max(box.along for box in row) + LAYER_GAP
    return starts


def _in_order_of_leading(homeless: Sequence[AnyElement], leading: Mapping[str, str]) -> list[AnyElement]:
    """Those that are led to from an element with a place first, then what they lead to."""
    waiting = {element.id: element for element in homeless}
    found: list[AnyElement] = []
    while waiting:
        ready = [id for id in waiting if leading.get(id, "") not in waiting]
        for id in ready or [next(iter(waiting))]:
            found.append(waiting.pop(id))
    return found


def _beside(at: Point, size: tuple[float, float], way: Direction) -> Point:
    if way is Direction.DOWN:
        return Point(at.x, at.y + size[1] + _NEW_GAP)
    return Point(at.x + size[0] + LAYER_GAP, at.y)


def _under(taken: Sequence[tuple[Point, tuple[float, float]]]) -> Point:
    if not taken:
        return Point(0.0, 0.0)
    left = min(at.x for at, _ in taken)
    return Point(left, max(at.y + height for at, (_, height) in taken) + PIECE_GAP)


def _free(
    wish: Point, size: tuple[float, float], taken: Sequence[tuple[Point, tuple[float, float]]], way: Direction
) -> Point:
    """wish, or the next place across where nothing is."""
    at = _on_grid(wish.x, wish.y)
    while True:
        hit = next((one for one in taken if _overlap(at, size, *one)), None)
        if hit is None:
            return at
        (left, top), (width, height) = hit
        at = (
            _on_grid(left + width + ROW_GAP, at.y)
            if way is Direction.DOWN
            else _on_grid(at.x, top + height + ROW_GAP)
        )


def _overlap(at: Point, size: tuple[float, float], other: Point, its: tuple[float, float]) -> bool:
    gap = ROW_GAP / 2
    return (
        at.x < other.x + its[0] + gap
        and other.x < at.x + size[0] + gap
        and at.y < other.y + its[1] + gap
        and other.y < at.y + size[1] + gap
    )


def _on_grid(x: float, y: float) -> Point:
    return Point(round(x / GRID) * GRID, round(y / GRID) * GRID)
