"""What is typed keeps the times of the words that stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.speech.transcript.samples import texts, transcript
from workbench.ui.speech.transcript.document import TranscriptDocument
from workbench.ui.speech.transcript.typing import Typing, rewritten

VALUE = transcript("the cat sat down", "thank you", "good bye")


def test_words_typed_over_letter_by_letter_keep_the_time_of_those_before(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    typing = Typing(document)
    for text in ("the cat sat", "the cat", "the ", "the", "the d", "the do", "the dog", "the dog ran off"):
        typing.type("Typing", "s1", text)
    words = document.transcript.segments[0].words
    assert [word.text for word in words] == ["the", "dog", "ran", "off"]
    assert (words[0].start, words[-1].end) == (0.0, VALUE.segments[0].end)
    assert words[1].start == VALUE.segments[0].words[1].start
    assert document.history.count() == 1


def test_a_segment_that_was_emptied_comes_back_with_its_time(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    typing = Typing(document)
    typing.type("Typing", "s2", "")
    assert typing.emptied
    assert texts(document.transcript) == ["the cat sat down", "good bye"]
    typing.type("Typing", "s2", "never mind")
    assert not typing.emptied
    assert document.transcript.segments[1].start == VALUE.segments[1].start
    assert texts(document.transcript) == ["the cat sat down", "never mind", "good bye"]


def test_after_a_pause_or_in_another_segment_it_is_another_step(qapp: object) -> None:
    document = TranscriptDocument(VALUE)
    typing = Typing(document)
    typing.type("Typing", "s1", "the cat")
    typing.pause()
    typing.type("Typing", "s1", "the cat ran")
    typing.type("Typing", "s2", "thanks")
    assert document.history.count() == 3


def test_dividing_keeps_the_times_of_all_words() -> None:
    after = rewritten(VALUE, ["s1"], ["the cat", " sat down"])
    assert texts(after)[:2] == ["the cat", "sat down"]
    assert after.words == VALUE.words


def test_cutting_across_segments_puts_their_rests_together() -> None:
    after = rewritten(VALUE, ["s1", "s2", "s3"], ["the cat bye"])
    assert texts(after) == ["the cat bye"]
    assert after.words[-1] == VALUE.words[-1]


def test_nothing_left_of_several_removes_them() -> None:
    assert texts(rewritten(VALUE, ["s1", "s2"], [""])) == ["good bye"]


@given(st.data())
def test_dividing_anywhere_loses_no_letter(data: st.DataObject) -> None:
    text = VALUE.segments[0].text
    at = data.draw(st.integers(1, len(text) - 1))
    after = rewritten(VALUE, ["s1"], [text[:at], text[at:]])
    assert texts(after)[:2] == [text[:at].strip(), text[at:].strip()]
    assert len({each.id for each in after.segments}) == len(after.segments)
