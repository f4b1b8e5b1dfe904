"""Models as a picker lists them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt

from workbench.domain.models import Model
from workbench.ui.support.listing import Index, Listing

ENTRY = Qt.ItemDataRole.UserRole + 1
"""Role of the ModelEntry of a row."""


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """A model, and in the user's words what is drawn of it (price, under: a second line, badges: names of icons).

    told: read aloud after its name. tip: where the pointer rests. typed: no list has it, it is used as it is written.
    """

    model: Model
    price: str = ""
    under: str = ""
    badges: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    tip: str = ""
    chosen: bool = False
    favourite: bool = False
    typed: bool = False


class ModelRows(Listing[ModelEntry]):
    def show(self, rows: Sequence[ModelEntry]) -> None:
        """The same models in the same order keep the view's cursor."""
        if [row.model.id for row in rows] != [row.model.id for row in self.rows]:
            super().show(rows)
            return
        self.rows = rows
        if rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def row_of(self, model_ids: Collection[str]) -> int:
        """The first of these that is listed; -1 for none."""
        return next((at for at, row in enumerate(self.rows) if row.model.id in model_ids), -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case _ if role == ENTRY:
                return row
            case Qt.ItemDataRole.DisplayRole:
                name = row.model.short_name
                return self.tr("Use “{0}” as it is").format(row.model.id) if row.typed else name
            case Qt.ItemDataRole.ToolTipRole:
                return row.tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row)
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.chosen else Qt.CheckState.Unchecked
        return None

    def _spoken(self, row: ModelEntry) -> str:
        parts = [row.model.short_name, row.model.author, *row.told]
        if row.chosen:
            parts.append(self.tr("chosen"))
        if row.favourite:
            parts.append(self.tr("favourite"))
        return ", ".join(part for part in parts if part)
