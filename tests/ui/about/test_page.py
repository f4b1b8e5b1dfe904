"""The page about the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.fakes.data import FakeData
from tests.fakes.settings import MemorySettings
from tests.fakes.updates import FakeUpdates
from tests.waiting import until
from workbench.domain.settings import Settings
from workbench.services.about import Build, Notice
from workbench.ui.about.model import AboutModel, Host
from workbench.ui.about.page import AboutPage
from workbench.ui.support.notify import Notice as Said
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.updates import UpdatesModel

BUNDLE = Build("0.1.0", "abc123", "2026-01-31T12:00:00Z", True)
SOURCE = Build("0.1.0", "", "", False)
HOST = Host("Debian 12, x86_64", "6.12.0", "6.12.1", "xcb", "3.11.9")
NOTICES = (
    Notice("AI Workbench", "0.1.0", "Apache-2.0", "Apache License"),
    Notice("httpx", "0.28", "BSD-3-Clause", "Redistribution and use"),
    Notice("Qt and PySide6", "6.12.0", "LGPL-3.0-only", "Lesser"),
    Notice("silent", "1", "MIT", ""),
)


class Desk(NamedTuple):
    page: AboutPage
    model: AboutModel
    said: list[Said]
    opened: list[Path]

    async def shown(self) -> None:
        self.page.show()
        await until(lambda: self.model.notices is not None)

    @property
    def words(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(QLabel))

    def button(self, name: str) -> QPushButton:
        return next(b for b in self.page.findChildren(QPushButton) if name in (b.text(), b.accessibleName()))


async def listed() -> Sequence[Notice]:
    return NOTICES


@pytest.fixture(params=[BUNDLE])
def desk(request: pytest.FixtureRequest, qtbot: QtBot, theme: Theme, tmp_path: Path) -> Desk:
    notifier, said, opened = Notifier(), list[Said](), list[Path]()
    notifier.posted.connect(said.append)

    def open_path(path: Path) -> bool:
        opened.append(path)
        return path.name != "logs"

    model = AboutModel(request.param, HOST, tmp_path / "program", FakeData(tmp_path), listed)
    updates = UpdatesModel(FakeUpdates(), SettingsModel(Settings(), MemorySettings()), notifier)
    page = AboutPage(theme, model, updates, notifier, open_path=open_path)
    qtbot.addWidget(page)
    return Desk(page, model, said, opened)


def test_it_says_what_it_is_and_what_it_runs_on(desk: Desk) -> None:
    for fact in ("0.1.0", "abc123", "3.11.9", "6.12.0, with PySide6 6.12.1", "Debian 12, x86_64 (xcb)"):
        assert fact in desk.words
    assert "over those in" in desk.words


@pytest.mark.parametrize("desk", [SOURCE], indirect=True)
def test_a_checkout_says_that_it_is_one(desk: Desk) -> None:
    assert "from source" in desk.words
    assert "ordinary packages" in desk.words


def test_what_is_copied_for_a_bug_report_has_facts_and_no_paths(desk: Desk, tmp_path: Path) -> None:
    desk.page.copy.click()
    copied = QApplication.clipboard().text()
    assert copied == (
        "AI Workbench 0.1.0 (commit abc123, built 2026-01-31T12:00:00Z)\n"
        "Python 3.11.9, Qt 6.12.0, PySide6 6.12.1\n"
        "Debian 12, x86_64, xcb\n"
    )
    assert str(tmp_path) not in copied
    assert desk.said[-1].key == "about-copy"


def test_the_paths_are_copied_where_they_are_asked_for(desk: Desk, tmp_path: Path) -> None:
    desk.page.copy_all.click()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0] == "AI Workbench 0.1.0 (commit abc123, built 2026-01-31T12:00:00Z)"
    assert lines[3:] == [
        f"program: {tmp_path / 'program'}",
        f"data: {tmp_path / 'data'}",
        f"settings: {tmp_path / 'settings'}",
        f"logs: {tmp_path / 'logs'}",
        f"backups: {tmp_path / 'backups'}",
        f"log file: {tmp_path / 'logs' / 'workbench.log'}",
    ]


def test_folders_are_opened_or_told(desk: Desk, tmp_path: Path) -> None:
    names = [b.accessibleName() for b in desk.page.findChildren(QPushButton) if b.accessibleName()]
    assert len(names) == len(set(names)) == 5
    desk.button("Open folder: Program").click()
    desk.button("Open folder: Settings").click()
    desk.button("Open log file").click()
    assert desk.opened == [tmp_path / "program", tmp_path / "settings", tmp_path / "logs" / "workbench.log"]
    assert desk.said == []
    desk.button("Open folder: Logs and reports of errors").click()
    assert str(tmp_path / "logs") in desk.said[-1].text


def test_notices_are_searched_and_read(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        notices = desk.page.notices
        assert notices.count.text() == "Reading the notices…"
        await desk.shown()
        assert notices.list.count() == len(NOTICES)
        assert "Apache License" in notices.text.toPlainText()
        notices.search.setText("lgpl qt")
        assert [notices.list.item(row).text() for row in range(notices.list.count())] == [
            "Qt and PySide6 6.12.0"
        ]
        assert "Lesser" in notices.text.toPlainText()
        notices.search.setText("gnu hurd")
        assert notices.count.text() == "Nothing fits."
        assert notices.text.toPlainText() == ""
        notices.search.setText("mit")
        assert "without the text" in notices.text.toPlainText()
        desk.page.licence.click()
        assert notices.search.text() == ""
        assert notices.list.currentItem().text() == "AI Workbench 0.1.0"
        notices.list.setCurrentRow(1)
        notices.search.setText("x")
        assert notices.list.currentItem().text() == "httpx 0.28"
        await desk.model.aclose()

    run_qt(scenario())


def test_the_way_to_the_settings_is_asked_for(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.page.settings_wanted):
        desk.page.settings.click()
