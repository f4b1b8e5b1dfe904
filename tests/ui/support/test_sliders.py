"""A slider with the keyboard looks other than one without."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.support.sliders import Slider
from workbench.ui.support.theme import Theme


def test_the_one_with_the_keyboard_has_a_ring(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    sliders = [Slider(Qt.Orientation.Horizontal) for _ in range(2)]
    column = QVBoxLayout(window)
    for slider in sliders:
        column.addWidget(slider)
    window.show()
    QTest.qWaitForWindowActive(window)
    accent = theme.tokens.accent

    def ringed(slider: Slider) -> bool:
        picture = slider.grab().toImage()
        return any(
            picture.pixelColor(x, y).name() == accent.lower()
            for x in range(picture.width())
            for y in range(picture.height())
        )

    sliders[0].setFocus()
    assert [ringed(slider) for slider in sliders] == [True, False]
    sliders[1].setFocus()
    assert [ringed(slider) for slider in sliders] == [False, True]
