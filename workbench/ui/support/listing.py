"""A list that changes as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex

T = TypeVar("T")

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class Listing(QAbstractListModel, Generic[T]):
    """One row for each thing; a subclass says in `data` what is told of it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[T] = ()

    def show(self, rows: Sequence[T]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def at(self, index: Index) -> T | None:
        return self.rows[index.row()] if 0 <= index.row() < len(self.rows) else None
