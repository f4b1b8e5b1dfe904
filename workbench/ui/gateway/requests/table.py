"""The table of requests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QHeaderView,
    QMenu,
    QWidget,
)

from workbench.domain.journal import LogRow
from workbench.services.gateway_requests import as_json
from workbench.ui.gateway.requests.delegate import RequestDelegate
from workbench.ui.gateway.requests.rows import Column, RequestRows
from workbench.ui.support.long_table import LongTable
from workbench.ui.support.theme import Theme, follow

_LOOK_MS = 30
_NARROW, _NARROW_STATUS = 480, 104
_WIDTHS = {
    Column.TIME: 92,
    Column.MODEL: 240,
    Column.STATUS: 164,
    Column.UPSTREAM: 116,
    Column.TOKENS: 96,
    Column.COST: 108,
    Column.DURATION: 78,
    Column.FIRST_BYTE: 84,
}
_MAY_HIDE = (Column.UPSTREAM, Column.TOKENS, Column.COST, Column.DURATION, Column.FIRST_BYTE)
_GIVES_WAY = (
    (Column.FIRST_BYTE, 940),
    (Column.TOKENS, 860),
    (Column.UPSTREAM, 764),
    (Column.COST, 648),
    (Column.DURATION, 540),
)
"""Below so many pixels of the table a column is left out, unless the user has chosen the columns."""


class RequestTable(LongTable):
    """Signals: chosen (LogRow or None)."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, rows: RequestRows, parent: QWidget | None = None) -> None:
        super().__init__(theme, rows, _LOOK_MS, parent)
        self.setAccessibleName(self.tr("Requests"))
        self._rows = rows
        self._own_columns = False
        self._narrow = False
        self._chosen_id = ""
        self.setItemDelegate(RequestDelegate(theme, lambda: self.hovered, self))
        self.customContextMenuRequested.connect(self._open_menu)
        self._set_header()
        self.looked.connect(rows.look)
        rows.modelReset.connect(self._after_reset)
        rows.rowsAboutToBeInserted.connect(self._before_insert)
        rows.rowsInserted.connect(self._after_insert)
        rows.dataChanged.connect(self._page_came)
        self.selectionModel().currentRowChanged.connect(self._current_moved)
        self._held_at = 0
        follow(self, theme, self._dress)

    def selected_rows(self) -> list[LogRow]:
        """Those that are here, from the top."""
        found = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [row for at in found if (row := self._rows.at(at)) is not None]

    def copy(self, *, as_json_text: bool = False) -> None:
        """The selected rows to the clipboard: as a table, or as JSON."""
        rows = self.selected_rows()
        if not rows:
            return
        if as_json_text:
            QGuiApplication.clipboard().setText(as_json(rows))
            return
        shown = [one for one in Column if not self.isColumnHidden(one)]
        lines = ["\t".join(self._rows.titles()[one] for one in shown)]
        lines += ["\t".join(self._rows.text(row, one) for one in shown) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._rows.at(self.currentIndex().row()))
        elif event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clear_choice()
        else:
            super().keyPressEvent(event)

    def clear_choice(self) -> None:
        self._chosen_id = ""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self.chosen.emit(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _set_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionsMovable(True)
        header.setStretchLastSection(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        header.setSectionResizeMode(Column.MODEL, QHeaderView.ResizeMode.Stretch)

    def _dress(self) -> None:
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, self._theme.px(width))
        self._narrow = False
        self._fit()
        self.dress_heads()
        self.viewport().update()

    def _fit(self) -> None:
        """Leave out what there is no room for; what matters most stays."""
        width = self.viewport().width() / self._theme.scale
        if (narrow := width < _NARROW) is not self._narrow:
            self._narrow = narrow
            self.setColumnWidth(
                Column.STATUS, self._theme.px(_NARROW_STATUS if narrow else _WIDTHS[Column.STATUS])
            )
        if self._own_columns:
            return
        for column, least in _GIVES_WAY:
            self.setColumnHidden(column, width < least)

    @Slot(QPoint)
    def _choose_columns(self, at: QPoint) -> None:
        menu = self._menu()
        for column in _MAY_HIDE:
            action = menu.addAction(self._rows.titles()[column])
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(column))
            action.setData(column)
        menu.triggered.connect(self._toggle_column)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    @Slot(QAction)
    def _toggle_column(self, action: QAction) -> None:
        self._own_columns = True
        self.setColumnHidden(action.data(), not action.isChecked())

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        if not self.selected_rows():
            return
        menu = self._menu()
        choices: tuple[tuple[str, Callable[[], None]], ...] = (
            (self.tr("Copy as a table"), self.copy),
            (self.tr("Copy as JSON"), lambda: self.copy(as_json_text=True)),
        )
        for title, run in choices:
            menu.addAction(title).triggered.connect(run)
        menu.popup(self.viewport().mapToGlobal(at))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    @Slot(QModelIndex, QModelIndex)
    def _current_moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        row = self._rows.at(current.row()) if current.isValid() else None
        if row is not None and row.id != self._chosen_id:
            self._chosen_id = row.id
            self.chosen.emit(row)

    @Slot()
    def _page_came(self) -> None:
        """A row that was gone to before it was here is chosen now."""
        self._current_moved(self.currentIndex(), QModelIndex())

    @Slot()
    def _after_reset(self) -> None:
        """What was looked into stays selected, where it is still here."""
        if self._chosen_id and (at := self._rows.place_of(self._chosen_id)) >= 0:
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self._rows.index(at, 0), flags.ClearAndSelect | flags.Rows)
        self.look_soon()

    @Slot()
    def _before_insert(self) -> None:
        self._held_at = self.verticalScrollBar().value()

    @Slot(QModelIndex, int, int)
    def _after_insert(self, parent: QModelIndex, first: int, last: int) -> None:
        """Somebody who reads further down is not pushed about."""
        if self._held_at > 0 and first == 0:
            moved = (last - first + 1) * self.verticalHeader().defaultSectionSize()
            self.updateGeometries()
            self.verticalScrollBar().setValue(self._held_at + moved)
