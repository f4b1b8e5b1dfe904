"""Where words are, in time and in the text."""

from __future__ import annotations

from tests.ui.speech.transcript.samples import segment, transcript
from workbench.domain.speech.transcripts import Transcript
from workbench.ui.speech.transcript.timeline import Place, Timeline, word_at, word_spans, words_within

VALUE = transcript("good morning all", "thank you")


def test_the_word_that_is_said_lingers_a_little_and_then_nothing_is_said() -> None:
    timeline = Timeline(VALUE)
    assert timeline.place_at(0.1) == Place(0, 0)
    end = VALUE.segments[0].end
    assert timeline.place_at(end + 0.3) == Place(0, 2)
    assert timeline.place_at(end + 0.6) is None
    assert timeline.place_at(VALUE.segments[1].start) == Place(1, 0)
    assert timeline.segment_at(-1.0) == -1


def test_of_two_at_once_the_one_who_still_speaks_is_followed() -> None:
    long, short = segment("a", "one two three four five six", 0.0), segment("b", "yes", 1.0)
    timeline = Timeline(Transcript((long, short)))
    assert timeline.segment_at(1.2) == 1
    assert timeline.segment_at(2.0) == 0


def test_words_are_found_in_a_text_whatever_spaces_are_typed_between_them() -> None:
    words = segment("a", "good morning all", 0.0).words
    assert word_spans("  good   morning all ", words) == [(2, 6), (9, 16), (17, 20)]


def test_words_are_found_where_a_script_has_no_spaces() -> None:
    words = segment("a", "你好， 世 界。", 0.0).words
    text = segment("a", "你好， 世 界。", 0.0).text
    assert [text[start:end] for start, end in word_spans(text, words)] == [word.text for word in words]


def test_a_place_in_the_text_belongs_to_the_word_before_it() -> None:
    spans = [(0, 4), (5, 9)]
    assert [word_at(spans, at) for at in (0, 4, 5, 20)] == [0, 0, 1, 1]
    assert word_at([], 3) == -1
    assert words_within(spans, 2, 6) == range(0, 2)
    assert words_within(spans, 4, 5) == range(0)
