"""The list as it is seen and worked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.ui.dragging import drop, files
from tests.ui.speech.library.fakes import recording, take
from tests.ui.speech.library.test_model import TWO, Stage
from workbench.domain.speech.takes import Recording, Take
from workbench.ui.speech.library.files import filters
from workbench.ui.speech.library.list import LibraryList
from workbench.ui.speech.library.model import Open
from workbench.ui.speech.library.start_page import StartPage
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme

Plot = Callable[[Stage, LibraryList, StartPage, list[Notice]], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def tell(theme: Theme, run_qt: Run) -> Tell:
    """Runs a coroutine that is given the list, shown."""

    async def story(plot: Plot, recordings: tuple[Recording, ...], takes: tuple[Take, ...]) -> None:
        async with Stage(recordings, takes) as stage:
            notifier, notices = Notifier(), list[Notice]()
            notifier.posted.connect(notices.append)
            view, start = LibraryList(theme, stage.model, notifier), StartPage(theme, stage.model)
            view.resize(280, 600)
            view.show()
            try:
                await plot(stage, view, start, notices)
            finally:
                await view.aclose()
                for widget in (view, start):
                    widget.hide()
                    widget.deleteLater()

    def run(plot: Plot, recordings: tuple[Recording, ...] = TWO, takes: tuple[Take, ...] = ()) -> None:
        run_qt(story(plot, recordings, takes))

    return run


def test_the_open_take_is_the_current_row_and_its_recording_unfolded(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        stage.model.choose("r1", "t1")
        await stage.settled()
        assert view.tree.isExpanded(stage.model.index_of("r1"))
        assert view.tree.currentIndex() == stage.model.index_of("r1", "t1")
        QTest.keyClick(view.tree, Qt.Key.Key_Up)
        assert stage.model.open == Open("r1")

    tell(plot, takes=(take("t1", "r1"),))


def test_delete_offers_to_take_it_back(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        view.focus()
        view.tree.setCurrentIndex(stage.model.index_of("r2"))
        view.delete()
        await stage.settled()
        assert stage.names == ["Interview.mp3"]
        assert notices[0].text == "“Board meeting.m4a” deleted. Its file stays."
        assert notices[0].action is not None
        notices[0].action()
        await stage.settled()
        assert len(stage.names) == 2

    tell(plot)


def test_a_name_is_edited_in_its_row(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        stage.model.setData(stage.model.index_of("r1"), "Ada, first talk")
        await stage.settled()
        assert stage.names[1] == "Ada, first talk"

    tell(plot)


def test_files_are_dropped_onto_the_list(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        drop(view, files(Path("/tmp/a.wav"), Path("/tmp/b.mkv")))
        await stage.settled()
        assert {"a.wav", "b.mkv"} <= set(stage.names)

    tell(plot)


def test_files_are_dropped_onto_the_start_page(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        drop(start, files(Path("/tmp/a.wav")))
        await stage.settled()
        assert stage.names == ["a.wav"]

    tell(plot, recordings=())


def test_an_empty_list_offers_to_add_and_examples_run_at_a_click(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        assert view.pages.blank.isVisible()
        assert view.pages.act.text() == "Add recordings"
        assert len(start.tries.cards) == 3
        first, second, _ = start.tries.cards.values()
        first.click()
        assert not second.isEnabled()
        await stage.settled()
        assert view.tree.isVisible()

    tell(plot, recordings=())


def test_a_search_without_a_hit_offers_the_way_back(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        view.field.setText("xyz")
        assert view.pages.blank.what.text() == "No name has these words."
        view.pages.act.click()
        assert view.field.text() == ""
        assert view.tree.isVisible()

    tell(plot)


def test_a_file_that_moved_is_told_with_what_mends_it(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        assert view.mishap.what.text() == "File not found"
        assert "/music/Interview.mp3" in view.mishap.why.text()
        stage.model.locate("r1", Path("/new/Interview.mp3"))
        await stage.settled()
        assert view.mishap.isHidden()

    tell(plot, recordings=(recording("r1", missing=True),))


def test_files_that_are_refused_are_told_until_dismissed(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        stage.recordings.refuse = {"a.txt", "b.txt"}
        stage.model.add([Path("a.txt"), Path("b.txt")])
        await stage.settled()
        assert view.refused.what.text() == "2 files could not be added."
        assert view.refused.why.text() == "a.txt\nb.txt"
        view.refused.retry.click()
        assert view.refused.isHidden()

    tell(plot)


def test_the_menu_offers_what_can_be_done(tell: Tell) -> None:
    async def plot(stage: Stage, view: LibraryList, start: StartPage, notices: list[Notice]) -> None:
        menu = view.menu_of([TWO[0]])
        assert [action.text() for action in menu.actions() if action.text()] == [
            "Rename",
            "Locate the file…",
            "Delete",
        ]
        menu.close()
        menu.deleteLater()

    tell(plot)


def test_the_file_dialog_offers_audio_and_video(theme: Theme) -> None:
    assert "*.wav" in filters()
    assert "*.mkv" in filters()
