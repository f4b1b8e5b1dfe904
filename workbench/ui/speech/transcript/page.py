"""The text of a transcript as a QTextDocument: a block for each segment.

It is a picture of the transcript and has no undo of its own: what is typed into it is told to `typed`, becomes an edit of the
transcript, and comes back through `sync`, which changes only what differs. A block keeps the spaces that are being typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from workbench.domain.speech.transcripts import Segment
from workbench.ui.speech.transcript.look import Look
from workbench.ui.speech.transcript.timeline import squeezed, word_spans

Typed = Callable[[list[str], list[str]], None]
"""ids of the segments whose blocks were changed, and what the blocks in their place read now."""

MANY = 150
"""Blocks to be changed at once; and those whose words' places are remembered."""
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


class Page(QObject):
    """Signals: renewed (there is another QTextDocument now); moved (blocks stand elsewhere, or read otherwise)."""

    renewed = Signal()
    moved = Signal()

    def __init__(self, look: Look, typed: Typed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._typed = typed
        self._extra: Mapping[str, float] = {}
        self._after = 0.0
        self._ids: list[str] = []
        self._shown: list[Segment | None] = []
        self._rooms: list[float] = []
        self._spans: dict[str, tuple[Segment, str, list[tuple[int, int]]]] = {}
        self._writing = False
        self._mirrored = False
        self.text = self._made()

    @property
    def count(self) -> int:
        return len(self._ids)

    def id_of(self, block: QTextBlock) -> str:
        number = block.blockNumber()
        return self._ids[number] if 0 <= number < len(self._ids) else ""

    def segment_of(self, block: QTextBlock) -> Segment | None:
        """What the block shows; None where there are no segments, or while one is emptied."""
        number = block.blockNumber()
        return self._shown[number] if 0 <= number < len(self._shown) else None

    def block_of(self, segment_id: str) -> QTextBlock:
        """An invalid one for a segment that is not there."""
        try:
            return self.text.findBlockByNumber(self._ids.index(segment_id))
        except ValueError:
            return QTextBlock()

    def block_numbered(self, number: int) -> QTextBlock:
        return self.text.findBlockByNumber(number) if 0 <= number < len(self._ids) else QTextBlock()

    def has_header(self, number: int) -> bool:
        """Whether the segment's speaker is written above it: where somebody else spoke before."""
        segment = self._shown[number]
        if segment is None or not segment.speaker:
            return False
        before = self._shown[number - 1] if number else None
        return before is None or before.speaker != segment.speaker

    def spans(self, block: QTextBlock) -> list[tuple[int, int]]:
        """Where the words of its segment stand in a block, as Qt counts."""
        segment = self.segment_of(block)
        if segment is None:
            return []
        text = block.text()
        known = self._spans.get(segment.id)
        if known is not None and known[0] is segment and known[1] == text:
            return known[2]
        if len(self._spans) >= MANY:
            self._spans.clear()
        spans = word_spans(text, segment.words)
        if units(text) != len(text):
            spans = [(units(text[:start]), units(text[:end])) for start, end in spans]
        self._spans[segment.id] = (segment, text, spans)
        return spans

    def stretch(self, block: QTextBlock, start: int, end: int) -> tuple[int, int]:
        """Characters of a block's text, as Qt counts them."""
        text = block.text()
        return units(text[:start]), units(text[:end])

    # -- to the page

    def renew(self, segments: Sequence[Segment]) -> None:
        """Show these in a document of its own: thousands in one go, and laid out as they come into view."""
        self._ids = [segment.id for segment in segments]
        self._shown = list(segments)
        self._rooms = [self._room(number) for number in range(len(segments))]
        text = self._made()
        cursor = QTextCursor(text)
        cursor.beginEditBlock()
        for number, segment in enumerate(segments):
            form = self._format(self._rooms[number])
            if number:
                cursor.insertBlock(form)
            else:
                cursor.setBlockFormat(form)
            cursor.insertText(segment.text)
        if not segments:
            cursor.setBlockFormat(self._format(0.0))
        cursor.endEditBlock()
        text.contentsChange.connect(self._on_change)
        self.text, before = text, self.text
        self.renewed.emit()
        before.deleteLater()
        self.moved.emit()

    def sync(self, segments: Sequence[Segment], hole: str = "", exact: bool = True) -> None:
        """Make the blocks say what the segments say. hole: id of a segment that was emptied, and whose block stays.

        exact: also the spaces; else a block in which the same words stand is left as it is.
        """
        wanted: list[Segment | None] = list(segments)
        ids = [segment.id for segment in segments]
        if hole and hole in self._ids and hole not in ids:
            at = min(self._ids.index(hole), len(ids))
            ids.insert(at, hole)
            wanted.insert(at, None)
        if not self._ids or not ids:
            if ids or self._ids:
                self.renew(segments)
            return
        if not hole and self._far_from(segments):
            self.renew(segments)
            return
        self._writing = True
        cursor = QTextCursor(self.text)
        cursor.beginEditBlock()
        touched = self._restructure(cursor, ids)
        for number, segment in enumerate(wanted):
            if self._shown[number] is not segment:
                self._shown[number] = segment
                touched.update((number, number + 1))
                if segment is not None:
                    self._write(cursor, number, segment, exact)
        self._make_room(cursor, touched)
        cursor.endEditBlock()
        self._writing = False
        self.moved.emit()

    def _far_from(self, segments: Sequence[Segment]) -> bool:
        """So many blocks would change that it is quicker to make all of them anew."""
        shown = {id(segment) for segment in self._shown}
        fresh = [segment for segment in segments if id(segment) not in shown]
        if len(fresh) < MANY:
            return False
        texts = {segment.id: segment.text for segment in self._shown if segment is not None}
        return sum(texts.get(segment.id) != segment.text for segment in fresh) >= MANY

    def tidy(self, number: int) -> None:
        """Somebody has left this block: what is written there is its segment's text, and nothing else."""
        if 0 <= number < len(self._shown):
            segment = self._shown[number]
            if segment is not None and self.text.findBlockByNumber(number).text() != segment.text:
                self._writing = True
                self._write(QTextCursor(self.text), number, segment, exact=True)
                self._writing = False

    def set_extra(self, above: Mapping[str, float], after: float) -> None:
        """Room for what stands between segments: above each of these, and after the last."""
        if (above, after) == (self._extra, self._after) or self._writing:
            return
        changed = {id for id in {*above, *self._extra} if above.get(id, 0.0) != self._extra.get(id, 0.0)}
        self._extra, self._after = dict(above), after
        self._writing = True
        cursor = QTextCursor(self.text)
        cursor.beginEditBlock()
        self._make_room(cursor, {number for number, id in enumerate(self._ids) if id in changed})
        cursor.endEditBlock()
        self._set_margins(self.text)
        self._writing = False
        self.moved.emit()

    def room_above(self, number: int) -> float:
        """Pixels between a segment's first line and what stands above it."""
        return self._rooms[number]

    def set_mirrored(self, mirrored: bool) -> None:
        """The gutter is on the right."""
        if mirrored != self._mirrored:
            self._mirrored = mirrored
            self._writing = True
            self._set_margins(self.text)
            self._writing = False
            self.moved.emit()

    @property
    def mirrored(self) -> bool:
        return self._mirrored

    def _made(self) -> QTextDocument:
        text = QTextDocument(self)
        text.setUndoRedoEnabled(False)
        text.setDocumentMargin(0)
        text.setDefaultFont(self.look.body)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        text.setDefaultTextOption(option)
        self._set_margins(text)
        return text

    def _set_margins(self, text: QTextDocument) -> None:
        frame = text.rootFrame()
        form = frame.frameFormat()
        near, far = self.look.gutter, self.look.far
        top = self.look.ends + (
            self._rooms[0] if self._rooms else 0.0
        )  # Qt drops the margin of the first block
        bottom = self.look.ends + self._after
        left, right = (far, near) if self._mirrored else (near, far)
        if (left, right, top, bottom) == (
            form.leftMargin(),
            form.rightMargin(),
            form.topMargin(),
            form.bottomMargin(),
        ):
            return  # all of the text would be laid out anew
        form.setLeftMargin(left)
        form.setRightMargin(right)
        form.setTopMargin(top)
        form.setBottomMargin(bottom)
        frame.setFrameFormat(form)

    def _format(self, room: float) -> QTextBlockFormat:
        form = QTextBlockFormat()
        form.setTopMargin(room)
        form.setLineHeight(self.look.line_percent, _PROPORTIONAL)
        return form

    def _room(self, number: int) -> float:
        look = self.look
        room = look.header + look.between_speakers if self.has_header(number) else look.between
        return room + self._extra.get(self._ids[number], 0.0)

    def _make_room(self, cursor: QTextCursor, numbers: set[int]) -> None:
        for number in numbers:
            if number < len(self._ids):
                room = self._room(number)
                if room != self._rooms[number]:
                    self._rooms[number] = room
                    cursor.setPosition(self.text.findBlockByNumber(number).position())
                    cursor.setBlockFormat(self._format(room))
                    if not number:
                        self._set_margins(self.text)

    def _restructure(self, cursor: QTextCursor, ids: list[str]) -> set[int]:
        """Bring the blocks in line with these ids; the numbers of those that are new here, and of the one after."""
        old = self._ids
        first, least = 0, min(len(old), len(ids))
        while first < least and old[first] == ids[first]:
            first += 1
        rest = 0
        while rest < least - first and old[-1 - rest] == ids[-1 - rest]:
            rest += 1
        gone, come = len(old) - rest - first, len(ids) - rest - first
        for _ in range(gone - come):
            self._remove(cursor, first + come)
        for number in range(gone, come):
            self._insert(cursor, first + number)
        until = first + come
        self._ids = ids
        if not gone and not come:
            return set()
        self._shown[first : first + gone] = [None] * come
        self._rooms[first : first + gone] = [-1.0] * come
        if until < len(ids):
            self._rooms[until] = -1.0  # the block after may have taken over the format of one that went
        return set(range(first, until + 1))

    def _remove(self, cursor: QTextCursor, number: int) -> None:
        block = self.text.findBlockByNumber(number)
        if block.next().isValid():
            cursor.setPosition(block.position())
            cursor.setPosition(block.next().position(), QTextCursor.MoveMode.KeepAnchor)
        else:
            cursor.setPosition(block.position() - 1)
            cursor.setPosition(block.position() + block.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def _insert(self, cursor: QTextCursor, number: int) -> None:
        """An empty block there."""
        if number < self.text.blockCount():
            cursor.setPosition(self.text.findBlockByNumber(number).position())
            cursor.insertBlock()
        else:
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.insertBlock()

    def _write(self, cursor: QTextCursor, number: int, segment: Segment, exact: bool) -> None:
        block = self.text.findBlockByNumber(number)
        before, after = block.text(), segment.text
        if before == after or (not exact and squeezed(before) == squeezed(after)):
            return
        first, least = 0, min(len(before), len(after))
        while first < least and before[first] == after[first]:
            first += 1
        rest = 0
        while rest < least - first and before[-1 - rest] == after[-1 - rest]:
            rest += 1
        start = block.position()
        cursor.setPosition(start + units(before[:first]))
        cursor.setPosition(start + units(before[: len(before) - rest]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(after[first : len(after) - rest])

    # -- from the page

    @Slot(int, int, int)
    def _on_change(self, position: int, removed: int, added: int) -> None:
        if self._writing or not self._ids:
            return
        text = self.text
        first = text.findBlock(position).blockNumber()
        last = text.findBlock(min(position + added, text.characterCount() - 1)).blockNumber()
        grown = text.blockCount() - len(self._ids)
        until = last - grown
        while last > first and until > first and self._stands(until, last):
            until, last = until - 1, last - 1
        while last > first and until > first and self._stands(first, first):
            first += 1
        if first == last == until and self._stands(first, first):
            return  # Qt says so, too, when a block is only to be drawn anew
        ids = self._ids[first : until + 1]
        if grown:
            count = last - first + 1
            self._ids[first : until + 1] = [ids[0], *[""] * (count - 1)]
            self._shown[first : until + 1] = [None] * count
            self._rooms[first : until + 1] = [-1.0] * count
        self._typed(ids, [text.findBlockByNumber(number).text() for number in range(first, last + 1)])

    def _stands(self, number: int, now: int) -> bool:
        """The block that had this number reads as before, where it is now."""
        segment = self._shown[number]
        return segment is not None and self.text.findBlockByNumber(now).text() == segment.text


def units(text: str) -> int:
    """A text's length as Qt counts it: characters beyond the first plane are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
