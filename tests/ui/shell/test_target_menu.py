"""The menu of targets tells how each is doing for as long as it is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from tests.fakes.targets import CLOUD, LOCAL, FakeTargets
from workbench.domain.targets import Reach, TargetStatus
from workbench.ui.shell.target_menu import TargetMenu
from workbench.ui.shell.target_switcher import TargetSwitcher
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.theme import Theme


@pytest.fixture
def model() -> TargetsModel:
    return TargetsModel(FakeTargets())


@pytest.fixture
def menu(qtbot: QtBot, theme: Theme, model: TargetsModel) -> TargetMenu:
    switcher = TargetSwitcher(theme)
    qtbot.addWidget(switcher)
    switcher.set_model(model)
    menu = TargetMenu(theme, model, switcher)
    menu.popup(QPoint(0, 0))
    return menu


def told(menu: TargetMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.isCheckable()]


def test_each_target_is_there_and_the_current_one_is_marked(menu: TargetMenu) -> None:
    marked = {action.text(): action.isChecked() for action in menu.actions() if action.isCheckable()}
    assert marked == {LOCAL.name: True, CLOUD.name: False}


def test_what_comes_while_it_is_open_is_told(menu: TargetMenu, model: TargetsModel) -> None:
    model.status_changed.emit(CLOUD.id, TargetStatus(Reach.UNAUTHORISED))
    assert told(menu) == [LOCAL.name, f"{CLOUD.name}\tnot authorised"]


def test_once_it_is_closed_it_no_longer_listens(menu: TargetMenu, model: TargetsModel) -> None:
    menu.close()
    model.status_changed.emit(CLOUD.id, TargetStatus(Reach.UNAUTHORISED))
    assert told(menu) == [LOCAL.name, CLOUD.name]


def test_the_chosen_one_is_asked_for(
    menu: TargetMenu, model: TargetsModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(model, "select", asked.append)
    menu._entries[CLOUD.id].trigger()
    assert asked == [CLOUD.id]
