"""A table of more rows than are read at once tells which of them are in view."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.ui.support.long_table import LongTable
from workbench.ui.support.theme import ROW, Theme

MANY = 500


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> Iterator[LongTable]:
    table = LongTable(theme, QStandardItemModel(MANY, 2), 0)
    table.dress_heads()
    table.resize(300, 11 * ROW)
    qtbot.addWidget(table)
    table.show()
    yield table
    table.hide()


def test_it_tells_which_rows_came_into_view(qtbot: QtBot, table: LongTable) -> None:
    with qtbot.waitSignal(table.looked) as first:
        table.look_soon()
    assert first.args == [0, 9]
    with qtbot.waitSignal(table.looked) as last:
        table.scrollToBottom()
    assert last.args is not None
    assert last.args[1] == MANY - 1


def test_where_the_rows_end_early_the_last_of_them_is_told(qtbot: QtBot, table: LongTable) -> None:
    table.model().removeRows(3, MANY - 3)
    with qtbot.waitSignal(table.looked) as looked:
        table.look_soon()
    assert looked.args == [0, 2]


def test_home_and_end_choose_the_first_and_the_last_row(table: LongTable) -> None:
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == MANY - 1
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [0]


def test_no_row_is_under_a_pointer_that_has_left(table: LongTable) -> None:
    table.entered.emit(table.model().index(4, 0))
    assert table.hovered == 4
    table.leaveEvent(QEvent(QEvent.Type.Leave))
    assert table.hovered == -1
