"""A view that draws its items itself is read as a list of those in view."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea
from pytestqt.qtbot import QtBot

from workbench.ui.support.accessible import ItemList, Piece, install

Name = QAccessible.Text.Name
HIGH = 20


class Drawn(QAbstractScrollArea):
    def __init__(self) -> None:
        super().__init__()
        install(Drawn, Lines)
        self.interface: QAccessibleInterface | None = None
        self.lines = ["one", "two", "three"]
        self.setAccessibleName("Lines")


class Line(Piece):
    def __init__(self, parent: Lines, word: str) -> None:
        super().__init__(parent.view)
        self._parent = parent
        self._word = word

    def parent(self) -> Any:
        return self._parent

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        return self.on_screen(QRect(0, self._parent.lines().index(self._word) * HIGH, 50, HIGH))

    def text(self, kind: QAccessible.Text) -> str:
        return self._word if kind == Name else ""

    def state(self) -> QAccessible.State:
        return QAccessible.State()


class Lines(ItemList[str, Line]):
    view: Drawn

    def __init__(self, view: Drawn) -> None:
        super().__init__(view, self.lines, self._line_at, lambda word: Line(self, word))

    def lines(self) -> list[str]:
        return self.view.lines

    def _line_at(self, point: QPoint) -> str | None:
        place = point.y() // HIGH
        return self.view.lines[place] if 0 <= place < len(self.view.lines) else None


@pytest.fixture
def view(qtbot: QtBot) -> Drawn:
    view = Drawn()
    qtbot.addWidget(view)
    return view


def test_the_view_is_a_list_of_what_is_in_it(view: Drawn) -> None:
    found = QAccessible.queryAccessibleInterface(view)
    assert isinstance(found, Lines)
    assert (found.role(), found.text(Name)) == (QAccessible.Role.List, "Lines")
    assert [found.child(at).text(Name) for at in range(found.childCount())] == view.lines
    assert found.child(3) is None


def test_an_item_is_found_where_it_is_drawn_and_stays_the_same(view: Drawn) -> None:
    found = QAccessible.queryAccessibleInterface(view)
    second = found.child(1)
    assert found.childAt(*second.rect().center().toTuple()) is second
    assert found.indexOfChild(second) == 1
    view.lines.remove("one")
    assert found.indexOfChild(second) == 0
    view.lines.remove("two")
    assert found.indexOfChild(second) == -1


def test_a_place_beside_the_items_holds_none(view: Drawn) -> None:
    found = QAccessible.queryAccessibleInterface(view)
    below = view.viewport().mapToGlobal(QPoint(5, HIGH * 5))
    assert found.childAt(below.x(), below.y()) is None
