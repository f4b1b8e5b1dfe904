"""Reports of bugs in the window: offered, shown one at a time, saved or copied, never more."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.waiting import until
from workbench.domain.errors import StorageFailed
from workbench.domain.secret import Secret
from workbench.services.crash_reports import Bug, CrashReport, CrashReports
from workbench.storage.logs import Masker
from workbench.ui.shell.crash_dialog import CrashDialog
from workbench.ui.shell.crashes import Crashes
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme


class FakeReports(CrashReports):
    """last: what an earlier run left. failure: raised by the next save."""

    def __init__(self, folder: Path) -> None:
        masker = Masker()
        masker.add(Secret("canary-7d1c2b"))
        super().__init__(folder / "workbench.log", masker)
        self.last: CrashReport | None = None
        self.failure: Exception | None = None

    async def of_last_run(self) -> CrashReport | None:
        return self.last

    async def save(self, path: Path, text: str) -> None:
        if self.failure is not None:
            raise self.failure
        await super().save(path, text)


class Desk(NamedTuple):
    crashes: Crashes
    reports: FakeReports
    notifier: Notifier
    notices: list[Notice]
    window: QWidget

    async def shown(self) -> CrashDialog:
        await until(lambda: self.crashes.dialog is not None)
        assert self.crashes.dialog is not None
        return self.crashes.dialog

    def break_down(self, what: str) -> Notice | None:
        before = len(self.notices)
        try:
            raise ValueError(what)
        except ValueError as error:
            self.notifier.error(error)
        return self.notices[-1] if len(self.notices) > before else None

    def break_elsewhere(self) -> Notice:
        self.notifier.error(KeyError("another"))
        return self.notices[-1]


def press(notice: Notice | None) -> None:
    assert notice is not None
    assert notice.action is not None
    notice.action()


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Desk:
    window, notifier, notices = QWidget(), Notifier(), list[Notice]()
    qtbot.addWidget(window)
    notifier.posted.connect(notices.append)
    reports = FakeReports(tmp_path)
    return Desk(Crashes(window, theme, reports, notifier), reports, notifier, notices, window)


def test_a_bug_is_said_calmly_and_its_report_is_opened_beside_the_work(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        notice = desk.break_down("asked with canary-7d1c2b")
        assert desk.crashes.dialog is None
        press(notice)
        dialog = await desk.shown()
        assert not dialog.isModal()
        assert dialog.isVisible()
        text = dialog.text.toPlainText()
        assert "ValueError: asked with" in text
        assert "canary" not in text
        assert not dialog.text.isReadOnly()
        assert dialog.text.layoutDirection() is Qt.LayoutDirection.LeftToRight
        await desk.crashes.aclose()
        assert desk.crashes.dialog is None
        assert desk.notifier.reporter is None

    run_qt(scenario())


def test_what_was_struck_out_is_neither_copied_nor_saved(desk: Desk, run_qt: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        press(desk.break_down("my diary"))
        dialog = await desk.shown()
        assert not dialog.edited
        assert dialog.text.find("my diary")
        dialog.text.textCursor().removeSelectedText()
        assert dialog.edited
        dialog.copy.click()
        assert "my diary" not in QApplication.clipboard().text()
        assert "ValueError" in QApplication.clipboard().text()
        dialog.save.click()
        await until(lambda: dialog.findChildren(QFileDialog))
        (chooser,) = dialog.findChildren(QFileDialog)
        chooser.filesSelected.emit([str(tmp_path / "mine.txt")])
        chooser.accept()
        await until(lambda: (tmp_path / "mine.txt").exists())
        assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == dialog.text.toPlainText()
        await until(lambda: "mine.txt" in dialog.said.text())
        await desk.crashes.aclose()

    run_qt(scenario())


def test_a_report_that_cannot_be_saved_says_so_and_stays(desk: Desk, run_qt: Run, tmp_path: Path) -> None:
    async def scenario() -> None:
        press(desk.break_down("x"))
        dialog = await desk.shown()
        desk.reports.failure = StorageFailed("It could not be saved.", why="The disk is full.")
        dialog.save.click()
        await until(lambda: dialog.findChildren(QFileDialog))
        (chooser,) = dialog.findChildren(QFileDialog)
        chooser.filesSelected.emit([str(tmp_path / "mine.txt")])
        chooser.accept()
        await until(lambda: "The disk is full." in dialog.said.text())
        assert dialog.isVisible()
        await desk.crashes.aclose()

    run_qt(scenario())


def test_an_error_that_was_muted_is_not_said_again_and_others_are(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        press(desk.break_down("x"))
        dialog = await desk.shown()
        dialog.mute.click()
        dialog.done_button.click()
        assert desk.break_down("x again") is None
        assert desk.break_elsewhere().action is not None
        await desk.crashes.aclose()

    run_qt(scenario())


def test_there_is_one_at_a_time_and_an_edited_one_is_finished_first(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        press(desk.break_down("the first"))
        first = await desk.shown()
        press(desk.break_elsewhere())
        await until(lambda: desk.crashes.dialog not in (None, first))
        second = await desk.shown()
        assert "another" in second.text.toPlainText()
        second.text.appendPlainText("and what I did")
        press(desk.break_down("the third"))
        await asyncio.sleep(0.1)
        assert desk.crashes.dialog is second
        second.done_button.click()
        third = await desk.shown()
        assert "the third" in third.text.toPlainText()
        visible = [one for one in desk.window.findChildren(CrashDialog) if one.isVisible()]
        assert visible == [third]
        await desk.crashes.aclose()

    run_qt(scenario())


def test_the_end_of_an_earlier_run_is_told_with_its_report(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        desk.crashes.look_back()
        await asyncio.sleep(0.02)
        assert desk.notices == []
        desk.reports.last = CrashReport("AI Workbench 0.0.9\n", "crash.txt")
        desk.crashes.look_back()
        await until(lambda: desk.notices)
        press(desk.notices[-1])
        dialog = await desk.shown()
        assert dialog.text.toPlainText() == "AI Workbench 0.0.9\n"
        assert dialog.mute.isHidden()
        await desk.crashes.aclose()

    run_qt(scenario())


def test_a_bug_in_the_reports_makes_no_further_report(desk: Desk, run_qt: Run) -> None:
    async def broken(bug: Bug) -> CrashReport:
        raise RuntimeError("no report")

    async def scenario() -> None:
        desk.reports.of = broken  # type: ignore[method-assign]
        press(desk.break_down("x"))
        await asyncio.sleep(0.05)
        assert len(desk.notices) == 1
        await desk.crashes.aclose()

    run_qt(scenario())
