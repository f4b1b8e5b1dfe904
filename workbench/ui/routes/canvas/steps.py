"""Every edit that the canvas makes, each as one named step of the document. No widget is needed for any of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from workbench.domain.routes import canvas, edits
from workbench.domain.routes.arranging import arranged, rearranged
from workbench.domain.routes.canvas import Direction, Frame, Point
from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import AnyElement, Route, Start
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.imports import import_route
from workbench.ui.routes import words
from workbench.ui.routes.canvas.geometry import FRAME_TITLE, size_of
from workbench.ui.routes.canvas.joining import without_and_joined
from workbench.ui.routes.canvas.pieces import NOTE, Piece, made_of
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import Wire

_FRAME_ROOM = 24.0
_FRAME_SIZE = (360.0, 200.0)


class Steps(QObject):
    """Signals: refused (str: why something was not done); said (str: what was done, for who cannot see it)."""

    refused = Signal(str)
    said = Signal(str)

    def __init__(self, document: RouteDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document

    @property
    def route(self) -> Route:
        return self._document.route

    # -- adding

    def add(
        self, piece: Piece, at: Point, source: Wire | None = None, into: Wire | None = None, goal: str = ""
    ) -> str:
        """Add a piece with its top left corner at a point, and select it; its id. source: the output that is to lead to it.
        into: the wire it is put in. goal: what its first free port that may is to lead to.
        """
        route = self.route
        element = made_of(route, piece)
        if element is None:
            return self._add_drawn(piece, at)
        where = {element.id: at}
        if into is not None and not edits.insertion_problem(route, *into, element):
            after = edits.inserted(route, *into, element)
            if self._document.has_wire(into):
                where.update(self._made_room(element, at, into))
        else:
            after = edits.with_element(route, element)
        if source is not None:
            after = edits.with_output(after, *source, element.id)
        if goal and (port := self.free_port_to(after, element, goal)):
            after = edits.with_output(after, element.id, port, goal)
        self._document.edit(self.tr("Add {0}").format(words.kind_name(element)), canvas.placed(after, where))
        self._document.select([element.id])
        self.said.emit(self.tr("Added {0}").format(words.kind_name(element)))
        return element.id

    def free_port_to(self, route: Route, element: AnyElement, goal: str) -> str:
        """The first port of an element that leads nowhere and may lead to goal, "" if there is none."""
        for port in edits.ports_of(element):
            if not element.outputs.get(port) and not edits.link_problem(route, element.id, port, goal):
                return port
        return ""

    def _made_room(self, element: AnyElement, at: Point, into: Wire) -> Mapping[str, Point]:
        """Where what comes after the wire goes, so that the new element has room before it."""
        route, places = self.route, canvas.positions(self.route)
        source = route.find(into[0])
        target = source.outputs.get(into[1], "") if source is not None else ""
        if target not in places:
            return {}
        way = canvas.direction(route)
        width, height = size_of(element, way)
        down = way is Direction.DOWN
        missing = (
            (at.y + height if down else at.x + width) + 64 - (places[target].y if down else places[target].x)
        )
        before = at.y if down else at.x
        if missing <= 0 or (places[target].y if down else places[target].x) < before - 64:
            return {}
        step = -(-missing // 8) * 8
        dx, dy = (0.0, step) if down else (step, 0.0)
        return {
            id: Point(places[id].x + dx, places[id].y + dy)
            for id in _behind(route, target)
            if id in places and (places[id].y if down else places[id].x) >= before - 64
        }

    def _add_drawn(self, piece: Piece, at: Point) -> str:
        id = edits.free_id(self.route, "note" if piece.key == NOTE else "frame")
        if piece.key == NOTE:
            after = canvas.placed(canvas.with_note(self.route, id, self.tr("Note")), {id: at})
            self._document.edit(self.tr("Add note"), after)
        else:
            frame = Frame(self.tr("Frame"), at.x, at.y, *_FRAME_SIZE)
            self._document.edit(self.tr("Add frame"), canvas.with_frame(self.route, id, frame))
        self._document.select([id])
        return id

    def frame_around(self, ids: Collection[str], box: tuple[float, float, float, float]) -> str:
        """Put a frame around what is selected, whose bounds these are (left, top, width, height)."""
        id = edits.free_id(self.route, "frame")
        left, top, width, height = box
        frame = Frame(
            self.tr("Frame"),
            left - _FRAME_ROOM,
            top - _FRAME_ROOM - FRAME_TITLE / 2,
            width + 2 * _FRAME_ROOM,
            height + 2 * _FRAME_ROOM + FRAME_TITLE / 2,
        )
        self._document.edit(self.tr("Frame the selection"), canvas.with_frame(self.route, id, frame))
        self._document.select([id])
        return id

    # -- wires

    def link(self, id: str, port: str, target: str) -> bool:
        """Lead a port to an element; what stands against it is told."""
        if problem := edits.link_problem(self.route, id, port, target):
            self.refused.emit(problem)
            return False
        name = self.tr("Reconnect") if self._document.has_wire((id, port)) else self.tr("Connect")
        self._document.edit(name, edits.with_output(self.route, id, port, target))
        self._document.select(wire=(id, port))
        self.said.emit(self.tr("{0} of {1} leads to {2}").format(port, self._named(id), self._named(target)))
        return True

    def relink_source(self, wire: Wire, id: str, port: str) -> bool:
        """Let another output lead to where this wire leads."""
        source = self.route.find(wire[0])
        target = source.outputs.get(wire[1], "") if source is not None else ""
        if (id, port) == wire or not target:
            return False
        after = edits.without_output(self.route, *wire)
        if problem := edits.link_problem(after, id, port, target):
            self.refused.emit(problem)
            return False
        self._document.edit(self.tr("Reconnect"), edits.with_output(after, id, port, target))
        self._document.select(wire=(id, port))
        return True

    def cut(self, wires: Iterable[Wire]) -> None:
        after, many = self.route, 0
        for wire in wires:
            before = after
            after = edits.without_output(after, *wire)
            many += after is not before
        if many:
            name = self.tr("Cut wire") if many == 1 else self.tr("Cut {0} wires").format(many)
            self._document.edit(name, after)
            self.said.emit(name)

    def insert(self, id: str, wire: Wire, dx: float = 0.0, dy: float = 0.0) -> None:
        """Put an element of the route, moved by so much, into a wire."""
        element = self.route.find(id)
        if element is None:
            return
        moved = canvas.moved(self.route, [id], dx, dy)
        if problem := edits.insertion_problem(moved, *wire, element):
            self.refused.emit(problem)
            return
        self._document.edit(self.tr("Insert into a wire"), edits.inserted(moved, *wire, element))

    # -- deleting

    def delete(self, ids: Collection[str], wire: Wire | None = None, *, join: bool = False) -> None:
        """join: what is before and behind the deleted is connected, where there is one way to."""
        if wire is not None:
            self.cut([wire])
        if not ids:
            return
        route = self.route
        after = without_and_joined(route, ids) if join else edits.without_elements(route, ids)
        name = self.tr("Delete and reconnect") if join else self.tr("Delete")
        self._document.edit(name, after)
        self.said.emit(self.tr("Deleted: {0}").format(self._list(route, ids)))

    # -- moving

    def move(self, ids: Collection[str], dx: float, dy: float, merge: str = "") -> None:
        if ids and (dx or dy):
            self._document.edit(self.tr("Move"), canvas.moved(self.route, ids, dx, dy), merge=merge)

    def place(self, name: str, at: Mapping[str, Point]) -> None:
        """Put elements, notes and frames at these places, as a step of this name."""
        frames = canvas.frames(self.route)
        route = canvas.placed(self.route, {id: point for id, point in at.items() if id not in frames})
        for id, point in at.items():
            if id in frames:
                route = canvas.moved(route, [id], point.x - frames[id].x, point.y - frames[id].y)
        self._document.edit(name, route)

    def arrange(self, way: Direction | None = None) -> None:
        """Give everything its place, and the route another direction if one is given."""
        way = way or canvas.direction(self.route)
        after = rearranged(self.route, lambda element: size_of(element, way), way)
        self._document.edit(self.tr("Arrange"), after)
        self.said.emit(self.tr("Arranged the route"))

    # -- copies

    def copied_text(self, ids: Collection[str]) -> str:
        """What is selected, as JSON that can be pasted anywhere."""
        fragment = edits.copied(self.route, ids)
        fragment["name"] = self.route.name
        return json.dumps(fragment, ensure_ascii=False, indent=2) + "\n"

    def paste(self, text: str, at: Point | None = None) -> bool:
        """Paste a route, a part of one, or one written by hand; what is none is refused with the reason."""
        if not text.strip():
            self.refused.emit(self.tr("There is nothing on the clipboard to paste."))
            return False
        try:
            found = import_route(text)
        except RouteError as error:
            self.refused.emit(self.tr("What is on the clipboard is no route. {0}").format(error.what))
            return False
        after, ids = edits.pasted(self.route, found.route, at)
        if not ids:
            self.refused.emit(self.tr("There is nothing in it that could be pasted."))
            return False
        if bare := [id for id in ids if id not in canvas.positions(after) and after.find(id) is not None]:
            after = canvas.placed(after, self._beside(after, bare, at))
        self._document.edit(self.tr("Paste"), after)
        self._document.select(ids)
        self.said.emit(self.tr("Pasted: {0}").format(self._list(after, ids)))
        return True

    def _beside(self, route: Route, ids: Collection[str], at: Point | None) -> Mapping[str, Point]:
        """Places for what came without any."""
        way = canvas.direction(route)
        kept = tuple(element for element in route.elements if element.id in ids)
        places = arranged(Route("", kept), lambda element: size_of(element, way), way)
        base = at or Point(0.0, 0.0)
        left = min(point.x for point in places.values())
        top = min(point.y for point in places.values())
        return {id: Point(p.x - left + base.x, p.y - top + base.y) for id, p in places.items()}

    def duplicate(self, ids: Collection[str], dx: float | None = None, dy: float = 0.0) -> tuple[str, ...]:
        """Copies of these, so far from them (None: a step), selected."""
        fragment = read_route(edits.copied(self.route, ids)).route
        after, new = edits.pasted(self.route, fragment, None)
        if not new:
            return ()
        if dx is not None:
            kept = [id for id in ids if not isinstance(self.route.find(id), Start)]
            was, now = self._corner(self.route, kept), self._corner(after, new)
            after = canvas.moved(after, new, was.x + dx - now.x, was.y + dy - now.y)
        self._document.edit(self.tr("Duplicate"), after)
        self._document.select(new)
        self.said.emit(self.tr("Duplicated: {0}").format(self._list(after, new)))
        return new

    def _corner(self, route: Route, ids: Collection[str]) -> Point:
        places, frames = canvas.positions(route), canvas.frames(route)
        points = [places[id] for id in ids if id in places]
        points += [Point(frames[id].x, frames[id].y) for id in ids if id in frames]
        return Point(min((p.x for p in points), default=0.0), min((p.y for p in points), default=0.0))

    # -- words

    def rename(self, old: str, new: str) -> bool:
        new = new.strip()
        if problem := edits.id_problem(self.route, old, new):
            self.refused.emit(problem)
            return False
        if new != old:
            after = edits.renamed_element(self.route, old, new)
            self._document.edit(self.tr("Rename {0}").format(old), after)
            self._document.select([new])
        return True

    def write_note(self, id: str, text: str) -> None:
        """The text of a free note, or of the note about an element; a free one without text goes."""
        if not text.strip() and id in canvas.free_notes(self.route):
            self._document.edit(self.tr("Delete note"), canvas.without_drawn(self.route, [id]))
        elif text != canvas.notes(self.route).get(id, ""):
            self._document.edit(self.tr("Edit note"), canvas.with_note(self.route, id, text.strip()))

    def change_frame(self, id: str, frame: Frame) -> None:
        before = canvas.frames(self.route).get(id)
        if before is None or frame == before:
            return
        same_box = (before.x, before.y, before.width, before.height) == (
            frame.x,
            frame.y,
            frame.width,
            frame.height,
        )
        name = self.tr("Rename frame") if same_box else self.tr("Resize frame")
        self._document.edit(name, canvas.with_frame(self.route, id, frame))

    def _named(self, id: str) -> str:
        return self._list(self.route, [id])

    def _list(self, route: Route, ids: Collection[str]) -> str:
        """What these are called, the first few of them."""
        names = [words.title_of(one) if (one := route.find(id)) is not None else id for id in ids]
        return ", ".join((*names[:3], "…") if len(names) > 3 else names)


def _behind(route: Route, id: str) -> set[str]:
    """id and everything requests can meet after it."""
    found: set[str] = set()
    waiting = [id]
    while waiting:
        here = waiting.pop()
        element = route.find(here)
        if here not in found and element is not None:
            found.add(here)
            waiting += [target for target in element.outputs.values() if target]
    return found
