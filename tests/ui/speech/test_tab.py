"""The speech tab as somebody uses it: what stands where, pages, keys."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.dragging import drop, files
from tests.ui.speech.desks import Recordings, Takes, desk
from tests.ui.speech.library.fakes import recording, take
from tests.ui.speech.transcript.samples import transcript
from tests.waiting import until
from workbench.domain.errors import InvalidInput
from workbench.domain.settings import Settings
from workbench.domain.speech.takes import Take
from workbench.ui.speech.commands import SpeechCommands
from workbench.ui.speech.model import PageId
from workbench.ui.speech.tab import COMPARE, SpeechTab
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme

SAID = transcript("the cat sat down", "thank you")


class NoFile:
    def save(self, settings: Settings) -> None:
        pass


class Stage:
    def __init__(self, theme: Theme, qtbot: QtBot, run_qt: Run, folder: Path) -> None:
        self._theme, self._qtbot, self._run, self._folder = theme, qtbot, run_qt, folder
        self.recordings, self.takes = Recordings(folder), Takes()

    def has(self, *takes: Take, missing: bool = False) -> None:
        self.recordings = Recordings(self._folder, recording("r1", missing=missing))
        self.takes = Takes(*takes)

    def run(self, story: Coroutine[Any, Any, None]) -> None:
        self._run(story)

    @asynccontextmanager
    async def window(self, width: int = 1200) -> AsyncGenerator[SpeechTab, None]:
        settings = SettingsModel(Settings(), NoFile())
        tab = SpeechTab(self._theme, desk(self.recordings, self.takes), settings, Notifier())
        self._qtbot.addWidget(tab)
        tab.resize(width, 800)
        tab.show()
        tab.activateWindow()
        tab.open()
        await until(lambda: tab.library_model.loaded)
        yield tab
        await tab.aclose()
        await settings.aclose()
        tab.hide()


@pytest.fixture
def stage(theme: Theme, qtbot: QtBot, run_qt: Run, tmp_path: Path) -> Stage:
    return Stage(theme, qtbot, run_qt, tmp_path)


def heard(id: str = "t1") -> Take:
    return take(id, "r1", heard=SAID, transcript=SAID)


def test_the_first_recording_brings_the_list_and_its_button(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            assert tab.start.isVisible()
            assert tab.library.isHidden()
            assert tab.list_button.isHidden()
            tab.library_model.add([Path("/music/Interview.mp3")])
            await until(lambda: tab.library_model.recording)
            assert tab.library.isVisible()
            assert tab.list_button.isVisible()
            assert tab.title() == "Interview.mp3"

    stage.run(story())


def test_a_file_that_is_refused_is_told_where_nothing_is_listed_yet(stage: Stage) -> None:
    async def story() -> None:
        stage.recordings.refuse = {"notes.txt"}
        async with stage.window() as tab:
            tab.library_model.add([Path("/notes.txt")])
            await until(lambda: tab.library_model.refused)
            assert tab.library.refused.isVisible()

    stage.run(story())


def test_a_text_that_is_there_is_shown_from_the_start(stage: Stage) -> None:
    async def story() -> None:
        stage.has(heard())
        async with stage.window() as tab:
            await until(lambda: tab.reading.take)
            assert tab.text.isVisible()
            assert tab.no_text.isHidden()
            assert tab.text.edit.verticalScrollBar().value() == 0

    stage.run(story())


def test_in_a_narrow_window_the_list_stands_where_the_options_are(stage: Stage) -> None:
    async def story() -> None:
        stage.has(heard())
        async with stage.window(width=800) as tab:
            await until(lambda: tab.reading.take)
            assert (tab.library.isVisible(), tab.options.isVisible()) == (False, True)
            tab.list_button.click()
            assert (tab.library.isVisible(), tab.options.isVisible()) == (True, False)
            tab.model.show_record("x1")
            await until(lambda: tab.model.record_shown)
            assert (tab.library.isVisible(), tab.record.isVisible()) == (False, True)

    stage.run(story())


def test_several_takes_can_be_compared_and_one_take_cannot(stage: Stage) -> None:
    async def story() -> None:
        stage.has(heard("t1"), heard("t2"))
        async with stage.window() as tab:
            await until(lambda: tab.reading.comparable)
            assert tab.kind.isVisible()
            tab.kind.chosen.emit(COMPARE)
            assert tab.compare.isVisible()
            await stage.takes.delete(["t2"])
            await until(lambda: tab.text.isVisible())
            assert tab.kind.isHidden()

    stage.run(story())


def test_a_missing_file_can_be_located_where_its_sound_was(stage: Stage) -> None:
    async def story() -> None:
        stage.has(heard(), missing=True)
        stage.recordings.no_sound = InvalidInput("Interview.mp3 is not there.")
        async with stage.window() as tab:
            await until(lambda: tab.reading.sound_trouble)
            assert tab.no_sound.isVisible()
            assert [act.isVisible() for act in (tab._again, tab._locate)] == [True, True]

    stage.run(story())


def test_no_two_commands_have_the_same_keys(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            keys = [command.shortcut for command in SpeechCommands(tab, lambda: None).all()]
            assert len(set(keys)) == len(keys)

    stage.run(story())


def test_the_keys_that_record_first_show_what_records_and_then_begin(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            commands = {each.id: each for each in SpeechCommands(tab, lambda: None).all()}
            begun: list[bool] = []
            tab.recording_model.changed.connect(lambda: begun.append(True))
            commands["speech.record"].run()
            assert tab.recorder.isVisible()
            assert begun == []
            commands["speech.record"].run()
            assert begun

    stage.run(story())


def test_what_is_open_is_found_by_its_name(stage: Stage) -> None:
    async def story() -> None:
        stage.has(heard())
        async with stage.window() as tab:
            tab.show_page(PageId.TRANSCRIBE)
            assert [found.title for found in tab.matching("inter")] == ["Interview.mp3"]
            assert tab.matching("zebra") == []

    stage.run(story())


def test_files_are_taken_beside_the_recordings_too(stage: Stage) -> None:
    async def story() -> None:
        async with stage.window() as tab:
            drop(tab, files(Path("/music/Interview.mp3")))
            await until(lambda: tab.library_model.recording)
            assert tab.title() == "Interview.mp3"

    stage.run(story())
