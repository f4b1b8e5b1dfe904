"""A timer rings once, however often it was started meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.ui.support.timers import once


def test_it_rings_once_after_it_was_started(qtbot: QtBot) -> None:
    owner, rung = QObject(), list[str]()
    timer = once(owner, 0, lambda: rung.append("now"))
    assert not timer.isActive()
    timer.start()
    timer.start()
    qtbot.waitUntil(lambda: bool(rung))
    QTest.qWait(10)
    assert rung == ["now"]
    assert timer.parent() is owner
