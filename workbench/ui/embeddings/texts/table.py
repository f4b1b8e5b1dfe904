"""The table of texts: sorted by its heads, selected together with all other pages, copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QSignalBlocker,
    Qt,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from workbench.services.embeddings.row_facts import SortBy
from workbench.ui.embeddings.texts.delegate import TextDelegate
from workbench.ui.embeddings.texts.model import TextsModel
from workbench.ui.embeddings.texts.rows import SORTS, Field, TextRows
from workbench.ui.support.icons import set_icon
from workbench.ui.support.long_table import LongTable
from workbench.ui.support.theme import SEMIBOLD, Theme, follow
from workbench.ui.support.timers import once

_LOOK_MS, _SELECT_MS = 60, 30
_MOST_SELECTED, _MOST_RANGES = 5_000, 300
"""Qt takes a while for a selection in more pieces; such a one, when it comes from another page, is drawn, and not Qt's."""
_MOST_COPIED = 50_000
_WIDTHS = {
    Field.ID: 84,
    Field.TEXT: 320,
    Field.LABEL: 120,
    Field.LANGUAGE: 92,
    Field.GROUP: 96,
    Field.TOKENS: 72,
    Field.MARKS: 168,
}
_VECTORS, _VECTORS_NARROW = 128, 72
_READABLE = 200
"""Pixels that the texts must have; until they do, columns of vectors are narrow, then the others give way in this order."""
_GIVE_WAY = (Field.GROUP, Field.LANGUAGE, Field.ID, Field.TOKENS, Field.MARKS, Field.LABEL)


class TextTable(LongTable):
    def __init__(
        self, theme: Theme, rows: TextRows, model: TextsModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, rows, _LOOK_MS, parent)
        self.setAccessibleName(self.tr("Texts"))
        self._rows = rows
        self._model = model
        self._picked: frozenset[int] = frozenset()
        self._told: tuple[int, ...] = ()
        self._dressed = 0
        self._texts = model.shared.texts
        self.setItemDelegate(
            TextDelegate(theme, rows, lambda row: row in self._picked, lambda: self.hovered, self)
        )
        self._set_header()
        self._selecting = once(self, _SELECT_MS, self._tell_selection)
        self._connect()
        follow(self, theme, self._dress)

    def _connect(self) -> None:
        model = self._model
        self.customContextMenuRequested.connect(self._open_menu)
        self.looked.connect(model.look)
        self.horizontalHeader().sectionClicked.connect(self._sort)
        self.selectionModel().selectionChanged.connect(self._select_soon)
        self.selectionModel().currentRowChanged.connect(self._select_soon)
        self._rows.modelReset.connect(self._after_reset)
        model.changed.connect(self._fit)
        model.cells_changed.connect(self.viewport().update)
        model.shared.selection_changed.connect(self.show_selection)

    # selecting

    @Slot()
    def show_selection(self) -> None:
        """What is selected in all pages."""
        selected = self._model.shared.selected
        if selected == self._told:
            return
        self._told, self._picked = selected, frozenset(selected)
        self._selecting.stop()
        places = sorted(map(self._place, selected)) if len(selected) <= _MOST_SELECTED else ()
        ranges = list(_ranges([place for place in places if place >= 0], _MOST_RANGES + 1))
        last = len(self._rows.columns) + len(Field) - 1
        flags = QItemSelectionModel.SelectionFlag
        with QSignalBlocker(self.selectionModel()):
            wanted = QItemSelection()
            if len(ranges) <= _MOST_RANGES:
                for first, end in ranges:
                    wanted.select(self._rows.index(first, 0), self._rows.index(end, last))
            self.selectionModel().select(wanted, flags.ClearAndSelect)
            at = self._place(selected[-1]) if selected else -1
            if at >= 0:
                index = self._rows.index(at, Field.TEXT)
                self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
                self.scrollTo(index)
        self.viewport().update()

    def _place(self, row: int) -> int:
        places = self._model.places
        return places[row] if row < len(places) else -1

    @Slot()
    def _select_soon(self) -> None:
        self._picked = frozenset()  # Qt draws what is being selected
        self._selecting.start()
        self.viewport().update()

    @Slot()
    def _tell_selection(self) -> None:
        rows, current = self._model.rows, self.currentIndex().row()
        found: list[int] = []
        for part in self.selectionModel().selection():  # type: ignore[attr-defined]  # its stub does not know it is a list
            found += rows[part.top() : part.bottom() + 1]
        if current >= 0 and self.selectionModel().isSelected(self.currentIndex()):
            found.remove(rows[current])
            found.append(rows[current])
        self._told = tuple(found)
        self._picked = frozenset(found)
        self._model.shared.select(found)

    def selected_numbers(self) -> list[int]:
        """The rows of the set, as they are shown from the top; those that are not shown follow."""
        if self._selecting.isActive():
            self._selecting.stop()
            self._tell_selection()
        many = len(self._rows.model.places)
        selected = self._model.shared.selected
        return sorted(selected, key=lambda row: place if (place := self._place(row)) >= 0 else many + row)

    # doing

    def copy(self, *, with_columns: bool = False) -> None:
        """The texts, each on a line; or all columns, as a table."""
        numbers = self.selected_numbers()[:_MOST_COPIED]
        if not numbers:
            return
        if not with_columns:
            QGuiApplication.clipboard().setText("\n".join(self._model.row(number).text for number in numbers))
            return
        shown = [one for one in Field if not self.isColumnHidden(one)]
        lines = ["\t".join(self._rows.title(one) for one in shown)]
        lines += ["\t".join(_cell(self._rows, number, one) for one in shown) for number in numbers]
        QGuiApplication.clipboard().setText("\n".join(lines) + "\n")

    def menu_of(self, numbers: Sequence[int]) -> QMenu:
        """What can be done about these rows."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        model = self._model
        acts = (
            ("copy", self.tr("Copy texts"), self.copy),
            ("table", self.tr("Copy as a table"), lambda: self.copy(with_columns=True)),
            ("plus", self.tr("New set of these rows"), lambda: model.make_set_of(numbers)),
            ("minus", self.tr("New set without these rows"), lambda: model.make_set_without(numbers)),
        )
        for icon, title, run in acts:
            if icon == "plus":
                menu.addSeparator()
            action = menu.addAction(title)
            set_icon(action, self._theme, icon)
            action.triggered.connect(run)
        menu.actions()[0].setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Escape and self._model.shared.selected:
            self._model.shared.select(())
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu(self.visualRect(self.currentIndex()).bottomLeft())
        else:
            super().keyPressEvent(event)

    @Slot(QPoint)
    def _open_menu(self, at: QPoint) -> None:
        numbers = self.selected_numbers()
        if numbers:
            self.menu_of(numbers).popup(self.viewport().mapToGlobal(at))

    @Slot(int)
    def _sort(self, section: int) -> None:
        by = SORTS.get(Field(section)) if section < len(Field) else None
        if by is not None:
            self._model.sort(by)

    # looks

    def _set_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        # One of its own that stays empty: a head that can be clicked asks of every row whether it is selected.
        header.setSelectionModel(QItemSelectionModel(self._rows, header))

    def _dress(self) -> None:
        self.dress_heads(SEMIBOLD)
        self._set_widths()

    def _set_widths(self) -> None:
        header = self.horizontalHeader()
        for field in Field:
            self.setColumnWidth(field, self._theme.px(_WIDTHS[field]))
        if self._rows.columnCount():
            header.setSectionResizeMode(Field.TEXT, QHeaderView.ResizeMode.Stretch)
        self._fit()
        self.viewport().update()

    @Slot()
    def _fit(self) -> None:
        """Leave out what no row has, and what there is no room for."""
        model, facts = self._model, self._model.facts
        labels = facts is None or bool(facts.labels)
        languages = facts is None or bool(facts.languages)
        groups = facts is not None and facts.groups > 0
        odd = facts is not None and bool(facts.duplicates or facts.empty or any(model.cut.values()))
        has = {Field.LABEL: labels, Field.LANGUAGE: languages, Field.GROUP: groups, Field.MARKS: odd}
        left = {field for field in Field if has.get(field, True)}
        width, columns = self.viewport().width() / self._theme.scale, len(self._rows.columns)
        fields = sum(_WIDTHS[field] for field in left - {Field.TEXT})
        vectors = _VECTORS if width - fields - _VECTORS * columns >= _READABLE else _VECTORS_NARROW
        room = width - fields - vectors * columns
        for field in _GIVE_WAY:
            if room < _READABLE and field in left:
                left.remove(field)
                room += _WIDTHS[field]
        for field in Field:
            if (hidden := field not in left) is not self.isColumnHidden(field):
                self.setColumnHidden(field, hidden)
        for section in range(len(Field), self._rows.columnCount()):
            self.setColumnWidth(section, self._theme.px(vectors))
        self._show_order()

    def _show_order(self) -> None:
        order, header = self._model.order, self.horizontalHeader()
        section = next((field for field, by in SORTS.items() if by is order.by), None)
        header.setSortIndicatorShown(order.by is not SortBy.NUMBER)
        if section is not None:
            down = Qt.SortOrder.DescendingOrder if order.descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(section, down)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _after_reset(self) -> None:
        self._selecting.stop()
        self._told = (-1,)
        if self._model.shared.texts is not self._texts:
            self._texts = self._model.shared.texts
            self.verticalScrollBar().setValue(0)
        if self._rows.columnCount() != self._dressed:
            self._dressed = self._rows.columnCount()
            self._set_widths()
        self.show_selection()
        self.look_soon()


def _ranges(places: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours, as many as most."""
    start = previous = None
    for place in places:
        if start is None or previous is None:
            start = previous = place
        elif place == previous + 1:
            previous = place
        else:
            yield start, previous
            most -= 1
            if most == 0:
                return
            start = previous = place
    if start is not None and previous is not None:
        yield start, previous


def _cell(rows: TextRows, number: int, field: Field) -> str:
    """For a table that is pasted elsewhere: whole texts, on one line."""
    text = rows.model.row(number).text if field is Field.TEXT else rows.text(number, field)
    return " ".join(text.split())
