"""Panels beside the main part leave it room, whatever the size of the text."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from workbench.ui.support.beside import fit_beside
from workbench.ui.support.theme import Theme

LIMITS = (280, 420)


def _fitted(qtbot: QtBot, scale: float, wanted: int, whole: int) -> tuple[int, QWidget]:
    panel = QWidget()
    qtbot.addWidget(panel)
    return fit_beside(panel, Theme("light", scale), wanted, LIMITS, whole), panel


@pytest.mark.parametrize(("wanted", "given"), [(300, 300), (100, 280), (900, 420)])
def test_a_panel_is_as_wide_as_it_was_left_within_its_limits(qtbot: QtBot, wanted: int, given: int) -> None:
    width, panel = _fitted(qtbot, 1.0, wanted, 1400)
    assert (panel.minimumWidth(), width, panel.maximumWidth()) == (280, given, 420)


def test_it_grows_with_the_text_where_there_is_room(qtbot: QtBot) -> None:
    width, panel = _fitted(qtbot, 1.5, 300, 1400)
    assert (panel.minimumWidth(), width, panel.maximumWidth()) == (420, 450, 630)


def test_a_large_text_in_a_small_window_leaves_more_than_half_to_the_main_part(qtbot: QtBot) -> None:
    width, panel = _fitted(qtbot, 1.75, 400, 850)
    assert width == panel.minimumWidth() < 850 / 2
    assert width >= 280


def test_it_is_never_less_than_it_is_at_a_text_of_normal_size(qtbot: QtBot) -> None:
    width, panel = _fitted(qtbot, 1.75, 400, 500)
    assert width == panel.minimumWidth() == 280
