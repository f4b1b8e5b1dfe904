"""The embeddings tab as somebody uses it: what stands where, pages, what was open before."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.fakes.settings import MemorySettings
from tests.ui.dragging import drop, files
from tests.ui.embeddings.models.stage import stage
from tests.waiting import until
from workbench.domain.settings import Settings
from workbench.ui.embeddings.commands import EmbeddingsCommands
from workbench.ui.embeddings.model import PageId
from workbench.ui.embeddings.tab import EmbeddingsTab
from workbench.ui.support.notify import Notifier
from workbench.ui.support.settings import SettingsModel
from workbench.ui.support.theme import Theme


class Window:
    def __init__(self, theme: Theme, qtbot: QtBot, folder: Path) -> None:
        self._theme, self._qtbot, self._folder = theme, qtbot, folder
        self.settings = Settings()

    @asynccontextmanager
    async def open(self, width: int = 1400) -> AsyncGenerator[EmbeddingsTab, None]:
        settings = SettingsModel(self.settings, MemorySettings())
        async with stage(self._folder) as one:
            tab = EmbeddingsTab(self._theme, one.desk, settings, Notifier())
            self._qtbot.addWidget(tab)
            tab.resize(width, 800)
            tab.show()
            tab.open()
            await until(lambda: tab.sets_model.loaded)
            try:
                yield tab
            finally:
                await tab.aclose()
                self.settings = settings.value
                await settings.aclose()
                tab.hide()


@pytest.fixture
def window(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Window:
    return Window(theme, qtbot, tmp_path)


async def given(tab: EmbeddingsTab, text: str = "one\ntwo\nthree") -> None:
    tab.take_text(text, "A text")
    await until(lambda: tab.model.texts is not None and tab.model.texts.name == "A text")


def test_the_first_start_asks_for_texts_and_shows_nothing_else(window: Window, run_qt: Run) -> None:
    async def told() -> None:
        async with window.open() as tab:
            assert tab.start.isVisible()
            for hidden in (tab.sets, tab._side, tab.choice, tab.measure):
                assert not hidden.isVisible()

    run_qt(told())


def test_a_text_that_is_handed_over_becomes_a_set_that_is_open(window: Window, run_qt: Run) -> None:
    async def told() -> None:
        async with window.open() as tab:
            await given(tab)
            assert [row.text for row in tab.model.rows] == ["one", "two", "three"]
            await until(lambda: tab.page_of(PageId.TEXTS).isVisible())
            for shown in (tab.sets, tab._side, tab.choice):
                assert shown.isVisible()
            assert tab.title() == "A text"
            assert not tab.measure.isVisible()

    run_qt(told())


@pytest.mark.parametrize("page", list(PageId))
def test_each_page_opens_by_its_key_and_is_told_where_there_are_no_vectors(
    window: Window, run_qt: Run, page: PageId
) -> None:
    async def told() -> None:
        async with window.open() as tab:
            await given(tab)
            commands = {command.id: command for command in EmbeddingsCommands(tab, lambda: None).all()}
            commands[f"embeddings.{page}"].run()
            assert tab.page_of(page).isVisible()
            assert tab.measure.isVisible() is (page is not PageId.TEXTS)
            assert {command.shortcut for command in commands.values() if command.shortcut}

    run_qt(told())


@pytest.mark.parametrize("page", list(PageId))
def test_tab_goes_from_the_sets_through_the_page_to_what_is_beside_it(
    window: Window, run_qt: Run, page: PageId
) -> None:
    async def told() -> None:
        async with window.open() as tab:
            await given(tab)
            tab.show_page(page)
            shown = tab.page_of(page)
            met: list[str] = []
            at = tab.sets.rows.nextInFocusChain()
            while at is not None and at is not tab.sets.rows:
                if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible():
                    met.append(
                        "page" if shown.isAncestorOf(at) else "side" if tab._side.isAncestorOf(at) else ""
                    )
                at = at.nextInFocusChain()
            assert "side" in met
            if "page" in met:
                assert met.index("page") < met.index("side")
                assert "side" not in met[: len(met) - met[::-1].index("page")]

    run_qt(told())


def test_what_was_open_is_open_after_a_restart(window: Window, run_qt: Run) -> None:
    async def told() -> None:
        async with window.open() as tab:
            await given(tab)
            tab.show_page(PageId.NEIGHBOURS)
        window.settings = replace(window.settings)
        async with window.open() as tab:
            await until(lambda: tab.model.texts is not None)
            assert tab.title() == "A text"
            assert tab.page_of(PageId.NEIGHBOURS).isVisible()

    run_qt(told())


def test_in_a_narrow_window_the_list_makes_room_until_it_is_asked_for(window: Window, run_qt: Run) -> None:
    async def told() -> None:
        async with window.open(width=800) as tab:
            await given(tab)
            await until(lambda: tab._side.isVisible())
            assert not tab.sets.isVisible()
            tab.toggle_list()
            assert tab.sets.isVisible()
            assert not tab._side.isVisible()

    run_qt(told())


def test_sets_are_found_by_their_names(window: Window, run_qt: Run) -> None:
    async def told() -> None:
        async with window.open() as tab:
            await given(tab)
            assert [found.title for found in tab.matching("text a")] == ["A text"]
            assert tab.matching("nothing") == []

    run_qt(told())


def test_what_can_be_taken_along_stands_beside_the_models(window: Window, run_qt: Run) -> None:
    async def told() -> None:
        async with window.open() as tab:
            commands = {each.id: each for each in EmbeddingsCommands(tab, lambda: None).all()}
            assert not commands["embeddings.leave"].enabled()
            await given(tab)
            assert tab.models.isVisible()
            assert commands["embeddings.leave"].enabled()
            commands["embeddings.leave"].run()
            assert tab.leave.isVisible()
            assert not tab.leave.take.save_as.isEnabled()
            assert tab.leave.take.hindrance.isVisible()
            tab.model.open("")
            await until(lambda: tab.model.study is None)
            await given(tab)
            assert tab.models.isVisible()  # for the pages of a set without vectors say to choose some there
            assert tab.leave.isHidden()

    run_qt(told())


def test_vectors_that_are_dropped_become_a_set_with_its_texts(
    window: Window, run_qt: Run, tmp_path: Path
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"text": "one", "v": [1, 0]}\n{"text": "two", "v": [0, 1]}\n')

    async def told() -> None:
        async with window.open() as tab:
            drop(tab, files(path))
            await until(lambda: tab.leave_model.bringing.can_add)
            assert tab.leave.isVisible()
            assert tab.start.isVisible()
            tab.leave_model.bringing.add()
            await until(lambda: bool(tab.model.columns))
            assert [row.text for row in tab.model.rows] == ["one", "two"]
            assert [entry.name for entry in tab.sets_model.entries] == ["mine.jsonl"]
            assert tab.page_of(PageId.TEXTS).isVisible()

    run_qt(told())


def test_vectors_without_texts_say_what_is_missing_and_texts_go_their_own_way(
    window: Window, run_qt: Run, tmp_path: Path
) -> None:
    np.save(tmp_path / "mine.npy", np.ones((3, 2)))
    (tmp_path / "texts.csv").write_text("id,text\n1,one\n")

    async def told() -> None:
        async with window.open() as tab:
            tab.take_file(tmp_path / "mine.npy")
            await until(lambda: tab.leave_model.bringing.trouble is not None)
            assert tab.leave.bring.trouble.isVisible()
            await given(tab)
            await until(lambda: tab.leave_model.bringing.idle)
            tab.take_file(tmp_path / "mine.npy")
            await until(lambda: tab.leave_model.bringing.can_add)
            tab.take_file(tmp_path / "texts.csv")
            await until(lambda: tab.sets_model.draft.active)

    run_qt(told())
