"""A plain-text edit for JSON: line numbers, brackets that match, indents, marks under what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QToolTip, QWidget

from workbench.domain.routes.text import INDENT
from workbench.ui.routes.source.brackets import matching
from workbench.ui.routes.source.highlighter import JsonHighlighter
from workbench.ui.routes.source.writing import Change
from workbench.ui.support.theme import CAPTION, INSIDE, Theme, follow, mixed

PARAGRAPH = "\u2029"
_BRACKETS = "{}[]"


@dataclass(frozen=True, slots=True)
class Underline:
    """Positions as Qt counts. role: "bad", "warn", "accent". line: its whole line is tinted too."""

    start: int
    end: int
    role: str
    sentence: str = ""
    line: bool = False


class CodeEdit(QPlainTextEdit):
    """Undo is not its own: undo_wanted and redo_wanted say that the user wants it.

    Signals: changed (by the user), undo_wanted, redo_wanted, left (the keyboard went elsewhere), moved (the user moved the cursor),
    menu_wanted (where).
    """

    changed = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    left = Signal()
    moved = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._quiet = False
        self._tab_leaves = False
        self._underlines: tuple[Underline, ...] = ()
        self._lit: tuple[int, int] | None = None
        self.setUndoRedoEnabled(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFrameShape(QFrame.Shape.NoFrame)
        option = self.document().defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        self.document().setDefaultTextOption(option)
        self.highlighter = JsonHighlighter(theme, self.document())
        self._gutter = _Gutter(self)
        self.blockCountChanged.connect(self._fit_gutter)
        self.updateRequest.connect(self._scrolled)
        self.textChanged.connect(self._text_changed)
        self.cursorPositionChanged.connect(self._cursor_moved)
        self.verticalScrollBar().valueChanged.connect(self._show_marks)
        follow(self, theme, self._dress)

    @property
    def text(self) -> str:
        """As it is, which toPlainText does not tell: it makes blanks of hard ones."""
        return self.document().toRawText().replace(PARAGRAPH, "\n")

    def put(self, text: str) -> None:
        """A whole new text; the cursor stays on its line, the view where it is."""
        cursor = self.textCursor()
        line, column, top = cursor.blockNumber(), cursor.positionInBlock(), self.verticalScrollBar().value()
        self._quiet = self.highlighter.resting = True
        self.setPlainText(text)
        block = self.document().findBlockByNumber(min(line, self.blockCount() - 1))
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(column, block.length() - 1))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(top)
        self._quiet = self.highlighter.resting = False
        self._colour()

    def make(self, changes: Sequence[Change]) -> None:
        """Change these places, as Qt counts; cursor and view stay at what they were at."""
        first = self.firstVisibleBlock()
        self._quiet = True
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        self.highlighter.resting = sum(len(change.text) for change in changes) > 20_000
        for change in reversed(changes):
            cursor.setPosition(change.start)
            cursor.setPosition(change.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(change.text)
        cursor.endEditBlock()
        self.highlighter.resting = False
        if first.isValid():
            self.verticalScrollBar().setValue(first.firstLineNumber())
        self._quiet = False
        self._colour()
        self._show_marks()

    def underline(self, marks: Sequence[Underline]) -> None:
        """What is wrong, and where; replaces what was said before."""
        self._underlines = tuple(marks)
        self._show_marks()
        self._gutter.update()

    def light(self, start: int, end: int) -> None:
        """A bar beside these lines: they are what is selected elsewhere."""
        self._lit = (start, end)
        self._gutter.update()

    def bring(self, start: int, end: int, *, move_cursor: bool) -> None:
        """Scroll so that this is in view, with its beginning at least."""
        first, last = (self.document().findBlock(at).blockNumber() for at in (start, end))
        top, rows = self.verticalScrollBar().value(), self._rows()
        if move_cursor:
            self._quiet = True
            cursor = self.textCursor()
            cursor.setPosition(start)
            self.setTextCursor(cursor)
            self._quiet = False
        if first < top or min(last, first + rows - 2) >= top + rows:
            self.verticalScrollBar().setValue(max(0, first - rows // 4))

    def go(self, position: int) -> None:
        """Put cursor and keyboard there."""
        cursor = self.textCursor()
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    # what the user does

    def keyPressEvent(self, event: QKeyEvent) -> None:
        leaves, self._tab_leaves = self._tab_leaves, event.key() == Qt.Key.Key_Escape
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_wanted.emit()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and leaves:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self._indent()
        elif event.key() == Qt.Key.Key_Backtab:
            self._outdent()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._break_line()
        elif event.text() in ("}", "]") and self._closes_line():
            self._close(event.text())
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.textCursor().insertText(source.text().replace(PARAGRAPH, "\\u2029"))
            self.ensureCursorVisible()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._explain(event)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        box = self.contentsRect()
        self._gutter.setGeometry(QRect(box.left(), box.top(), self.gutter_width, box.height()))
        self._colour()
        self._show_marks()

    # the gutter

    @property
    def gutter_width(self) -> int:
        digits = max(2, len(str(self.blockCount())))
        return round(QFontMetricsF(self._gutter.font()).horizontalAdvance("9") * digits) + 3 * INSIDE

    def paint_gutter(self, event: QPaintEvent) -> None:
        tokens, painter = self._theme.tokens, QPainter(self._gutter)
        painter.fillRect(event.rect(), QColor(tokens.surface))
        painter.setFont(self._gutter.font())
        width, current = self._gutter.width(), self.textCursor().blockNumber()
        wrong = {self.document().findBlock(mark.start).blockNumber(): mark.role for mark in self._in_view()}
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            number = block.blockNumber()
            line = QRect(0, round(top), width, round(height))
            if self._lit is not None and self._is_lit(block):
                painter.fillRect(QRect(width - 3, line.top(), 3, line.height()), QColor(tokens.accent))
            role = wrong.get(number)
            if role is not None:
                painter.fillRect(QRect(0, line.top(), 3, line.height()), QColor(tokens.colour(role)))
            painter.setPen(QColor(tokens.text if number == current else tokens.muted))
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line.adjusted(0, 0, -INSIDE - 3, 0), int(align), str(number + 1))
            top += height
            block = block.next()

    def _is_lit(self, block: QTextBlock) -> bool:
        assert self._lit is not None
        start, end = self._lit
        return block.position() <= end and block.position() + block.length() > start

    # inside

    def _dress(self) -> None:
        theme = self._theme
        self.setFont(theme.mono())
        self._gutter.setFont(theme.mono(CAPTION))
        self.setTabStopDistance(QFontMetricsF(self.font()).horizontalAdvance(" ") * INDENT)
        self.setStyleSheet(
            f"CodeEdit {{ background: {theme.tokens.canvas}; color: {theme.tokens.text}; border: none; }}"
        )
        self._fit_gutter()
        self._colour()
        self._show_marks()

    @Slot()
    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_width, 0, 0, 0)
        box = self.contentsRect()
        self._gutter.setGeometry(QRect(box.left(), box.top(), self.gutter_width, box.height()))

    @Slot(QRect, int)
    def _scrolled(self, box: QRect, dy: int) -> None:
        if dy:
            self._gutter.scroll(0, dy)
            self._colour()
        else:
            self._gutter.update(0, box.y(), self._gutter.width(), box.height())

    @Slot()
    def _text_changed(self) -> None:
        if not self._quiet:
            self.changed.emit()

    @Slot()
    def _cursor_moved(self) -> None:
        self._show_marks()
        self._gutter.update()
        if not self._quiet and self.hasFocus():
            self.moved.emit()

    def _rows(self) -> int:
        return max(4, int(self.viewport().height() / max(1.0, QFontMetricsF(self.font()).lineSpacing())))

    def _colour(self) -> None:
        quiet, self._quiet = self._quiet, True  # colours count as changes of the text
        self.highlighter.colour(self.firstVisibleBlock(), self._rows() + 2)
        self._quiet = quiet

    def _in_view(self) -> list[Underline]:
        first = self.firstVisibleBlock()
        last = self.document().findBlockByNumber(
            min(first.blockNumber() + self._rows() + 1, self.blockCount() - 1)
        )
        begin, end = first.position(), last.position() + last.length()
        return [mark for mark in self._underlines if mark.start < end and mark.end >= begin]

    @Slot()
    def _show_marks(self) -> None:
        tokens = self._theme.tokens
        selections = [self._current_line()] if self.hasFocus() else []
        for mark in self._in_view():
            if mark.line:
                tint = QTextCharFormat()
                tint.setBackground(QColor(self._theme.tint(mark.role)))
                tint.setProperty(QTextFormat.Property.FullWidthSelection, True)
                selections.append(_selection(self._cursor(mark.start, mark.start), tint))
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(QColor(tokens.colour(mark.role)))
            selections.append(_selection(self._cursor(mark.start, self._line_end(mark)), wave))
        pair = QTextCharFormat()
        pair.setBackground(QColor(mixed(tokens.canvas, tokens.accent, 0.3)))
        selections += [_selection(self._cursor(at, at + 1), pair) for at in self._pair()]
        self.setExtraSelections(selections)

    def _current_line(self) -> QTextEdit.ExtraSelection:
        ground = QTextCharFormat()
        ground.setBackground(QColor(mixed(self._theme.tokens.canvas, self._theme.tokens.text, 0.04)))
        ground.setProperty(QTextFormat.Property.FullWidthSelection, True)
        cursor = self.textCursor()
        cursor.clearSelection()
        return _selection(cursor, ground)

    def _line_end(self, mark: Underline) -> int:
        """Of a mark over several lines the first is underlined."""
        block = self.document().findBlock(mark.start)
        return min(max(mark.end, mark.start + 1), block.position() + max(1, block.length() - 1))

    def _pair(self) -> list[int]:
        """Where the bracket at the cursor and the one that belongs to it are."""
        cursor = self.textCursor()
        block, column = cursor.block(), cursor.positionInBlock()
        text = block.text()
        at = next(
            (one for one in (column - 1, column) if 0 <= one < len(text) and text[one] in _BRACKETS), -1
        )
        found = matching(block, at) if at >= 0 and self.hasFocus() else None
        return [block.position() + at, found[0].position() + found[1]] if found is not None else []

    def _cursor(self, start: int, end: int) -> QTextCursor:
        last = max(0, self.document().characterCount() - 1)
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _explain(self, event: QHelpEvent) -> None:
        position = self.cursorForPosition(self.viewport().mapFromGlobal(event.globalPos())).position()
        block = self.document().findBlock(position)
        told = [
            mark.sentence
            for mark in self._in_view()
            if mark.sentence and self.document().findBlock(mark.start) == block
        ]
        QToolTip.showText(event.globalPos(), "\n\n".join(dict.fromkeys(told)), self)

    def _indent(self) -> None:
        cursor = self.textCursor()
        if not cursor.hasSelection():
            cursor.insertText(" " * INDENT)
            return
        for block in self._selected_blocks(cursor):
            QTextCursor(block).insertText(" " * INDENT)

    def _outdent(self) -> None:
        for block in self._selected_blocks(self.textCursor()):
            spaces = min(INDENT, len(block.text()) - len(block.text().lstrip(" ")))
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, spaces)
            cursor.removeSelectedText()

    def _selected_blocks(self, cursor: QTextCursor) -> list[QTextBlock]:
        block, last = (
            self.document().findBlock(at) for at in (cursor.selectionStart(), cursor.selectionEnd())
        )
        found = [block]
        while block != last and block.isValid():
            block = block.next()
            found.append(block)
        return found

    def _break_line(self) -> None:
        """A new line, indented as this one, and further after an opening bracket; a closing one goes below."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        line, at = cursor.block().text(), cursor.positionInBlock()
        head, tail = line[:at].rstrip(), line[at:].lstrip()
        indent = re.match(r" *", line[:at])
        spaces = len(indent[0]) if indent else 0
        opens = head[-1:] in ("{", "[")
        cursor.insertText("\n" + " " * (spaces + (INDENT if opens else 0)))
        if opens and tail[:1] in ("}", "]"):
            here = cursor.position()
            cursor.insertText("\n" + " " * spaces)
            cursor.setPosition(here)
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _closes_line(self) -> bool:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        return not cursor.hasSelection() and len(before) >= INDENT and not before.strip(" ")

    def _close(self, bracket: str) -> None:
        """A closing bracket at the beginning of a line stands as far out as its line's opening."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, INDENT)
        cursor.insertText(bracket)


class _Gutter(QWidget):
    def __init__(self, edit: CodeEdit) -> None:
        super().__init__(edit)
        self._edit = edit

    def sizeHint(self) -> QSize:
        return QSize(self._edit.gutter_width, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._edit.paint_gutter(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The line's number puts the cursor there."""
        cursor = self._edit.cursorForPosition(QPoint(0, round(event.position().y())))
        self._edit.setTextCursor(cursor)
        self._edit.setFocus()


def _selection(cursor: QTextCursor, format: QTextCharFormat) -> QTextEdit.ExtraSelection:
    found = QTextEdit.ExtraSelection()
    found.cursor, found.format = cursor, format
    return found
