"""A part of a table. All parts of one table share a shape, so that their columns stand under each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from workbench.ui.chat.transcript.boxes import Box, Selection, Setting, TextBlock, word_around
from workbench.ui.chat.transcript.look import Look
from workbench.ui.support.markdown.direction import without_marks
from workbench.ui.support.markdown.inline import InlineText, Run
from workbench.ui.support.markdown.leaves import Leaf
from workbench.ui.support.theme import INSIDE

SIDE, TOP = INSIDE + 2, 5
LEAST_COLUMN = 56
_MARKS = str.maketrans("", "", "*`~_[]")


@dataclass(slots=True)
class TableShape:
    """The columns of a table: how wide their texts are, and what that gives for a width.

    rtl: the first column is on the right. across: how far it is scrolled sideways. version: counts changes of the widths.
    """

    look: Look
    rtl: bool = False
    across: float = 0.0
    version: int = 0
    _natural: list[float] = field(default_factory=list)
    _words: list[float] = field(default_factory=list)
    _width: float = 0.0
    _columns: list[float] = field(default_factory=list)

    def see(self, rows: Sequence[Sequence[str]], head: bool) -> None:
        """Let the columns be wide enough for rows, as far as there is room."""
        metrics, strong = QFontMetricsF(self.look.body), QFontMetricsF(self.look.strong)
        for number, row in enumerate(rows):
            measure = strong if head and number == 0 else metrics
            for column, cell in enumerate(row):
                self._see(column, cell, measure)

    def _see(self, column: int, cell: str, metrics: QFontMetricsF) -> None:
        while len(self._natural) <= column:
            self._natural.append(float(LEAST_COLUMN))
            self._words.append(float(LEAST_COLUMN))
        natural = min(self._advance(cell[:200], metrics) + 2, 40 * self.look.average_char)
        if natural > self._natural[column]:
            self._natural[column] = natural
            self._width = 0.0
        word = max(cell.split(), key=len, default="")[:24]
        self._words[column] = max(self._words[column], min(self._advance(word, metrics) + 2, natural))

    def _advance(self, cell: str, metrics: QFontMetricsF) -> float:
        """About the width of a cell's text; what stands between backticks is in the wider code font."""
        plain, code = "".join(cell.split("`")[::2]), "".join(cell.split("`")[1::2])
        return metrics.horizontalAdvance(plain.translate(_MARKS)) + len(code) * self.look.mono_advance

    def columns(self, width: float) -> list[float]:
        """Column widths with their padding. They never take more than width, unless words would be torn apart."""
        if width != self._width:
            self._width = width
            columns = self._fitted(width)
            if columns != self._columns:
                self._columns = columns
                self.version += 1
        return self._columns

    @property
    def total(self) -> float:
        return sum(self._columns)

    def _fitted(self, width: float) -> list[float]:
        room = width - len(self._natural) * 2 * SIDE
        need = sum(self._natural)
        if need <= room:
            inner = self._natural
        elif sum(self._words) >= room:
            inner = self._words
        else:
            # What is left after the longest words goes to the columns that have more to say.
            spare, want = room - sum(self._words), need - sum(self._words)
            inner = [
                word + (natural - word) * spare / want if natural > word else word
                for word, natural in zip(self._words, self._natural, strict=True)
            ]
        return [round(one) + 2 * SIDE for one in inner]

    def scroll(self, delta: float) -> bool:
        before = self.across
        self.across = min(max(0.0, self.across + delta), max(0.0, self.total - self._width))
        return self.across != before


@dataclass(slots=True)
class _Cell:
    text: InlineText
    block: TextBlock
    start: int  # offset of its first character in the box
    left: float = 0.0
    top: float = 0.0


class TableBox(Box):
    """texts: the cells' inline texts by row."""

    def __init__(
        self,
        look: Look,
        leaf: Leaf,
        texts: Sequence[Sequence[InlineText]],
        shape: TableShape,
        setting: Setting,
    ) -> None:
        super().__init__(look, leaf)
        self.shape = shape
        self.rtl = shape.rtl
        self._muted = setting.muted
        self._tops: list[float] = []
        self._version = -1
        self._width = 0.0
        self._rows: list[list[_Cell]] = []
        for number, row in enumerate(texts):
            self._rows.append([self._cell(text, number, column) for column, text in enumerate(row)])
            # Cells are a tab apart, rows a line feed.
        self.length = max(self.length - 1, 0)

    def _cell(self, text: InlineText, row: int, column: int) -> _Cell:
        look = self.look
        font = look.strong if self.leaf.head and row == 0 else look.body
        rtl = self.shape.rtl if text.rtl is None else text.rtl
        block = TextBlock(look, text, font, look.body_line, rtl)
        align = self.leaf.aligns[column] if column < len(self.leaf.aligns) else ""
        block.prepare(self._muted, align)
        start, self.length = self.length, self.length + len(text.text) + 1
        return _Cell(text, block, start)

    @property
    def stale(self) -> bool:
        """The columns have changed since this part was laid out."""
        return self._version != self.shape.version

    def set_width(self, width: float) -> None:
        columns = self.shape.columns(width)
        if self._width == width and not self.stale:
            return
        self._width, self._version = width, self.shape.version
        self._tops, y = [], 0.0
        for row in self._rows:
            self._tops.append(y)
            height = 0.0
            left = 0.0
            for cell, column in zip(row, columns, strict=False):
                cell.block.set_width(column - 2 * SIDE)
                x = self.shape.total - left - column if self.rtl else left
                cell.left, cell.top = x + SIDE, y + TOP
                left += column
                height = max(height, cell.block.height)
            y += height + 2 * TOP
        self.height = y + 1

    @property
    def _frame(self) -> tuple[float, float]:
        """Left edge and width of what shows of the table."""
        wide = min(self.shape.total, self._width)
        return (self._width - wide if self.rtl else 0.0), wide

    @property
    def _shift(self) -> float:
        left, wide = self._frame
        over = self.shape.total - wide
        return left - (over - self.shape.across if self.rtl else self.shape.across)

    def paint(self, painter: QPainter, x: float, y: float, clip: QRectF, selection: Selection) -> None:
        left, wide = self._frame
        painter.save()
        painter.setClipRect(QRectF(x + left, y, wide + 1, self.height + 1), Qt.ClipOperation.IntersectClip)
        self._paint_grid(painter, x + left, y, wide)
        shift = x + self._shift
        for row, top in zip(self._rows, self._tops, strict=True):
            if y + top > clip.bottom():
                break
            for cell in row:
                painter.setPen(self.look.muted if self._muted else self.look.text)
                place = QPointF(shift + cell.left, y + cell.top)
                if place.y() + cell.block.height >= clip.top():
                    chosen = _within(selection, cell)
                    cell.block.paint(painter, place.x(), place.y(), clip, chosen)
        painter.restore()

    def _paint_grid(self, painter: QPainter, x: float, y: float, wide: float) -> None:
        if self.leaf.head and len(self._tops):
            bottom = self._tops[1] if len(self._tops) > 1 else self.height - 1
            painter.fillRect(QRectF(x, y, wide, bottom), self.look.code_ground)
        painter.setPen(self.look.line_pen)
        lines = self._tops if self.leaf.head else self._tops[1:]
        for top in [*lines, self.height - 1]:
            painter.drawLine(QPointF(x, y + top + 0.5), QPointF(x + wide, y + top + 0.5))
        for side in (x + 0.5, x + wide - 0.5):
            painter.drawLine(QPointF(side, y), QPointF(side, y + self.height))

    def scroll_across(self, delta: float) -> bool:
        return self.shape.scroll(-delta if self.rtl else delta)

    # -- text

    def _cell_at(self, x: float, y: float) -> _Cell | None:
        row = next((n for n in range(len(self._tops) - 1, -1, -1) if y >= self._tops[n]), 0)
        cells = self._rows[row] if self._rows else []
        inside = [cell for cell in cells if x - self._shift >= cell.left - SIDE]
        return max(inside, key=lambda cell: cell.left) if inside else (cells[0] if cells else None)

    def offset_at(self, x: float, y: float) -> int:
        cell = self._cell_at(x, y)
        if cell is None:
            return 0
        return cell.start + cell.block.offset_at(x - self._shift - cell.left, y - cell.top)

    def run_at(self, x: float, y: float) -> Run | None:
        cell = self._cell_at(x, y)
        return cell.block.run_at(x - self._shift - cell.left, y - cell.top) if cell is not None else None

    def cell_of(self, offset: int) -> tuple[int, int]:
        """Row and column of the cell that has offset."""
        row = column = 0
        for number, cells in enumerate(self._rows):
            for index, cell in enumerate(cells):
                if cell.start <= offset:
                    row, column = number, index
        return row, column

    def cell_start(self, row: int, column: int) -> int:
        return self._rows[row][column].start

    def plain(self, start: int, end: int) -> str:
        rows = ("\t".join(without_marks(cell.text.text) for cell in row) for row in self._rows)
        whole = "\n".join(rows)
        if start <= 0 and end >= self.length:
            return whole
        shown = "\n".join("\t".join(cell.text.text for cell in row) for row in self._rows)
        return without_marks(shown[start:end])

    def word_at(self, offset: int) -> tuple[int, int]:
        cell = self._rows[(at := self.cell_of(offset))[0]][at[1]]
        start, end = word_around(cell.text.text, offset - cell.start)
        return (cell.start + start, cell.start + end)

    def place_of(self, offset: int) -> QRectF:
        row, column = self.cell_of(offset)
        cell = self._rows[row][column]
        return cell.block.place_of(offset - cell.start).translated(cell.left + self._shift, cell.top)


def _within(selection: Selection, cell: _Cell) -> Selection:
    if selection is None:
        return None
    start, end = max(selection[0] - cell.start, 0), min(selection[1] - cell.start, len(cell.text.text))
    return (start, end) if start < end else None
