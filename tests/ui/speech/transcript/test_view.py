"""The whole view: find and replace, doubtful places, gaps in place, review, speakers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.conftest import Run
from tests.ui.speech.transcript.samples import segment, texts, transcript
from workbench.domain.speech.takes import Part, TakeState
from workbench.domain.speech.transcripts import Transcript
from workbench.domain.trouble import Trouble
from workbench.ui.speech.transcript.cards import PendingCard
from workbench.ui.speech.transcript.document import Span, TranscriptDocument
from workbench.ui.speech.transcript.marks import Mark
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.speech.transcript.view import TranscriptView
from workbench.ui.support.theme import Theme
from workbench.ui.support.trouble_box import TroubleBox

Key, Mod = Qt.Key, Qt.KeyboardModifier
VALUE = transcript("the cat sat down", "thank you", "the good cat", speakers=("Ann", "Bo"))
Make = Callable[[Transcript], TranscriptView]


@pytest.fixture
def make(theme: Theme) -> Iterator[Make]:
    made: list[TranscriptView] = []

    def build(value: Transcript) -> TranscriptView:
        view = TranscriptView(theme, TranscriptModel(TranscriptDocument(value)))
        view.model.setParent(view)
        view.resize(700, 500)
        view.show()
        made.append(view)
        return view

    yield build
    for view in made:
        view.close()
        view.deleteLater()


@pytest.fixture
def view(make: Make) -> TranscriptView:
    return make(VALUE)


def selected(view: TranscriptView) -> str:
    return view.edit.textCursor().selectedText()


def test_find_goes_from_hit_to_hit_and_tells_how_many(view: TranscriptView) -> None:
    QTest.keyClick(view.edit, Key.Key_F, Mod.ControlModifier)
    assert not view.find_bar.isHidden()
    assert view.find_bar.by.isHidden()
    QTest.keyClicks(view.find_bar.wanted, "cat")
    assert view.find_bar.count.text() == "Found: 2"
    QTest.keyClick(view.find_bar.wanted, Key.Key_Return)
    assert (selected(view), view.find_bar.count.text()) == ("cat", "1 of 2")
    QTest.keyClick(view.find_bar.wanted, Key.Key_Return, Mod.ShiftModifier)
    assert view.find_bar.count.text() == "2 of 2"
    QTest.keyClick(view.find_bar.wanted, Key.Key_Escape)
    assert view.find_bar.isHidden()
    assert view.model.finder.hits == ()


def test_replacing_comes_from_the_find_bar_too(view: TranscriptView) -> None:
    view.open_find()
    QTest.keyClicks(view.find_bar.wanted, "cat")
    view.find_bar.replacing.click()
    assert not view.find_bar.by.isHidden()
    QTest.keyClicks(view.find_bar.by, "dog")
    view.find_bar.replace.click()
    view.find_bar.replace.click()
    assert texts(view.model.transcript)[0] == "the dog sat down"
    view.find_bar.replacing.click()
    assert view.find_bar.by.isHidden()


def test_what_is_not_there_is_told(view: TranscriptView) -> None:
    view.open_find()
    QTest.keyClicks(view.find_bar.wanted, "zebra")
    assert view.find_bar.count.text() == "Not found"
    assert not view.find_bar.on.isEnabled()


def test_a_text_that_is_opened_in_a_view_without_height_yet_begins_at_its_top(make: Make) -> None:
    view = make(transcript())
    view.resize(700, 60)
    view.model.show(TranscriptDocument(transcript(*("some words" for _ in range(30)), speakers=("Ann",))))
    view.resize(700, 500)
    assert view.edit.verticalScrollBar().value() == 0


def test_a_hit_behind_characters_of_two_units_is_selected(make: Make) -> None:
    view = make(transcript("so 🎉🎉 happy today"))
    view.open_find()
    QTest.keyClicks(view.find_bar.wanted, "happy")
    QTest.keyClick(view.find_bar.wanted, Key.Key_Return)
    assert selected(view) == "happy"


def test_a_card_that_goes_leaves_the_keyboard_in_the_text_where_it_is(make: Make) -> None:
    view = make(transcript(*("some words that are said here" for _ in range(60))))
    view.activateWindow()
    QTest.qWaitForWindowActive(view)
    trouble = Trouble("Too busy.")
    near = Part(0, 1.0, 2.0, TakeState.FAILED, trouble=trouble)
    far = Part(2, 190.0, 192.0, TakeState.FAILED, trouble=trouble)
    view.model.set_parts([near, Part(1, 2.0, 190.0, TakeState.DONE), far])
    first = view.cards.widgets[0]
    assert isinstance(first, TroubleBox)
    first.retry.setFocus()
    view.model.set_parts([Part(0, 1.0, 190.0, TakeState.DONE), far])
    assert view.edit.hasFocus()
    assert view.edit.verticalScrollBar().value() == 0


def test_a_button_in_a_card_that_gets_the_focus_comes_into_view(make: Make) -> None:
    view = make(transcript(*("some words that are said here" for _ in range(60))))
    failed = Part(0, 190.0, 192.0, TakeState.FAILED, trouble=Trouble("Too busy."))
    view.model.set_parts([failed])
    (card,) = view.cards.widgets
    assert isinstance(card, TroubleBox)
    assert card.geometry().top() > view.edit.viewport().height()
    QApplication.sendEvent(card.retry, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert card.geometry().top() < view.edit.viewport().height()


def test_replace_one_and_all(run_qt: Run, view: TranscriptView) -> None:
    async def scenario() -> None:
        QTest.keyClick(view.edit, Key.Key_H, Mod.ControlModifier)
        QTest.keyClicks(view.find_bar.wanted, "the")
        QTest.keyClicks(view.find_bar.by, "a")
        view.find_bar.replace.click()
        view.find_bar.replace.click()
        assert texts(view.model.transcript) == ["a cat sat down", "thank you", "the good cat"]
        assert selected(view) == "the"
        view.find_bar.replace_all.click()
        await view.model.tasks.finish()
        assert texts(view.model.transcript)[2] == "a good cat"
        assert view.find_bar.count.text() == "Replaced: 1"

    run_qt(scenario())


def test_keys_go_through_doubtful_places(view: TranscriptView) -> None:
    view.model.set_marks([Mark("s1", 1, 3, "Odd."), Mark("s3", 0, 1, "Odder.")])
    for key, mods, words in (
        (Key.Key_F8, Mod.NoModifier, "cat sat"),
        (Key.Key_F8, Mod.NoModifier, "the"),
        (Key.Key_F8, Mod.NoModifier, "cat sat"),
        (Key.Key_F8, Mod.ShiftModifier, "the"),
    ):
        QTest.keyClick(view.edit, key, mods)
        assert selected(view) == words
    assert view.edit.accessibleDescription() == "Odder."
    assert view.edit.tip_at(view.edit.mark_rect(view.edit.page.block_numbered(0)).center()) == "Odd."


def test_parts_without_text_stand_where_their_text_will_be(view: TranscriptView) -> None:
    retried: list[tuple[int, ...]] = []
    view.model.retry_wanted.connect(retried.append)
    trouble = Trouble("Too busy.", "It said 429.", "Wait.")
    view.model.set_parts(
        [
            Part(0, 0.0, 2.5, TakeState.DONE),
            Part(1, 2.2, 3.2, TakeState.FAILED, trouble=trouble, exchange_id="x"),
            Part(2, 40.0, 60.0, TakeState.RUNNING),
        ]
    )
    failed, running = view.cards.widgets
    assert isinstance(failed, TroubleBox)
    assert isinstance(running, PendingCard)
    first, second = (view.edit.block_rect(view.edit.page.block_numbered(number)) for number in range(2))
    assert first.bottom() < failed.geometry().top()
    assert failed.geometry().bottom() < second.top()
    last = view.edit.block_rect(view.edit.page.block_numbered(2))
    assert running.geometry().top() > last.bottom()
    failed.retry.click()
    assert retried == [(1,)]


def test_a_part_that_has_come_leaves_no_card(view: TranscriptView) -> None:
    view.model.set_parts([Part(0, 40.0, 60.0, TakeState.RUNNING)])
    height = view.edit.page.text.size().height()
    view.model.hear_more(Transcript((*VALUE.segments, segment("s9", "more words", 41.0)), "en", 60.0))
    view.model.set_parts([Part(0, 40.0, 60.0, TakeState.DONE)])
    assert view.cards.widgets == []
    assert view.edit.toPlainText().endswith("more words")
    assert view.edit.page.text.size().height() < height + 80


def test_a_stopped_take_can_go_on(view: TranscriptView) -> None:
    went_on: list[bool] = []
    view.model.resume_wanted.connect(lambda: went_on.append(True))
    view.model.set_parts([Part(0, 40.0, 60.0, TakeState.STOPPED)])
    (card,) = view.cards.widgets
    assert isinstance(card, PendingCard)
    card.resume.click()
    assert went_on == [True]


def test_the_selection_is_heard_again_or_else_the_segment(view: TranscriptView) -> None:
    wanted: list[tuple[float, float]] = []
    view.model.rerun_wanted.connect(lambda start, end: wanted.append((start, end)))
    QTest.keyClick(view.edit, Key.Key_R, Mod.ControlModifier | Mod.ShiftModifier)
    cursor = view.edit.textCursor()
    cursor.setPosition(4)
    cursor.setPosition(7, QTextCursor.MoveMode.KeepAnchor)
    view.edit.setTextCursor(cursor)
    view.tools.rerun.click()
    first, word = VALUE.segments[0], VALUE.words[1]
    assert wanted == [(first.start, first.end), (word.start, word.end)]


def test_differences_are_decided_on_with_keys(view: TranscriptView) -> None:
    heard = Transcript((segment("n", "a cat sat up", 0.0),))
    view.model.compare_with(Span(0.0, 2.5), heard)
    assert not view.review.isHidden()
    assert selected(view) == "the"
    QTest.keyClick(view.review.list, Key.Key_Delete)
    assert selected(view) == "down"
    QTest.keyClick(view.review.list, Key.Key_Return)
    assert texts(view.model.transcript)[0] == "the cat sat up"
    assert view.review.title.text() == "Heard the same as the text says"
    view.review.done.click()
    assert view.review.isHidden()


def test_what_is_heard_the_same_is_said(view: TranscriptView) -> None:
    view.model.compare_with(Span(0.0, 2.5), Transcript((segment("n", "the cat sat down", 0.0),)))
    assert view.review.title.text() == "Heard the same as the text says"
    assert view.review.accept_all.isHidden()


def test_speakers_are_chosen_and_renamed_from_the_menu(view: TranscriptView) -> None:
    menu = QMenu()
    view.speakers.fill(menu, ("s1",))
    by_text = {act.text(): act for act in menu.actions()}
    assert by_text["Ann"].isChecked()
    by_text["Bo"].trigger()
    assert view.model.transcript.segments[0].speaker == "Bo"
    by_text["Rename “Ann” everywhere…"].trigger()
    field = view.speakers.field
    assert field is not None
    assert field.text() == "Ann"
    field.setText("Anna")
    QTest.keyClick(field, Key.Key_Return)
    assert view.model.transcript.speakers == ("Bo", "Anna")
    menu.deleteLater()


def test_the_name_of_the_first_speaker_is_asked_at_once_and_taken_with_return(make: Make) -> None:
    view = make(transcript("the cat sat down", "thank you"))
    cursor = view.edit.textCursor()
    cursor.setPosition(5)
    view.edit.setTextCursor(cursor)
    QTest.keyClick(view.edit, Key.Key_F2)
    field = view.speakers.field
    assert field is not None
    QTest.keyClicks(field, "Ann")
    QTest.keyClick(field, Key.Key_Return)
    assert view.model.transcript.speakers == ("Ann",)
    assert texts(view.model.transcript) == ["the cat sat down", "thank you"]


def test_times_are_shifted_from_the_menu(view: TranscriptView) -> None:
    menu = QMenu()
    view.menu.fill(menu)
    before = view.model.transcript.segments[0].start
    shifts = next(act.menu() for act in menu.actions() if act.text() == "Shift times")
    assert isinstance(shifts, QMenu)
    next(act for act in shifts.actions() if act.text() == "1 s later").trigger()
    assert view.model.transcript.segments[0].start == pytest.approx(before + 1)
    menu.deleteLater()


def test_the_menu_offers_what_can_be_done_here(view: TranscriptView) -> None:
    menu = QMenu()
    cursor = view.edit.textCursor()
    cursor.setPosition(7)
    view.edit.setTextCursor(cursor)
    view.menu.fill(menu)
    acts = {act.text(): act for act in menu.actions()}
    assert acts["Split here"].isEnabled()
    assert not acts["Cut"].isEnabled()
    acts["Merge with the next"].trigger()
    assert texts(view.model.transcript) == ["the cat sat down thank you", "the good cat"]
    menu.deleteLater()


def test_while_it_is_heard_it_can_be_read_and_not_changed(view: TranscriptView) -> None:
    view.model.lock(True)
    QTest.keyClicks(view.edit, "x")
    QTest.keyClick(view.edit, Key.Key_Return)
    assert texts(view.model.transcript) == texts(VALUE)
    assert not view.tools.locked.isHidden()
    view.model.lock(False)
    QTest.keyClicks(view.edit, "x")
    assert texts(view.model.transcript)[0].startswith("x")


def test_nothing_heard_is_said_and_nothing_heard_yet_is_not(make: Make) -> None:
    view = make(Transcript(seconds=10.0))
    assert view.pages.currentWidget() is view.blank
    view.model.set_parts([Part(0, 0.0, 10.0, TakeState.RUNNING)])
    assert view.pages.currentWidget() is view.edit
    assert len(view.cards.widgets) == 1


def test_the_way_back_to_playback_is_offered_where_it_is_out_of_sight(make: Make) -> None:
    view = make(transcript(*("some words that are said here" for _ in range(60))))
    model = view.model
    model.set_playing(True)
    model.set_position(model.transcript.segments[40].start)
    assert view.pill.isHidden()
    view.edit.verticalScrollBar().triggerAction(view.edit.verticalScrollBar().SliderAction.SliderToMinimum)
    assert not view.pill.isHidden()
    view.pill.click()
    assert model.following
    assert view.pill.isHidden()


def test_undo_is_named_and_worked_from_the_row_above(view: TranscriptView) -> None:
    assert not view.tools.undo.isEnabled()
    view.model.merge("s1")
    assert view.tools.undo.accessibleName() == "Undo: Merge"
    view.tools.undo.click()
    assert view.model.transcript is VALUE
    assert view.tools.redo.isEnabled()
