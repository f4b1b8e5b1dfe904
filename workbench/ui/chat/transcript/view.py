"""The transcript: a virtualised view of a conversation (performance.md §2).

Nothing is read, laid out or painted but what is near the viewport; what streams in is shown once per frame of the
shared FrameClock; a hidden view does nothing at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessibleInterface,
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from workbench.ui.chat.transcript import accessible
from workbench.ui.chat.transcript.column import Column, Hold
from workbench.ui.chat.transcript.commands import Commands
from workbench.ui.chat.transcript.entry import Entry, Scene
from workbench.ui.chat.transcript.flow import Position
from workbench.ui.chat.transcript.keys import Keys
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.chat.transcript.parts import Brush, Spot, paint_focus
from workbench.ui.chat.transcript.pill import Pill
from workbench.ui.chat.transcript.pointer import Pointer
from workbench.ui.chat.transcript.selection import Chosen, Place
from workbench.ui.chat.transcript.words import Words
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.markdown import highlight, parser
from workbench.ui.support.markdown.inline import Run
from workbench.ui.support.theme import GROUPS, PADDING, Theme

AHEAD = 240
"""Pixels above and below the viewport that are laid out in advance."""
KEPT = 3
"""Viewports around the visible one whose boxes are kept."""
LIVE_BOXES = 400
SETTLED_S = 0.7
STICKS_WITHIN = 8


class TranscriptView(QAbstractScrollArea):
    """Messages in, wishes out. Everything is shown by `set_messages`, `append`, `extend`, `replace` and `remove`.

    extend may be called for each delta: it only notes the text. The view stays at the end while the user is there.
    """

    retry_requested = Signal(str)  # message id, as in all of these
    details_requested = Signal(str)
    fix_requested = Signal(str)
    edit_requested = Signal(str)
    link_activated = Signal(str)  # address
    copied = Signal(str)  # what is on the clipboard now

    def __init__(
        self,
        theme: Theme,
        frames: FrameClock,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._theme, self._frames = theme, frames
        self.words = Words(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.column = Column(Scene(Look(theme), self.words, rtl, clock=clock))
        self.interface: QAccessibleInterface | None = None
        self.chosen: Chosen | None = None
        self._sticky = True
        self._moving = False
        self._anchor: Hold | None = None
        self._released_at = 0
        self._dress()
        self.commands = Commands(self)
        self.pointer = Pointer(self)
        self.keys = Keys(self)
        self._pill = Pill(theme, self.words.latest(), self)
        self._pill.clicked.connect(self.to_latest)
        self._seconds = QTimer(self)
        self._seconds.setInterval(1000)
        self._seconds.timeout.connect(self._tick)
        theme.changed.connect(self._restyle)
        accessible.install()
        self._warm_up()

    def _dress(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.words.transcript())
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    # -- messages

    def set_messages(self, messages: Sequence[TranscriptMessage]) -> None:
        """Show these instead, from the end."""
        self.chosen, self._anchor, self._sticky = None, None, True
        self.pointer.forget()
        self.keys.forget()
        self.column.set(messages)
        self._changed()

    def append(self, message: TranscriptMessage) -> None:
        self.column.append(message)
        self._changed()

    def extend(self, message_id: str, text: str, reasoning: str = "") -> None:
        """More of a streaming message has come. Unknown ids are left alone: the message may be gone already."""
        entry = self.column.entry(message_id)
        if entry is not None:
            entry.extend(text, reasoning)
            self.column.touched(entry)
            self._changed()

    def replace(self, message: TranscriptMessage) -> None:
        """Show a newer state of the message with this id."""
        entry = self.column.entry(message.id)
        if entry is not None:
            ended = entry.message.streaming and not message.streaming
            entry.change(message)
            self.column.touched(entry)
            self._changed()
            if ended:
                accessible.announce(self, entry)

    def remove(self, message_id: str) -> None:
        if self.column.index(message_id) >= 0:
            self.chosen = None
            self.pointer.forget()
            self.keys.forget()
            self.column.remove(message_id)
            self._changed()

    def clear(self) -> None:
        self.set_messages(())

    def reveal(self, message_id: str, words: str = "") -> None:
        """Bring a message into view and give it the focus mark; with words, select where they first stand in it."""
        index = self.column.index(message_id)
        if index < 0:
            return
        self._sticky = False
        entry = self.column.entries[index]
        if entry.message.superseded and not entry.shown:
            entry.toggle()
            self.column.touched(entry)
        found = self.commands.find(index, words) if words else None
        self.keys.focus_on(entry)
        if found is not None:
            self.chosen = Chosen(*found)
            self.show_place(found[0])
        else:
            self._anchor = Hold(entry, -1, -1, -float(PADDING))
            self._scroll_to(self.column.top(index) - PADDING)
        self._changed()

    # -- frames

    def is_visible(self) -> bool:
        return self.isVisible()

    def is_focused(self) -> bool:
        return self.hasFocus()

    def paint_frame(self, budget_ms: float) -> None:
        """Read and lay out what came, within the budget; painting follows in the same turn of the loop."""
        deadline = time.perf_counter() + budget_ms / 1000
        top, height = self.offset_y, self.viewport().height()
        changed, left = self.column.read(top - height, top + 2 * height, deadline)
        before, before_height = self.offset_y, self.column.height
        self.relayout(deadline)
        visible = (self.offset_y, self.offset_y + height)
        left |= self.column.colour(*visible, deadline)
        if left:
            self._frames.request(self)
        if changed or before != self.offset_y or before_height != self.column.height:
            self._keep_few()
        self._start_counting()
        self.viewport().update()

    def _changed(self) -> None:
        if self.isVisible():
            self._frames.request(self)

    def _start_counting(self) -> None:
        waiting = any(self.column.entries[index].tick() for index in self._visible())
        if waiting and not self._seconds.isActive():
            self._seconds.start()
        elif not waiting:
            self._seconds.stop()

    @Slot()
    def _tick(self) -> None:
        if not self.isVisible() or not any(self.column.entries[n].tick() for n in self._visible()):
            self._seconds.stop()
        self.viewport().update()

    def _warm_up(self) -> None:
        """Load the parser and the lexers while nothing else is to be done, once the window has settled."""
        jobs: list[Callable[[], object]] = [parser.markdown]
        jobs += [partial(highlight.warm, name) for name in highlight.COMMON]
        steps, begin = iter(jobs), time.monotonic() + SETTLED_S

        def step() -> bool:
            if time.monotonic() < begin:
                return True
            job = next(steps, None)
            if job is not None:
                job()
            return job is not None

        self._frames.when_idle(step)

    # -- layout

    @property
    def offset_y(self) -> int:
        return self.verticalScrollBar().value()

    @property
    def left(self) -> float:
        """Where the column begins: it is never wider than can be read, and stands in the middle."""
        return float(round((self.viewport().width() - self.column.scene.width) / 2))

    @property
    def sticky(self) -> bool:
        """At the end, and staying there."""
        return self._sticky

    def _set_width(self) -> None:
        look = self.column.scene.look
        room = self.viewport().width() - 2 * GROUPS
        self.column.set_width(float(max(min(room, round(look.measure)), 160)))

    def relayout(self, deadline: float | None = None) -> None:
        """Lay out the viewport and its surroundings; what the user looks at stays where it is."""
        self._set_width()
        deadline = deadline if deadline is not None else time.perf_counter() + 0.008
        height = self.viewport().height()
        value = float(self.offset_y)
        hold = None if self._sticky else self._anchor or self.column.hold(value)
        for _ in range(8):
            bottom = max(0.0, self.column.height - height)
            place = self.column.place(hold) if hold is not None else None
            value = bottom if self._sticky else min(max(place if place is not None else value, 0.0), bottom)
            if not self.column.ensure(value - AHEAD, value + height + AHEAD, deadline):
                break
        self._set_range(value)

    def _set_range(self, value: float) -> None:
        height = self.viewport().height()
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setPageStep(max(height, 1))
        bar.setSingleStep(self.column.scene.look.body_line)
        bar.setRange(0, max(0, round(self.column.height) - height))
        bar.setValue(round(value))
        self._moving = False
        if not self._sticky:
            self._anchor = self.column.hold(float(bar.value()))
        self._place_pill()

    def _keep_few(self) -> None:
        """Let go of boxes far away, once there are many or the user has moved far."""
        height = self.viewport().height()
        far = abs(self.offset_y - self._released_at) > KEPT * height
        if far or self.column.live_boxes > LIVE_BOXES:
            self._released_at = self.offset_y
            self.column.release(self.offset_y - KEPT * height, self.offset_y + (KEPT + 1) * height)

    def _visible(self) -> range:
        return self.column.range_between(self.offset_y, self.offset_y + self.viewport().height())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if self._moving:
            return
        bar = self.verticalScrollBar()
        self._sticky = bar.value() >= bar.maximum() - STICKS_WITHIN
        self._anchor = None
        self.relayout()
        self._keep_few()
        self.pointer.hover_again()
        self._frames.request(self)
        self.viewport().update()

    def _scroll_to(self, value: float) -> None:
        self._moving = True
        self.verticalScrollBar().setValue(round(value))
        self._moving = False

    def scroll_by(self, delta: float) -> None:
        self.verticalScrollBar().setValue(round(self.offset_y + delta))

    @Slot()
    def to_latest(self) -> None:
        """Go to the end and stay there."""
        self._sticky, self._anchor = True, None
        self.relayout()
        self._changed()
        self.viewport().update()

    def show_place(self, place: Place) -> None:
        """Scroll as little as needed to see a place in a text."""
        rect = self.place_rect(place)
        if rect is None:
            return
        margin, height = 2 * PADDING, self.viewport().height()
        if rect.top() < margin:
            self.scroll_by(rect.top() - margin)
        elif rect.bottom() > height - margin:
            self.scroll_by(rect.bottom() - height + margin)

    def settle_entry(self, entry: Entry) -> None:
        """An entry changed its shape at the user's wish: it keeps its place, what is below moves."""
        if self._sticky:
            self._sticky = False
            self._anchor = self.column.hold(float(self.offset_y))
        self.column.touched(entry)
        self.relayout()
        bar = self.verticalScrollBar()
        self._sticky = bar.value() >= bar.maximum() - STICKS_WITHIN and bar.maximum() > 0
        self._changed()
        self.viewport().update()

    def _place_pill(self) -> None:
        bar = self.verticalScrollBar()
        away = not self._sticky and bar.maximum() - bar.value() > self.viewport().height() // 3
        self._pill.show_at(self.viewport().geometry(), away)

    # -- places

    def entry_top(self, index: int) -> float:
        """Where an entry begins, in the viewport."""
        return self.column.top(index) - self.offset_y

    def place_at(self, point: QPointF) -> Place | None:
        """The place in a text nearest to a point of the viewport."""
        index = self.column.at(point.y() + self.offset_y)
        if index < 0:
            return None
        entry = self.column.entries[index]
        entry.build()
        inside = QPointF(point.x() - self.left, point.y() - self.entry_top(index))
        best: Place | None = None
        for number, flow, corner in entry.texts():
            if not flow.cells:
                continue
            if best is None or inside.y() >= corner.y():
                at = flow.position_at(inside.x() - corner.x(), inside.y() - corner.y())
                best = Place(index, number, *at)
        return best

    def place_rect(self, place: Place) -> QRectF | None:
        """The caret at a place, in the viewport."""
        if place.entry >= len(self.column.entries):
            return None
        entry = self.column.entries[place.entry]
        top = self.entry_top(place.entry)
        for number, flow, corner in entry.texts():
            if number == place.text and flow.cells:
                leaf = min(place.leaf, len(flow.cells) - 1)
                box = flow.box(leaf)
                rect = box.place_of(min(place.offset, box.length))
                x = self.left + corner.x() + flow.left(leaf)
                return rect.translated(x, top + corner.y() + flow.top(leaf))
        return None

    def run_at(self, point: QPointF) -> Run | None:
        """The link under a point of the viewport."""
        index = self.column.at(point.y() + self.offset_y)
        if index < 0 or not self.column.entries[index].built:
            return None
        top = self.entry_top(index)
        for _, flow, corner in self.column.entries[index].texts():
            x, y = point.x() - self.left - corner.x(), point.y() - top - corner.y()
            if flow.cells and 0 <= y <= flow.height:
                leaf = flow.index_at(y)
                return flow.box(leaf).run_at(x - flow.left(leaf), y - flow.top(leaf))
        return None

    def spots_of(self, entry: Entry) -> list[Spot]:
        """The spots of a message that are in or near the viewport, placed in the viewport."""
        index = self.column.index(entry.message.id)
        if index < 0 or not entry.built:
            return []
        top = self.entry_top(index)
        found = entry.spots(-top - AHEAD, self.viewport().height() - top + AHEAD)
        return [spot.moved(self.left, top) for spot in found]

    def entry_at(self, point: QPointF) -> Entry | None:
        index = self.column.at(point.y() + self.offset_y)
        return self.column.entries[index] if index >= 0 else None

    def visible_entries(self) -> list[Entry]:
        return [self.column.entries[index] for index in self._visible()]

    def entry_rect(self, entry: Entry) -> QRect:
        """A message's rectangle in the viewport."""
        top = self.entry_top(self.column.index(entry.message.id))
        return entry.rect(top, self.left).toAlignedRect()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # each text says its own
        scene = self.column.scene
        painter.fillRect(event.rect(), scene.look.canvas)
        clip = QRectF(event.rect())
        for index in self.column.range_between(clip.top() + self.offset_y, clip.bottom() + self.offset_y):
            entry = self.column.entries[index]
            if not entry.built:
                continue
            active = entry is self.pointer.over or (entry is self.keys.entry and self.hasFocus())
            hot = self.pointer.hot if entry is self.pointer.over else ""
            focused = self.keys.spot if entry is self.keys.entry and self.hasFocus() else ""
            brush = Brush(painter, clip, active, hot, focused)
            entry.paint(brush, self.left, self.entry_top(index), self._chosen_of(index))
            if entry is self.keys.entry and self.keys.ring and not focused and self.hasFocus():
                ring = QRectF(self.entry_rect(entry)).adjusted(-8, -6, 8, 6)
                paint_focus(painter, scene.look, ring)
        painter.end()

    def _chosen_of(self, index: int) -> Callable[[int], tuple[Position, Position] | None]:
        chosen = self.chosen
        return lambda text: chosen.within(index, text) if chosen is not None else None

    @Slot()
    def _restyle(self) -> None:
        """The theme changed: lay everything out anew, at the same place."""
        hold = None if self._sticky else self.column.hold(float(self.offset_y))
        self.column.scene.look = Look(self._theme)
        self.column.scene.rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.column.forget_look()
        self._anchor = replace(hold, part=-1, leaf=-1) if hold is not None else None
        if self.isVisible():
            self.relayout()
            self._changed()
            self.viewport().update()

    # -- events

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.isVisible():
            self.relayout()
            self._changed()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.relayout()
        self._changed()

    def hideEvent(self, event: QHideEvent) -> None:
        self._frames.forget(self)
        self._seconds.stop()
        self.pointer.forget()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._restyle()
        super().changeEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return self.pointer.tip(event)
        if event.type() == QEvent.Type.Leave:
            self.pointer.leave()
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.double(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.pointer.wheel(event):
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.commands.menu(event.globalPos(), QPointF(self.viewport().mapFromGlobal(event.globalPos())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.press(event):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.keys.focus_in(event.reason())
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return self.keys.step_spot(forward) or super().focusNextPrevChild(forward)

    def select(self, chosen: Chosen | None) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.viewport().update()
