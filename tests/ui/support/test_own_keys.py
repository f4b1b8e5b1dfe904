"""Keys of a part of the window go before the same keys of the whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.support.own_keys import OwnKeys

_CONTROL = Qt.KeyboardModifier.ControlModifier


class _Window(QWidget):
    """A part with keys of its own and one without, both with a line; the window has the same keys."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        layout = QVBoxLayout(self)
        self.part, self.other = QWidget(self), QLineEdit(self)
        self.line = QLineEdit(self.part)
        layout.addWidget(self.part)
        layout.addWidget(self.other)
        QVBoxLayout(self.part).addWidget(self.line)
        OwnKeys(
            self.part, {"Ctrl++": lambda: self.heard.append("in"), "Ctrl+0": lambda: self.heard.append("fit")}
        )
        for keys in ("Ctrl++", "Ctrl+0"):
            action = QAction(self)
            action.setShortcut(keys)
            action.triggered.connect(lambda: self.heard.append("window"))
            self.addAction(action)


@pytest.fixture
def window(qtbot: QtBot) -> _Window:
    made = _Window()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    return made


def test_they_go_before_the_windows_while_the_keyboard_is_there(window: _Window) -> None:
    window.line.setFocus()
    QTest.keyClick(window.line, Qt.Key.Key_Plus, _CONTROL)
    QTest.keyClick(window.line, Qt.Key.Key_Plus, _CONTROL | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(window.line, Qt.Key.Key_0, _CONTROL)
    QTest.keyClick(window.part, Qt.Key.Key_Plus, _CONTROL | Qt.KeyboardModifier.KeypadModifier)
    assert window.heard == ["in", "in", "fit", "in"]


def test_elsewhere_the_windows_go(window: _Window) -> None:
    window.other.setFocus()
    QTest.keyClick(window.other, Qt.Key.Key_Plus, _CONTROL)
    assert window.heard == ["window"]


def test_every_other_key_is_left_alone(window: _Window) -> None:
    window.line.setFocus()
    QTest.keyClicks(window.line, "+0")
    assert window.line.text() == "+0"
    assert window.heard == []
