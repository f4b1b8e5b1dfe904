"""The files of all batches as a table: those that are begun, then those that still wait for the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from workbench.domain.models import Cost
from workbench.domain.speech.batches import BatchItem
from workbench.domain.speech.takes import TakeState
from workbench.domain.trouble import Trouble
from workbench.ui.speech import words as speech
from workbench.ui.speech.words import ltr, translate
from workbench.ui.support.sentences import in_words
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
FILE = Qt.ItemDataRole.UserRole + 1
"""The whole BatchFile of a row."""


class Column(IntEnum):
    NAME = 0
    STATE = 1
    COST = 2
    RESULT = 3
    """Endings of the texts, or why there are none."""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """batch_id: "" for one that is not begun. share: how much of it is heard, 0–1."""

    path: str
    batch_id: str = ""
    item: BatchItem | None = None
    share: float = 0.0
    cost: Cost | None = None

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def key(self) -> tuple[str, str, int]:
        return self.batch_id, self.path, self.item.number if self.item else -1

    @property
    def state(self) -> TakeState | None:
        """None for one that is not begun."""
        return self.item.state if self.item else None

    @property
    def trouble(self) -> Trouble | None:
        return self.item.trouble if self.item else None

    @property
    def word(self) -> str:
        """“Ready”, “Hearing 42 %”, “Failed”."""
        if self.item is None:
            return translate("SpeechBatch", "Ready")
        word = speech.state(self.item.state)
        running = self.item.state is TakeState.RUNNING and self.share > 0
        return f"{word} {ltr(speech.percent(self.share))}" if running else word

    @property
    def texts(self) -> str:
        """Endings of what was written."""
        files = self.item.files if self.item else ()
        return ltr(", ".join(Path(file).suffix.lstrip(".") for file in files)) if files else ""

    @property
    def result(self) -> str:
        """What came of it: texts, or why it failed, without the name that stands in the row already."""
        if self.trouble is None or self.state is not TakeState.FAILED:
            return self.texts
        return self.trouble.what.removeprefix(f"{self.name}: ")


class BatchRows(QAbstractTableModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files: tuple[BatchFile, ...] = ()

    def show(self, files: Sequence[BatchFile]) -> None:
        """The same files in the same order keep the view's cursor and what is selected."""
        before, files = self.files, tuple(files)
        if [one.key for one in files] != [one.key for one in before]:
            self.beginResetModel()
            self.files = files
            self.endResetModel()
            return
        self.files = files
        changed = [row for row, one in enumerate(files) if one != before[row]]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(Column) - 1))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.files)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("File"), self.tr("State"), self.tr("Cost"), self.tr("Result"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        file = self.files[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (file.name, file.word, ltr(speech.cost(file.cost)), file.result)[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(self._tip(file))
            case Qt.ItemDataRole.AccessibleTextRole if index.column() == Column.NAME:
                parts = (file.name, file.word, speech.cost(file.cost), file.result)
                return ", ".join(part for part in parts if part)
        return file if role == FILE else None

    def _tip(self, file: BatchFile) -> str:
        parts = [file.path]
        if file.trouble is not None and file.state is TakeState.FAILED:
            parts.append(in_words(file.trouble))
        parts += file.item.files if file.item else ()
        return "\n".join(parts)
