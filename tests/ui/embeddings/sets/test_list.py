"""The list of sets and the page where texts come in, as they are seen and worked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from tests.conftest import Run
from tests.ui.dragging import drop, files
from tests.ui.embeddings.sets.test_model import ONE, TWO, Stage
from workbench.services.embeddings.examples import Example
from workbench.ui.embeddings.sets.list import SetsList
from workbench.ui.embeddings.sets.model import KeptSet, Place
from workbench.ui.embeddings.sets.start_page import StartPage
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme

Plot = Callable[[Stage, SetsList, StartPage, list[Notice]], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def tell(theme: Theme, run_qt: Run) -> Tell:
    """Runs a coroutine that is given the list and the page, shown, and what was notified."""

    async def story(plot: Plot, there: tuple[KeptSet, ...]) -> None:
        async with Stage(*there) as stage:
            notifier, notices = Notifier(), list[Notice]()
            notifier.posted.connect(notices.append)
            view, start = SetsList(theme, stage.model, notifier), StartPage(theme, stage.model)
            view.resize(280, 600)
            start.resize(800, 700)
            view.show()
            start.show()
            try:
                await plot(stage, view, start, notices)
            finally:
                await view.aclose()
                for widget in (view, start):
                    widget.hide()
                    widget.deleteLater()

    def run(plot: Plot, *there: KeptSet) -> None:
        run_qt(story(plot, there))

    return run


def test_the_open_set_is_the_current_row_and_the_keys_open_others(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        assert view.rows.currentIndex() == stage.model.index_of("b")
        QTest.keyClick(view.rows, Qt.Key.Key_Down)
        assert stage.model.open_id == "a"

    tell(plot, ONE, TWO)


def test_a_new_set_is_selected_alone_whatever_key_is_held(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        QTest.keyPress(view.rows, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
        stage.model.add_text("One.\nTwo.", "New")
        await stage.settled()
        assert [entry.name for entry in view.selected()] == ["New"]
        QTest.keyRelease(view.rows, Qt.Key.Key_Control)

    tell(plot, ONE, TWO)


def test_delete_offers_to_take_it_back(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        view.focus()
        view.delete()
        assert stage.names == ["First"]
        assert notices[0].text == "“Second set” deleted, with the vectors made of it."
        assert notices[0].action is not None
        notices[0].action()
        assert stage.names == ["Second set", "First"]
        assert view.rows.currentIndex() == stage.model.index_of("b")

    tell(plot, ONE, TWO)


def test_the_list_says_why_it_is_empty(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        view.field.setText("xyzzy")
        assert view.pages.blank.what.text() == "No name has these words."
        view.pages.act.click()
        assert stage.names == ["First"]
        stage.model.delete([ONE])
        assert view.pages.blank.what.text() == "No texts yet."

    tell(plot, ONE)


def test_a_new_set_begins_on_the_start_page_and_a_click_on_the_open_one_leads_back(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        wanted: list[bool] = []
        view.add_wanted.connect(lambda: wanted.append(True))
        view.add.click()
        assert wanted == [True]
        assert stage.is_at(Place.START)
        middle = view.rows.visualRect(stage.model.index_of("a")).center()
        QTest.mouseClick(view.rows.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert stage.is_at(Place.SET)

    tell(plot, ONE)


def test_typed_lines_become_a_set_and_the_field_is_free_again(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        assert not start.use.isEnabled()
        start.field.setPlainText("one\ntwo")
        start.activateWindow()
        start.focus()
        await stage.settled()
        QTest.keyClick(start.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await stage.settled()
        assert stage.names == ["Pasted texts"]
        assert start.field.toPlainText() == ""

    tell(plot)


def test_what_could_not_be_kept_stays_in_the_field(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        start.field.setPlainText("one\ntwo")
        stage.sets.be_full()
        start.use.click()
        await stage.settled()
        assert start.trouble.isVisible()
        assert start.field.toPlainText() == "one\ntwo"
        start.trouble.retry.click()
        await stage.settled()
        assert stage.names == ["Pasted texts"]

    tell(plot)


def test_an_example_is_open_at_a_click(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        start.tries.cards[Example.QUESTIONS].click()
        assert start.progress.isVisible()
        await stage.settled()
        assert stage.names == ["The same questions in other words"]
        assert not start.progress.isVisible()

    tell(plot)


def test_a_book_that_is_pasted_goes_straight_in(tell: Tell) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        data = QMimeData()
        data.setText("a line of the book\n" * 20_000)
        start.field.insertFromMimeData(data)
        await stage.settled()
        assert start.field.toPlainText() == ""
        assert stage.model.entries[0].count == 20_000

    tell(plot)


def test_a_dropped_file_is_looked_at(tell: Tell, tmp_path: Path) -> None:
    async def plot(stage: Stage, view: SetsList, start: StartPage, notices: list[Notice]) -> None:
        path = tmp_path / "some.csv"
        path.write_text("text,label\nhello,a\n")
        for widget in (view, start):
            drop(widget, files(path))
            await stage.settled()
            assert stage.is_at(Place.IMPORT)
            assert stage.model.draft.columns.label == "label"
            stage.model.draft.forget()

    tell(plot)
