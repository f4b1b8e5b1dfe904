"""Looking for a newer version: only where it is wanted, once a day, told once and quietly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.fakes.settings import MemorySettings
from tests.fakes.updates import FakeUpdates
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.releases import Release
from workbench.domain.settings import Settings
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.update_row import UpdateRow
from workbench.ui.support.updates import Stage, UpdatesModel

ADDRESS = "https://example.org/version.json"
NEW = Release("0.2.0", "https://example.org/0.2.0", "Faster.")
ON = Settings(check_for_updates=True, update_address=ADDRESS)


@dataclass
class Desk:
    updates: FakeUpdates
    settings: SettingsModel
    model: UpdatesModel
    notices: list[Notice] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    async def settled(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0.002)

    async def closed(self) -> None:
        await self.model.aclose()
        await self.settings.aclose()


def desk_with(settings: Settings, newest: Release | None = NEW) -> Desk:
    updates, notifier = FakeUpdates(newest), Notifier()
    held = SettingsModel(settings, MemorySettings())
    opened: list[str] = []

    def open_page(url: str) -> bool:
        opened.append(url)
        return "nowhere" not in url

    model = UpdatesModel(updates, held, notifier, open_page=open_page)
    desk = Desk(updates, held, model, opened=opened)
    notifier.posted.connect(desk.notices.append)
    return desk


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(update_address=ADDRESS), replace(ON, update_address="")]
)
def test_nobody_is_asked_unless_it_is_switched_on_and_an_address_is_known(
    qapp: QApplication, run_qt: Run, settings: Settings
) -> None:
    async def scenario() -> None:
        desk = desk_with(settings)
        desk.model.start()
        await desk.settled()
        assert desk.updates.asked == []
        await desk.closed()

    run_qt(scenario())


def test_a_newer_version_is_told_once_and_opens_its_page_on_a_click_only(
    qapp: QApplication, run_qt: Run
) -> None:
    async def scenario() -> None:
        desk = desk_with(ON)
        desk.model.start()
        await desk.settled()
        (notice,) = desk.notices
        assert "0.2.0" in notice.text
        assert notice.detail == "Faster."
        assert desk.opened == []
        assert notice.action is not None
        notice.action()
        assert desk.opened == [NEW.url]
        desk.updates.time += 2 * 86_400
        desk.model._timer.timeout.emit()
        await desk.settled()
        assert len(desk.updates.asked) == 2
        assert len(desk.notices) == 1
        await desk.closed()

    run_qt(scenario())


def test_it_is_asked_once_a_day_also_where_nobody_answers(qapp: QApplication, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = desk_with(ON)
        desk.updates.failure = RequestFailed("No network.", failure=Failure.DNS, maker=Maker.NETWORK)
        desk.model.start()
        await desk.settled()
        again = desk_with(replace(ON, update_checked_at=desk.settings.value.update_checked_at))
        again.model.start()
        desk.model._timer.timeout.emit()
        await desk.settled()
        assert (len(desk.updates.asked), len(again.updates.asked)) == (1, 0)
        assert desk.notices == []
        assert desk.model.stage is Stage.FAILED
        await desk.closed()
        await again.closed()

    run_qt(scenario())


def test_switching_it_on_looks_at_once(qapp: QApplication, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = desk_with(Settings(update_address=ADDRESS))
        desk.model.start()
        desk.settings.set("check_for_updates", True)
        await desk.settled()
        assert desk.updates.asked == [ADDRESS]
        await desk.closed()

    run_qt(scenario())


def test_what_was_found_belongs_to_the_address_it_was_found_at(qapp: QApplication, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = desk_with(ON)
        desk.model.check()
        await desk.settled()
        assert (desk.model.stage, desk.model.found) == (Stage.FOUND, NEW)
        desk.settings.set("update_address", "https://example.com/v.json")
        assert (desk.model.stage, desk.model.found) == (Stage.READY, None)
        desk.updates.waiting = asyncio.Event()
        desk.model.check()
        await desk.settled()
        assert desk.model.place == "example.com"
        desk.settings.set("update_address", "")
        await desk.settled()
        assert desk.model.stage is Stage.READY
        await desk.closed()

    run_qt(scenario())


@pytest.mark.parametrize(
    ("newest", "said"),
    [(NEW, "Version 0.2.0 is available; this is 0.1.0."), (None, "0.1.0 is the newest version.")],
)
def test_the_row_says_what_came_of_it(
    qtbot: QtBot, theme: Theme, run_qt: Run, newest: Release | None, said: str
) -> None:
    async def scenario() -> None:
        desk = desk_with(Settings(update_address=ADDRESS), newest)
        row = UpdateRow(theme, desk.model)
        qtbot.addWidget(row)
        assert row.words.text() == "Not checked yet. It is not checked by itself."
        assert ADDRESS in row.check.toolTip()
        desk.updates.waiting = asyncio.Event()
        row.check.click()
        await desk.settled()
        assert "example.org" in row.words.text()
        row.check.click()
        await desk.settled()
        assert desk.updates.asked == [ADDRESS]
        desk.updates.waiting.set()
        await desk.settled()
        assert row.words.text() == said
        assert row.check.isEnabled()
        assert row.page.isHidden() == (newest is None)
        row.page.click()
        assert desk.opened == ([] if newest is None else [NEW.url])
        assert desk.notices == []
        await desk.closed()

    run_qt(scenario())


def test_the_row_says_when_it_is_checked(qtbot: QtBot, theme: Theme, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = desk_with(Settings(update_checked_at=1_700_000_000))
        row = UpdateRow(theme, desk.model)
        qtbot.addWidget(row)
        when, rest = row.words.text().split(". ", 1)
        assert "23" in when
        assert rest == "It is not checked by itself."
        desk.settings.set("check_for_updates", True)
        assert row.words.text().endswith("It is checked once a day.")
        assert desk.updates.asked == []
        await desk.closed()

    run_qt(scenario())


def test_the_row_says_why_nothing_came(qtbot: QtBot, theme: Theme, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = desk_with(Settings(update_address=ADDRESS))
        row = UpdateRow(theme, desk.model)
        qtbot.addWidget(row)
        desk.updates.failure = RequestFailed(
            "No answer.", failure=Failure.DNS, maker=Maker.NETWORK, fix="Try later."
        )
        row.check.click()
        await desk.settled()
        assert row.words.text() == "No answer. Try later."
        assert row.words.property("role") == "bad"
        desk.settings.set("update_address", "")
        assert "No address is known" in row.words.text()
        assert not row.check.isEnabled()
        assert row.check.toolTip()
        await desk.closed()

    run_qt(scenario())


def test_where_no_browser_opens_the_address_is_told(qapp: QApplication, run_qt: Run) -> None:
    async def scenario() -> None:
        desk = desk_with(ON, replace(NEW, url="https://nowhere.example/"))
        desk.model.check()
        await desk.settled()
        desk.model.open_found()
        assert "https://nowhere.example/" in desk.notices[-1].text
        await desk.closed()

    run_qt(scenario())


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("", True),
        ("https://example.org/v.json", True),
        ("http://127.0.0.1:8000/v.json", True),
        ("http://example.org/v.json", False),
        ("https://amina:secret@example.org/v.json", False),
        ("https://", False),
        ("https://[", False),
        ("file:///etc/passwd", False),
        (7, False),
    ],
)
def test_only_a_safe_address_is_taken(qapp: QApplication, value: Any, right: bool) -> None:
    settings = SettingsModel(Settings(), MemorySettings())
    assert (settings.set("update_address", value) == "") is right
    settings.flush()
