"""The text of a transcript, to be read along and typed into: a plain text editor with times and speakers beside the words.

It is a QTextEdit, so that input methods, screen readers, selection and mixed directions work as everywhere; what is drawn
around the words comes on top. It lays out what is in view, hours of speech are no matter.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCursor,
    QTextLine,
)
from PySide6.QtWidgets import QApplication, QTextEdit, QToolTip, QWidget

from workbench.domain.speech.transcripts import Segment, Transcript
from workbench.ui.speech.transcript.document import Span
from workbench.ui.speech.transcript.keys import Keys
from workbench.ui.speech.transcript.look import SURE, Look
from workbench.ui.speech.transcript.marks import Mark
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.speech.transcript.page import Page
from workbench.ui.speech.transcript.painting import Brush
from workbench.ui.speech.transcript.timeline import word_at, words_within
from workbench.ui.speech.transcript.words import clock
from workbench.ui.support.figures import percent
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import GRID, INSIDE, Theme, follow
from workbench.ui.support.tooltips import as_tip

TYPES_FOR_S = 3.0
"""So long after a key the text does not scroll away with playback."""
_UPPER, _LOWER = 0.12, 0.7
"""Where in the view the word that is said may be before the text moves on."""


class _Held(NamedTuple):
    """block, offset: of the caret. top, y: the block at the upper edge, and where it is in the view. scrolled: at all."""

    block: int
    offset: int
    top: int
    y: float
    scrolled: bool


class TranscriptEdit(QTextEdit):
    """Signals: speaker_wanted (ids of segments, a tuple: choose who speaks in them), menu_wanted (global position)."""

    speaker_wanted = Signal(object)
    menu_wanted = Signal(QPoint)
    settled = Signal()

    def __init__(self, theme: Theme, model: TranscriptModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme, self.model = theme, model
        self.page = Page(Look(theme), self._on_typed, self)
        self.keys = Keys(self)
        self._brush = Brush(self)
        self._marks: dict[str, list[Mark]] = {}
        self._seams: dict[int, list[float]] = {}
        self.speakers: tuple[str, ...] = ()
        self._block = -1
        self._typed_at = 0.0
        self._pressed: QPointF | None = None
        self._selecting = False
        self._held: _Held | None = None
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        self.setAccessibleName(self.tr("Transcript"))
        self.viewport().setMouseTracking(True)
        self.page.renewed.connect(self._on_renewed)
        self.page.moved.connect(self._on_moved)
        self.cursorPositionChanged.connect(self._on_caret)
        self.selectionChanged.connect(self._on_selected)
        self.verticalScrollBar().actionTriggered.connect(self._on_scrolled_by_hand)
        model.document_changed.connect(self._show_all)
        model.edited.connect(self._on_edited)
        model.place_changed.connect(self._on_place)
        model.following_changed.connect(self._on_place)
        model.selection_changed.connect(self._show_selection)
        model.marks_changed.connect(self._on_marks)
        model.locked_changed.connect(self._on_locked)
        model.stepped.connect(self._on_stepped)
        model.shading_changed.connect(self.viewport().update)
        model.finder.changed.connect(self.viewport().update)
        follow(self, theme, self._dress)

    # -- what is shown

    @Slot()
    def _show_all(self) -> None:
        transcript = self.model.transcript
        self._block = -1
        self._know(transcript)
        self.page.renew(transcript.segments)
        self._allow(bool(transcript.segments))

    @Slot(object, object)
    def _on_edited(self, before: Transcript, after: Transcript) -> None:
        self._know(after)
        typing = self.model.typing
        hole = typing.segment_id if typing.emptied else ""
        self._held = self._hold()
        self.page.sync(after.segments, hole, exact=not typing.segment_id)
        self._held = None
        self._allow(bool(after.segments or hole))

    @Slot()
    def _on_locked(self) -> None:
        self._on_edited(self.model.transcript, self.model.transcript)

    def _allow(self, words: bool) -> None:
        """To type, where there are words and nobody is at work on them; a caret to read with there is always."""
        flags = Qt.TextInteractionFlag
        reading = flags.TextSelectableByMouse | flags.TextSelectableByKeyboard
        wanted = flags.TextEditorInteraction if words and not self.model.locked else reading
        if self.textInteractionFlags() != wanted:
            self.setTextInteractionFlags(wanted)

    def _know(self, transcript: Transcript) -> None:
        self.speakers = transcript.speakers
        self._seams = {}
        for seconds in transcript.seams:
            number = self.model.timeline.segment_at(seconds)
            if number < 0 or transcript.segments[number].end <= seconds + 1e-6:
                number += 1
            self._seams.setdefault(number, []).append(seconds)

    def _on_typed(self, ids: list[str], texts: list[str]) -> None:
        self._typed_at = time.monotonic()
        self.model.type(ids, texts)
        self._on_edited(self.model.transcript, self.model.transcript)

    @Slot()
    def _on_renewed(self) -> None:
        place = self._held
        with QSignalBlocker(self):
            self.setDocument(self.page.text)
        self._fit()
        if place is not None:
            self._go_back(place)
        else:  # Qt has scrolled to the caret, and below the name above it if the view has no height yet
            self.verticalScrollBar().setValue(0)

    @Slot()
    def _on_moved(self) -> None:
        self.settled.emit()
        self.viewport().update()

    @Slot()
    def _on_marks(self) -> None:
        self._marks = {}
        for mark in self.model.marks:
            self._marks.setdefault(mark.segment_id, []).append(mark)
        self.viewport().update()

    def marks_of(self, segment_id: str) -> list[Mark]:
        return self._marks.get(segment_id, [])

    def seams_at(self, number: int) -> list[float]:
        return self._seams.get(number, [])

    def _dress(self) -> None:
        self.page.look = Look(self.theme)
        self.page.set_mirrored(self.layoutDirection() == Qt.LayoutDirection.RightToLeft)
        self._held = self._hold()
        self._know(self.model.transcript)
        self.page.renew(self.model.transcript.segments)
        self._held = None

    def _hold(self) -> _Held:
        """Where the user is, to be found again in another document with the same segments."""
        caret = self.textCursor()
        top = self.cursorForPosition(QPoint(self.viewport().width() // 2, 4))
        scrolled = self.verticalScrollBar().value() > 0
        y = self.block_rect(top.block()).top() if self.page.count else 0.0
        return _Held(caret.blockNumber(), caret.positionInBlock(), top.blockNumber(), y, scrolled)

    def _go_back(self, held: _Held) -> None:
        if not self.page.count:
            return
        last = self.page.count - 1
        block = self.page.block_numbered(min(held.block, last))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(held.offset, block.length() - 1))
        with QSignalBlocker(self):
            self.setTextCursor(cursor)
        if held.scrolled:
            top = self.page.block_numbered(min(held.top, last))
            self._scroll_by(self.block_rect(top).top() - held.y)
        else:
            self.verticalScrollBar().setValue(0)

    # -- places

    def block_rect(self, block: QTextBlock) -> QRectF:
        """The lines of a block, in the viewport."""
        box = self.page.text.documentLayout().blockBoundingRect(block)
        return box.translated(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())

    def rects(self, block: QTextBlock, start: int, end: int) -> list[QRectF]:
        """Where a stretch of a block's text stands in the viewport: one rectangle for each line it is on."""
        layout = block.layout()
        origin = layout.position() - QPointF(0, self.verticalScrollBar().value())
        found = []
        at = start
        while at < end:
            line = layout.lineForTextPosition(at)
            if not line.isValid():
                break
            until = min(end, line.textStart() + line.textLength())
            if until <= at:
                break
            one, other = _x(line.cursorToX(at)), _x(line.cursorToX(until))
            left, right = min(one, other), max(one, other)
            found.append(QRectF(origin.x() + left, origin.y() + line.y(), right - left, line.height()))
            at = until
        return found

    def blocks_in(self, area: QRectF) -> Iterator[tuple[QTextBlock, Segment]]:
        """The blocks of segments, with the room above them, that an area of the viewport shows."""
        layout = self.page.text.documentLayout()
        top = area.top() + self.verticalScrollBar().value()
        position = layout.hitTest(QPointF(self.page.look.gutter + 1, top), Qt.HitTestAccuracy.FuzzyHit)
        block = self.page.text.findBlock(max(position, 0))
        if block.previous().isValid():
            block = block.previous()
        while block.isValid():
            segment = self.page.segment_of(block)
            above = self.page.look.header + self.page.look.between_speakers
            if self.block_rect(block).top() - above > area.bottom():
                return
            if segment is not None:
                yield block, segment
            block = block.next()

    def words_in(self, block: QTextBlock, spans: Sequence[tuple[int, int]], area: QRectF) -> range:
        """The words of a block that are on lines which an area of the viewport shows; a model may make one block of an hour."""
        layout = block.layout()
        top = self.block_rect(block).top()
        if area.contains(self.block_rect(block)) or layout.lineCount() < MANY_LINES:
            return range(len(spans))
        lines = range(layout.lineCount())
        first = bisect_left(lines, area.top() - top - GRID, key=lambda n: _bottom(layout.lineAt(n)))
        last = bisect_right(lines, area.bottom() - top + GRID, key=lambda n: layout.lineAt(n).y()) - 1
        if first > last:
            return range(0)
        start = layout.lineAt(first).textStart()
        end = layout.lineAt(last).textStart() + layout.lineAt(last).textLength()
        return range(max(0, word_at(spans, start)), word_at(spans, end) + 1)

    def text_sides(self) -> tuple[float, float]:
        """Left and right of the text, in the viewport."""
        look = self.page.look
        near, far = (look.far, look.gutter) if self.page.mirrored else (look.gutter, look.far)
        return near, self.lineWrapColumnOrWidth() - far

    def time_rect(self, block: QTextBlock) -> QRectF:
        box, look = self.block_rect(block), self.page.look
        left, right = self.text_sides()
        x = right + RELATED_BAR if self.page.mirrored else left - RELATED_BAR - look.time_width
        return QRectF(x, box.top(), look.time_width, self._line_height(block))

    def mark_rect(self, block: QTextBlock) -> QRectF:
        box, look = self.block_rect(block), self.page.look
        x = self.lineWrapColumnOrWidth() - INSIDE - look.mark if self.page.mirrored else float(INSIDE)
        y = box.top() + (self._line_height(block) - look.mark) / 2
        return QRectF(x, round(y), look.mark, look.mark)

    def header_rect(self, block: QTextBlock) -> QRectF:
        box, look = self.block_rect(block), self.page.look
        left, right = self.text_sides()
        return QRectF(left, box.top() - look.header, right - left, look.header - GRID)

    def seam_y(self, block: QTextBlock) -> float:
        look = self.page.look
        above = look.header if self.page.has_header(block.blockNumber()) else 0.0
        room = look.between_speakers if above else look.between
        return self.block_rect(block).top() - above - room / 2

    def _line_height(self, block: QTextBlock) -> float:
        layout = block.layout()
        return layout.lineAt(0).height() if layout.lineCount() else self.page.look.header

    def word_at(self, point: QPointF) -> tuple[Segment, int] | None:
        """The word that a point of the viewport is on."""
        cursor = self.cursorForPosition(point.toPoint())
        block = cursor.block()
        segment = self.page.segment_of(block)
        if segment is None:
            return None
        spans = self.page.spans(block)
        at = word_at(spans, cursor.positionInBlock())
        for number in (at, at - 1, at + 1):
            if 0 <= number < len(spans):
                rects = self.rects(block, *spans[number])
                if any(rect.adjusted(-1, -3, 1, 5).contains(point) for rect in rects):
                    return segment, number
        return None

    # -- the caret and what is chosen

    def caret_segment(self) -> Segment | None:
        return self.page.segment_of(self.textCursor().block())

    def caret_word(self) -> tuple[Segment, int] | None:
        block = self.textCursor().block()
        segment = self.page.segment_of(block)
        if segment is None:
            return None
        return segment, max(0, word_at(self.page.spans(block), self.textCursor().positionInBlock()))

    def chosen_ids(self) -> tuple[str, ...]:
        """The segments that the selection touches, or the one with the caret."""
        cursor = self.textCursor()
        first = self.page.text.findBlock(cursor.selectionStart()).blockNumber()
        last = self.page.text.findBlock(cursor.selectionEnd()).blockNumber()
        found = (self.page.segment_of(self.page.block_numbered(n)) for n in range(first, last + 1))
        return tuple(segment.id for segment in found if segment is not None)

    def chosen_span(self) -> Span | None:
        """From the first chosen word to the last."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        times = []
        for position, edge in ((cursor.selectionStart(), True), (cursor.selectionEnd(), False)):
            block = self.page.text.findBlock(position)
            segment = self.page.segment_of(block)
            if segment is None:
                return None
            spans, at = self.page.spans(block), position - block.position()
            within = words_within(spans, at, block.length()) if edge else words_within(spans, -1, at)
            if edge:
                times.append(segment.words[within[0]].start if within else segment.end)
            else:
                times.append(segment.words[within[-1]].end if within else segment.start)
        return Span(*times) if times[0] < times[1] else None

    @Slot(str)
    def _on_stepped(self, segment_id: str) -> None:
        """Undo and redo show what they change."""
        block = self.page.block_of(segment_id)
        if block.isValid() and block != self.textCursor().block():
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            self._show_cursor(cursor)

    def reveal(self, segment_id: str, first: int = -1, last: int = -1) -> None:
        """Bring a segment into view, with the caret in it; with words, those selected. last: not included."""
        block = self.page.block_of(segment_id)
        if not block.isValid():
            return
        spans = self.page.spans(block)
        cursor = QTextCursor(block)
        if 0 <= first < len(spans):
            cursor.setPosition(block.position() + spans[first][0])
            end = spans[min(max(last, first + 1), len(spans)) - 1][1]
            cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
        self._show_cursor(cursor)

    def reveal_text(self, segment_id: str, start: int, end: int) -> None:
        """The same for characters."""
        block = self.page.block_of(segment_id)
        if block.isValid():
            first, last = self.page.stretch(block, start, end)
            cursor = QTextCursor(block)
            cursor.setPosition(block.position() + first)
            cursor.setPosition(block.position() + last, QTextCursor.MoveMode.KeepAnchor)
            self._show_cursor(cursor)

    def reveal_span(self, span: Span) -> None:
        """The same for the words of a stretch of the recording; where there are none, the place between."""
        ends = self._positions(span)
        if ends is None:
            number = max(self.model.timeline.segment_at(span.start), 0)
            block = self.page.block_numbered(number)
            if not block.isValid():
                return
            at = block.position() + block.length() - 1
            ends = (at, at)
        cursor = QTextCursor(self.page.text)
        cursor.setPosition(ends[0])
        cursor.setPosition(ends[1], QTextCursor.MoveMode.KeepAnchor)
        self._show_cursor(cursor)

    def tell_mark(self, mark: Mark) -> None:
        """Say what is doubtful, beside the words and to screen readers."""
        self.setAccessibleDescription(mark.text)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, mark.text))
        at = self.viewport().mapToGlobal(self.cursorRect().bottomRight() + QPoint(0, GRID))
        QToolTip.showText(at, as_tip(mark.text), self.viewport())

    def _show_cursor(self, cursor: QTextCursor) -> None:
        self.setTextCursor(cursor)
        box = self.cursorRect(cursor)
        height = self.viewport().height()
        if box.top() < height * _UPPER or box.bottom() > height * (1 - _UPPER):
            self._scroll_by(box.top() - height / 3)
        if self.model.playing:
            self.model.follow(False)

    @Slot()
    def _on_caret(self) -> None:
        number = self.textCursor().blockNumber()
        if number == self._block:
            return
        before, self._block = self._block, number
        self._announce(self.page.segment_of(self.textCursor().block()))
        typing = self.model.typing
        if typing.segment_id and typing.segment_id != self.page.id_of(self.textCursor().block()):
            left = typing.segment_id
            typing.leave()
            self.page.sync(self.model.transcript.segments)
            self.page.tidy(self.page.block_of(left).blockNumber())
            self._block = self.textCursor().blockNumber()
        elif before >= 0:
            self.model.typing.pause()

    def _announce(self, segment: Segment | None) -> None:
        """Who speaks, and when: it stands beside the text, where no screen reader looks."""
        if segment is not None and self.hasFocus() and QAccessible.isActive():
            said = f"{segment.speaker} {clock(segment.start)}".strip()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, said))

    @Slot()
    def _on_selected(self) -> None:
        if not self._selecting:
            self._selecting = True
            self.model.select(self.chosen_span())
            self._selecting = False

    @Slot()
    def _show_selection(self) -> None:
        """A stretch was chosen elsewhere: its words are selected."""
        cursor = self.textCursor()
        span = self.model.document.selection
        ends = self._positions(span) if span is not None else None
        if self._selecting or (ends is None and not cursor.hasSelection()):
            return
        self._selecting = True
        if ends is None:
            cursor.clearSelection()
        else:
            cursor.setPosition(ends[0])
            cursor.setPosition(ends[1], QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self._selecting = False

    def _positions(self, span: Span) -> tuple[int, int] | None:
        found: list[int] = []
        timeline = self.model.timeline
        for number in range(max(timeline.segment_at(span.start), 0), timeline.segment_at(span.end) + 1):
            block = self.page.block_numbered(number)
            segment = self.page.segment_of(block)
            if segment is None:
                continue
            for word, (start, end) in zip(segment.words, self.page.spans(block), strict=True):
                if word.start < span.end and word.end > span.start:
                    found += (block.position() + start, block.position() + end)
        return (found[0], found[-1]) if found else None

    # -- playback

    @Slot()
    def _on_place(self) -> None:
        self.viewport().update()
        model = self.model
        if model.playing and model.following and time.monotonic() - self._typed_at > TYPES_FOR_S:
            self.show_place()
        self.settled.emit()

    def place_rect(self) -> QRectF | None:
        """The word that is said, in the viewport."""
        place = self.model.place
        if place is None:
            return None
        block = self.page.block_numbered(place.segment)
        spans = self.page.spans(block) if block.isValid() else []
        rects = self.rects(block, *spans[place.word]) if place.word < len(spans) else []
        return rects[0] if rects else None

    def show_place(self) -> None:
        box, height = self.place_rect(), self.viewport().height()
        if box is not None and not height * _UPPER <= box.top() <= height * _LOWER:
            self._scroll_by(box.top() - height * 0.25)

    def _scroll_by(self, pixels: float) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(round(bar.value() + pixels))

    @Slot()
    def _on_scrolled_by_hand(self) -> None:
        if self.model.playing:
            self.model.follow(False)

    # -- events

    def paintEvent(self, event: QPaintEvent) -> None:
        area = QRectF(event.rect())
        painter = QPainter(self.viewport())
        self._brush.behind(painter, area)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self._brush.over(painter, area)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Lines no longer than can be read, and in the middle."""
        look = self.page.look
        room = self.width() - self.verticalScrollBar().sizeHint().width()
        width = int(min(room, look.gutter + look.measure + look.far))
        if width > 0 and width != self.lineWrapColumnOrWidth():
            self.setLineWrapColumnOrWidth(width)
        margin = max(0, (room - width) // 2)
        if self.viewportMargins().left() != margin:
            self.setViewportMargins(margin, 0, margin, 0)
        self.settled.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange and hasattr(self, "page"):
            self.page.set_mirrored(self.layoutDirection() == Qt.LayoutDirection.RightToLeft)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.keys.own(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keys.press(event):
            event.accept()
            return
        before = self.verticalScrollBar().value()
        super().keyPressEvent(event)
        if self.verticalScrollBar().value() != before and self.model.playing:
            self.model.follow(False)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.model.typing.segment_id and event.reason() != Qt.FocusReason.PopupFocusReason:
            left = self.model.typing.segment_id
            self.model.typing.leave()
            self.page.sync(self.model.transcript.segments)
            self.page.tidy(self.page.block_of(left).blockNumber())

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.textCursor().insertText(re.sub(r"\s+", " ", source.text()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        if event.button() == Qt.MouseButton.LeftButton and self._press_beside(event.position()):
            self._pressed = None
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton or event.modifiers():
            return
        moved = (event.position() - pressed).manhattanLength() >= QApplication.startDragDistance()
        found = self.word_at(event.position())
        if not moved and found is not None and not self.textCursor().hasSelection():
            self.model.seek(found[0].words[found[1]].start)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        found = self.word_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            word = found[0].words[found[1]]
            self.model.play(word.start, word.end)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        hand = not event.buttons() and self._beside(event.position()) is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.IBeamCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            cursor = self.cursorForPosition(event.pos())
            here = self.textCursor()
            if (
                not here.hasSelection()
                or not here.selectionStart() <= cursor.position() <= here.selectionEnd()
            ):
                self.setTextCursor(cursor)
            self.menu_wanted.emit(event.globalPos())
        else:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.cursorRect().bottomLeft()))

    def viewportEvent(self, event: QEvent) -> bool:
        shown = tip_shown(self.viewport(), event, lambda place: self.tip_at(QPointF(place)))
        return shown or super().viewportEvent(event)

    def tip_at(self, point: QPointF) -> str:
        """What there is to say of a point of the viewport."""
        found = self._beside(point)
        if found is not None:
            kind, segment = found
            marks = "\n".join(mark.text for mark in self.marks_of(segment.id))
            return {
                "mark": marks,
                "time": self.tr("Go to {0}").format(clock(segment.start, tenths=True)),
                "speaker": self.tr("Choose or rename the speaker (F2)"),
            }[kind]
        word = self.word_at(point)
        if word is None:
            return ""
        segment, at = word
        said = [mark.text for mark in self.marks_of(segment.id) if mark.first <= at < mark.last]
        confidence = segment.words[at].confidence
        if self.model.shading and confidence is not None and confidence < SURE:
            said.append(
                self.tr("The model is {0} sure of “{1}”.").format(percent(confidence), segment.words[at].text)
            )
        return "\n".join(said)

    def _beside(self, point: QPointF) -> tuple[str, Segment] | None:
        """What stands beside the text at a point: "time", "mark" or "speaker", and of which segment."""
        for block, segment in self.blocks_in(QRectF(point, point)):
            if self.time_rect(block).adjusted(-4, -2, 4, 4).contains(point):
                return "time", segment
            if self.marks_of(segment.id) and self.mark_rect(block).adjusted(-3, -3, 3, 3).contains(point):
                return "mark", segment
            if self.page.has_header(block.blockNumber()) and self.header_rect(block).contains(point):
                return "speaker", segment
        return None

    def _press_beside(self, point: QPointF) -> bool:
        found = self._beside(point)
        if found is None:
            return False
        kind, segment = found
        if kind == "time":
            self.model.seek(segment.start)
        elif kind == "speaker":
            self.speaker_wanted.emit((segment.id,))
        else:
            mark = self.marks_of(segment.id)[0]
            self.reveal(segment.id, mark.first, mark.last)
        return True


RELATED_BAR = 14
"""From the times to the text; the bar beside what is said stands in between."""


MANY_LINES = 40
"""From here on only words in view are gone through."""


def _bottom(line: QTextLine) -> float:
    return line.y() + line.height()


def _x(found: object) -> float:
    """PySide6 gives the place together with the offset it was asked for."""
    return float(found[0]) if isinstance(found, tuple) else float(found)  # type: ignore[arg-type]
