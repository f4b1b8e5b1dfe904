"""Shift+F10 does what the menu key does, wherever the keyboard is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.shell.context_menu import open_menu_of


def test_a_list_opens_it_at_its_current_item(qtbot: QtBot) -> None:
    view = QListView()
    qtbot.addWidget(view)
    view.setModel(QStringListModel(["one", "two", "three"]))
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    asked: list[QPoint] = []
    view.customContextMenuRequested.connect(asked.append)
    view.show()
    view.setCurrentIndex(view.model().index(2, 0))
    open_menu_of(view)
    assert [view.indexAt(at).row() for at in asked] == [2]


class _Field(QLineEdit):
    def __init__(self) -> None:
        super().__init__("some words")
        self.asked: list[QContextMenuEvent.Reason] = []

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.asked.append(event.reason())


def test_a_field_opens_it_as_by_keyboard(qtbot: QtBot) -> None:
    field = _Field()
    qtbot.addWidget(field)
    field.show()
    open_menu_of(field)
    assert field.asked == [QContextMenuEvent.Reason.Keyboard]


class _Canvas(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.menus: list[str] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Menu:
            self.menus.append("key")
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menus.append("event")


def test_what_answers_the_key_itself_is_asked_once(qtbot: QtBot) -> None:
    canvas = _Canvas()
    qtbot.addWidget(canvas)
    open_menu_of(canvas)
    assert canvas.menus == ["key"]
