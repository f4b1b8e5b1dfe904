"""A widget that draws its parts itself has a tooltip for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.support.spot_tips import tip_shown


class Halves(QWidget):
    """Something is told of the left half."""

    told = "left <b>"

    def event(self, event: QEvent) -> bool:
        return tip_shown(self, event, self._tip) or super().event(event)

    def _tip(self, place: QPoint) -> str:
        return self.told if place.x() < self.width() // 2 else ""


@pytest.fixture
def halves(qtbot: QtBot) -> Iterator[Halves]:
    widget = Halves()
    widget.resize(100, 40)
    qtbot.addWidget(widget)
    widget.show()
    yield widget
    QToolTip.hideText()
    for window in QApplication.topLevelWidgets():
        if window.inherits("QTipLabel"):
            window.close()
            window.deleteLater()


def ask(widget: QWidget, x: int) -> bool:
    place = QPoint(x, 5)
    return widget.event(QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place)))


def test_the_tip_is_what_there_is_to_say_of_the_place_and_never_markup(halves: Halves) -> None:
    assert ask(halves, 10)
    assert "left &lt;b&gt;" in QToolTip.text()


def test_other_events_go_their_way(halves: Halves) -> None:
    assert not tip_shown(halves, QEvent(QEvent.Type.Enter), lambda place: "no")
