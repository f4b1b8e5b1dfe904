"""The transcript: a virtualised view of a conversation (performance.md §2).

Nothing is read, laid out or painted but what is near the viewport; what streams in is shown once per frame of the
shared FrameClock; a hidden view does nothing at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
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
from workbench.ui.chat.transcript.column import Hold
from workbench.ui.chat.transcript.commands import Commands
from workbench.ui.chat.transcript.entry import Entry
from workbench.ui.chat.transcript.flow import Position
from workbench.ui.chat.transcript.keys import Keys
from workbench.ui.chat.transcript.look import Look
from workbench.ui.chat.transcript.making import Scene
from workbench.ui.chat.transcript.message import TranscriptMessage
from workbench.ui.chat.transcript.parts import Brush, paint_focus
from workbench.ui.chat.transcript.pill import Pill
from workbench.ui.chat.transcript.pointer import Pointer
from workbench.ui.chat.transcript.selection import Chosen
from workbench.ui.chat.transcript.surface import STICKS_WITHIN, Surface
from workbench.ui.chat.transcript.words import Words
from workbench.ui.support.accessible import install
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.markdown import highlight, parser
from workbench.ui.support.theme import PADDING, Theme

SETTLED_S = 0.7


class TranscriptView(Surface):
    """Messages in, wishes out. Everything is shown by `set_messages`, `append`, `extend`, `replace` and `remove`.

    extend may be called for each delta: it only notes the text. The view stays at the end while the user is there.
    """

    retry_requested = Signal(str)  # message id, as in all of these
    details_requested = Signal(str)
    try_requested = Signal(str)  # on a route
    fix_requested = Signal(str)
    edit_requested = Signal(str)
    link_activated = Signal(str)  # address
    copied = Signal(str)  # what is on the clipboard now
    interface: QAccessibleInterface | None = None
    """What screen readers talk to; made by `accessible` when one asks."""

    def __init__(
        self,
        theme: Theme,
        frames: FrameClock,
        parent: QWidget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Before Qt asks for the first time, which may be while this is made.
        install(TranscriptView, accessible.TranscriptInterface)
        words = Words()
        super().__init__(Scene(Look(theme), words, clock=clock), parent)
        self._theme, self._frames, self.words = theme, frames, words
        words.setParent(self)
        self.column.scene.rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.chosen: Chosen | None = None
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

    def delay(self, message_id: str, what: str, wait_s: float) -> None:
        """A streaming message that has no words yet waits wait_s seconds for its next attempt. what: the failure, a sentence."""
        entry = self.column.entry(message_id)
        if entry is not None:
            entry.delay(what, wait_s)
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

    # -- moving

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

    @Slot()
    def to_latest(self) -> None:
        """Go to the end and stay there."""
        self._sticky, self._anchor = True, None
        self.relayout()
        self._changed()
        self.viewport().update()

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

    def laid_out(self) -> None:
        bar = self.verticalScrollBar()
        away = not self._sticky and bar.maximum() - bar.value() > self.viewport().height() // 3
        self._pill.show_at(self.viewport().geometry(), away)

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
