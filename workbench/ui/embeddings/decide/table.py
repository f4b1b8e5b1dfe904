"""A table of figures: sorted by a click on a head, the best in bold, copied as lines with tabs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import bidirectional

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from workbench.ui.support.rows import choose_row
from workbench.ui.support.theme import BODY, GRID, INSIDE, ROW, SEMIBOLD, Theme, follow
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
SORT = Qt.ItemDataRole.UserRole + 1
CELL = Qt.ItemDataRole.UserRole + 2
_NARROWEST = 150
_MEASURED = 64
"""Rows that say how wide a column must be."""
_BAR = 84
"""How wide a cell with a bar is at least."""
_MOST_ROWS = 12
"""Shown without scrolling."""


@dataclass(frozen=True, slots=True)
class Cell:
    """value: what it is sorted by; the text where None. best: of its column. share: 0 to 1, drawn as a bar under it. series: a dot in
    that colour before it.
    """

    text: str
    value: float | None = None
    tip: str = ""
    best: bool = False
    share: float | None = None
    series: int | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """tip: what the figures mean. figures: written at the end of their cells. wide: takes the room that is left."""

    text: str
    tip: str = ""
    figures: bool = True
    wide: bool = False


class _Cells(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heads: tuple[Head, ...] = ()
        self.rows: tuple[tuple[Cell, ...], ...] = ()

    def show(self, heads: Sequence[Head], rows: Sequence[Sequence[Cell]]) -> None:
        self.beginResetModel()
        self.heads, self.rows = tuple(heads), tuple(map(tuple, rows))
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(cell.tip) if cell.tip else None
            case _ if role == CELL:
                return cell
            case _ if role == SORT:
                if cell.value is None:
                    return cell.text.casefold()
                return -math.inf if math.isnan(cell.value) else cell.value
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and section < len(self.heads):
            head = self.heads[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return head.text
            if role == Qt.ItemDataRole.ToolTipRole:
                return as_tip(head.tip) if head.tip else None
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignTrailing if head.figures else Qt.AlignmentFlag.AlignLeading
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, table: FigureTable) -> None:
        super().__init__(table)
        self._theme, self._table = theme, table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell: Cell = index.data(CELL)
        metrics = QFontMetrics(self._theme.font(BODY, SEMIBOLD if cell.best else 400))
        dot = 0 if cell.series is None else INSIDE + GRID
        return QSize(metrics.horizontalAdvance(cell.text) + 2 * INSIDE + dot + 2, self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(CELL)
        theme, tokens, box = self._theme, self._theme.tokens, option.rect
        head = self._table.head(index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.tint()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        inner = box.adjusted(INSIDE, 0, -INSIDE, 0)
        if cell.series is not None:
            dot = QStyle.visualRect(option.direction, inner, inner.adjusted(0, 0, INSIDE - inner.width(), 0))
            colours = tokens.series
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours[SERIES[cell.series % len(SERIES)]]))
            painter.drawEllipse(QRectF(dot).center(), 4, 4)
            rtl = option.direction == Qt.LayoutDirection.RightToLeft
            shift = INSIDE + GRID
            inner = inner.adjusted(0, 0, -shift, 0) if rtl else inner.adjusted(shift, 0, 0, 0)
        if cell.share is not None and not math.isnan(cell.share):
            whole = QRectF(inner.left(), inner.bottom() - 4, inner.width(), 3)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.line))
            painter.drawRoundedRect(whole, 1.5, 1.5)
            whole.setWidth(whole.width() * min(max(cell.share, 0.0), 1.0))
            painter.setBrush(QColor(tokens.accent))
            painter.drawRoundedRect(whole, 1.5, 1.5)
        painter.setFont(theme.font(BODY, SEMIBOLD if cell.best else 400))
        painter.setPen(QColor(tokens.text))
        painter.setLayoutDirection(_direction(cell.text))
        side = Qt.AlignmentFlag.AlignRight if head.figures else Qt.AlignmentFlag.AlignLeft
        align = QStyle.visualAlignment(option.direction, side | Qt.AlignmentFlag.AlignVCenter)
        line = " ".join(cell.text.split())
        shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, int(align), shown)
        painter.restore()


def _direction(text: str) -> Qt.LayoutDirection:
    """Of the first letter that has one."""
    first = next((kind for kind in map(bidirectional, text[:200]) if kind in ("L", "R", "AL")), "L")
    return Qt.LayoutDirection.LeftToRight if first == "L" else Qt.LayoutDirection.RightToLeft


SERIES = (4, 5, 2, 6, 0, 1, 3, 7)
"""As charts have them."""


class FigureTable(QTableView):
    """Signals: row_chosen (its number in what was shown), by a click or with the keyboard."""

    row_chosen = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, tall: bool = False) -> None:
        """tall: takes the height it is given and scrolls; else it is as high as its rows."""
        super().__init__(parent)
        self._theme, self._tall = theme, tall
        self._cells = _Cells(self)
        self._order = QSortFilterProxyModel(self)
        self._order.setSourceModel(self._cells)
        self._order.setSortRole(SORT)
        self.setModel(self._order)
        self.setItemDelegate(_Delegate(theme, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(_MEASURED)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._sort)
        self.selectionModel().currentRowChanged.connect(self._on_row)
        self._filling = False
        follow(self, theme, self._dress)

    def head(self, column: int) -> Head:
        return self._cells.heads[column]

    def show_rows(self, heads: Sequence[Head], rows: Sequence[Sequence[Cell]]) -> None:
        """What is selected stays so while there are as many rows."""
        if tuple(heads) == self._cells.heads and tuple(map(tuple, rows)) == self._cells.rows:
            return
        current, many = self.current_row, len(self._cells.rows)
        self._filling = True
        self._cells.show(heads, rows)
        if len(rows) == many and current >= 0:
            self._select(current)
        self._filling = False
        self._fit()

    @property
    def current_row(self) -> int:
        """Its number in what was shown, -1 for none."""
        return self._order.mapToSource(self.currentIndex()).row()

    def choose_row(self, row: int) -> None:
        """Select it without a signal."""
        self._filling = True
        self._select(row)
        self._filling = False

    def _select(self, row: int) -> None:
        choose_row(self, self._order.mapFromSource(self._cells.index(row, 0)))

    def copied(self) -> str:
        """The selected rows, or all, under their heads, as lines with tabs."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        rows = rows or list(range(self._order.rowCount()))
        lines = ["\t".join(head.text for head in self._cells.heads)]
        for row in rows:
            cells = [self._order.index(row, column).data() for column in range(self._order.columnCount())]
            lines.append("\t".join(" ".join(str(cell).split()) for cell in cells))
        return "\n".join(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return size if self._tall else QSize(size.width(), self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(4 * ROW) if self._tall else self._high())

    @Slot(int, Qt.SortOrder)
    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        """As it was shown again, where the mark is taken away."""
        self._order.sort(column, order if column >= 0 else Qt.SortOrder.AscendingOrder)

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, now: QModelIndex, before: QModelIndex) -> None:
        if now.isValid() and not self._filling:
            self.row_chosen.emit(self._order.mapToSource(now).row())

    def _high(self) -> int:
        rows = min(max(len(self._cells.rows), 1), _MOST_ROWS)
        wide = sum(map(self.columnWidth, range(len(self._cells.heads))))
        bar = self.horizontalScrollBar().sizeHint().height() if wide > self.viewport().width() else 0
        return self.horizontalHeader().sizeHint().height() + rows * self._theme.px(ROW) + bar + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widen()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        for column, head in enumerate(self._cells.heads):
            if not head.wide:
                wide = max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
                if any(row[column].share is not None for row in self._cells.rows):
                    wide = max(wide, self._theme.px(_BAR))
                self.setColumnWidth(column, min(wide, self._theme.px(260)))
        self._widen()
        self.updateGeometry()

    def _widen(self) -> None:
        """Columns that are wide share what is left, and stay readable where nothing is."""
        heads = self._cells.heads
        wide = [column for column, head in enumerate(heads) if head.wide]
        taken = sum(self.columnWidth(column) for column, head in enumerate(heads) if not head.wide)
        for column in wide:
            room = (self.viewport().width() - taken) // len(wide)
            self.setColumnWidth(column, max(room, self._theme.px(_NARROWEST)))
        if not self._tall and self.minimumHeight() != self._high():
            self.setFixedHeight(self._high())

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(ROW))
        self.horizontalHeader().setMinimumSectionSize(self._theme.px(48))
        self._fit()
