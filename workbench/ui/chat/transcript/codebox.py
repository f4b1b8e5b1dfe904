"""A block of code: lines of one height, laid out only when they are painted, coloured as far as they are known."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption

from workbench.ui.chat.transcript.boxes import Box, Selection, caret_x, word_around
from workbench.ui.chat.transcript.look import Look
from workbench.ui.support import icons
from workbench.ui.support.markdown.direction import has_rtl
from workbench.ui.support.markdown.highlight import CodeHighlighter
from workbench.ui.support.markdown.leaves import Leaf
from workbench.ui.support.theme import ICON, INSIDE, RADIUS, RELATED

HEADER = 28
FOOT = 8
KEPT_LINES = 160
_TAB = 4


class CodeBox(Box):
    """Scrolls sideways by itself where a line is wider than the box. title: stands in the header instead of the language."""

    def __init__(self, look: Look, leaf: Leaf, title: str = "") -> None:
        super().__init__(look, leaf)
        self.title = title or leaf.language
        self.across = 0.0
        self.shows_copied = False
        self._lines: list[str] = []
        self._starts: list[int] = []
        self._layouts: dict[int, QTextLayout] = {}
        self._highlighter = CodeHighlighter(leaf.language)
        self._widest = 0.0
        self._width = 0.0
        self._header = look.px(HEADER)
        self._reset(leaf)

    def _reset(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self._lines, self._starts, self._widest = [], [], 0.0
        self._layouts.clear()
        self.length = 0
        self._append(leaf.content.split("\n"))
        if leaf.closed:
            self._highlighter.complete()

    def grow(self, leaf: Leaf) -> None:
        """Take a longer version of the same leaf; only what was added is looked at."""
        old = self.leaf.content
        if leaf.info != self.leaf.info or not leaf.content.startswith(old):
            if leaf.info != self.leaf.info:
                self._highlighter = CodeHighlighter(leaf.language)
                self.title = leaf.language
            self._reset(leaf)
        else:
            self.leaf = leaf
            added = leaf.content[len(old) :].split("\n")
            last = self._lines.pop() + added[0]
            self._layouts.pop(len(self._lines), None)
            self.length = self._starts.pop() - 1 if len(self._starts) > 1 else 0
            if not self._lines:
                self._starts.clear()
                self.length = 0
            self._append([last, *added[1:]])
            if leaf.closed:
                self._highlighter.complete()
        self._set_height()

    def _append(self, lines: list[str]) -> None:
        for line in lines:
            self._starts.append(self.length + 1 if self._lines else 0)
            self._lines.append(line)
            self.length = self._starts[-1] + len(line)
            self._widest = max(self._widest, self._columns(line) * self.look.mono_advance)
        self._set_height()

    @staticmethod
    def _columns(line: str) -> float:
        """An upper bound of the width in characters; only ASCII is certain to be one wide."""
        tabs = line.count("\t") * (_TAB - 1)
        return len(line) + tabs + (0 if line.isascii() else sum(ord(char) > 0x2E7F for char in line))

    def _set_height(self) -> None:
        self.height = self._header + len(self._lines) * self.look.mono_line + FOOT

    def set_width(self, width: float) -> None:
        self._width = width
        self.scroll_across(0)

    @property
    def _room(self) -> float:
        return self._width - 2 * RELATED

    def scroll_across(self, delta: float) -> bool:
        before = self.across
        self.across = min(max(0.0, self.across + delta), max(0.0, self._widest - self._room))
        return self.across != before

    # -- painting

    def paint(self, painter: QPainter, x: float, y: float, clip: QRectF, selection: Selection) -> None:
        frame = QRectF(x + 0.5, y + 0.5, self._width - 1, self.height - 1)
        painter.setPen(self.look.line_pen)
        painter.setBrush(self.look.code_ground)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        self._paint_header(painter, x, y)
        first, last = self._visible(y, clip)
        if first > last:
            return
        painter.save()
        painter.setClipRect(
            QRectF(x + 1, y + self._header, self._width - 2, self.height - self._header - 1),
            Qt.ClipOperation.IntersectClip,
        )
        painter.setPen(self.look.text)
        for line in range(first, last + 1):
            top = y + self._header + line * self.look.mono_line
            layout = self._layout(line)
            ranges = self._selected(line, selection)
            layout.draw(painter, QPointF(x + RELATED - self.across, top), ranges)
        self._paint_bar(painter, x, y)
        painter.restore()
        if len(self._layouts) > KEPT_LINES:
            self._layouts = {n: made for n, made in self._layouts.items() if first <= n <= last}

    def _paint_header(self, painter: QPainter, x: float, y: float) -> None:
        painter.setPen(self.look.muted)
        painter.setFont(self.look.caption)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            QRectF(x + RELATED, y, self._width - 3 * RELATED - ICON, self._header), flags, self.title
        )
        role = "good" if self.shows_copied else "muted"
        name = "check" if self.shows_copied else "copy"
        spot = self.copy_spot().translated(x, y)
        painter.drawPixmap(
            QPointF(spot.center().x() - ICON / 2, spot.center().y() - ICON / 2),
            icons.pixmap(self.look.theme, name, role, ICON),
        )

    def copy_spot(self) -> QRectF:
        """Where the copy button is, in the box. Code runs left to right, so it is always on the right."""
        side = self._header - 4
        return QRectF(self._width - side - 4, 2, side, side)

    def _paint_bar(self, painter: QPainter, x: float, y: float) -> None:
        """A thin mark of how much there is to the sides; it is moved with the wheel and Shift."""
        if self._widest <= self._room:
            return
        track = self._width - 2 * INSIDE
        length = max(24.0, track * self._room / self._widest)
        left = (track - length) * self.across / max(self._widest - self._room, 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.edge)
        painter.drawRoundedRect(QRectF(x + INSIDE + left, y + self.height - 6, length, 3), 1.5, 1.5)

    def _visible(self, y: float, clip: QRectF) -> tuple[int, int]:
        top = y + self._header
        first = int((clip.top() - top) // self.look.mono_line)
        last = int((clip.bottom() - top) // self.look.mono_line)
        return max(first, 0), min(last, len(self._lines) - 1)

    def _layout(self, line: int) -> QTextLayout:
        made = self._layouts.get(line)
        if made is None:
            made = self._layouts[line] = self._made(line)
        return made

    def _made(self, line: int) -> QTextLayout:
        made = QTextLayout(self._lines[line], self.look.mono)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        option.setTabStopDistance(_TAB * self.look.mono_advance)
        made.setTextOption(option)
        made.setCacheEnabled(True)
        spans = self._highlighter.spans(line)
        if spans:
            made.setFormats(self.look.code_ranges(spans))
        made.beginLayout()
        one = made.createLine()
        if one.isValid():
            one.setLineWidth(1e6)
            one.setPosition(QPointF(0, (self.look.mono_line - one.height()) / 2))
            if has_rtl(self._lines[line]):
                self._widest = max(self._widest, one.naturalTextWidth())
        made.endLayout()
        return made

    def _selected(self, line: int, selection: Selection) -> list[QTextLayout.FormatRange]:
        if selection is None:
            return []
        start = max(selection[0] - self._starts[line], 0)
        end = min(selection[1] - self._starts[line], len(self._lines[line]))
        return self.look.selected(start, end) if start < end else []

    # -- colours

    def colour(self, top: float, bottom: float) -> bool:
        """Find the colours of the lines between two heights in the box, one piece; True when something is left to do."""
        last = min(int((bottom - self._header) // self.look.mono_line) + 1, len(self._lines) - 1)
        for line in self._highlighter.advance(self._lines, last):
            self._layouts.pop(line, None)
        return not self._highlighter.knows(last)

    # -- text

    def _line_at(self, y: float) -> int:
        line = int((y - self._header) // self.look.mono_line)
        return min(max(line, 0), len(self._lines) - 1)

    def offset_at(self, x: float, y: float) -> int:
        if y < self._header:
            return 0
        line = self._line_at(y)
        return self._starts[line] + self._layout(line).lineAt(0).xToCursor(x - RELATED + self.across)

    def plain(self, start: int, end: int) -> str:
        return self.leaf.content[start:end]

    def word_at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset) - 1
        start, end = word_around(self._lines[line], offset - self._starts[line])
        return (self._starts[line] + start, self._starts[line] + end)

    def place_of(self, offset: int) -> QRectF:
        line = bisect_right(self._starts, offset) - 1
        across = caret_x(self._layout(line).lineAt(0), offset - self._starts[line])
        top = self._header + line * self.look.mono_line
        return QRectF(RELATED + across - self.across, top, 1, self.look.mono_line)
