"""A list that changes as a whole."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QSignalSpy

from workbench.ui.support.listing import ROOT, Index, Listing


class Words(Listing[str]):
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.at(index) if role == Qt.ItemDataRole.DisplayRole else None


def test_it_has_a_row_for_each_thing_that_is_shown(qapp: object) -> None:
    words = Words()
    assert words.rowCount() == 0
    changed = QSignalSpy(words.modelReset)
    words.show(["one", "two"])
    assert changed.count() == 1
    assert [words.index(row).data() for row in range(words.rowCount())] == ["one", "two"]


def test_there_is_nothing_where_no_row_is(qapp: object) -> None:
    words = Words()
    words.show(["one"])
    assert words.at(ROOT) is None
    gone = words.index(0)
    words.show([])
    assert words.at(gone) is None
    assert words.rowCount(QModelIndex()) == 0
