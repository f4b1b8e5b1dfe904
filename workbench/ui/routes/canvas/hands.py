"""The mouse on the canvas: what a press takes, what hovering shows, what is dropped from the palette."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from workbench.domain.routes import edits
from workbench.domain.routes.canvas import Direction, Point
from workbench.ui.routes.canvas.aligning import snapped
from workbench.ui.routes.canvas.card import INPUT, Card
from workbench.ui.routes.canvas.frame import FrameItem
from workbench.ui.routes.canvas.geometry import CARD_WIDTH, HEAD
from workbench.ui.routes.canvas.gestures import Band, Cut, Gesture, Move, Pan, Resize
from workbench.ui.routes.canvas.hint import Hint
from workbench.ui.routes.canvas.linking import Link, LinkBack
from workbench.ui.routes.canvas.note import Note
from workbench.ui.routes.canvas.pieces import MIME, NOTE, Piece, made_of, piece_of
from workbench.ui.routes.canvas.scene import RouteScene
from workbench.ui.routes.canvas.spots import NOWHERE, Spot, spot_at, wire_near
from workbench.ui.routes.canvas.steps import Steps
from workbench.ui.routes.canvas.view import SightView
from workbench.ui.routes.canvas.wire import WireItem
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.overlay import Wire
from workbench.ui.support.theme import Theme

_FAR = 5
"""Pixels a press may wander and still be a click."""
_EDGE, _EDGE_STEP, _EDGE_MS = 28, 14, 16

Held = Qt.KeyboardModifier
_MORE = Held.ShiftModifier | Held.ControlModifier


class HandsView(SightView):
    """Signals: inspect_wanted (id); words_wanted (id of what is to be renamed or written anew); menu_wanted (QPoint of the
    viewport); piece_wanted (what `ask_for_piece` asks: QPointF of the scene, output, wire to insert into, id to lead to);
    selection_announced.
    """

    inspect_wanted = Signal(str)
    words_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    piece_wanted = Signal(QPointF, object, object, str)
    selection_announced = Signal()

    def __init__(
        self,
        theme: Theme,
        scene: RouteScene,
        document: RouteDocument,
        steps: Steps,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, scene, parent)
        self.document = document
        self.steps = steps
        self.space = False
        self._hint = Hint(theme, self)
        self._gesture: Gesture | None = None
        self._pressed: tuple[QPointF, QPoint, Spot] | None = None
        self._just_taken = False
        self._pointer = QPointF(-1, -1)
        self._hovered: Card | WireItem | None = None
        self._over: WireItem | None = None
        self._creep = QTimer(self)
        self._creep.setInterval(_EDGE_MS)
        self._creep.timeout.connect(self._creep_on)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.DefaultContextMenu)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def busy(self) -> bool:
        """Whether something is being dragged."""
        return self._gesture is not None

    @property
    def pointer(self) -> QPointF | None:
        """Where the pointer is in the scene, None while it is elsewhere."""
        inside = self.viewport().rect().contains(self._pointer.toPoint())
        return self.scene_at(self._pointer) if inside else None

    def hint(self, text: str, *, bad: bool = False) -> None:
        """Beside the pointer."""
        self._hint.say(text, self._pointer.toPoint(), bad=bad)

    def hint_at(self, text: str, at: QPointF) -> None:
        """Beside a point of the scene."""
        self._hint.say(text, self.shown_at(at).toPoint())

    def ask_for_piece(
        self, at: QPointF, source: Wire | None = None, into: Wire | None = None, goal: str = ""
    ) -> None:
        self.piece_wanted.emit(at, source, into, goal)

    def announce_selection(self) -> None:
        self.selection_announced.emit()

    def stop_gesture(self) -> bool:
        """Undo what is being dragged; whether anything was."""
        gesture, self._gesture = self._gesture, None
        self._pressed = None
        self._creep.stop()
        self.hint("")
        if gesture is not None:
            gesture.cancel()
            self._show_cursor()
        return gesture is not None

    # -- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched = True
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pointer = event.position()
        if self._gesture is not None:
            self.stop_gesture()
            return
        at = self.scene_at(event.position())
        button, held = event.button(), event.modifiers()
        pans = button is Qt.MouseButton.MiddleButton or (button is Qt.MouseButton.LeftButton and self.space)
        if pans:
            self._start(Pan(self, at))
        elif button is Qt.MouseButton.RightButton and held & Held.ControlModifier:
            self._start(Cut(self, at))
        elif button is Qt.MouseButton.LeftButton:
            spot = spot_at(self.route_scene, at)
            self._pressed = (at, event.position().toPoint(), spot)
            self._take(spot, held)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        at = self.scene_at(event.position())
        if self._gesture is None and self._pressed is not None:
            begin, shown, spot = self._pressed
            if (event.position().toPoint() - shown).manhattanLength() < _FAR:
                return
            gesture = self._begun(begin, spot, event.modifiers())
            if gesture is None:
                self._pressed = None
                return
            self._start(gesture)
        if self._gesture is not None:
            self._gesture.move(at, event.modifiers())
            self._creep_if_at_edge()
        else:
            self._hover(spot_at(self.route_scene, at))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        at = self.scene_at(event.position())
        gesture, pressed = self._gesture, self._pressed
        self._gesture = self._pressed = None
        self._creep.stop()
        if gesture is not None:
            self.hint("")
            gesture.end(at, event.modifiers())
        elif pressed is not None:
            self._clicked(pressed[2], event.modifiers())
        self._show_cursor()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._pressed = None
        at = self.scene_at(event.position())
        item = spot_at(self.route_scene, at).item
        if isinstance(item, Card):
            self.inspect_wanted.emit(item.id)
        elif isinstance(item, Note | FrameItem):
            self.words_wanted.emit(item.id)
        elif isinstance(item, WireItem) and not item.lost:
            self.ask_for_piece(at, into=item.wire)
        else:
            self.ask_for_piece(at)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._gesture is not None:
            return
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            if event.modifiers() & Held.ControlModifier:
                return
            spot = spot_at(self.route_scene, self.scene_at(QPointF(event.pos())))
            self._take(spot, Held.NoModifier)
        self.menu_wanted.emit(event.pos())
        event.accept()

    def leaveEvent(self, event: object) -> None:
        self._hover(NOWHERE)
        self._pointer = QPointF(-1, -1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.space = False
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self.stop_gesture()

    # -- dropped from the palette

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        piece = piece_of(event.mimeData().data(MIME).toStdString())
        if piece is None:
            event.ignore()
            return
        self._pointer = event.position()
        self._show_over(self.wire_for(piece, self.scene_at(event.position())))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(None)
        piece = piece_of(event.mimeData().data(MIME).toStdString())
        if piece is None:
            event.ignore()
            return
        self.touched = True
        at = self.scene_at(event.position())
        wire = self.wire_for(piece, at)
        id = self.steps.add(piece, corner_for(piece, at), into=wire.wire if wire is not None else None)
        event.acceptProposedAction()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if piece.key == NOTE:
            self.words_wanted.emit(id)

    def wire_for(self, piece: Piece, at: QPointF) -> WireItem | None:
        """The wire under a point that the piece could be put in."""
        element = made_of(self.document.route, piece)
        near = wire_near(self.route_scene, at, 20.0) if element is not None else None
        if near is None or element is None:
            return None
        return None if edits.insertion_problem(self.document.route, *near.wire, element) else near

    # -- within

    def _take(self, spot: Spot, held: Held) -> None:
        """Select what was pressed, unless it is, or more is wanted, which shows when the button is released."""
        item = spot.item
        if isinstance(item, WireItem):
            self.document.select(wire=item.wire)
        self._just_taken = (
            isinstance(item, Card | Note | FrameItem)
            and spot.port is None
            and item.id not in self.document.selected
        )
        if self._just_taken and isinstance(item, Card | Note | FrameItem):
            self.document.select((self.document.selected if held & _MORE else frozenset()) | {item.id})

    def _clicked(self, spot: Spot, held: Held) -> None:
        """A press that did not become a drag."""
        item = spot.item
        if item is None:
            if not held & _MORE:
                self.document.select()
        elif isinstance(item, Card | Note | FrameItem) and not self._just_taken:
            if held & _MORE and item.id in self.document.selected:
                self.document.select(self.document.selected - {item.id})
            elif not held & _MORE:
                self.document.select([item.id])
        self.announce_selection()

    def _begun(self, at: QPointF, spot: Spot, held: Held) -> Gesture | None:
        """What a drag that began there is."""
        item = spot.item
        if item is None:
            return Cut(self, at) if held & Held.AltModifier else Band(self, at, held)
        if isinstance(item, Card) and spot.port is not None:
            if spot.port == INPUT:
                return LinkBack(self, at, item.id)
            return Link(self, at, (item.key, spot.port))
        if isinstance(item, WireItem):
            if spot.end == "start" and not item.lost:
                return LinkBack(self, at, item.target, item)
            return Link(self, at, item.wire) if spot.end else None
        if isinstance(item, FrameItem) and spot.sides:
            return Resize(self, at, item, spot.sides)
        if item.id not in self.document.selected:
            self.document.select([item.id])
        return Move(self, at, item)

    def _start(self, gesture: Gesture) -> None:
        self._hover(NOWHERE)
        self._gesture = gesture
        if gesture.cursor is not None:
            self.viewport().setCursor(gesture.cursor)

    def _hover(self, spot: Spot) -> None:
        item = spot.item
        before, self._hovered = self._hovered, item if isinstance(item, Card | WireItem) else None
        if before is not None and before is not self._hovered:
            before.hover(False) if isinstance(before, Card) else before.show_state(hovered=False)
        if isinstance(item, Card):
            item.hover(True, spot.port)
        elif isinstance(item, WireItem):
            item.show_state(hovered=True)
        self._show_cursor(spot)

    def _show_cursor(self, spot: Spot = NOWHERE) -> None:
        shape = Qt.CursorShape
        if self.space:
            wanted = shape.OpenHandCursor
        elif spot.port is not None or (isinstance(spot.item, WireItem) and spot.end):
            wanted = shape.CrossCursor
        elif spot.sides:
            wanted = _RESIZE.get(spot.sides, shape.SizeFDiagCursor)
        elif isinstance(spot.item, WireItem):
            wanted = shape.PointingHandCursor
        else:
            wanted = shape.ArrowCursor
        if self.viewport().cursor().shape() is not wanted:
            self.viewport().setCursor(wanted)

    def _show_over(self, wire: WireItem | None) -> None:
        if wire is not self._over:
            if self._over is not None:
                self._over.show_state(hovered=False)
            if wire is not None:
                wire.show_state(hovered=True)
            self._over = wire

    def _creep_if_at_edge(self) -> None:
        if self._gesture is not None and self._gesture.follows and self._edge_step() != (0, 0):
            if not self._creep.isActive():
                self._creep.start()
        else:
            self._creep.stop()

    def _edge_step(self) -> tuple[int, int]:
        """How far the view goes on because the pointer is at its edge."""
        room, at = self.viewport().rect(), self._pointer
        dx = (at.x() > room.right() - _EDGE) - (at.x() < _EDGE)
        dy = (at.y() > room.bottom() - _EDGE) - (at.y() < _EDGE)
        return dx * _EDGE_STEP, dy * _EDGE_STEP

    @Slot()
    def _creep_on(self) -> None:
        if self._gesture is None:
            self._creep.stop()
            return
        self.scroll_by(*self._edge_step())
        self._gesture.move(self.scene_at(self._pointer), QGuiApplication.keyboardModifiers())


def corner_for(piece: Piece, at: QPointF) -> Point:
    """The top left corner of what is dropped at a point, on the grid."""
    if not piece.is_element:
        return Point(snapped(at.x() - 16), snapped(at.y() - 16))
    return Point(snapped(at.x() - CARD_WIDTH / 2), snapped(at.y() - HEAD / 2))


def corner_after(at: QPointF, way: Direction) -> Point:
    """The top left corner of a card whose input is at a point."""
    if way is Direction.DOWN:
        return Point(snapped(at.x() - CARD_WIDTH / 2), snapped(at.y()))
    return Point(snapped(at.x()), snapped(at.y() - HEAD / 2))


def corner_before(at: QPointF, way: Direction) -> Point:
    """The top left corner of a card that leads to what is at a point."""
    if way is Direction.DOWN:
        return Point(snapped(at.x() - CARD_WIDTH / 2), snapped(at.y() - 96))
    return Point(snapped(at.x() - CARD_WIDTH), snapped(at.y() - HEAD / 2))


_RESIZE = {
    frozenset({"left"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"right"}): Qt.CursorShape.SizeHorCursor,
    frozenset({"top"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"bottom"}): Qt.CursorShape.SizeVerCursor,
    frozenset({"right", "top"}): Qt.CursorShape.SizeBDiagCursor,
    frozenset({"left", "bottom"}): Qt.CursorShape.SizeBDiagCursor,
}
