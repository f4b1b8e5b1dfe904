"""Typing into the text: what keys make of the transcript, and what the text shows of its edits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from tests.ui.speech.transcript.samples import texts, transcript
from workbench.domain.speech import editing
from workbench.ui.speech.transcript.document import Span, TranscriptDocument
from workbench.ui.speech.transcript.edit import TranscriptEdit
from workbench.ui.speech.transcript.model import TranscriptModel
from workbench.ui.support.theme import Theme

Key, Mod = Qt.Key, Qt.KeyboardModifier
VALUE = transcript("the cat sat down", "thank you", "good bye", speakers=("Ann", "Bo"))


@pytest.fixture
def edit(theme: Theme) -> Iterator[TranscriptEdit]:
    made = TranscriptEdit(theme, TranscriptModel(TranscriptDocument(VALUE)))
    made.model.setParent(made)
    made.resize(700, 500)
    made.show()
    yield made
    made.model.document.deleteLater()
    made.close()
    made.deleteLater()


def put(edit: TranscriptEdit, block: int, at: int) -> None:
    cursor = QTextCursor(edit.page.text.findBlockByNumber(block))
    cursor.setPosition(cursor.position() + at)
    edit.setTextCursor(cursor)


def blocks(edit: TranscriptEdit) -> list[str]:
    return edit.toPlainText().split("\n")


def test_typing_changes_words_and_keeps_the_others_times(edit: TranscriptEdit) -> None:
    put(edit, 0, 7)
    QTest.keyClicks(edit, "s")
    assert texts(edit.model.transcript)[0] == "the cats sat down"
    assert edit.model.transcript.segments[0].words[2] == VALUE.segments[0].words[2]
    assert edit.model.transcript.segments[1] is VALUE.segments[1]


def test_a_space_that_is_typed_stays_until_the_caret_leaves(edit: TranscriptEdit) -> None:
    put(edit, 0, 16)
    QTest.keyClicks(edit, " ")
    assert blocks(edit)[0] == "the cat sat down "
    put(edit, 1, 0)
    assert blocks(edit)[0] == "the cat sat down"
    assert not edit.model.document.history.canUndo()


def test_enter_divides_a_segment_and_backspace_at_its_start_puts_it_together(edit: TranscriptEdit) -> None:
    put(edit, 0, 7)
    QTest.keyClick(edit, Key.Key_Return)
    assert texts(edit.model.transcript) == blocks(edit) == ["the cat", "sat down", "thank you", "good bye"]
    assert edit.textCursor().blockNumber() == 1
    QTest.keyClick(edit, Key.Key_Backspace)
    assert texts(edit.model.transcript) == blocks(edit) == texts(VALUE)
    assert edit.model.transcript.words == VALUE.words
    assert edit.textCursor().positionInBlock() in (7, 8)


def test_delete_at_the_end_puts_the_next_one_here(edit: TranscriptEdit) -> None:
    put(edit, 1, 9)
    QTest.keyClick(edit, Key.Key_Delete)
    assert blocks(edit) == texts(edit.model.transcript) == ["the cat sat down", "thank you good bye"]


@pytest.mark.parametrize("at", [0, 16])
def test_enter_makes_no_segment_without_words(edit: TranscriptEdit, at: int) -> None:
    put(edit, 0, at)
    QTest.keyClick(edit, Key.Key_Return)
    QTest.keyClick(edit, Key.Key_Return, Mod.ShiftModifier)
    assert edit.model.transcript is VALUE
    assert len(blocks(edit)) == 3


def test_what_is_cut_across_segments_becomes_one(edit: TranscriptEdit) -> None:
    cursor = edit.textCursor()
    cursor.setPosition(4)
    cursor.setPosition(edit.page.text.findBlockByNumber(2).position() + 5, QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Key.Key_Delete)
    assert blocks(edit) == texts(edit.model.transcript) == ["the bye"]
    edit.model.undo()
    assert blocks(edit) == texts(VALUE)
    assert edit.model.transcript is VALUE


def test_everything_deleted_can_be_undone(edit: TranscriptEdit) -> None:
    edit.selectAll()
    QTest.keyClick(edit, Key.Key_Delete)
    assert edit.model.transcript.segments == ()
    assert edit.isReadOnly()
    QTest.keyClick(edit, Key.Key_Z, Mod.ControlModifier)
    assert blocks(edit) == texts(VALUE)
    assert not edit.isReadOnly()


def test_an_emptied_segment_waits_for_words_while_the_caret_is_in_it(edit: TranscriptEdit) -> None:
    put(edit, 1, 0)
    cursor = edit.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)
    QTest.keyClick(edit, Key.Key_Backspace)
    assert texts(edit.model.transcript) == ["the cat sat down", "good bye"]
    assert blocks(edit) == ["the cat sat down", "", "good bye"]
    QTest.keyClicks(edit, "thanks")
    assert texts(edit.model.transcript)[1] == "thanks"
    assert edit.model.transcript.segments[1].start == VALUE.segments[1].start


def test_an_emptied_segment_that_is_left_is_gone(edit: TranscriptEdit) -> None:
    put(edit, 1, 0)
    edit.moveCursor(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    QTest.keyClick(edit, Key.Key_Backspace)
    QTest.keyClick(edit, Key.Key_Down)
    assert blocks(edit) == texts(edit.model.transcript) == ["the cat sat down", "good bye"]


@pytest.mark.parametrize("key", [Key.Key_Backspace, Key.Key_Delete])
def test_an_emptied_segment_can_be_left_by_deleting_on(edit: TranscriptEdit, key: Qt.Key) -> None:
    put(edit, 1, 0)
    edit.moveCursor(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    QTest.keyClick(edit, Key.Key_Backspace)
    QTest.keyClick(edit, key)
    assert blocks(edit) == texts(edit.model.transcript) == ["the cat sat down", "good bye"]


def test_pasted_lines_stay_in_the_segment(edit: TranscriptEdit) -> None:
    put(edit, 1, 9)
    data = QMimeData()
    data.setText(" very\n\nmuch ")
    edit.insertFromMimeData(data)
    assert texts(edit.model.transcript)[1] == "thank you very much"


def test_edits_from_elsewhere_come_into_the_text(edit: TranscriptEdit) -> None:
    edit.model.document.edit("x", editing.split(edit.model.transcript, "s1", 1))
    assert blocks(edit) == ["the", "cat sat down", "thank you", "good bye"]
    edit.model.document.edit("x", editing.removed(edit.model.transcript, {"s1", "s3"}))
    assert blocks(edit) == ["cat sat down", "thank you"]
    edit.model.document.history.undo()
    edit.model.document.history.undo()
    assert blocks(edit) == texts(VALUE)


def test_alt_and_arrows_shift_times_in_one_step(edit: TranscriptEdit) -> None:
    put(edit, 1, 0)
    start = VALUE.segments[1].start
    QTest.keyClick(edit, Key.Key_Left, Mod.AltModifier)
    QTest.keyClick(edit, Key.Key_Left, Mod.AltModifier)
    assert edit.model.transcript.segments[1].start == pytest.approx(start - 0.2)
    QTest.keyClick(edit, Key.Key_Right, Mod.AltModifier | Mod.ShiftModifier)
    assert edit.model.transcript.segments[1].start == pytest.approx(start + 0.8)
    edit.model.undo()
    assert edit.model.transcript == VALUE


def test_a_click_on_a_word_goes_there_and_a_double_click_plays_it(edit: TranscriptEdit) -> None:
    sought: list[float] = []
    played: list[tuple[float, float]] = []
    edit.model.seek_wanted.connect(sought.append)
    edit.model.play_wanted.connect(lambda start, end: played.append((start, end)))
    block = edit.page.block_numbered(1)
    spot = edit.rects(block, *edit.page.spans(block)[1])[0].center().toPoint()
    QTest.mouseClick(edit.viewport(), Qt.MouseButton.LeftButton, Mod.NoModifier, spot)
    QTest.mouseDClick(edit.viewport(), Qt.MouseButton.LeftButton, Mod.NoModifier, spot)
    word = VALUE.segments[1].words[1]
    assert sought[0] == word.start
    assert played == [(word.start, word.end)]


def test_a_click_beside_the_words_goes_nowhere(edit: TranscriptEdit) -> None:
    sought: list[float] = []
    edit.model.seek_wanted.connect(sought.append)
    box = edit.block_rect(edit.page.block_numbered(1))
    spot = QPoint(round(box.right()) - 4, round(box.center().y()))
    QTest.mouseClick(edit.viewport(), Qt.MouseButton.LeftButton, Mod.NoModifier, spot)
    assert sought == []


def test_a_click_on_the_time_goes_to_the_segment(edit: TranscriptEdit) -> None:
    sought: list[float] = []
    edit.model.seek_wanted.connect(sought.append)
    spot = edit.time_rect(edit.page.block_numbered(2)).center().toPoint()
    QTest.mouseClick(edit.viewport(), Qt.MouseButton.LeftButton, Mod.NoModifier, spot)
    assert sought == [VALUE.segments[2].start]


def test_chosen_words_are_a_stretch_of_the_recording_and_the_other_way_round(edit: TranscriptEdit) -> None:
    put(edit, 0, 4)
    cursor = edit.textCursor()
    cursor.setPosition(edit.page.text.findBlockByNumber(1).position() + 2, QTextCursor.MoveMode.KeepAnchor)
    edit.setTextCursor(cursor)
    words = VALUE.words
    assert edit.model.document.selection == Span(words[1].start, words[4].end)
    edit.model.select(Span(words[5].start, words[6].end))
    assert edit.textCursor().selectedText().replace("\u2029", "|") == "you|good"


def test_a_speaker_is_named_where_somebody_else_spoke_before(edit: TranscriptEdit) -> None:
    assert [edit.page.has_header(number) for number in range(3)] == [True, True, True]
    edit.model.rename_speaker("Bo", "Ann")
    assert [edit.page.has_header(number) for number in range(3)] == [True, False, False]
    edit.model.set_speaker(["s2"], "Cy")
    assert [edit.page.has_header(number) for number in range(3)] == [True, True, True]


def test_the_view_follows_playback_until_somebody_scrolls(theme: Theme) -> None:
    value = transcript(*("some words that are said here" for _ in range(60)))
    edit = TranscriptEdit(theme, TranscriptModel(TranscriptDocument(value)))
    model = edit.model
    edit.resize(600, 300)
    edit.show()
    model.set_playing(True)
    model.set_position(value.segments[40].start)
    box = edit.place_rect()
    assert box is not None
    assert 0 <= box.top() <= edit.viewport().height()
    edit.verticalScrollBar().triggerAction(edit.verticalScrollBar().SliderAction.SliderToMinimum)
    assert not model.following
    model.set_position(value.segments[50].start)
    assert edit.verticalScrollBar().value() == 0
    model.follow(True)
    assert edit.verticalScrollBar().value() > 0
    edit.close()


def test_text_in_another_direction_runs_its_own_way(theme: Theme) -> None:
    value = transcript("مرحبا بالعالم", "hello world")
    edit = TranscriptEdit(theme, TranscriptModel(TranscriptDocument(value)))
    edit.resize(600, 300)
    edit.show()
    directions = [edit.page.block_numbered(number).textDirection() for number in range(2)]
    assert directions == [Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight]
    block = edit.page.block_numbered(0)
    first, second = (edit.rects(block, *span)[0] for span in edit.page.spans(block))
    assert second.right() <= first.left()
    edit.close()


def test_characters_beyond_the_first_plane_do_not_shift_words(theme: Theme) -> None:
    value = transcript("so 🎉🎉 happy today")
    edit = TranscriptEdit(theme, TranscriptModel(TranscriptDocument(value)))
    edit.show()
    block = edit.page.block_numbered(0)
    cursor = QTextCursor(block)
    start, end = edit.page.spans(block)[2]
    cursor.setPosition(block.position() + start)
    cursor.setPosition(block.position() + end, QTextCursor.MoveMode.KeepAnchor)
    assert cursor.selectedText() == "happy"
    edit.close()


def test_an_edit_of_very_many_segments_leaves_the_user_where_he_is(theme: Theme) -> None:
    value = transcript(*(f"some words that are said here {number}" for number in range(400)))
    edit = TranscriptEdit(theme, TranscriptModel(TranscriptDocument(value)))
    edit.resize(600, 300)
    edit.show()
    put(edit, 200, 7)
    document, top = edit.page.text, edit.block_rect(edit.page.block_numbered(200)).top()
    edit.model.document.edit("x", editing.replaced(value, "words", "things")[0])
    assert edit.page.text is not document
    assert edit.textCursor().blockNumber() == 200
    assert edit.textCursor().positionInBlock() == 7
    assert abs(edit.block_rect(edit.page.block_numbered(200)).top() - top) < 3
    assert blocks(edit) == texts(edit.model.transcript)
    edit.close()
