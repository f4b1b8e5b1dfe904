"""One open route: what stands beside and below the canvas takes its room, and gives it back."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.routes.inspector.conftest import Suggested
from workbench.domain.routes.starters import STARTERS
from workbench.domain.settings import Settings
from workbench.ui.routes.document import RouteDocument
from workbench.ui.routes.editor import CODE, RouteEditor
from workbench.ui.routes.open_route import OpenRoute
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork


class NoFile:
    def save(self, settings: Settings) -> None:
        pass


@pytest.fixture
def editor(theme: Theme, qtbot: QtBot, run_qt: Run) -> Iterator[RouteEditor]:
    settings = SettingsModel(Settings(), NoFile())
    desk: Any = SimpleNamespace(suggestions=Suggested(), targets=tuple)
    route = OpenRoute("r", RouteDocument(STARTERS[0].route))
    made = RouteEditor(theme, route, desk, settings, Notifier(), RunningWork())
    route.setParent(made)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    QApplication.processEvents()
    yield made
    run_qt(made.aclose())
    run_qt(settings.aclose())


def test_a_closed_drawer_gives_its_room_back_to_the_canvas(editor: RouteEditor) -> None:
    before = editor.canvas.height()
    editor.open_panel(CODE)
    QApplication.processEvents()
    assert editor.canvas.height() < before - 100
    editor.drawer.close_drawer()
    QApplication.processEvents()
    assert editor.canvas.height() == before


def test_json_and_inspector_come_and_go(editor: RouteEditor) -> None:
    wide = editor.canvas.width()
    editor.toggle_inspector()
    QApplication.processEvents()
    assert editor.canvas.width() > wide
    editor.toggle_source()
    QApplication.processEvents()
    assert editor.source.isVisible()
    assert editor.canvas.width() < wide
    editor.toggle_source()
    editor.toggle_inspector()
    QApplication.processEvents()
    assert editor.canvas.width() == wide
