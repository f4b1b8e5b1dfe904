from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from workbench.ui.support.shortcuts import on_keys, spelled


def test_a_shortcut_is_heard_within_its_part_and_nowhere_else(theme: object) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    part, beside = QWidget(), QPushButton("beside")
    field = QLineEdit(part)
    column.addWidget(part)
    column.addWidget(beside)
    heard: list[str] = []
    on_keys("Ctrl+J", part, lambda: heard.append("J"))
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    beside.setFocus()
    QTest.keyClick(beside, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert heard == []
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert heard == ["J"]
    window.close()
    window.deleteLater()


def test_keys_are_spelled_alike_however_they_are_given(qapp: object) -> None:
    assert spelled("Ctrl+B") == spelled(QKeySequence("Ctrl+B")) != ""
    assert spelled(QKeySequence.StandardKey.Undo) == spelled(QKeySequence(QKeySequence.StandardKey.Undo))
