from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.fakes.data import FakeData
from tests.fakes.settings import MemorySettings
from tests.fakes.targets import CLOUD, LOCAL, FakeTargets
from tests.fakes.updates import FakeUpdates
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.gateway import GatewayPhase, GatewayState
from workbench.domain.secret import Secret
from workbench.domain.settings import Settings, info_of
from workbench.domain.targets import Target
from workbench.ui.preferences.data_model import DataModel
from workbench.ui.preferences.model import PreferencesModel
from workbench.ui.preferences.page import PreferencesPage
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.targets import TargetsModel
from workbench.ui.support.theme import Theme
from workbench.ui.support.updates import UpdatesModel
from workbench.ui.support.work import RunningWork


class FakeGateway:
    def __init__(self, port: Callable[[], int]) -> None:
        self.state = GatewayState()
        self.port = port
        self.listeners: list[Callable[[GatewayState], None]] = []

    def on_change(self, listener: Callable[[GatewayState], None], /) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def restart(self) -> GatewayState:
        self.become(GatewayState(GatewayPhase.RUNNING, f"http://127.0.0.1:{self.port()}"))
        return self.state

    async def access_token(self) -> Secret:
        return Secret("local-token")

    def become(self, state: GatewayState) -> None:
        self.state = state
        for listener in self.listeners:
            listener(state)


class FakeUpstreams:
    def __init__(self) -> None:
        self.targets: Sequence[Target] = (LOCAL, CLOUD)
        self.upstream_id = ""
        self.failure: Exception | None = None

    async def set_upstream(self, target_id: str = "") -> None:
        if self.failure is not None:
            raise self.failure
        self.upstream_id = target_id


class FakeKeychain:
    note = "Secrets are kept in memory only, because the keychain is locked."

    async def retry(self) -> None:
        self.note = ""


@dataclass
class Desk:
    page: PreferencesPage
    model: PreferencesModel
    settings: SettingsModel
    gateway: FakeGateway
    upstreams: FakeUpstreams
    failures: list[object]

    def button(self, text: str) -> QPushButton:
        found = [b for b in self.page.findChildren(QPushButton) if text in (b.text(), b.accessibleName())]
        return found[0]


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Desk:
    settings = SettingsModel(Settings(), MemorySettings())
    gateway = FakeGateway(lambda: settings.value.gateway_port)
    upstreams, failures = FakeUpstreams(), list[object]()
    targets = TargetsModel(FakeTargets())
    data = DataModel(FakeData(tmp_path), settings, RunningWork(), lambda: None)
    updates = UpdatesModel(FakeUpdates(), settings, Notifier())
    model = PreferencesModel(settings, gateway, upstreams, targets, FakeKeychain(), data, updates)
    model.failed.connect(failures.append)
    page = PreferencesPage(theme, model, Notifier())
    qtbot.addWidget(page)
    return Desk(page, model, settings, gateway, upstreams, failures)


async def closed(desk: Desk) -> None:
    await desk.model.aclose()
    desk.settings.flush()


def test_every_declared_setting_has_a_field(desk: Desk) -> None:
    for setting in fields(Settings):
        if info_of(setting.name).shown:
            assert desk.page.field(setting.name).control.accessibleName()


def test_a_choice_is_taken_at_once_and_one_click_goes_back(desk: Desk) -> None:
    desk.button("Theme: Dark").click()
    assert desk.settings.value.theme == "dark"
    desk.page.field("theme").reset_wanted.emit()
    assert desk.settings.value.theme == "system"
    desk.settings.flush()


def test_what_is_wrong_is_said_beside_the_field_while_it_is_typed(desk: Desk) -> None:
    field = desk.page.field("gateway_port")
    line = field.control
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, "80")
    assert "at least 1024" in line.accessibleDescription()
    assert desk.settings.value.gateway_port == 8787
    QTest.keyClicks(line, "80")
    assert line.accessibleDescription() == ""
    assert desk.settings.value.gateway_port == 8080
    desk.settings.flush()


def test_the_search_leaves_what_fits(desk: Desk) -> None:
    desk.page.search.setText("port")
    assert not desk.page.field("gateway_port").isHidden()
    assert desk.page.field("theme").isHidden()
    desk.page.search.setText("")
    assert not desk.page.field("theme").isHidden()


def test_the_gateway_can_be_started_and_tells_where_it_listens(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        desk.button("Start now").click()
        await asyncio.sleep(0.02)
        assert "http://127.0.0.1:8787" in desk.model.snippet()
        assert desk.button("Start now").isHidden()
        await closed(desk)

    run_qt(scenario())


def test_a_changed_port_offers_a_restart_that_takes_it(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        desk.button("Start now").click()
        await asyncio.sleep(0.02)
        desk.settings.set("gateway_port", 9001)
        assert not desk.button("Restart now").isHidden()
        desk.button("Restart now").click()
        await asyncio.sleep(0.02)
        assert desk.gateway.state.address == "http://127.0.0.1:9001"
        assert desk.button("Start now").isHidden()
        await closed(desk)

    run_qt(scenario())


def test_a_connection_can_answer_behind_the_gateway(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        combo = next(c for c in desk.page.findChildren(QComboBox) if c.findData("cf") >= 0)
        assert [combo.itemText(row) for row in range(combo.count())] == ["Sandbox", CLOUD.name]
        combo.activated.emit(1)
        await asyncio.sleep(0.02)
        assert desk.upstreams.upstream_id == "cf"
        desk.upstreams.failure = RequestFailed(
            "No token.", failure=Failure.NOT_CONFIGURED, maker=Maker.WORKBENCH
        )
        combo.activated.emit(0)
        await asyncio.sleep(0.02)
        assert combo.currentData() == "cf"
        assert desk.failures == [desk.upstreams.failure]
        await closed(desk)

    run_qt(scenario())


def test_the_token_goes_to_the_clipboard_and_never_into_the_example(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        desk.button("Copy access token").click()
        await asyncio.sleep(0.02)
        assert QApplication.clipboard().text() == "local-token"
        assert "local-token" not in desk.model.snippet()
        await closed(desk)

    run_qt(scenario())


def test_a_keychain_that_works_again_is_taken_back(desk: Desk, run_qt: Run) -> None:
    async def scenario() -> None:
        desk.button("Try the keychain again").click()
        await asyncio.sleep(0.02)
        assert desk.model.keychain_note == ""
        assert desk.button("Try the keychain again").isHidden()
        await closed(desk)

    run_qt(scenario())


def test_the_version_is_told_and_leads_to_what_the_program_says_of_itself(desk: Desk, qtbot: QtBot) -> None:
    assert "AI Workbench 0.1.0" in [label.text() for label in desk.page.findChildren(QLabel)]
    about = next(b for b in desk.page.findChildren(QPushButton) if b.text() == "About AI Workbench")
    with qtbot.waitSignal(desk.model.about_wanted):
        about.click()
