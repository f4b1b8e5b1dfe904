"""Where the elements of a route go when nobody has placed them: in layers along the way of the requests.

Branches keep the order of their ports, and what hangs together stands together. A draft can be anything: loops are opened
where they close, several starts and pieces that nothing leads to stand one under the other. Free notes stay with what they
were beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workbench.domain.routes.boxes import ROW_GAP, Box
from workbench.domain.routes.canvas import (
    Direction,
    Frame,
    Point,
    directed,
    direction,
    frames,
    free_notes,
    placed,
    positions,
    unplaced,
    with_frame,
)
from workbench.domain.routes.elements import AnyElement, Kind, Route
from workbench.domain.routes.layered import LAYER_GAP, layers_of, place
from workbench.domain.routes.links import ports_of

Size = tuple[float, float]
SizeOf = Callable[[AnyElement], Size]
"""Width and height of an element's card, as it is drawn in the direction that the route runs."""

GRID = 8.0
PIECE_GAP = 64.0
NOTE_SIZE = (200.0, 80.0)
_PORT_ROW, _FOOT = 24.0, 8.0
"""How cards have their ports, near enough: only how level wires are depends on it."""
_NEW_GAP = 48.0
_MANY = 60
"""So many new elements are arranged among themselves rather than put one by one beside what leads to them."""
_ALONE_IN_A_ROW = 5
_PADDING, _FRAME_TITLE = 24.0, 32.0
_CELL = 256.0


def arranged(route: Route, size_of: SizeOf, way: Direction = Direction.RIGHT) -> dict[str, Point]:
    """A place for every element and every free note."""
    sizes = {element.id: size_of(element) for element in route.elements}
    found = {
        id: _on_grid(across, along) if way is Direction.DOWN else _on_grid(along, across)
        for id, (along, across) in _places(route, sizes, way).items()
    }
    for id, wish in _notes_beside(route, sizes, found).items():
        found[id] = wish
    return found


def rearranged(route: Route, size_of: SizeOf, way: Direction) -> Route:
    """The route with everything where `arranged` puts it; frames are drawn anew around what they held."""
    sizes = {element.id: size_of(element) for element in route.elements}
    before, after = positions(route), arranged(route, size_of, way)
    route = directed(placed(route, after), way)
    for id, frame in frames(route).items():
        held = [
            (after[one], sizes.get(one, NOTE_SIZE))
            for one, at in before.items()
            if one in after and _inside(at, sizes.get(one, NOTE_SIZE), frame)
        ]
        if held:
            route = with_frame(route, id, _around(frame.title, held))
    return route


def settled(route: Route, size_of: SizeOf) -> Route:
    """With a place for whatever has none, beside what leads to it and on nothing else; what has a place stays there."""
    missing = unplaced(route)
    if not missing:
        return route
    at, way = positions(route), direction(route)
    new = [element for element in route.elements if element.id in missing]
    sizes = {element.id: size_of(element) for element in route.elements}
    taken = _Taken()
    for id in (*sizes, *free_notes(route)):
        if id in at:
            taken.add(at[id], sizes.get(id, NOTE_SIZE))
    if len(new) > _MANY or len(new) == len(route.elements):
        found = _as_a_block(replace(route, elements=tuple(new)), size_of, way, taken)
    else:
        found = _one_by_one(route, new, sizes, at, way, taken)
    for id in missing:
        if id not in sizes:
            found[id] = taken.put(taken.under(), NOTE_SIZE, way)
    return placed(route, found)


def _places(route: Route, sizes: Mapping[str, Size], way: Direction) -> dict[str, tuple[float, float]]:
    """Along and across of each element: piece under piece, then those that are wired to nothing."""
    links = {element.id: _links(element, sizes[element.id], way) for element in route.elements}
    layers = layers_of(links)
    boxes: dict[str, Box] = {}
    for element in route.elements:
        width, height = sizes[element.id]
        along, across = (height, width) if way is Direction.DOWN else (width, height)
        boxes[element.id] = Box(element.id, along, across, _inlet(element, across, way), layers[element.id])
    places: dict[str, tuple[float, float]] = {}
    top = 0.0
    pieces = _pieces(route)
    for piece in (piece for piece in pieces if len(piece) > 1):
        here = {id: boxes[id] for id in piece}
        place(here, links)
        shift = top - min(box.at for box in here.values())
        for id, box in here.items():
            places[id] = (box.begin, box.at + shift)
        top = max(box.at + box.across for box in here.values()) + shift + PIECE_GAP
    alone = [boxes[piece[0]] for piece in pieces if len(piece) == 1]
    for first in range(0, len(alone), _ALONE_IN_A_ROW):
        row = alone[first : first + _ALONE_IN_A_ROW]
        begin = 0.0
        for box in row:
            places[box.id] = (begin, top)
            begin += box.along + LAYER_GAP
        top += max(box.across for box in row) + ROW_GAP
    return places


def _links(element: AnyElement, size: Size, way: Direction) -> list[tuple[str, float]]:
    """Where each of its wires leads and leaves. What leads to one alone stands in a row with it."""
    ports = ports_of(element)
    across = size[0] if way is Direction.DOWN else size[1]
    targets = [(number, element.outputs.get(port, "")) for number, port in enumerate(ports)]
    alone = len({target for _, target in targets if target}) == 1
    found = []
    for number, target in targets:
        if alone:
            leaves = _inlet(element, across, way)
        elif way is Direction.DOWN:
            leaves = across * (number + 0.5) / len(ports)
        else:
            leaves = max(across - _FOOT - _PORT_ROW * (len(ports) - number - 0.5), 0.0)
        if target:
            found.append((target, leaves))
    return found


def _inlet(element: AnyElement, across: float, way: Direction) -> float:
    """Where wires arrive: in the middle of what is above the ports."""
    ports = 0 if element.kind is Kind.START else len(ports_of(element))
    if way is Direction.DOWN or not ports:
        return across / 2
    return max(across - _PORT_ROW * ports - _FOOT, across / 4) / 2


def _pieces(route: Route) -> list[list[str]]:
    """What hangs together: that with a start first, in the order of the elements otherwise, and within a piece too."""
    near: dict[str, list[str]] = {element.id: [] for element in route.elements}
    for source, _, target in route.links():
        if target in near and target != source:
            near[source].append(target)
            near[target].append(source)
    number_of: dict[str, int] = {}
    pieces: list[list[str]] = []
    for id in near:
        if id in number_of:
            continue
        number_of[id] = len(pieces)
        waiting = [id]
        while waiting:
            for other in near[waiting.pop()]:
                if other not in number_of:
                    number_of[other] = len(pieces)
                    waiting.append(other)
        pieces.append([])
    starts = {element.id for element in route.elements if element.kind is Kind.START}
    for id in (*(id for id in near if id in starts), *(id for id in near if id not in starts)):
        pieces[number_of[id]].append(id)
    return sorted(pieces, key=lambda piece: piece[0] not in starts)


def _notes_beside(route: Route, sizes: Mapping[str, Size], found: Mapping[str, Point]) -> dict[str, Point]:
    """Free notes as far from their nearest element as they were; those that have no place yet, under everything."""
    notes = free_notes(route)
    if not notes:
        return {}
    before = positions(route)
    taken = _Taken()
    for id, at in found.items():
        taken.add(at, sizes[id])
    elements = [id for id in sizes if id in before]
    places = {}
    for id in notes:
        wish = taken.under()
        if id in before and elements:
            mine = before[id]
            nearest = min(elements, key=lambda other: _distance(before[other], mine))
            old, new = before[nearest], found[nearest]
            wish = Point(new.x + mine.x - old.x, new.y + mine.y - old.y)
        places[id] = taken.put(wish, NOTE_SIZE, Direction.RIGHT)
    return places


def _as_a_block(route: Route, size_of: SizeOf, way: Direction, taken: _Taken) -> dict[str, Point]:
    """Its elements arranged among themselves, under whatever is there already."""
    bare = replace(route, sidecar={})
    corner = taken.under()
    found = {id: Point(at.x + corner.x, at.y + corner.y) for id, at in arranged(bare, size_of, way).items()}
    for element in route.elements:
        taken.add(found[element.id], size_of(element))
    return found


def _one_by_one(
    route: Route,
    new: Sequence[AnyElement],
    sizes: Mapping[str, Size],
    at: Mapping[str, Point],
    way: Direction,
    taken: _Taken,
) -> dict[str, Point]:
    leading: dict[str, str] = {}
    for source, _, target in route.links():
        if source != target:
            leading.setdefault(target, source)
    found: dict[str, Point] = {}
    for id in _in_order_of_leading([element.id for element in new], leading):
        source = leading.get(id, "")
        known = at.get(source) or found.get(source)
        wish = _beside(known, sizes[source], way) if known and source in sizes else taken.under()
        found[id] = taken.put(wish, sizes[id], way)
    return found


def _in_order_of_leading(ids: Sequence[str], leading: Mapping[str, str]) -> list[str]:
    """What leads comes before what it leads to, where it does not lead back."""
    waiting = dict.fromkeys(ids)
    found: list[str] = []
    for id in ids:
        chain = []
        while id in waiting:
            del waiting[id]
            chain.append(id)
            id = leading.get(id, "")
        found += reversed(chain)
    return found


class _Taken:
    """Where something stands already. It is looked up by cells, so that a full canvas does not slow it down."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Point, Size]]] = {}
        self._left = self._bottom = 0.0
        self._empty = True

    def add(self, at: Point, size: Size) -> None:
        self._left = at.x if self._empty else min(self._left, at.x)
        self._bottom = at.y + size[1] if self._empty else max(self._bottom, at.y + size[1])
        self._empty = False
        for cell in _cells(at, size):
            self._cells.setdefault(cell, []).append((at, size))

    def under(self) -> Point:
        """Free for anything."""
        return Point(0.0, 0.0) if self._empty else _on_grid_under(self._left, self._bottom + PIECE_GAP)

    def put(self, wish: Point, size: Size, way: Direction) -> Point:
        """Take wish, or the next place across where nothing is."""
        at = _on_grid(wish.x, wish.y)
        while (hit := self._hit(at, size)) is not None:
            (left, top), (width, height) = hit
            if way is Direction.DOWN:
                at = _on_grid_under(left + width + ROW_GAP, at.y)
            else:
                at = _on_grid_under(at.x, top + height + ROW_GAP)
        self.add(at, size)
        return at

    def _hit(self, at: Point, size: Size) -> tuple[Point, Size] | None:
        return next(
            (
                one
                for cell in _cells(at, size)
                for one in self._cells.get(cell, ())
                if _overlap(at, size, *one)
            ),
            None,
        )


def _cells(at: Point, size: Size) -> list[tuple[int, int]]:
    gap = ROW_GAP / 2
    columns = range(int((at.x - gap) // _CELL), int((at.x + size[0] + gap) // _CELL) + 1)
    rows = range(int((at.y - gap) // _CELL), int((at.y + size[1] + gap) // _CELL) + 1)
    return [(column, row) for column in columns for row in rows]


def _overlap(at: Point, size: Size, other: Point, its: Size) -> bool:
    gap = ROW_GAP / 2
    return (
        at.x < other.x + its[0] + gap
        and other.x < at.x + size[0] + gap
        and at.y < other.y + its[1] + gap
        and other.y < at.y + size[1] + gap
    )


def _beside(at: Point, size: Size, way: Direction) -> Point:
    if way is Direction.DOWN:
        return Point(at.x, at.y + size[1] + _NEW_GAP)
    return Point(at.x + size[0] + LAYER_GAP, at.y)


def _inside(at: Point, size: Size, frame: Frame) -> bool:
    """Whether its middle is in the frame."""
    x, y = at.x + size[0] / 2, at.y + size[1] / 2
    return frame.x <= x <= frame.x + frame.width and frame.y <= y <= frame.y + frame.height


def _around(title: str, held: Sequence[tuple[Point, Size]]) -> Frame:
    left, top = min(at.x for at, _ in held), min(at.y for at, _ in held)
    right = max(at.x + size[0] for at, size in held)
    bottom = max(at.y + size[1] for at, size in held)
    return Frame(
        title,
        left - _PADDING,
        top - _PADDING - _FRAME_TITLE,
        right - left + 2 * _PADDING,
        bottom - top + 2 * _PADDING + _FRAME_TITLE,
    )


def _distance(one: Point, other: Point) -> float:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _on_grid(x: float, y: float) -> Point:
    """To the nearest, halves always up, so that what was level stays level."""
    return Point((x / GRID + 0.5) // 1 * GRID, (y / GRID + 0.5) // 1 * GRID)


def _on_grid_under(x: float, y: float) -> Point:
    """On the grid, and not before x or y."""
    return Point(-(-x // GRID) * GRID, -(-y // GRID) * GRID)
