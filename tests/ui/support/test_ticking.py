"""Time is shown only to who sees it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.support.ticking import Ticking


class Shown:
    def __init__(self, qtbot: QtBot) -> None:
        self.widget, self.wanted, self.ticks = QWidget(), True, 0
        qtbot.addWidget(self.widget)
        self.ticking = Ticking(self.widget, 0, lambda: self.wanted, self._tick)

    def _tick(self) -> None:
        self.ticks += 1


def test_it_ticks_while_the_widget_is_shown(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.ticking.look()
    assert not shown.ticking.active
    shown.widget.show()
    qtbot.waitUntil(lambda: shown.ticks > 2)
    shown.widget.hide()
    assert not shown.ticking.active


def test_it_rests_once_nothing_is_wanted_and_begins_anew(qtbot: QtBot) -> None:
    shown = Shown(qtbot)
    shown.widget.show()
    shown.wanted = False
    qtbot.waitUntil(lambda: not shown.ticking.active)
    shown.wanted = True
    assert not shown.ticking.active
    shown.ticking.look()
    assert shown.ticking.active
    shown.ticking.stop()
    assert not shown.ticking.active
