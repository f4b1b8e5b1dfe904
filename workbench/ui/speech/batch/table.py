"""How the files of a batch are drawn: the state with its icon, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from workbench.domain.speech.takes import TakeState
from workbench.ui.speech import words as speech
from workbench.ui.speech.batch.rows import FILE, BatchFile, BatchRows, Column
from workbench.ui.support.entry_rows import RowPainter
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GRID, ICON, INSIDE, ROW, Theme, follow

Index = QModelIndex | QPersistentModelIndex
_BAR = 3


class StateDelegate(QStyledItemDelegate):
    """Icon and word; below them a line as long as what is heard."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(130), self._theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        file, theme = index.data(FILE), self._theme
        if not isinstance(file, BatchFile):
            return
        icon, role = ("circle-dashed", "muted") if file.state is None else speech.STATES[file.state]
        with RowPainter(theme, painter, option) as row:
            if option.state & QStyle.StateFlag.State_Selected:
                painter.fillRect(option.rect, QColor(theme.tint()))
            at = row.part(INSIDE, ICON)
            painter.drawPixmap(at.left(), at.center().y() - 6, pixmap(theme, icon, role, 14))
            box = row.part(INSIDE + ICON + GRID, option.rect.width() - 2 * INSIDE - ICON - GRID)
            row.write(box, file.word, "bad" if file.state is TakeState.FAILED else "text")
            if file.state is TakeState.RUNNING:
                self._draw_share(painter, option, box, file.share)

    def _draw_share(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, share: float) -> None:
        """A line as long as what is heard."""
        tokens = self._theme.tokens
        whole = QRectF(box.left(), option.rect.bottom() - _BAR, box.width(), _BAR - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(whole, 1, 1)
        done = QRectF(whole)
        done.setWidth(whole.width() * share)
        if option.direction == Qt.LayoutDirection.RightToLeft:
            done.moveRight(whole.right())
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(done, 1, 1)


class BatchTable(QTableView):
    """Ctrl+C copies the rows that are selected, as lines with tabs."""

    def __init__(self, theme: Theme, rows: BatchRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows = rows
        self.setModel(rows)
        self.setItemDelegateForColumn(Column.STATE, StateDelegate(theme, self))
        self.setAccessibleName(self.tr("Files"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        for column in (Column.NAME, Column.RESULT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        follow(self, theme, self._dress)

    def selected(self) -> list[BatchFile]:
        """From the top."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._rows.files[row] for row in rows]

    def copied(self) -> str:
        """The selected rows, or all, as lines with tabs."""
        files = self.selected() or list(self._rows.files)
        return "\n".join(
            "\t".join((file.path, file.word, speech.cost(file.cost), file.result)) for file in files
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QApplication.clipboard().setText(self.copied())
        else:
            super().keyPressEvent(event)

    def _dress(self) -> None:
        theme = self._theme
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        for column, width in ((Column.STATE, 140), (Column.COST, 112)):
            self.setColumnWidth(column, theme.px(width))
