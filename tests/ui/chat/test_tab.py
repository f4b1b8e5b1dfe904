"""The tab as a whole, through its widgets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.ui.chat.fakes import FACTS, FLASH, KIMI, Desk, answer, conversation, question
from tests.ui.support.test_exchange_text import SENT
from tests.waiting import until
from workbench.domain.conversations import Conversation, MessageState
from workbench.domain.errors import Failure, StorageFailed
from workbench.domain.settings import Settings
from workbench.domain.targets import Target, TargetKind
from workbench.domain.trouble import Trouble
from workbench.ui.chat.catalogue import Freshness
from workbench.ui.chat.commands import ChatCommands
from workbench.ui.chat.self_test import self_test
from workbench.ui.chat.tab import ChatTab
from workbench.ui.support.commands import CommandRegistry
from workbench.ui.support.frames import FrameClock
from workbench.ui.support.self_test import SelfTestFailed
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme


class NoFile:
    def save(self, settings: Settings) -> None:
        pass


LOCAL = Target("local", "Local gateway", TargetKind.LOCAL, gateway="default")


class Room(Desk):
    """A desk with the tab on it."""

    def __init__(self, theme: Theme, settings: Settings, *conversations: Conversation) -> None:
        super().__init__(*conversations)
        self.settings = SettingsModel(settings, NoFile())
        self.frames = FrameClock()
        self.tab = ChatTab(self.model, theme, self.frames, self.settings, self.notifier)
        self.tab.resize(1200, 700)
        self.tab.show()
        self.tab.show_target(LOCAL)

    def page(self) -> str:
        """Which of the pages in the middle is shown."""
        shown = {
            "empty": self.tab.middle.empty,
            "failed": self.tab.middle.failed,
            "transcript": self.tab.transcript,
        }
        return next((name for name, widget in shown.items() if widget.isVisible()), "loading")


@asynccontextmanager
async def room(
    theme: Theme, *conversations: Conversation, settings: Settings | None = None
) -> AsyncIterator[Room]:
    made = Room(theme, settings or Settings(), *conversations)
    try:
        await made.open()
        yield made
    finally:
        await made.tab.aclose()
        await made.settings.aclose()
        made.frames.stop()
        made.tab.close()
        made.tab.deleteLater()


def test_the_tab_proves_itself(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme) as here:
            here.chat.exchanges["x"] = SENT
            here.chat.exchange_id = "x"
            await self_test(here.tab)
            assert here.chat.asked == ["Explain what a token bucket is, with a short example."]

    run_qt(story())


def test_the_self_test_names_the_step_that_failed(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme) as here:
            here.chat.trouble = Trouble("Nobody answers.")
            with pytest.raises(SelfTestFailed) as caught:
                await self_test(here.tab)
            assert caught.value.step == "the answer is whole"
            assert "Nobody answers." in str(caught.value)

    run_qt(story())


def test_it_is_loading_then_empty_and_an_example_runs_at_a_click(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        made = Room(theme, Settings())
        assert made.page() == "loading"
        async with made:
            assert made.page() == "empty"
            made.tab.middle.empty.cards[1].click()
            await until(lambda: made.chat.asked and not made.model.busy)
            assert "العربية" in made.chat.asked[0]
            assert made.page() == "transcript"
        made.frames.stop()
        await made.settings.aclose()
        made.tab.close()
        made.tab.deleteLater()

    run_qt(story())


def test_a_database_that_fails_is_told_with_a_way_to_try_again(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            here.store.trouble = StorageFailed("The database is locked.")
            here.model.load()
            await until(lambda: here.page() == "failed")
            here.store.trouble = None
            here.tab.middle.failed.retry.click()
            await until(lambda: here.page() != "failed")
            assert here.tab.composer.isEnabled()

    run_qt(story())


def test_the_list_makes_room_for_the_inspector_in_a_narrow_window(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            here.tab.resize(780, 600)
            assert here.tab.list.isVisible()
            here.tab.toggle_inspector()
            assert here.tab.inspector.isVisible()
            assert not here.tab.list.isVisible()
            here.tab.toggle_list()
            assert here.tab.list.isVisible()
            assert not here.tab.inspector.isVisible()

    run_qt(story())


def test_panels_are_remembered(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk"), settings=Settings(inspector_shown=True)) as here:
            assert here.tab.inspector.isVisible()
            here.tab.toggle_inspector()
            here.tab.toggle_list()
            assert not here.settings.value.inspector_shown
            assert not here.settings.value.conversations_shown

    run_qt(story())


def test_details_open_beside_the_transcript_and_close_again(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk")
        async with room(theme, talk) as here:
            found = answer(talk.id, "A", facts=FACTS, exchange_id="x")
            here.store.put(question(talk.id, "Q"), found)
            here.chat.exchanges["x"] = SENT
            other = conversation("other", 0.0)
            here.store.kept[other.id], here.store.threads[other.id] = other, {}
            await here.model.library.load()
            here.model.select(other.id)
            here.model.select(talk.id)
            await until(lambda: here.model.messages)
            here.tab.transcript.details_requested.emit(found.id)
            await until(lambda: here.tab.details.isVisible())
            assert here.tab.details.text.toPlainText().startswith("POST http")
            here.tab.details.closed.emit()
            assert not here.tab.details.isVisible()

    run_qt(story())


def test_trouble_asks_for_what_helps(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            wanted: list[str] = []
            here.tab.connection_wanted.connect(lambda: wanted.append("connection"))
            here.tab.doctor_wanted.connect(wanted.append)
            for failure in (Failure.UNAUTHORIZED, Failure.DNS, Failure.MODEL_NOT_FOUND):
                here.chat.trouble = Trouble("no", failure=failure)
                await here.ask("Hi")
                here.tab.transcript.fix_requested.emit(here.model.messages[-1].id)
            assert wanted == ["connection", FLASH.id]
            assert here.tab.picker.isVisible()
            here.tab.picker.close()

    run_qt(story())


def test_a_provider_that_wants_a_pause_is_counted_down(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            here.chat.trouble = Trouble("Too many requests.", retryable=True, retry_after_s=0.4)
            await here.ask("Hi")
            failed = here.model.messages[-1]
            entry = here.tab.transcript.column.entry(failed.id)
            assert entry is not None
            assert entry.message.note == "Can be tried again in 1 s"
            assert not entry.message.can_retry
            await until(lambda: entry.message.can_retry)
            assert entry.message.note == ""

    run_qt(story())


def test_only_web_and_mail_links_are_opened(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            here.tab.transcript.link_activated.emit("file:///etc/passwd")
            assert "file:///etc/passwd" in here.notices[-1].detail

    run_qt(story())


def test_the_picker_sets_the_model_of_the_conversation(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            here.tab.choose_model()
            QTest.keyClicks(here.tab.picker.field, "kimi")
            QTest.keyClick(here.tab.picker.field, Qt.Key.Key_Return)
            assert here.model.settings.model == KIMI.id
            await until(lambda: here.catalogue.freshness is not Freshness.LOADING)

    run_qt(story())


def test_commands_do_what_they_say_while_the_tab_is_shown(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            commands = {each.id: each for each in ChatCommands(here.tab).all()}
            assert not commands["chat.copy"].enabled()
            await here.ask("Hi")
            commands["chat.copy"].run()
            assert QGuiApplication.clipboard().text() == "Hello there"
            commands["chat.retry"].run()
            await until(lambda: not here.model.busy)
            assert len(here.chat.retried) == 1
            commands["chat.new"].run()
            await until(lambda: here.page() == "empty")
            here.tab.hide()
            assert not any(each.enabled() for each in commands.values())

    run_qt(story())


def test_ctrl_enter_sends_from_anywhere_in_the_window(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        async with room(theme, conversation("talk")) as here:
            registry = CommandRegistry()
            registry.attach(here.tab)
            registry.add(*ChatCommands(here.tab).all())
            here.tab.composer.field.setPlainText("Hi")
            keys = QKeySequence("Ctrl+Return")
            next(each for each in here.tab.actions() if keys in each.shortcuts()).trigger()
            await until(lambda: here.chat.asked and not here.model.busy)
            assert here.chat.asked == ["Hi"]

    run_qt(story())


def test_the_palette_finds_conversations_by_words_of_their_titles(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        first, second = conversation("Token bucket", 2.0), conversation("Leaky bucket", 1.0)
        async with room(theme, first, second) as here:
            assert [each.title for each in here.tab.matching("BUCK")] == ["Token bucket", "Leaky bucket"]
            here.tab.matching("leaky")[0].open()
            assert here.tab.title() == "Leaky bucket"
            await until(lambda: here.model.loaded)

    run_qt(story())


def test_an_answer_that_was_cut_is_marked_and_kept(run_qt: Run, theme: Theme) -> None:
    async def story() -> None:
        talk = conversation("talk")
        made = Room(theme, Settings(), talk)
        made.store.put(question(talk.id, "Q"), answer(talk.id, "half", state=MessageState.CUT))
        async with made:
            entry = made.tab.transcript.column.entry(made.model.messages[-1].id)
            assert entry is not None
            assert (entry.message.text, entry.message.note) == ("half", "Cut off")
        made.frames.stop()
        await made.settings.aclose()
        made.tab.close()
        made.tab.deleteLater()

    run_qt(story())
