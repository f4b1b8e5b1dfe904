"""Rows of tables."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QAbstractItemView


def choose_row(view: QAbstractItemView, place: QModelIndex | QPersistentModelIndex) -> None:
    """Make the row of this cell the current and the only selected one.

    QTableView.selectRow does nothing where the layout is from right to left.
    """
    flag = QItemSelectionModel.SelectionFlag
    view.selectionModel().setCurrentIndex(place, flag.ClearAndSelect | flag.Rows)
