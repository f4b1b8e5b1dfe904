"""What was spoken, the newest first, as a list that reads more as it is scrolled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from workbench.domain.speech.spoken import Spoken
from workbench.ui.speech.speaking import words
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
SPOKEN = Qt.ItemDataRole.UserRole + 1


class History(QAbstractListModel):
    """Signals: more_wanted (whoever owns it reads more and calls `append`)."""

    more_wanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: list[Spoken] = []
        self.complete = True
        """There are no older ones."""

    def find(self, spoken_id: str) -> Spoken | None:
        return next((one for one in self.all if one.id == spoken_id), None)

    def row_of(self, spoken_id: str) -> int:
        return next((row for row, one in enumerate(self.all) if one.id == spoken_id), -1)

    def append(self, older: Sequence[Spoken], *, complete: bool) -> None:
        known = {one.id for one in self.all}
        fresh = [one for one in older if one.id not in known]
        self.complete = complete
        if fresh:
            self.beginInsertRows(ROOT, len(self.all), len(self.all) + len(fresh) - 1)
            self.all += fresh
            self.endInsertRows()

    def put(self, spoken: Spoken) -> None:
        """A new one, or one that is back."""
        if self.row_of(spoken.id) >= 0:
            return
        row = next((row for row, one in enumerate(self.all) if one.id < spoken.id), len(self.all))
        self.beginInsertRows(ROOT, row, row)
        self.all.insert(row, spoken)
        self.endInsertRows()

    def take_out(self, ids: Sequence[str]) -> None:
        for row in reversed(range(len(self.all))):
            if self.all[row].id in ids:
                self.beginRemoveRows(ROOT, row, row)
                del self.all[row]
                self.endRemoveRows()

    def renew(self) -> None:
        """Something about the rows is drawn otherwise now."""
        if self.all:
            self.dataChanged.emit(self.index(0), self.index(len(self.all) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.all)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self.complete

    def fetchMore(self, parent: Index) -> None:
        if not self.complete:
            self.more_wanted.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        spoken = self.all[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(spoken.text.split())
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(f"{spoken.text}\n\n{words.facts(spoken)}")
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{' '.join(spoken.text.split())}, {words.facts(spoken)}"
        return spoken if role == SPOKEN else None
