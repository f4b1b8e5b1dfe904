"""The tab: its four parts, what it says while the gateway does not run, providers, gateways, lines to copy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from tests.conftest import Run
from tests.ui.dragging import enter, files, leave
from tests.ui.gateway.fakes import DOWN, OLLAMA, RUNNING, FakeDesk, route_state
from tests.waiting import until
from workbench.domain.errors import InvalidInput
from workbench.domain.gateway import GatewayPhase, GatewayState, UpstreamKind
from workbench.domain.gateways import Mode
from workbench.services.gateway_desk import Remarks
from workbench.services.gateway_usage import WAYS
from workbench.ui.gateway.commands import GatewayCommands
from workbench.ui.gateway.model import GatewayModel, Part
from workbench.ui.gateway.providers.model import Phase
from workbench.ui.gateway.tab import GatewayTab
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme

FAILED = GatewayState(
    GatewayPhase.FAILED, what="It does not stay up.", why="The port is taken.", fix="Choose another."
)


class Desk:
    def __init__(self, theme: Theme, fake: FakeDesk) -> None:
        self.fake = fake
        self.notices: list[Notice] = []
        self.notifier = Notifier()
        self.notifier.posted.connect(self.notices.append)
        self.model = GatewayModel(fake, self.notifier)
        self.tab = GatewayTab(theme, self.model, self.notifier)
        self.tab.resize(1000, 700)

    def undo(self) -> None:
        action = self.notices[-1].action
        assert action is not None
        action()

    def read(self) -> bool:
        return self.model.gateways.phase is Phase.READY


def go(
    run_qt: Run,
    theme: Theme,
    act: Callable[[Desk], Awaitable[None]],
    part: Part = Part.REQUESTS,
    fake: FakeDesk | None = None,
) -> None:
    @asynccontextmanager
    async def opened() -> AsyncGenerator[Desk]:
        made = Desk(theme, fake or FakeDesk())
        made.tab.show()
        made.model.open(part)
        try:
            yield made
        finally:
            await made.tab.aclose()
            made.tab.close()
            made.tab.deleteLater()

    async def scenario() -> None:
        async with opened() as made:
            await act(made)

    run_qt(scenario())


# the tab


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (GatewayState(), "not running"),
        (GatewayState(GatewayPhase.STARTING), "starting"),
        (FAILED, "does not stay up"),
    ],
)
def test_while_the_gateway_does_not_run_the_tab_says_so_and_starts_it(
    theme: Theme, run_qt: Run, state: GatewayState, words: str
) -> None:
    async def act(desk: Desk) -> None:
        assert desk.tab._stack.currentWidget() is desk.tab.down
        assert words in desk.tab.down.what.text()
        assert not desk.fake.requests.pages
        desk.tab._start.click()
        await until(lambda: desk.model.running and desk.fake.requests.pages)
        assert desk.tab._stack.currentWidget() is desk.tab.requests

    go(run_qt, theme, act, fake=FakeDesk(state=state))


def test_a_gateway_that_goes_and_comes_back_is_read_again(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        await until(lambda: desk.fake.requests.since)
        desk.fake.become(replace(FAILED))
        assert desk.tab._stack.currentWidget() is desk.tab.down
        before = len(desk.fake.requests.pages)
        desk.fake.become(RUNNING)
        await until(lambda: len(desk.fake.requests.pages) > before)

    go(run_qt, theme, act)


@pytest.mark.parametrize("part", list(Part))
def test_every_part_opens_by_its_button_and_is_drawn_in_both_colours(
    theme: Theme, run_qt: Run, part: Part
) -> None:
    async def act(desk: Desk) -> None:
        await until(desk.read)
        desk.tab.buttons[part].click()
        assert desk.model.part is part
        assert "Alt+" in desk.tab.buttons[part].toolTip()
        await asyncio.sleep(0.02)
        desk.tab.grab()
        theme.set_mode("dark")
        desk.tab.grab()

    go(run_qt, theme, act)


def test_every_part_can_be_found_in_the_palette(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        shown: list[str] = []
        commands = GatewayCommands(desk.tab, lambda: shown.append("gateway")).all()
        for command, part in zip(commands, Part, strict=True):
            command.run()
            assert desk.model.part is part
        assert len(shown) == len(Part)

    go(run_qt, theme, act)


def test_what_should_be_known_stands_calmly_on_top(theme: Theme, run_qt: Run) -> None:
    fake = FakeDesk()
    fake.told = Remarks("The disk is full.", "There is no keychain.", faults=True)

    async def act(desk: Desk) -> None:
        await until(lambda: not desk.tab.remark.isHidden())
        assert desk.tab.remark.words.text() == "The disk is full. There is no keychain."
        assert not desk.tab.faults.isHidden()
        desk.tab.faults.act.click()
        await until(desk.tab.faults.isHidden)

    go(run_qt, theme, act, fake=fake)


# providers


@pytest.mark.parametrize(
    ("behind", "words"),
    [
        (UpstreamKind.SANDBOX, "Default: the sandbox"),
        (UpstreamKind.OPENAI, "Default: the server of the settings"),
        (UpstreamKind.CLOUDFLARE, "Default: Cloudflare"),
    ],
)
def test_who_answers_where_nothing_is_chosen_is_named(
    theme: Theme, run_qt: Run, behind: UpstreamKind, words: str
) -> None:
    fake = FakeDesk()
    fake.told = Remarks(behind=behind)

    async def act(desk: Desk) -> None:
        page = desk.tab.providers
        await until(lambda: bool(page.known.rows) and page.row("openai").mode.currentText() == words)

    go(run_qt, theme, act, Part.PROVIDERS, fake=fake)


def test_a_mode_is_chosen_in_plain_words(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        await until(lambda: desk.tab.providers.known.rows)
        mode = desk.tab.providers.row("openai").mode
        assert mode.currentText() == "Default: as the settings say"
        mode.activated.emit(mode.findData(Mode.STORED))
        await until(lambda: desk.fake.providers.states["openai"].mode is Mode.STORED)
        await until(lambda: desk.tab.providers.row("openai").state.mode is Mode.STORED)

    go(run_qt, theme, act, Part.PROVIDERS)


def test_the_wheel_over_a_mode_changes_nothing(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        await until(lambda: desk.tab.providers.known.rows)
        mode = desk.tab.providers.row("openai").mode
        at = QPointF(mode.rect().center())
        none = Qt.KeyboardModifier.NoModifier
        turn = QWheelEvent(
            at,
            at,
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            none,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(mode, turn)
        assert mode.currentIndex() == 0

    go(run_qt, theme, act, Part.PROVIDERS)


def test_a_key_goes_in_is_shown_by_its_end_replaced_and_removed(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        model, page = desk.model.providers, desk.tab.providers
        await until(lambda: page.known.rows)
        page.row("openai").add_key.click()
        form = page.row("openai").form
        assert form is not None
        line = form.fields["secret"].control
        assert isinstance(line, QLineEdit)
        assert line.echoMode() is QLineEdit.EchoMode.Password
        form.save.click()
        assert model.problems == {"secret": "Paste the key."}
        line.setText("sk-canary-abcd")
        form.save.click()
        await until(lambda: desk.fake.providers.states["openai"].keys and not model.editing)
        await until(lambda: page.row("openai").state.keys)
        (config,) = page.row("openai").state.keys
        assert page.row("openai")._words.key(config) == "••••abcd"
        model.edit(f"replace/{config.id}")
        model.save_key("openai", "sk-canary-wxyz", "default", "5", "60", config)
        await until(lambda: [one.preview for one in desk.fake.providers.states["openai"].keys] == ["wxyz"])
        await until(lambda: not model.editing)
        model.remove_key(desk.fake.providers.states["openai"].keys[0])
        await until(lambda: desk.notices)
        assert not desk.fake.providers.states["openai"].keys

    go(run_qt, theme, act, Part.PROVIDERS)


def test_what_the_gateway_refuses_of_a_key_stands_at_its_field(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        model, page = desk.model.providers, desk.tab.providers
        await until(lambda: page.known.rows)
        desk.fake.providers.refuse = {"alias": "Expected letters."}
        page.row("openai").add_key.click()
        model.save_key("openai", "sk-canary", "a b", "", "")
        await until(lambda: model.problems == {"alias": "Expected letters."})
        form = page.row("openai").form
        assert form is not None
        assert form.fields["alias"].control.accessibleDescription() == "Expected letters."

    go(run_qt, theme, act, Part.PROVIDERS)


def test_a_found_server_is_one_click_away(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        model, page = desk.model.providers, desk.tab.providers
        await until(lambda: model.models)
        add = next(one for one in page.found.findChildren(QPushButton) if one.text() == "Add")
        add.click()
        await until(lambda: model.known_as(OLLAMA) == "custom-ollama")
        await until(lambda: desk.notices)
        assert "custom-ollama/llama3.2" in desk.notices[-1].detail
        assert page.row("custom-ollama").state.custom is not None

    go(run_qt, theme, act, Part.PROVIDERS)


def test_a_provider_of_ones_own_is_added_changed_and_deleted_with_undo(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        model, page = desk.model.providers, desk.tab.providers
        await until(lambda: page.known.rows)
        page.new.click()
        assert page.new_form is not None
        name = page.new_form.fields["name"].control
        assert isinstance(name, QLineEdit)
        name.setText("My box")
        name.textEdited.emit("My box")
        assert page.new_form.text("slug") == "my-box"
        model.add("My box", "my-box", "http://127.0.0.1:9/v1")
        await until(lambda: page.own.rows)
        custom = page.row("custom-my-box").state.custom
        assert custom is not None
        model.edit(f"custom/{custom.id}")
        assert page.row("custom-my-box").form is not None
        model.enable(custom, False)
        await until(
            lambda: "Switched off" in page.row("custom-my-box")._words.lack(page.row("custom-my-box").state)
        )
        model.delete(custom)
        await until(lambda: desk.notices and not model.custom)
        desk.undo()
        await until(lambda: model.custom)

    go(run_qt, theme, act, Part.PROVIDERS)


def test_providers_that_cannot_be_read_say_why(theme: Theme, run_qt: Run) -> None:
    fake = FakeDesk()
    fake.providers.error = DOWN

    async def act(desk: Desk) -> None:
        await until(lambda: desk.model.providers.phase is Phase.FAILED)
        assert desk.tab.providers._blank.what.text() == DOWN.what
        fake.providers.error = None
        desk.tab.providers._again.click()
        await until(lambda: desk.tab.providers.known.rows)

    go(run_qt, theme, act, Part.PROVIDERS, fake)


# gateways


def test_settings_are_edited_saved_and_refused_at_their_fields(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        await until(desk.read)
        model, page = desk.model.gateways, desk.tab.gateways
        assert page._bar.isHidden()
        line = page.form.fields["cache_ttl"].control.findChildren(QLineEdit)[0]
        line.setText("5")
        line.textEdited.emit("5")
        assert model.dirty
        desk.fake.gateways.refuse = {"cache_ttl": "Expected 60 or more.", "odd.place": "Odd."}
        page.save.click()
        await until(lambda: model.problems)
        assert page.form.fields["cache_ttl"].control.accessibleDescription() == "Expected 60 or more."
        assert "odd.place: Odd." in page.form.rest.text()
        line.textEdited.emit("60")
        page.save.click()
        await until(lambda: desk.fake.gateways.documents["default"]["cache_ttl"] == 60)
        await until(page._bar.isHidden)

    go(run_qt, theme, act, Part.GATEWAYS)


def test_what_was_edited_can_be_taken_back(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        await until(desk.read)
        model = desk.model.gateways
        model.set("workbench.coalesce", False)
        model.add_limit()
        assert model.value("spend_limits.rules.0.limit") == 10
        model.set("spend_limits.rules.0.limit", 2.5)
        assert model.value("spend_limits.rules.0.limit") == 2.5
        model.add_limit()
        model.remove_limit(0)
        assert [rule["limit"] for rule in model.value("spend_limits.rules")] == [10]
        desk.tab.gateways.revert.click()
        assert not model.dirty
        assert model.value("workbench.coalesce") is True
        assert model.value("spend_limits.rules") is None

    go(run_qt, theme, act, Part.GATEWAYS)


def test_a_gateway_is_named_made_chosen_and_deleted_with_undo(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        await until(desk.read)
        model, page = desk.model.gateways, desk.tab.gateways
        assert page.delete.isHidden()
        page.new.click()
        desk.fake.gateways.refuse = {"id": "Expected letters."}
        page.name.setText("a b")
        page.name.returnPressed.emit()
        await until(lambda: model.naming_problem == "Expected letters.")
        page.name.setText("team")
        page.name.returnPressed.emit()
        await until(lambda: model.open_id == "team")
        assert not desk.tab.requests.filters.gateway.isHidden()
        page.delete.click()
        await until(lambda: model.ids == ("default",))
        desk.undo()
        await until(lambda: model.open_id == "team")

    go(run_qt, theme, act, Part.GATEWAYS)


def test_routes_show_what_runs_roll_back_and_are_deleted_with_undo(theme: Theme, run_qt: Run) -> None:
    fake = FakeDesk()
    fake.gateways.route_states["default"] = (route_state(),)

    async def act(desk: Desk) -> None:
        model, page = desk.model.gateways, desk.tab.gateways
        await until(lambda: model.route_names == ("by-plan",))
        assert desk.tab.requests.filters.route.findData("by-plan") > 0
        back = next(one for one in page.routes.findChildren(QPushButton) if one.text() == "Let it run")
        back.click()
        await until(lambda: model.routes[0].versions[1].live)
        desk.undo()
        await until(lambda: model.routes[0].versions[0].live)
        model.delete_route(model.routes[0].entry)
        await until(lambda: not model.routes)
        assert not page._no_routes.isHidden()
        desk.undo()
        await until(lambda: model.routes)

    go(run_qt, theme, act, Part.GATEWAYS, fake)


def test_a_route_file_is_deployed_and_in_spite_of_errors_if_wanted(
    theme: Theme, run_qt: Run, tmp_path: Path
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"primary": "openai/gpt-4o", "fallbacks": []}), encoding="utf-8")

    async def act(desk: Desk) -> None:
        await until(desk.read)
        desk.model.gateways.deploy_file(str(file))
        await until(lambda: desk.notices)
        assert "dynamic/plan" in desk.notices[-1].text
        desk.fake.gateways.deploy_error = InvalidInput("It has 1 error.")
        desk.model.gateways.deploy_file(str(file))
        await until(lambda: desk.notices[-1].text == "It has 1 error.")
        desk.undo()
        await until(lambda: len(desk.fake.gateways.deployed) == 2)
        assert desk.fake.gateways.deployed[-1] == ("default", "plan", True)

    go(run_qt, theme, act, Part.GATEWAYS)


# use it


def test_lines_are_copied_with_the_token_only_when_that_is_asked(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        page, clipboard = desk.tab.usage, QGuiApplication.clipboard()
        for way in WAYS:
            assert "canary" not in page.blocks[way.id].text
        page.blocks["curl"].copy.click()
        await until(lambda: desk.notices)
        assert "$WORKBENCH_TOKEN" in clipboard.text()
        page.with_token.click()
        page.blocks["curl"].copy.click()
        await until(lambda: "canary-access-token" in clipboard.text())
        assert "canary" not in page.blocks["curl"].text
        page.copy_token.click()
        await until(lambda: clipboard.text() == "canary-access-token")
        assert all("canary" not in one.text + one.detail for one in desk.notices)

    go(run_qt, theme, act, Part.USE)


def test_lines_follow_the_gateway_and_the_model(theme: Theme, run_qt: Run) -> None:
    async def act(desk: Desk) -> None:
        page = desk.tab.usage
        page.model.setEditText("dynamic/by-plan")
        desk.model.usage.set_gateway("team")
        assert '"dynamic/by-plan"' in page.blocks["openai"].text
        assert "/v1/local/team/compat" in page.blocks["openai"].text
        assert page.address.text() == "http://127.0.0.1:8787/v1/local/team"

    go(run_qt, theme, act, Part.USE)


def test_a_file_that_is_dragged_over_the_gateways_is_told_what_becomes_of_it(
    theme: Theme, run_qt: Run, tmp_path: Path
) -> None:
    async def act(desk: Desk) -> None:
        page = desk.tab.gateways
        hint = page.drops.hint
        assert not enter(page, QMimeData()), "words are no route file"
        assert hint.isHidden()
        assert enter(page, files(tmp_path / "route.json"))
        assert not hint.isHidden()
        assert hint.geometry() == page.rect()
        leave(page)
        assert hint.isHidden()

    go(run_qt, theme, act, Part.GATEWAYS)
