"""The parts of a tab next to each other: who has room, who makes room, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.settings import MemorySettings
from workbench.domain.settings import Settings
from workbench.ui.support.beside import KeptWidth
from workbench.ui.support.panes import ListPanes, Panes
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme

WIDE, NARROW = 1200, 800


class Stage:
    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        self.settings = SettingsModel(Settings(), MemorySettings())
        self.list, self.main, self.side = QWidget(), QWidget(), QWidget()
        self.panes = ListPanes(
            theme,
            KeptWidth(self.list, theme, self.settings, "speech_list_width", (200, 340), 240),
            self.main,
            KeptWidth(self.side, theme, self.settings, "speech_side_width", (280, 420), 320),
            main_min=380,
        )
        qtbot.addWidget(self.panes)
        self.panes.room_changed.connect(self.arrange)
        self.panes.resize(WIDE, 400)
        self.panes.show()

    def arrange(self) -> None:
        self.panes.arrange(listed=self.panes.list_wanted, beside=True)

    def toggle_list(self) -> None:
        self.panes.toggle_list()
        self.arrange()

    @property
    def shown(self) -> tuple[bool, bool]:
        return self.list.isVisible(), self.side.isVisible()


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme) -> Iterator[Stage]:
    stage = Stage(qtbot, theme)
    yield stage
    stage.settings.flush()


def test_three_are_shown_where_there_is_room_and_the_main_part_has_the_rest(stage: Stage) -> None:
    assert stage.shown == (True, True)
    handles = 2
    assert stage.panes.sizes() == [240, WIDE - 240 - 320 - handles, 320]


def test_where_there_is_none_the_list_is_away_until_it_is_asked_for_in_the_place_of_the_side(
    stage: Stage,
) -> None:
    stage.panes.resize(NARROW, 400)
    assert stage.shown == (False, True)
    stage.toggle_list()
    assert stage.shown == (True, False)
    stage.panes.want_side()
    stage.arrange()
    assert stage.shown == (False, True)


def test_what_was_wanted_of_a_wide_window_holds_after_a_narrow_one(stage: Stage) -> None:
    stage.toggle_list()
    assert stage.shown == (False, True)
    stage.panes.resize(NARROW, 400)
    stage.toggle_list()
    stage.panes.resize(WIDE, 400)
    assert stage.shown == (False, True)
    stage.panes.resize(NARROW, 400)
    assert stage.shown == (True, False)


def test_panels_are_as_wide_as_they_were_left(stage: Stage) -> None:
    stage.panes.moveSplitter(300, 1)
    stage.panes.moveSplitter(WIDE - 400, 2)
    left, _, right = stage.panes.sizes()
    kept = stage.settings.value
    assert (kept.speech_list_width, kept.speech_side_width) == (left, right)
    assert (left, right) != (240, 320)
    stage.panes.resize(WIDE + 100, 400)
    assert (stage.list.width(), stage.side.width()) == (left, right)


def test_the_width_of_a_panel_that_is_away_is_left_alone(stage: Stage) -> None:
    stage.toggle_list()
    stage.panes.moveSplitter(WIDE - 400, 2)
    assert stage.settings.value.speech_list_width == 0
    assert stage.settings.value.speech_side_width == stage.side.width()


def test_other_room_and_another_direction_are_told(qtbot: QtBot) -> None:
    main = QWidget()
    panes = Panes(QWidget(), main, main=main)
    qtbot.addWidget(panes)
    with qtbot.waitSignal(panes.room_changed):
        panes.show()
    with qtbot.waitSignal(panes.room_changed):
        panes.resize(500, 300)
    with qtbot.waitSignal(panes.room_changed):
        panes.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
