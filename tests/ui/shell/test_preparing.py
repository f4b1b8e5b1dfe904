"""Who is about to open a page finds its modules imported."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from workbench.ui.shell.preparing import Preparing
from workbench.ui.shell.rail import Rail, RailButton
from workbench.ui.support.theme import Theme
from workbench.ui.tabs import TABS, TabSpec

MODULES = {"images": "some.images", "speech": "some.speech"}


def test_modules_are_imported_once_and_only_of_pages_that_have_some(qtbot: QtBot, run_qt: Run) -> None:
    async def scene() -> None:
        imported: list[str] = []
        preparing = Preparing(MODULES, load=imported.append)
        for page in ("images", "chat", "images"):
            preparing.prepare(page)
            await preparing._tasks.finish()
        assert imported == ["some.images"]
        await preparing.aclose()
        preparing.deleteLater()

    run_qt(scene())


def test_a_module_that_is_missing_is_left_to_the_page_to_tell(qtbot: QtBot, run_qt: Run) -> None:
    async def scene() -> None:
        preparing = Preparing({"images": "workbench.ui.there_is_none"})
        troubles: list[object] = []
        preparing._tasks.failed.connect(troubles.append)
        preparing.prepare("images")
        await preparing._tasks.finish()
        assert troubles == []
        await preparing.aclose()
        preparing.deleteLater()

    run_qt(scene())


def test_a_button_is_considered_when_the_pointer_rests_on_it_not_when_it_passes(
    qtbot: QtBot, theme: Theme
) -> None:
    rail = Rail(theme)
    qtbot.addWidget(rail)
    for page in ("chat", "images", "speech"):
        rail.add(page, page.title(), "image")
    considered: list[str] = []
    rail.considered.connect(considered.append)
    images, speech = rail._buttons["images"], rail._buttons["speech"]

    def point(button: RailButton, on: bool) -> None:
        at = QPointF(5, 5)
        QApplication.sendEvent(button, QEnterEvent(at, at, at) if on else QEvent(QEvent.Type.Leave))

    for button in (images, speech):
        point(button, True)
        point(button, False)
    QTest.qWait(100)
    assert considered == []
    point(images, True)
    qtbot.waitUntil(lambda: considered == ["images"])


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.id)
def test_every_page_names_a_module_that_is_there(tab: TabSpec) -> None:
    assert find_spec(tab.module) is not None
