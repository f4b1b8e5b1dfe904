"""The user's data on the settings page: what each button does, and what is said in place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.fakes.data import MANIFEST, FakeData
from tests.fakes.settings import MemorySettings
from tests.waiting import until
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.settings import Settings
from workbench.ui.preferences.data_jobs import ExportBox, ImportBox
from workbench.ui.preferences.data_model import DataModel
from workbench.ui.preferences.data_places import Places
from workbench.ui.preferences.data_reset import ResetBox
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.work import RunningWork

FULL = StorageFailed("all.zip could not be saved.", why="The disk is full.", fix="Free some space.")


@dataclass
class Desk:
    theme: Theme
    data: FakeData
    model: DataModel
    settings: SettingsModel
    running: RunningWork
    notifier: Notifier
    restarts: list[str]
    opened: list[Path]
    qtbot: QtBot
    notices: list[Notice] = field(default_factory=list)

    def open(self, path: Path) -> bool:
        self.opened.append(path)
        return path.name != "closed"

    def shown(self, box: QWidget) -> None:
        self.qtbot.addWidget(box)
        box.show()

    async def closed(self) -> None:
        await self.model.aclose()
        self.settings.flush()


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Desk:
    settings, running, restarts = SettingsModel(Settings(), MemorySettings()), RunningWork(), list[str]()
    data = FakeData(tmp_path)
    model = DataModel(data, settings, running, lambda: restarts.append("again"))
    desk = Desk(theme, data, model, settings, running, Notifier(), restarts, [], qtbot)
    desk.notifier.posted.connect(desk.notices.append)
    return desk


def button(box: QWidget, text: str) -> QPushButton:
    return next(b for b in box.findChildren(QPushButton) if text in (b.text(), b.accessibleName()))


def test_places_are_told_with_their_sizes_and_opened(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        places = Places(desk.theme, desk.model, desk.notifier, open_path=desk.open)
        desk.shown(places)
        desk.model.look()
        await until(lambda: desk.model.places)
        button(places, "Open folder: Settings").click()
        button(places, "Show the log file").click()
        assert desk.opened == [desk.data.folder / "settings", desk.data.log_file]
        assert "1.2 GB" in [label.text() for label in places.findChildren(QWidget) if hasattr(label, "text")]
        assert "keychain" in places.help_text
        await desk.closed()

    run_qt(scenario())


def test_a_portable_copy_says_where_its_secrets_are(desk: Desk) -> None:
    desk.data.portable = True
    places = Places(desk.theme, desk.model, desk.notifier, open_path=desk.open)
    desk.qtbot.addWidget(places)
    assert "do not travel with the folder" in places.help_text


def test_where_nothing_opens_a_folder_its_path_is_told(desk: Desk) -> None:
    desk.data.log_file = desk.data.folder / "closed"
    places = Places(desk.theme, desk.model, desk.notifier, open_path=desk.open)
    desk.qtbot.addWidget(places)
    places.log.click()
    assert str(desk.data.log_file) in desk.notices[-1].text


def test_an_export_is_shown_while_it_runs_and_in_the_header_and_told_when_it_is_done(
    desk: Desk, run_qt: Run
) -> None:
    async def scenario() -> None:
        box = ExportBox(desk.theme, desk.model, open_path=desk.open)
        desk.shown(box)
        desk.data.waiting = asyncio.Event()
        desk.model.export(desk.data.folder / "all.zip", "Exporting all data")
        await until(lambda: desk.running.items and desk.running.items[0].progress == 0.4)
        assert box.progress.isVisible()
        assert box.progress.value() == 400
        assert not box.export.isEnabled()
        assert box.export.toolTip()
        desk.data.waiting.set()
        await until(lambda: desk.model.written)
        await until(lambda: not desk.running.items)
        assert not box.progress.isVisible()
        assert "Conversations: 12 · Pictures: 340" in box.outcome.text()
        assert "are not in it: 2" in box.outcome.text()
        assert "taken along: 1" in box.outcome.text()
        box.show_it.click()
        assert desk.opened == [desk.data.folder]
        await desk.closed()

    run_qt(scenario())


def test_an_export_can_be_stopped(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ExportBox(desk.theme, desk.model)
        desk.shown(box)
        desk.data.waiting = asyncio.Event()
        desk.model.export(desk.data.folder / "all.zip", "Exporting all data")
        await until(lambda: desk.running.items)
        box.stop.click()
        await until(lambda: desk.model.running is None)
        assert desk.running.items == ()
        assert desk.model.written is None
        assert box.export.isEnabled()
        await desk.closed()

    run_qt(scenario())


def test_what_fails_is_said_in_place_and_can_be_tried_again(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ExportBox(desk.theme, desk.model)
        desk.shown(box)
        desk.data.failure = FULL
        desk.model.export(desk.data.folder / "all.zip", "Exporting all data")
        await until(lambda: desk.model.problem)
        assert box.problem.text() == "all.zip could not be saved. The disk is full. Free some space."
        desk.model.export(desk.data.folder / "all.zip", "Exporting all data")
        await until(lambda: desk.model.written)
        assert not box.problem.isVisible()
        await desk.closed()

    run_qt(scenario())


def test_the_export_button_asks_for_a_file(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ExportBox(desk.theme, desk.model)
        desk.shown(box)
        box.export.click()
        await until(lambda: box.findChildren(QFileDialog))
        (dialog,) = box.findChildren(QFileDialog)
        assert Path(dialog.selectedFiles()[0]).name == "ai-workbench-data-2026-01-31.zip"
        dialog.filesSelected.emit([str(desk.data.folder / "mine")])
        dialog.accept()
        await until(lambda: desk.model.written)
        assert desk.data.calls == [("export", desk.data.folder / "mine.zip")]
        await desk.closed()

    run_qt(scenario())


def test_a_file_is_checked_and_replaces_nothing_before_it_is_accepted(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ImportBox(desk.theme, desk.model)
        desk.shown(box)
        desk.model.look_into(desk.data.folder / "all.zip", "Checking all.zip")
        await until(lambda: desk.model.found)
        await until(lambda: box.found.isVisible())
        assert "Conversations: 12" in box.found.why.text()
        assert MANIFEST.program in box.found.why.text()
        assert desk.data.planned is None
        box.accept.click()
        await until(lambda: box.planned.isVisible())
        assert not box.found.isVisible()
        assert "before import" in box.planned.why.text()
        box.planned.restart.click()
        assert desk.restarts == ["again"]
        box.planned.call_off.click()
        await until(lambda: not box.planned.isVisible())
        assert desk.data.calls[-1] == "call off"
        await desk.closed()

    run_qt(scenario())


def test_a_file_that_is_not_wanted_or_left_open_is_dropped(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ImportBox(desk.theme, desk.model)
        desk.shown(box)
        for _ in range(2):
            desk.model.look_into(desk.data.folder / "all.zip", "Checking all.zip")
            await until(lambda: desk.model.found and desk.model.running is None)
            if "drop" not in desk.data.calls:
                box.leave.click()
                await until(lambda: desk.model.running is None and not box.found.isVisible())
        await desk.closed()
        assert desk.data.calls.count("drop") == 2

    run_qt(scenario())


def test_a_file_that_is_refused_says_why(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ImportBox(desk.theme, desk.model)
        desk.shown(box)
        desk.data.failure = InvalidInput("This is not a file of AI Workbench's data.", fix="Choose another.")
        desk.model.look_into(desk.data.folder / "all.zip", "Checking all.zip")
        await until(lambda: box.problem.isVisible())
        assert "not a file of AI Workbench" in box.problem.text()
        assert not box.found.isVisible()
        await desk.closed()

    run_qt(scenario())


def test_a_reset_of_everything_needs_the_word(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ResetBox(desk.theme, desk.model, desk.notifier)
        desk.shown(box)
        assert not box.sure.isVisible()
        box.everything.click()
        assert box.sure.isVisible()
        assert not box.confirm.isEnabled()
        assert box.confirm.toolTip()
        QTest.keyClicks(box.typed, "rese")
        assert not box.confirm.isEnabled()
        QTest.keyClicks(box.typed, "t")
        assert box.confirm.isEnabled()
        box.confirm.click()
        await until(lambda: box.planned.isVisible())
        assert desk.data.planned
        assert desk.data.planned.forget == ()
        assert not box.sure.isVisible()
        assert not box.everything.isVisible()
        await desk.closed()

    run_qt(scenario())


@pytest.mark.parametrize("agrees", [True, False])
def test_that_keys_go_is_asked_by_itself(agrees: bool, desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        box = ResetBox(desk.theme, desk.model, desk.notifier)
        desk.shown(box)
        box.everything.click()
        QTest.keyClicks(box.typed, "reset")
        box.keys_too.click()
        box.confirm.click()
        await until(lambda: box.findChildren(QMessageBox))
        (question,) = box.findChildren(QMessageBox)
        button(question, "Remove them" if agrees else "Cancel").click()
        if agrees:
            await until(lambda: desk.data.planned)
            assert desk.data.planned
            assert desk.data.planned.forget
        else:
            await until(lambda: not box.findChildren(QMessageBox))
            assert desk.data.planned is None
            assert not box.keys_too.isChecked()
        await desk.closed()
        QApplication.processEvents()

    run_qt(scenario())


def test_a_reset_of_the_settings_can_be_taken_back(desk: Desk) -> None:
    box = ResetBox(desk.theme, desk.model, desk.notifier)
    desk.shown(box)
    desk.settings.set("theme", "dark")
    desk.settings.set("gateway_port", 9000)
    desk.settings.set("last_conversation", "c1")
    box.settings.click()
    assert (desk.settings.value.theme, desk.settings.value.gateway_port) == ("system", 8787)
    assert desk.settings.value.last_conversation == "c1", "that is no setting of the page"
    undo = desk.notices[-1].action
    assert undo
    undo()
    assert (desk.settings.value.theme, desk.settings.value.gateway_port) == ("dark", 9000)
    desk.settings.flush()


def test_what_was_planned_before_is_shown_when_the_page_opens(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        await desk.data.reset(keys_too=False)
        model = DataModel(desk.data, desk.settings, desk.running, lambda: None)
        box = ResetBox(desk.theme, model, desk.notifier)
        desk.shown(box)
        assert box.planned.isVisible()
        await model.aclose()
        await desk.closed()

    run_qt(scenario())
