"""The mouse: hovering, pressing spots and links, selecting by dragging, double and triple clicks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.parts import Spot
from workbench.ui.chat.transcript.selection import Chosen, Place
from workbench.ui.support.markdown.inline import Run

if TYPE_CHECKING:
    from workbench.ui.chat.transcript.view import TranscriptView

EDGE_STEP_MS = 30
ACROSS = 0.6


class Pointer(QObject):
    """over: the message under the mouse. hot: the id of the spot under it."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self.over: Entry | None = None
        self.hot = ""
        self._at = QPointF(-1, -1)
        self._pressed: tuple[Entry, Spot] | None = None
        self._pressed_run: Run | None = None
        self._origin: tuple[Place, Place] | None = None  # what the press selected: a point, a word, a block
        self._grain = 0
        self._doubled_at = 0.0
        self._edge = QTimer(self)
        self._edge.setInterval(EDGE_STEP_MS)
        self._edge.timeout.connect(self._scroll_at_edge)

    def forget(self) -> None:
        """Messages went away or the view was hidden."""
        self.over, self.hot, self._pressed, self._origin, self._pressed_run = None, "", None, None, None
        self._edge.stop()

    # -- hovering

    def leave(self) -> None:
        self._at = QPointF(-1, -1)
        self.hover_again()

    def hover_again(self) -> None:
        """The view moved under a mouse that did not, or the mouse did."""
        view = self._view
        inside = view.viewport().rect().contains(self._at.toPoint())
        over = view.entry_at(self._at) if inside else None
        spot = self._spot_at(self._at) if inside else None
        hot = spot[1].id if spot is not None else ""
        if over is not self.over or hot != self.hot:
            self.over, self.hot = over, hot
            view.viewport().update()
        run = view.run_at(self._at) if inside and spot is None else None
        if spot is not None or (run is not None and run.opens):
            cursor = Qt.CursorShape.PointingHandCursor
        else:
            cursor = Qt.CursorShape.IBeamCursor
        if view.viewport().cursor().shape() != cursor:
            view.viewport().setCursor(cursor)

    def _spot_at(self, point: QPointF) -> tuple[Entry, Spot] | None:
        entry = self._view.entry_at(point)
        if entry is None:
            return None
        for spot in self._view.spots_of(entry):
            if spot.rect.contains(point):
                return entry, spot
        return None

    def tip(self, event: QEvent) -> bool:
        """Say what a spot does or where a link leads."""
        assert isinstance(event, QHelpEvent)
        point = QPointF(event.pos())
        spot = self._spot_at(point)
        run = self._view.run_at(point) if spot is None else None
        text = spot[1].tip if spot is not None else run.href if run is not None else ""
        if text:
            QToolTip.showText(event.globalPos(), text, self._view.viewport())
        else:
            QToolTip.hideText()
        return True

    # -- pressing

    def press(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        view, point = self._view, event.position()
        self._at = point
        self._pressed = self._spot_at(point)
        view.keys.mouse_used(view.entry_at(point))
        if self._pressed is not None:
            return
        if time.monotonic() - self._doubled_at < QApplication.doubleClickInterval() / 1000:
            self._begin(point, grain=2)
            return
        self._pressed_run = view.run_at(point)
        place = view.place_at(point)
        if place is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and view.chosen is not None:
            self._origin, self._grain = (view.chosen.anchor, view.chosen.anchor), 0
            view.select(Chosen(view.chosen.anchor, place))
        else:
            self._begin(point, grain=0)

    def double(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = self._spot_at(event.position())
        if self._pressed is None:
            self._doubled_at = time.monotonic()
            self._begin(event.position(), grain=1)

    def _begin(self, point: QPointF, grain: int) -> None:
        """Start a selection: of characters (0), words (1) or blocks (2)."""
        place = self._view.place_at(point)
        if place is not None:
            self._grain = grain
            self._origin = self._widened(place)
            self._view.select(Chosen(*self._origin))

    def move(self, event: QMouseEvent) -> None:
        self._at = event.position()
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self.hover_again()
        elif self._origin is not None and self._pressed is None:
            self._drag()
            height = self._view.viewport().height()
            if 0 <= self._at.y() < height:
                self._edge.stop()
            elif not self._edge.isActive():
                self._edge.start()

    def _drag(self) -> None:
        view = self._view
        place = view.place_at(self._at)
        if place is None or self._origin is None:
            return
        first, last = self._widened(place)
        if first < self._origin[0]:
            view.select(Chosen(self._origin[1], first))
        else:
            view.select(Chosen(self._origin[0], max(last, self._origin[1])))
        if not view.chosen or not view.chosen.empty:
            self._pressed_run = None

    @Slot()
    def _scroll_at_edge(self) -> None:
        """Go on scrolling while the mouse is held outside, faster the further out."""
        height = self._view.viewport().height()
        y = self._at.y()
        beyond = y if y < 0 else max(y - height, 0)
        if self._origin is None or beyond == 0:
            self._edge.stop()
            return
        self._view.scroll_by(max(min(beyond, 80.0), -80.0))
        self._drag()

    def release(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._edge.stop()
        self._at = event.position()
        pressed, self._pressed = self._pressed, None
        run, self._pressed_run = self._pressed_run, None
        self._origin = None
        if pressed is not None:
            under = self._spot_at(event.position())
            if under is not None and under[0] is pressed[0] and under[1].id == pressed[1].id:
                self._view.commands.run(*under)
        elif run is not None and run.opens and self._view.run_at(event.position()) == run:
            self._view.link_activated.emit(run.href)
        self.hover_again()

    def _widened(self, place: Place) -> tuple[Place, Place]:
        """The place itself, the word it is in, or the block, as the clicks began."""
        flow = self._view.column.entries[place.entry].flow(place.text)
        if flow is None or self._grain == 0:
            return place, place
        box = flow.box(place.leaf)
        start, end = box.word_at(place.offset) if self._grain == 1 else (0, box.length)
        return (
            Place(place.entry, place.text, place.leaf, start),
            Place(place.entry, place.text, place.leaf, end),
        )

    # -- wheel

    def wheel(self, event: QWheelEvent) -> bool:
        """Sideways, a code block or a table that is too wide moves; False when nothing did."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        across = delta.x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not across:
            across = delta.y()
        if not across or abs(across) < abs(delta.y()) and not event.modifiers():
            return False
        view, point = self._view, event.position()
        index = view.column.at(point.y() + view.offset_y)
        if index < 0:
            return False
        top = view.entry_top(index)
        for _, flow, corner in view.column.entries[index].texts():
            y = point.y() - top - corner.y()
            if (
                flow.cells
                and 0 <= y <= flow.height
                and flow.box(flow.index_at(y)).scroll_across(-across * ACROSS)
            ):
                view.viewport().update()
                event.accept()
                return True
        return bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
