"""The page as it is seen and worked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from tests.conftest import Run
from tests.ui.speech.library.fakes import take
from tests.ui.speech.speaking.fakes import spoken
from tests.ui.speech.speaking.test_model import BUSY, Stage, heard
from workbench.domain.exchange import Exchange
from workbench.domain.speech.spoken import Spoken
from workbench.services.speech.takes import TakeChanged
from workbench.ui.speech.speaking.page import SpeakingPage
from workbench.ui.support.notify import Notice, Notifier
from workbench.ui.support.theme import Theme

Plot = Callable[[Stage, SpeakingPage, list[Notice]], Awaitable[None]]
Tell = Callable[..., None]


@pytest.fixture
def tell(theme: Theme, run_qt: Run) -> Tell:
    async def story(plot: Plot, there: tuple[Spoken, ...]) -> None:
        async with Stage(*there) as stage:
            notifier, notices = Notifier(), list[Notice]()
            notifier.posted.connect(notices.append)
            page = SpeakingPage(theme, stage.model, notifier)
            page.resize(1100, 760)
            page.show()
            try:
                await plot(stage, page, notices)
            finally:
                page.hide()
                await page.aclose()
                page.deleteLater()

    return lambda plot, *there: run_qt(story(plot, there))


def test_an_empty_page_speaks_an_example_at_a_click_and_plays_it(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        assert page.blank.isVisible()
        assert not page.composer.speak.isEnabled()
        page.cards[0].click()
        await stage.settled()
        assert page.composer.edit.toPlainText() == "Good morning! How can I help you today?"
        assert page.past.isVisible()
        assert page.detail.text.text() == "Good morning! How can I help you today?"
        assert stage.player.playing
        assert page.detail.play.text() == "Pause"

    tell(plot)


def test_what_is_typed_is_counted_and_spoken_with_control_enter(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        page.activateWindow()
        QTest.qWaitForWindowActive(page)
        page.focus()
        QTest.keyClicks(page.composer.edit, "Hi")
        assert page.composer.count.text().startswith("2 of 2")
        QTest.keyClick(page.composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await stage.settled()
        assert stage.speaking.asked[0][0] == "Hi"

    tell(plot)


def test_too_long_a_text_says_so_beside_the_count(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        stage.model.set_text("x" * 2001)
        assert page.composer.count.text().endswith("That is 1 more than the model takes.")
        assert not page.composer.speak.isEnabled()

    tell(plot)


def test_the_voice_is_chosen_from_a_list(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        voice = page.form.fields["speaker"].control
        assert isinstance(voice, QComboBox)
        voice.setCurrentIndex(voice.findData("zeus"))
        voice.activated.emit(voice.currentIndex())
        assert stage.model.draft.values == {"speaker": "zeus"}

    tell(plot)


def test_without_a_device_what_was_spoken_waits_to_be_played(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        stage.player.trouble = "There is no device to play on."
        stage.model.try_example("Hello.")
        await stage.settled()
        assert stage.model.chosen is not None
        assert not stage.player.playing

    tell(plot)


def test_a_failure_is_told_in_place_with_its_record(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        records: list[str] = []
        page.record_wanted.connect(records.append)
        stage.speaking.refuses = BUSY
        stage.model.try_example("Hello.")
        await stage.settled()
        assert page.composer.trouble.what.text() == "Too many requests."
        page.composer.trouble.details.click()
        assert records == [stage.model.exchange_id]
        page.show_record(Exchange("x1", 0.0), True)
        assert page.record.isVisible()
        page.show_record(None, False)
        assert page.form.isVisible()
        page.composer.trouble.retry.click()
        await stage.settled()
        assert page.composer.trouble.isHidden()

    tell(plot)


def test_keys_play_and_delete_in_the_history(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        page.list.setFocus()
        assert [one.text for one in page.selected()] == ["Two."]
        assert page.detail.text.text() == "Two."
        page._mark(stage.model.history.index(1))
        assert page.detail.text.text() == "One."
        QTest.keyClick(page.list, Qt.Key.Key_Space)
        assert stage.model.plays == "s1"
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
        await stage.settled()
        assert [one.text for one in stage.model.history.all] == ["Two."]
        assert stage.model.plays == ""
        assert [one.text for one in page.selected()] == ["Two."]
        assert notices[0].action is not None
        notices[0].action()
        await stage.settled()
        assert len(stage.model.history.all) == 2

    tell(plot, spoken("s1", "One."), spoken("s2", "Two."))


def test_a_click_on_the_button_of_a_row_plays_it(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        row = page.list.visualRect(stage.model.history.index(0))
        at = page.delegate.button_in(row, page.layoutDirection()).center()
        QTest.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert stage.model.plays == "s1"

    tell(plot, spoken("s1"))


def test_wrong_words_are_coloured(tell: Tell) -> None:
    async def plot(stage: Stage, page: SpeakingPage, notices: list[Notice]) -> None:
        one = stage.model.history.all[0]
        stage.model.choose("s1")
        await stage.settled()
        page.detail.check.click()
        await stage.settled()
        assert not page.detail.check.isEnabled()
        view = page.detail.views["c1"]
        assert not view.progress.isHidden()
        done = take("c1", "of s1", heard=heard("the quick <b>box</b>"))
        stage.speaking.ended(one, done)
        stage.takes.tell(TakeChanged(done))
        await stage.settled()
        assert view.progress.isHidden()
        assert view.verdict.text().startswith("1 of 3 words wrong")
        assert "<s style" in view.text.text()
        assert "&lt;b&gt;box" in view.text.text()
        assert page.detail.check.isEnabled()
        page.resize(900, 700)
        QTest.qWait(0)
        assert page.detail.inner.minimumSizeHint().width() <= page.detail.viewport().width()

    tell(plot, spoken("s1", "The quick fox."))
