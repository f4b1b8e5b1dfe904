"""The menu of rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QStringListModel
from PySide6.QtWidgets import QListView, QMenu

from workbench.ui.support.row_menu import RowMenu, open_on_rows
from workbench.ui.support.theme import Theme


@pytest.fixture
def view(theme: Theme) -> Iterator[QListView]:
    view = QListView()
    view.setModel(QStringListModel(["One"], view))
    view.resize(200, 200)
    view.show()
    yield view
    view.hide()
    view.deleteLater()


def test_an_act_runs_and_tells_its_keys(theme: Theme, view: QListView) -> None:
    done: list[str] = []
    menu = RowMenu(theme, view)
    act = menu.add("trash-2", "Delete", lambda: done.append("deleted"), "Del")
    assert act.shortcut().toString() == "Del"
    assert not act.icon().isNull()
    act.trigger()
    assert done == ["deleted"]


def test_the_menu_opens_on_a_row_only(theme: Theme, view: QListView) -> None:
    made: list[QMenu] = []

    def make() -> QMenu:
        menu = RowMenu(theme, view)
        menu.add("x", "Remove", menu.close)
        made.append(menu)
        return menu

    open_on_rows(view, make)
    view.customContextMenuRequested.emit(QPoint(100, 190))
    assert made == []
    view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 0)).center())
    assert made[0].isVisible()
    made[0].close()
