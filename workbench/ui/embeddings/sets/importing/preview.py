"""The table as it was read, with what each column is to be above it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from workbench.services.embeddings.tables import Table
from workbench.services.embeddings.texts import Columns
from workbench.ui.embeddings.sets.importing import words
from workbench.ui.support.theme import BODY, CAPTION, GRID, INSIDE, ROW, SEMIBOLD, Theme, follow
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_SHOWN, _TOLD = 300, 2000
"""Characters of a cell, in the table and in its tooltip."""
_TALL, _WIDE, _NARROW = 44, 320, 120


class PreviewRows(QAbstractTableModel):
    """Every row there is; only those in sight cost anything."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._columns = Columns(())

    def show_table(self, table: Table | None, columns: Columns) -> None:
        if table is not self._table:
            self.beginResetModel()
            self._table, self._columns = table, columns
            self.endResetModel()
        elif table is not None and columns != self._columns:
            self._columns = columns
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(table.columns) - 1)

    def part_of(self, column: int) -> str:
        """What the column is to be: "texts", one of PARTS, "" for nothing."""
        name = self._table.columns[column] if self._table is not None else ""
        return words.part_of(self._columns, name)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() or self._table is None else len(self._table.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() or self._table is None else len(self._table.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._table is None or not index.isValid():
            return None
        text = self._table.rows[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(text[:_SHOWN].split())
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(text[:_TOLD])
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if self._table is None:
            return None
        if orientation is Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        name = self._table.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                part = words.part(self.part_of(section)) or self.tr("not used")
                return self.tr("{0}: {1}").format(name, part)
        return None


class PartHeader(QHeaderView):
    """The name of each column, and below it what it is to be."""

    def __init__(self, theme: Theme, rows: PreviewRows, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._rows = rows
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading)

    def sizeHint(self) -> QSize:
        return QSize(0, self._theme.px(_TALL))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        theme, tokens = self._theme, self._theme.tokens
        part = self._rows.part_of(logicalIndex)
        painter.save()
        painter.fillRect(rect, QColor(theme.tint() if part else tokens.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(tokens.line))
        box = rect.adjusted(INSIDE, GRID, -INSIDE, -GRID)
        name, small = theme.font(BODY, SEMIBOLD), theme.font(CAPTION)
        title = str(self._rows.headerData(logicalIndex, Qt.Orientation.Horizontal))
        told = words.part(part) or self.tr("not used")
        lines = ((name, title, "text"), (small, told, "accent" if part else "muted"))
        top = box.center().y() - sum(QFontMetrics(font).height() for font, _, _ in lines) // 2 + 1
        for font, text, role in lines:
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(tokens.colour(role)))
            line = QRect(box.left(), top, box.width(), metrics.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter), shown)
            top += metrics.height()
        painter.restore()


class Preview(QTableView):
    def __init__(self, theme: Theme, rows: PreviewRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows
        self.setHorizontalHeader(PartHeader(theme, rows, self))
        self.setModel(rows)
        self.setAccessibleName(self.tr("The table as it was read"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(64)
        rows.modelReset.connect(self._fit)
        follow(self, theme, self._dress)

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(ROW))
        self.verticalHeader().setFont(self._theme.font(CAPTION))
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"QTableView::item {{ padding: 0 {INSIDE - 3}px; }}"
            f"QTableCornerButton::section {{ background: {tokens.canvas}; border: none; }}"
            f"QHeaderView {{ background: {tokens.canvas}; }}"
            f"QHeaderView::section {{ background: {tokens.canvas}; border: none; padding: 0 {INSIDE}px; }}"
        )
        self._fit()

    def _fit(self) -> None:
        """Columns with long texts wide, others narrow; the last takes what is left."""
        metrics = QFontMetrics(self._theme.font(BODY))
        header, rows = self.horizontalHeader(), self._rows
        for column in range(rows.columnCount()):
            texts = [str(rows.index(row, column).data()) for row in range(min(20, rows.rowCount()))]
            longest = max((metrics.horizontalAdvance(text[:80]) for text in texts), default=0)
            least = self._theme.px(_NARROW)
            self.setColumnWidth(column, min(max(longest + 3 * INSIDE, least), self._theme.px(_WIDE)))
        header.setStretchLastSection(True)
