"""Boxes: leaves laid out and painted. A box lives only while its leaf is near the viewport.

Text is laid out with QTextLayout rather than QTextDocument: it makes the same lines for a third of the time and memory,
shows nothing but what it was given (no HTML, no pictures), and takes selections without changing the text.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QTextLayout, QTextLine, QTextOption

from workbench.ui.chat.transcript.look import Look
from workbench.ui.support.markdown.direction import without_marks
from workbench.ui.support.markdown.inline import InlineText, Run, Style
from workbench.ui.support.markdown.leaves import Leaf

Selection = tuple[int, int] | None
RULE_HEIGHT = 9


@dataclass(frozen=True, slots=True)
class Setting:
    """How a leaf is set: the direction where its text has none, muted for reasoning, the words of the window."""

    rtl: bool = False
    muted: bool = False
    breaks: bool = False
    picture: str = "Picture"


class Box(ABC):
    """One leaf, laid out for a width. Offsets count the characters that are shown; `length` of them can be selected."""

    height: float = 0.0
    length: int = 0
    rtl: bool = False

    def __init__(self, look: Look, leaf: Leaf) -> None:
        self.look = look
        self.leaf = leaf

    @abstractmethod
    def set_width(self, width: float) -> None:
        """Lay out for width; `height` holds afterwards."""

    @abstractmethod
    def paint(self, painter: QPainter, x: float, y: float, clip: QRectF, selection: Selection) -> None:
        """Paint with the top left corner at (x, y); clip is what of the viewport needs painting."""

    def offset_at(self, x: float, y: float) -> int:
        """The offset nearest to a place in the box."""
        return 0

    def run_at(self, x: float, y: float) -> Run | None:
        """The link under a place, if there is one."""
        return None

    def plain(self, start: int, end: int) -> str:
        """The characters [start, end) as plain text."""
        return ""

    def word_at(self, offset: int) -> tuple[int, int]:
        return (0, self.length)

    def place_of(self, offset: int) -> QRectF:
        """Where the caret would stand before offset, in the box."""
        return QRectF(0, 0, 1, self.height)

    def scroll_across(self, delta: float) -> bool:
        """Move what is too wide for the box; False when there is nothing to move that way."""
        return False


class RuleBox(Box):
    height = RULE_HEIGHT

    def set_width(self, width: float) -> None:
        self._width = width

    def paint(self, painter: QPainter, x: float, y: float, clip: QRectF, selection: Selection) -> None:
        painter.setPen(self.look.line_pen)
        middle = y + RULE_HEIGHT // 2 + 0.5
        painter.drawLine(QPointF(x, middle), QPointF(x + self._width, middle))


class TextBlock:
    """One run of wrapped text: a paragraph, a heading or the cell of a table."""

    def __init__(self, look: Look, text: InlineText, font: QFont, line_height: int, rtl: bool) -> None:
        self.look, self.text, self.rtl = look, text, rtl
        self.height = float(line_height)
        self._line_height = line_height
        self._grounds: list[QRectF] | None = None
        self.layout = QTextLayout(text.text, font)
        self.layout.setCacheEnabled(True)

    def prepare(self, muted: bool, align: str = "") -> None:
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if self.rtl else Qt.LayoutDirection.LeftToRight
        )
        option.setAlignment(_alignment(align, self.rtl))
        self.layout.setTextOption(option)
        if self.text.runs:
            self.layout.setFormats(self.look.ranges(self.text.runs, muted))

    def set_width(self, width: float) -> None:
        layout, y = self.layout, 0.0
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            height = line.height()
            full = max(self._line_height, height)
            line.setPosition(QPointF(0, y + (full - height) / 2))
            y += full
        layout.endLayout()
        self.height, self._grounds = max(y, self._line_height), None

    def paint(self, painter: QPainter, x: float, y: float, clip: QRectF, selection: Selection) -> None:
        if any(run.style & Style.CODE for run in self.text.runs):
            self._paint_grounds(painter, x, y)
        ranges = self.look.selected(*selection) if selection is not None else []
        self.layout.draw(painter, QPointF(x, y), ranges, clip)

    def line_at(self, y: float) -> QTextLine | None:
        count = self.layout.lineCount()
        for index in range(count):
            line = self.layout.lineAt(index)
            if y < line.y() + line.height() or index == count - 1:
                return line
        return None

    def offset_at(self, x: float, y: float) -> int:
        line = self.line_at(y)
        return line.xToCursor(x) if line is not None else 0

    def run_at(self, x: float, y: float) -> Run | None:
        line = self.line_at(y)
        if line is None or not self.text.runs or not line.naturalTextRect().contains(x, line.y()):
            return None
        return self.text.run_at(line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter))

    def place_of(self, offset: int) -> QRectF:
        line = self.layout.lineForTextPosition(offset)
        if not line.isValid():
            return QRectF(0, 0, 1, self.height)
        return QRectF(caret_x(line, offset), line.y(), 1, line.height())

    def _paint_grounds(self, painter: QPainter, x: float, y: float) -> None:
        if self._grounds is None:
            self._grounds = [
                rect
                for run in self.text.runs
                if run.style & Style.CODE
                for rect in self._rects(run.start, run.end)
            ]
        pen = painter.pen()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.inline_ground)
        for rect in self._grounds:
            painter.drawRoundedRect(rect.translated(x, y), 3, 3)
        painter.setPen(pen)

    def _rects(self, start: int, end: int) -> list[QRectF]:
        """Where a run of one direction stands, a rectangle for each line."""
        rects = []
        for index in range(self.layout.lineCount()):
            line = self.layout.lineAt(index)
            a, b = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
            if a < b:
                one, other = caret_x(line, a), caret_x(line, b)
                left, right = min(one, other), max(one, other)
                rects.append(QRectF(left - 1.5, line.y() - 0.5, right - left + 3, line.height() + 1))
        return rects


def caret_x(line: QTextLine, offset: int) -> float:
    """Where the caret before offset stands. PySide also gives the offset it used, which its stubs do not know."""
    found: Any = line.cursorToX(offset)
    return float(found[0] if isinstance(found, tuple) else found)


def _alignment(align: str, rtl: bool) -> Qt.AlignmentFlag:
    flags = Qt.AlignmentFlag
    if align == "center":
        return flags.AlignHCenter
    if align:
        return (flags.AlignRight if align == "right" else flags.AlignLeft) | flags.AlignAbsolute
    return (flags.AlignRight if rtl else flags.AlignLeft) | flags.AlignAbsolute


class TextBox(Box):
    """A paragraph or a heading."""

    def __init__(self, look: Look, leaf: Leaf, text: InlineText, setting: Setting) -> None:
        super().__init__(look, leaf)
        self.inline = text
        self.rtl = setting.rtl if text.rtl is None else text.rtl
        self.length = len(text.text)
        font = look.heading(leaf.level) if leaf.level else look.body
        line_height = look.line_height(font) if leaf.level else look.body_line
        self._muted = setting.muted or leaf.level > 4
        self._block = TextBlock(look, text, font, line_height, self.rtl)
        self._block.prepare(self._muted)

    def set_width(self, width: float) -> None:
        self._block.set_width(width)
        self.height = self._block.height

    def paint(self, painter: QPainter, x: float, y: float, clip: QRectF, selection: Selection) -> None:
        painter.setPen(self.look.muted if self._muted else self.look.text)
        self._block.paint(painter, x, y, clip, selection)

    def offset_at(self, x: float, y: float) -> int:
        return self._block.offset_at(x, y)

    def run_at(self, x: float, y: float) -> Run | None:
        return self._block.run_at(x, y)

    def plain(self, start: int, end: int) -> str:
        return without_marks(self.inline.text[start:end])

    def word_at(self, offset: int) -> tuple[int, int]:
        return word_around(self.inline.text, offset)

    def place_of(self, offset: int) -> QRectF:
        return self._block.place_of(offset)


def word_around(text: str, offset: int) -> tuple[int, int]:
    """The word at offset: letters, digits and underscores, or a row of the same sign."""
    if not text:
        return (0, 0)
    offset = min(offset, len(text) - 1)
    kind = _kind(text[offset])
    start, end = offset, offset + 1
    while start > 0 and _kind(text[start - 1]) == kind:
        start -= 1
    while end < len(text) and _kind(text[end]) == kind:
        end += 1
    return (start, end)


def _kind(char: str) -> str:
    # Marks belong to the letter before them: Arabic vowels, combining accents.
    return "word" if char.isalnum() or char == "_" or category(char)[0] == "M" else char
