"""The rows as a table."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from workbench.services.embeddings.row_facts import SortBy
from workbench.services.embeddings.study import Column
from workbench.ui.embeddings.texts import words
from workbench.ui.embeddings.texts.model import CellState, TextsModel
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_SHOWN, _TOLD = 300, 2000
"""Characters of a text, in the table and in its tooltip."""


class Field(IntEnum):
    """The columns that are always there; those of vectors follow."""

    ID = 0
    TEXT = 1
    LABEL = 2
    LANGUAGE = 3
    GROUP = 4
    TOKENS = 5
    MARKS = 6


SORTS = {
    Field.ID: SortBy.ID,
    Field.TEXT: SortBy.TEXT,
    Field.LABEL: SortBy.LABEL,
    Field.LANGUAGE: SortBy.LANGUAGE,
    Field.GROUP: SortBy.GROUP,
    Field.TOKENS: SortBy.TOKENS,
}


class TextRows(QAbstractTableModel):
    """A hundred thousand rows cost what is seen of them."""

    def __init__(self, model: TextsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._rows = model.rows
        self.columns: tuple[Column, ...] = ()
        model.rows_changed.connect(self._take_over)
        model.cells_changed.connect(self._columns_came)
        self._take_over()

    def number(self, place: int) -> int:
        """Which row of the set is shown there."""
        return self._rows[place]

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Field) + len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        number = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(number, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(self._tip(number, index.column()))
            case Qt.ItemDataRole.AccessibleTextRole:
                text = self.text(number, index.column())
                return ", ".join([text, *self.marks(number)]) if index.column() == Field.TEXT else text
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.title(section)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignLeading
                if section == Field.TOKENS:
                    side = Qt.AlignmentFlag.AlignTrailing
                return int(side | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(self._title_tip(section))
        return None

    def title(self, section: int) -> str:
        if section >= len(Field):
            place = section - len(Field)
            return self.model.shared.title_of(self.columns[place]) if place < len(self.columns) else ""
        return (
            self.tr("Id"),
            self.tr("Text"),
            self.tr("Label"),
            self.tr("Language"),
            self.tr("Group"),
            self.tr("Tokens"),
            self.tr("Marks"),
        )[section]

    def text(self, number: int, section: int) -> str:
        """What stands in a cell, on one line."""
        row = self.model.row(number)
        match section:
            case Field.ID:
                return row.id
            case Field.TEXT:
                return " ".join(row.text[:_SHOWN].split())
            case Field.LABEL:
                return row.label
            case Field.LANGUAGE:
                return row.language
            case Field.GROUP:
                return row.group
            case Field.TOKENS:
                facts = self.model.facts
                return words.tokens(facts.tokens[number]) if facts is not None else ""
            case Field.MARKS:
                return ", ".join(self.marks(number))
        return self.state_words(self.state(number, section))

    def marks(self, number: int) -> list[str]:
        """What is odd about a row, in words."""
        facts = self.model.facts
        if facts is None:
            return []
        found = []
        if facts.same_as[number] >= 0:
            found.append(words.duplicate_of(self.model.row(facts.same_as[number]).id))
        elif not self.model.row(number).text.strip():
            found.append(words.empty())
        cut = self.model.cut_names(number)
        return [*found, words.cut(cut)] if cut else found

    def state(self, number: int, section: int) -> CellState:
        return self.model.state_of(self.columns[section - len(Field)].key, number)

    def state_words(self, state: CellState) -> str:
        return {
            CellState.DONE: self.tr("Has a vector"),
            CellState.BAD: self.tr("Failed"),
            CellState.NONE: self.tr("Nothing to embed"),
            CellState.COMING: self.tr("To come"),
            CellState.ABSENT: self.tr("No vector yet"),
            CellState.UNKNOWN: "",
        }[state]

    def _tip(self, number: int, section: int) -> str:
        if section == Field.TEXT:
            return self.model.row(number).text[:_TOLD]
        if section == Field.MARKS:
            cut = self.model.cut_names(number)
            return "\n".join([*self.marks(number), *(cut if len(cut) > 1 else ())])
        if section >= len(Field):
            why = self.model.why_bad(self.columns[section - len(Field)].key, number)
            return why or self.text(number, section)
        return self.text(number, section)

    def _title_tip(self, section: int) -> str:
        if section >= len(Field):
            return self.columns[section - len(Field)].choice.model
        if section == Field.TOKENS:
            return self.tr("Estimated: each model counts in its own way. Click to sort.")
        if section == Field.MARKS:
            return self.tr("Duplicates, empty texts, and texts that a model does not read to their end")
        return self.tr("Click to sort")

    @Slot()
    def _take_over(self) -> None:
        self.beginResetModel()
        self._rows = self.model.rows
        self.columns = self.model.shared.columns
        self.endResetModel()

    @Slot()
    def _columns_came(self) -> None:
        """Other columns are another table; the same ones have only grown."""
        columns = self.model.shared.columns
        if [one.key for one in columns] != [one.key for one in self.columns]:
            self._take_over()
        self.columns = columns
