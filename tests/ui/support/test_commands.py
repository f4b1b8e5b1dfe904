from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.support.commands import Command, CommandRegistry, shown_first


def test_a_shortcut_runs_its_command_anywhere_in_the_window(qtbot: QtBot) -> None:
    window, ran = QWidget(), list[str]()
    qtbot.addWidget(window)
    registry = CommandRegistry()
    registry.attach(window)
    registry.add(Command("new", "New", lambda: ran.append("new"), "Ctrl+N; F2"))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_F2)
    assert ran == ["new", "new"]


def test_a_disabled_command_neither_runs_nor_is_offered() -> None:
    registry, ran = CommandRegistry(), list[str]()
    registry.add(Command("stop", "Stop", lambda: ran.append("stop"), enabled=lambda: False))
    registry.run("stop")
    assert ran == []
    assert list(registry.available()) == []


def test_a_command_with_a_known_id_replaces_the_older(qtbot: QtBot) -> None:
    window, ran = QWidget(), list[str]()
    qtbot.addWidget(window)
    registry = CommandRegistry()
    registry.attach(window)
    registry.add(Command("new", "New", lambda: ran.append("old"), "Ctrl+N"))
    registry.add(Command("new", "New", lambda: ran.append("new"), "Ctrl+N"))
    assert len(window.actions()) == 1
    registry.run("new")
    registry.remove("new")
    registry.run("new")
    assert ran == ["new"]


def test_a_tooltip_names_the_shortcut() -> None:
    registry = CommandRegistry()
    registry.add(Command("new", "New conversation", lambda: None, "Ctrl+N"))
    assert registry.tooltip("new") == "New conversation (Ctrl+N)"
    assert registry.tooltip("gone", "Text") == "Text"


def test_two_pages_may_use_the_same_shortcut(qtbot: QtBot) -> None:
    window, ran = QWidget(), list[str]()
    qtbot.addWidget(window)
    registry = CommandRegistry()
    registry.attach(window)
    registry.add(
        Command("chat.new", "New chat", lambda: ran.append("chat"), "Ctrl+N", place="chat"),
        Command("routes.new", "New route", lambda: ran.append("routes"), "Ctrl+N", place="routes"),
    )
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for page in ("chat", "routes", "gateway"):
        registry.set_place(page)
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["chat", "routes"]


def test_a_tab_comes_to_the_front_before_something_is_done_in_it() -> None:
    done: list[str] = []
    run = shown_first(lambda: done.append("shown"), done.append, "done")
    assert done == []
    run()
    assert done == ["shown", "done"]
