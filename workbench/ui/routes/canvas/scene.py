"""The route as items: it mirrors the document, and tells what lies where.

After an edit only what has changed is drawn again: an element that is the very same object as before stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from PySide6.QtCore import QObject, QPointF, QRectF, Signal, Slot
from PySide6.QtWidgets import QGraphicsScene

from workbench.domain.routes import canvas
from workbench.domain.routes.canvas import Direction, Point
from workbench.domain.routes.elements import AnyElement, Route
from workbench.domain.routes.findings import Finding
from workbench.ui.routes.canvas.card import Card
from workbench.ui.routes.canvas.frame import FrameItem
from workbench.ui.routes.canvas.lighting import Lighting
from workbench.ui.routes.canvas.look import DETAILS
from workbench.ui.routes.canvas.note import Note
from workbench.ui.routes.canvas.stage import Stage
from workbench.ui.routes.canvas.wire import STUB, LabelItem, WireItem
from workbench.ui.routes.document import Edited, RouteDocument
from workbench.ui.routes.overlay import Wire
from workbench.ui.support.tooltips import as_tip

_LONELY = (264.0, 168.0)
"""Steps between elements that nobody has placed."""
_ROW = 10
_TWIN = 24.0

Movable = Card | Note | FrameItem


class RouteScene(QGraphicsScene):
    """content: around everything that the document has. Signals: about_to_change (what is dragged has to be put down now)."""

    about_to_change = Signal()

    def __init__(self, stage: Stage, document: RouteDocument, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = stage
        self._document = document
        self.cards: dict[str, Card] = {}
        self.wires: dict[Wire, WireItem] = {}
        self.notes: dict[str, Note] = {}
        self.frames: dict[str, FrameItem] = {}
        self.way = Direction.RIGHT
        self.content = QRectF()
        self._meeting: defaultdict[str, set[Wire]] = defaultdict(set)
        self.lighting = Lighting(self)
        self._chosen: set[Card | Note | FrameItem | WireItem] = set()
        self._found: dict[str, list[Finding]] = {}
        self._labelled = True
        self._room = QRectF()
        self._parts: dict[str, object] = {}
        self._places: dict[str, Point] = {}
        self._remarks: dict[str, str] = {}
        self._mirror(Route("", ()), document.route)
        self._show_findings()
        self._show_overlay()
        self._show_selection()
        document.edited.connect(self._edited)
        document.findings_changed.connect(self._show_findings)
        document.overlay_changed.connect(self._show_overlay)
        document.selection_changed.connect(self._show_selection)

    # -- what there is

    @property
    def route(self) -> Route:
        return self._document.route

    def movable(self, id: str) -> Movable | None:
        return self.cards.get(id) or self.notes.get(id) or self.frames.get(id)

    def movables(self) -> Iterator[tuple[str, Movable]]:
        yield from self.cards.items()
        yield from self.notes.items()
        yield from self.frames.items()

    def wires_of(self, ids: Iterable[str]) -> set[Wire]:
        """Those that leave or reach any of these elements."""
        return {wire for id in ids for wire in self._meeting.get(id, ())}

    def bounds(self, ids: Iterable[str] | None = None) -> QRectF:
        """Around these, or around all; empty where there is nothing."""
        items: Iterable[Movable | None] = (
            (item for _, item in self.movables()) if ids is None else (self.movable(id) for id in ids)
        )
        box = QRectF()
        for item in items:
            if item is not None:
                box = box.united(item.scene_rect)
        return box

    def inside(self, box: QRectF, *, whole: bool = False) -> set[str]:
        """What a band touches. Frames, and everything with whole, have to be in it with all they are."""
        return {
            id
            for id, item in self.movables()
            if (box.contains(item.scene_rect))
            or (not whole and not isinstance(item, FrameItem) and box.intersects(item.scene_rect))
        }

    def held_by(self, frame: FrameItem) -> set[str]:
        """What moves with a frame: what is in it with its middle, and frames that are in it wholly."""
        box = frame.scene_rect
        return {
            id
            for id, item in self.movables()
            if item is not frame
            and (
                box.contains(item.scene_rect)
                if isinstance(item, FrameItem)
                else box.contains(item.scene_rect.center())
            )
        }

    def chosen_wire(self) -> WireItem | None:
        """The one that is selected."""
        wire = self._document.selected_wire
        return self.wires.get(wire) if wire is not None else None

    # -- mirroring

    @Slot(object)
    def _edited(self, step: Edited) -> None:
        self.about_to_change.emit()
        self._mirror(step.before, step.after)
        self.lighting.renew()
        self._show_selection()

    def _mirror(self, before: Route, after: Route) -> None:
        way = canvas.direction(after)
        turned, self.way = way is not self.way, way
        placed, noted = self._changed(after, canvas.POSITIONS), self._changed(after, canvas.NOTES)
        if placed:
            self._places = canvas.positions(after)
        if noted:
            self._remarks = canvas.notes(after)
        known = len(self.cards)
        changed = self._mirror_elements(after, turned, placed)
        if placed or noted or changed or known != len(self.cards):
            self._mirror_notes(after)
        if self._changed(after, canvas.FRAMES):
            self._mirror_frames(after)
        for wire in self.wires_of(changed):
            self.lead(self.wires[wire])
        self._grow()

    def _changed(self, after: Route, part: str) -> bool:
        """Whether this part of the sidecar is another than when it was last shown."""
        found = after.sidecar.get(part)
        changed = part not in self._parts or self._parts[part] is not found
        self._parts[part] = found
        return changed

    def _mirror_elements(self, after: Route, turned: bool, placed: bool) -> set[str]:
        """Keys of the cards that are new, changed or elsewhere."""
        elements = dict(keyed(after))
        changed: set[str] = set()
        rewired: set[str] = set()
        for key in [key for key in self.cards if key not in elements]:
            self._take_card(key)
        for key, element in elements.items():
            card = self.cards.get(key)
            if card is None:
                card = self.cards[key] = Card(self.stage, key, element, way=self.way)
                card.note = self._remarks.get(key, "")
                self.addItem(card)
                changed.add(key)
                rewired.add(key)
                continue
            note = self._remarks.get(key, "")
            if card.element is not element:
                rewired.add(key)
            if card.element is not element or turned or note != card.note:
                card.show_element(element, self.way, note)
                changed.add(key)
        if placed or changed:
            changed |= self._place_cards(None if placed else changed)
        for key in rewired:
            self._rewire(self.cards[key])
        return changed

    def _take_card(self, key: str) -> None:
        card = self.cards.pop(key)
        for wire in [wire for wire in self._meeting.get(key, ()) if wire[0] == key]:
            self._take_wire(wire)
        for wire in self._meeting[key]:  # what led here leads nowhere until its own element says so
            self.lead(self.wires[wire])
        self._chosen.discard(card)
        self.lighting.forget(key)
        self.stage.pictures.drop(card)
        self.removeItem(card)

    def _place_cards(self, keys: Collection[str] | None) -> set[str]:
        """Put these where they belong, None for all; which of them were elsewhere."""
        moved: set[str] = set()
        for number, (key, card) in enumerate(self.cards.items()):
            if keys is not None and key not in keys:
                continue
            at = _place_of(self._places, key, number)
            if card.x() != at.x or card.y() != at.y:
                card.setPos(at.x, at.y)
                moved.add(key)
        return moved

    def _rewire(self, card: Card) -> None:
        """Give a card the wires of its element."""
        targets = {(card.key, port): target for port, target in card.element.outputs.items() if target}
        for wire in [wire for wire in self._meeting[card.key] if wire[0] == card.key and wire not in targets]:
            self._take_wire(wire)
        for wire, target in targets.items():
            item = self.wires.get(wire)
            if item is None:
                item = self.wires[wire] = WireItem(self.stage, wire, self.way)
                self.addItem(item)
                self._meeting[card.key].add(wire)
            self.label(item, self.lighting.words_on(item))
            if item.target != target:
                if item.target != card.key:
                    self._meeting[item.target].discard(wire)
                item.target = target
                self._meeting[target].add(wire)

    def _take_wire(self, wire: Wire) -> None:
        item = self.wires.pop(wire)
        item.name(None)
        self._meeting[wire[0]].discard(wire)
        self._meeting[item.target].discard(wire)
        self._chosen.discard(item)
        self.removeItem(item)

    def lead(self, item: WireItem) -> None:
        """Draw a wire from where its port is to where its target is now."""
        source = self.cards.get(item.wire[0])
        if source is None:
            return
        start = source.port_place(item.wire[1])
        target = self.cards.get(item.target)
        item.way = self.way
        item.lost = "" if target is not None else item.target
        item.setToolTip(as_tip(self.tr("There is no element “{0}”.").format(item.lost)) if item.lost else "")
        down = self.way is Direction.DOWN
        end = target.input_place if target else start + (QPointF(0, STUB) if down else QPointF(STUB, 0))
        item.lead(start, end)

    def label(self, item: WireItem, text: str) -> None:
        """Put these words on a wire, "" for none."""
        if item.label is not None and item.label.text == text:
            return
        if not text:
            item.name(None)
            return
        label = LabelItem(self.stage, text)
        label.setVisible(self._labelled)
        self.addItem(label)
        item.name(label)

    def _mirror_notes(self, after: Route) -> None:
        free = canvas.free_notes(after)
        for id in [id for id in self.notes if id not in free]:
            self._chosen.discard(self.notes[id])
            self.removeItem(self.notes.pop(id))
        for number, (id, text) in enumerate(free.items()):
            note = self.notes.get(id)
            if note is None:
                note = self.notes[id] = Note(self.stage, id, text)
                self.addItem(note)
            elif note.text != text:
                note.show_text(text)
            at = _place_of(self._places, id, number)
            note.setPos(at.x, at.y)

    def _mirror_frames(self, after: Route) -> None:
        frames = canvas.frames(after)
        for id in [id for id in self.frames if id not in frames]:
            self._chosen.discard(self.frames[id])
            self.removeItem(self.frames.pop(id))
        for id, frame in frames.items():
            item = self.frames.get(id)
            if item is None:
                self.frames[id] = item = FrameItem(self.stage, id, frame)
                self.addItem(item)
            elif item.frame != frame or (item.x(), item.y()) != (frame.x, frame.y):
                item.show_frame(frame)

    def _grow(self) -> None:
        """Keep everything within the scene's bounds, by which items are found."""
        self.content = box = self.bounds()
        if not self._room.contains(box):
            self._room = box.adjusted(-2000, -2000, 2000, 2000).united(self._room)
            self.setSceneRect(self._room)

    def show_labels(self) -> None:
        """Or hide them, where they cannot be read."""
        labelled = self.stage.scale >= DETAILS
        if labelled is not self._labelled:
            self._labelled = labelled
            for item in self.wires.values():
                if item.label is not None:
                    item.label.setVisible(labelled)

    # -- selection, findings, overlay

    @Slot()
    def _show_selection(self) -> None:
        chosen: set[Card | Note | FrameItem | WireItem] = {
            found for id in self._document.selected if (found := self.movable(id)) is not None
        }
        if (wire := self.chosen_wire()) is not None:
            chosen.add(wire)
        for item in self._chosen - chosen:
            item.show_state(chosen=False) if isinstance(item, WireItem) else item.choose(False)
        for item in chosen - self._chosen:
            item.show_state(chosen=True) if isinstance(item, WireItem) else item.choose(True)
        self._chosen = chosen

    @Slot()
    def _show_findings(self) -> None:
        found: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in self._document.findings:
            found[finding.element].append(finding)
        for key in {*self._found, *found}:
            if key in self.cards:
                self.cards[key].show_findings(found.get(key, ()))
        self._found = dict(found)

    @Slot()
    def _show_overlay(self) -> None:
        self.lighting.show(self._document.overlay)

    def redress(self) -> None:
        """After the theme has changed."""
        self.stage.pictures.clear()
        self.stage.renew()
        for note in self.notes.values():
            note.refit()
        self.update()


def keyed(route: Route) -> Iterator[tuple[str, AnyElement]]:
    """The elements by what their cards are called: by id, and further ones of the same id by a name that no id can be."""
    seen: defaultdict[str, int] = defaultdict(int)
    for element in route.elements:
        seen[element.id] += 1
        many = seen[element.id]
        yield (element.id if many == 1 else f"{element.id}\0{many}"), element


def _place_of(places: Mapping[str, Point], key: str, number: int) -> Point:
    """Where it is drawn: an element that shares its id lies beside the first, one without a place in a row of such."""
    id, _, twin = key.partition("\0")
    if id in places:
        aside = _TWIN * (int(twin) - 1) if twin else 0.0
        return Point(places[id].x + aside, places[id].y + aside)
    return Point(number % _ROW * _LONELY[0], number // _ROW * _LONELY[1])
