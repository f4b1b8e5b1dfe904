"""Takes in columns, a row for each stretch of the recording. Only what is in view is laid out."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from workbench.services.speech.comparison import Difference, Row, Shown
from workbench.ui.speech.transcript.compare.cells import CellText, Laid, said_in
from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.speech.transcript.words import clock
from workbench.ui.support.spot_tips import tip_shown
from workbench.ui.support.theme import CAPTION, INSIDE, RELATED, Theme, follow
from workbench.ui.support.timers import once

NARROWEST = 200
"""Pixels, at normal size: with more takes than fit, the table scrolls sideways."""
MOST_LAID = 600
"""Cells kept laid out."""
_Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractTableModel):
    """Column 0 tells the time, the next what is really said where that is known, then one for each take."""

    def __init__(self, model: CompareModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @property
    def lead(self) -> int:
        """Columns before the takes."""
        return 2 if self._model.by_reference else 1

    def reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def row(self, number: int) -> Row:
        return self._model.rows[number]

    def words(self, number: int, column: int) -> tuple[Shown, ...]:
        row, lead = self.row(number), self.lead
        if column >= lead:
            return row.cells[column - lead]
        return (Shown(row.reference),) if column == 1 and row.reference else ()

    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self._model.rows) if parent is None or not parent.isValid() else 0

    def columnCount(self, parent: _Index | None = None) -> int:
        if (parent is not None and parent.isValid()) or self._model.comparison is None:
            return 0
        return len(self._model.takes) + self.lead

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return said_in(self.words(row, column)) if column else clock(self.row(row).start)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and column >= self.lead:
            return " ".join(filter(None, map(self.told, self.words(row, column))))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            if section >= self.lead:
                return self._model.titles[section - self.lead]
            return self.tr("Reference") if section else self.tr("Time")
        return None

    def told(self, word: Shown) -> str:
        """How a word differs, a sentence; "" where it does not."""
        match word.difference:
            case Difference.OTHER:
                return self.tr("“{0}” instead of “{1}”.").format(word.text, word.instead)
            case Difference.MORE:
                return self.tr("“{0}” is heard here only.").format(word.text)
            case Difference.MISSING:
                return self.tr("“{0}” is missing here.").format(word.text)
            case _:
                return ""


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: CompareModel, table: CompareTable) -> None:
        super().__init__(table)
        self._theme, self._model, self._table = theme, model, table

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(40, self._table.text.line + 2 * INSIDE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        theme, tokens = self._theme, self._theme.tokens
        box: QRect = option.rect
        now = index.row() == self._model.row
        if now:
            painter.fillRect(box, QColor(theme.tint()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.accent))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if not index.column():
            painter.setFont(theme.font(CAPTION))
            painter.setPen(QColor(tokens.muted))
            side = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignTop
            inner = box.adjusted(INSIDE, INSIDE + 2, -INSIDE, 0)
            painter.drawText(inner, int(side), index.data(Qt.ItemDataRole.DisplayRole))
            return
        inner = self._table.inner(box)
        laid = self._table.laid(index.row(), index.column())
        painter.setPen(QColor(tokens.text))
        said = laid.said(self._model.position, self._table.text.now) if now else []
        painter.save()
        painter.setClipRect(box)
        laid.layout.draw(painter, QPointF(inner.topLeft()), said)
        painter.restore()


class CompareTable(QTableView):
    """A click on a word goes there, Enter goes to the row.

    Signals: columns_moved (widths or the place sideways have changed); step_wanted (F8: 1 for the next difference, -1 for the one before).
    """

    columns_moved = Signal()
    step_wanted = Signal(int)

    def __init__(self, theme: Theme, model: CompareModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.text = CellText(theme)
        self.rows = _Rows(model, self)
        self._exact: set[int] = set()
        self._laid: dict[tuple[int, int], Laid] = {}
        self._fitting = False
        self._later = once(self, 0, self.fit)
        self.setModel(self.rows)
        self.setItemDelegate(_Delegate(theme, model, self))
        self.setAccessibleName(self.tr("Takes side by side"))
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.horizontalHeader().hide()  # the row of scores is the header
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setMinimumSectionSize(1)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.columns_moved)
        model.changed.connect(self.refresh)
        model.row_changed.connect(self._on_row)
        follow(self, theme, self._dress)

    def inner(self, box: QRect) -> QRect:
        return box.adjusted(RELATED, INSIDE, -RELATED, -INSIDE)

    def laid(self, number: int, column: int) -> Laid:
        """A cell, laid out for the width its column has."""
        found = self._laid.get((number, column))
        if found is None:
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            width = self.columnWidth(column) - 2 * RELATED
            words = self.rows.words(number, column)
            found = self._laid[number, column] = self.text.laid_out(words, column - self.rows.lead, width)
        return found

    @Slot()
    def refresh(self) -> None:
        self.rows.reset()
        self._set_widths()
        self._guess()
        self.fit()

    def _dress(self) -> None:
        self.text = CellText(self._theme)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._set_widths()
            self._guess()
        self.fit()

    def _set_widths(self) -> None:
        count = self.rows.columnCount() - 1
        if count > 0:
            time = self._theme.px(64)
            self.setColumnWidth(0, time)
            width = max(self._theme.px(NARROWEST), (self.viewport().width() - time) // count)
            for column in range(1, count + 1):
                self.setColumnWidth(column, width)
        self.columns_moved.emit()

    def _guess(self) -> None:
        """Heights that are about right, so that the scroll bar is; those in view are worked out by `fit`."""
        self._exact.clear()
        self._laid.clear()
        if self.rows.columnCount() < 2:
            return
        width = self.columnWidth(1) - 2 * RELATED
        header = self.verticalHeader()
        with QSignalBlocker(header):  # the table would lay itself out anew for each
            for number, row in enumerate(self._model.rows):
                longest = max(sum(len(word.text) + 1 for word in cell) for cell in row.cells)
                longest = max(longest, len(row.reference))
                header.resizeSection(number, round(self.text.likely_height(longest, width)) + 2 * INSIDE)
        self.updateGeometries()
        self.viewport().update()

    @Slot()
    def fit(self) -> None:
        """Give the rows in view the height they need. What the user looks at stays where it is."""
        if self._fitting or not self.rows.rowCount() or self.rows.columnCount() < 2:
            return
        self._fitting = True
        bar = self.verticalScrollBar()
        for _ in range(4):
            first = self.rowAt(0)
            above = first >= 0 and self.rowViewportPosition(first) < 0
            below = self.rowViewportPosition(first) + self.rowHeight(first)
            changed = self._fit_from(first) if first >= 0 else set()
            if above and first in changed:  # its end is in view, and its beginning is not
                bar.setValue(bar.value() + self.rowViewportPosition(first) + self.rowHeight(first) - below)
            if not changed:
                break
        self._fitting = False

    def _fit_from(self, first: int) -> set[int]:
        changed = set()
        number = first
        height = self.viewport().height()
        while number < self.rows.rowCount() and self.rowViewportPosition(number) < height:
            if number not in self._exact:
                self._exact.add(number)
                wanted = self._height(number)
                if wanted != self.rowHeight(number):
                    self.verticalHeader().resizeSection(number, wanted)
                    changed.add(number)
            number += 1
        return changed

    def _height(self, number: int) -> int:
        return (
            round(max(self.laid(number, column).height for column in range(1, self.rows.columnCount())))
            + 2 * INSIDE
        )

    @Slot()
    def _on_scrolled(self) -> None:
        if not self._fitting:
            self._later.start()

    @Slot()
    def _on_row(self) -> None:
        self.viewport().update()
        row = self._model.row
        if row >= 0 and not self.hasFocus() and not self.underMouse():
            self.scrollTo(self.rows.index(row, 0), QAbstractItemView.ScrollHint.EnsureVisible)

    # -- words

    def word_at(self, point: QPointF) -> Shown | None:
        """The word of a take that a point of the viewport is on."""
        index = self.indexAt(point.toPoint())
        if not index.isValid() or index.column() < self.rows.lead:
            return None
        inner = self.inner(self.visualRect(index))
        return self.laid(index.row(), index.column()).word_at(point.x() - inner.x(), point.y() - inner.y())

    def viewportEvent(self, event: QEvent) -> bool:
        return tip_shown(self.viewport(), event, self._tip) or super().viewportEvent(event)

    def _tip(self, place: QPoint) -> str:
        word = self.word_at(QPointF(place))
        return self.rows.told(word) if word is not None else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.indexAt(event.position().toPoint())
        word = self.word_at(event.position())
        if word is not None and word.start is not None:
            self._model.seek_wanted.emit(word.start)
        elif index.isValid():
            self._model.seek_wanted.emit(self.rows.row(index.row()).start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self.indexAt(event.position().toPoint()).isValid()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.modifiers():
            self._model.seek_wanted.emit(self.rows.row(index.row()).start)
        elif event.key() == Qt.Key.Key_F8:
            self.step_wanted.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.matches(QKeySequence.StandardKey.Copy) and index.isValid():
            QApplication.clipboard().setText(str(index.data(Qt.ItemDataRole.DisplayRole)))
        else:
            super().keyPressEvent(event)
