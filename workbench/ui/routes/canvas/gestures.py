"""What a press of a mouse button begins: panning, a band, a cut, moving, resizing. Wires have a module of their own.

While a gesture goes on only items move. When it ends it makes one edit; when it is cancelled all is as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from workbench.domain.routes import edits
from workbench.domain.routes.elements import End, Start
from workbench.ui.routes.canvas.aligning import snapped
from workbench.ui.routes.canvas.card import Card
from workbench.ui.routes.canvas.frame import FrameItem
from workbench.ui.routes.canvas.geometry import LEAST_FRAME
from workbench.ui.routes.canvas.lifting import Lifted
from workbench.ui.routes.canvas.note import Pane
from workbench.ui.routes.canvas.scene import Movable
from workbench.ui.routes.canvas.spots import crossed, wire_near
from workbench.ui.routes.canvas.wire import WireItem

if TYPE_CHECKING:
    from workbench.ui.routes.canvas.hands import HandsView

Modifiers = Qt.KeyboardModifier
_COPY = Modifiers.ControlModifier | Modifiers.AltModifier


class Gesture:
    """at: where the pointer is now, in the scene. follows: whether the view scrolls when the pointer is at its edge."""

    follows = True
    cursor: Qt.CursorShape | None = None

    def __init__(self, view: HandsView, at: QPointF) -> None:
        self.view = view
        self.scene = view.route_scene
        self.begin = at
        self.at = at

    def move(self, at: QPointF, held: Modifiers) -> None:
        """The pointer has moved, or the view under it."""

    def end(self, at: QPointF, held: Modifiers) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """Escape, or the window lost the mouse."""


class Pan(Gesture):
    follows = False
    cursor = Qt.CursorShape.ClosedHandCursor

    def move(self, at: QPointF, held: Modifiers) -> None:
        scale = self.scene.stage.scale
        self.view.scroll_by((self.begin.x() - at.x()) * scale, (self.begin.y() - at.y()) * scale)


class Band(Gesture):
    """Selects what a band touches; with Shift or Ctrl beside what is selected."""

    def __init__(self, view: HandsView, at: QPointF, held: Modifiers) -> None:
        super().__init__(view, at)
        self._kept: frozenset[str] = view.document.selected if held & _MORE else frozenset()
        self._before = view.document.selected
        self._pane = Pane(self.scene.stage)
        self.scene.addItem(self._pane)

    def move(self, at: QPointF, held: Modifiers) -> None:
        box = QRectF(self.begin, at).normalized()
        self._pane.show_box(box)
        self.view.document.select(self._kept | self.scene.inside(box))

    def end(self, at: QPointF, held: Modifiers) -> None:
        self.scene.removeItem(self._pane)
        self.view.announce_selection()

    def cancel(self) -> None:
        self.scene.removeItem(self._pane)
        self.view.document.select(self._before)


class Cut(Gesture):
    """A line drawn by hand; the wires it crosses are cut."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: HandsView, at: QPointF) -> None:
        super().__init__(view, at)
        self._path = QPainterPath(at)
        self._line = QGraphicsPathItem()
        pen = QPen(self.scene.stage.look.bad, 1.5 / self.scene.stage.scale, Qt.PenStyle.DashLine)
        self._line.setPen(pen)
        self._line.setZValue(100)
        self.scene.addItem(self._line)
        self._crossed: list[WireItem] = []

    def move(self, at: QPointF, held: Modifiers) -> None:
        self._path.lineTo(at)
        self._line.setPath(self._path)
        now = crossed(self.scene, self._path)
        for item in self._crossed:
            item.show_state(hovered=item in now)
        for item in now:
            item.show_state(hovered=True)
        self._crossed = now

    def end(self, at: QPointF, held: Modifiers) -> None:
        wires = [item.wire for item in self._crossed]
        self.cancel()
        self.view.steps.cut(wires)

    def cancel(self) -> None:
        for item in self._crossed:
            item.show_state(hovered=False)
        self.scene.removeItem(self._line)


class Move(Gesture):
    """Moves what is selected, and what is in a frame that is; with Ctrl or Alt a copy of it. held: the item by which it is
    taken, whose corner goes to the grid. A lone element without wires can be dropped on a wire.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: HandsView, at: QPointF, held: Movable) -> None:
        super().__init__(view, at)
        self._ids = with_held(view, view.document.selected)
        self._lifted = Lifted(self.scene, self._ids)
        self._corner = held.pos()
        self._lone = self._droppable()
        self._wire: WireItem | None = None
        self._step = (0.0, 0.0)
        self._copy = False

    def move(self, at: QPointF, held: Modifiers) -> None:
        dx, dy = at.x() - self.begin.x(), at.y() - self.begin.y()
        if held & Modifiers.ShiftModifier:
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        dx = snapped(self._corner.x() + dx) - self._corner.x() if dx else 0.0
        dy = snapped(self._corner.y() + dy) - self._corner.y() if dy else 0.0
        self._copy = bool(held & _COPY)
        self._step = (dx, dy)
        self._lifted.shift(dx, dy)
        self.view.hint(self.view.tr("Release to put a copy here") if self._copy else "")
        self._look_for_wire()

    def end(self, at: QPointF, held: Modifiers) -> None:
        (dx, dy), wire, lone = self._step, self._wire, self._lone
        self.cancel()
        if not dx and not dy:
            return
        steps = self.view.steps
        if self._copy:
            steps.duplicate(self._ids, dx, dy)
        elif wire is not None and lone is not None:
            steps.insert(lone.id, wire.wire, dx, dy)
        else:
            steps.move(self._ids, dx, dy)

    def cancel(self) -> None:
        if self._wire is not None:
            self._wire.show_state(hovered=False)
            self._wire = None
        self._lifted.put_back()

    def _droppable(self) -> Card | None:
        if len(self._ids) != 1:
            return None
        (id,) = self._ids
        card = self.scene.cards.get(id)
        if card is None or isinstance(card.element, Start | End) or self.scene.wires_of([id]):
            return None
        return card

    def _look_for_wire(self) -> None:
        if self._lone is None:
            return
        found = None
        if not self._copy:
            near = wire_near(self.scene, self._lone.scene_rect.center(), 28.0)
            if near is not None and not edits.insertion_problem(
                self.scene.route, *near.wire, self._lone.element
            ):
                found = near
        if found is not self._wire:
            if self._wire is not None:
                self._wire.show_state(hovered=False)
            if found is not None:
                found.show_state(hovered=True)
            self._wire = found
        if found is not None:
            self.view.hint(self.view.tr("Release to put it into this wire"))


class Resize(Gesture):
    def __init__(self, view: HandsView, at: QPointF, item: FrameItem, sides: frozenset[str]) -> None:
        super().__init__(view, at)
        self._item = item
        self._sides = sides
        self._before = item.frame

    def move(self, at: QPointF, held: Modifiers) -> None:
        before, (least_width, least_height) = self._before, LEAST_FRAME
        left, top = before.x, before.y
        right, bottom = left + before.width, top + before.height
        x, y = snapped(at.x()), snapped(at.y())
        if "left" in self._sides:
            left = min(x, right - least_width)
        if "right" in self._sides:
            right = max(x, left + least_width)
        if "top" in self._sides:
            top = min(y, bottom - least_height)
        if "bottom" in self._sides:
            bottom = max(y, top + least_height)
        self._item.show_frame(replace(before, x=left, y=top, width=right - left, height=bottom - top))

    def end(self, at: QPointF, held: Modifiers) -> None:
        after = self._item.frame
        self._item.show_frame(self._before)
        self.view.steps.change_frame(self._item.id, after)

    def cancel(self) -> None:
        self._item.show_frame(self._before)


_MORE = Modifiers.ShiftModifier | Modifiers.ControlModifier


def with_held(view: HandsView, ids: Collection[str]) -> frozenset[str]:
    """These, and what is in the frames among them."""
    found = set(ids)
    for id in ids:
        frame = view.route_scene.frames.get(id)
        if frame is not None:
            found |= view.route_scene.held_by(frame)
    return frozenset(found)
