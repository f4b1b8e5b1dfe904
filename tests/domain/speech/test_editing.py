from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import TEXTS, WORDS, ordered, segment, transcript, transcripts, words
from workbench.domain.speech.editing import (
    merged,
    removed,
    replaced,
    retyped,
    shifted,
    speaker_renamed,
    split,
    with_speaker,
    with_times,
)
from workbench.domain.speech.retyping import retyped_words
from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import joined

SHOP = transcript("we went to the shop", "and bought bread")


def texts(of: Transcript) -> list[str]:
    return [segment.text for segment in of.segments]


@given(words(), TEXTS)
def test_any_retyping_says_what_was_typed_in_order_and_within_the_segment(
    heard: tuple[Word, ...], text: str
) -> None:
    made = retyped_words(heard, text)
    assert "".join(word.text for word in made) == "".join(text.split())
    assert ordered(made)
    if made:
        assert heard[0].start <= made[0].start
        assert made[-1].end <= heard[-1].end


LATIN = st.sampled_from(("we", "went", "Shop,", "no", "no", "again"))


@given(words(), st.integers(0, 12), st.lists(LATIN, max_size=3), st.integers(0, 3))
def test_words_before_and_after_an_edit_keep_their_times(
    heard: tuple[Word, ...], place: int, typed: list[str], gone: int
) -> None:
    before, after = heard[:place], heard[place + gone :]
    text = " ".join(w.text for w in before) + f" {' '.join(typed)} " + " ".join(w.text for w in after)
    made = retyped_words(heard, text)
    new = [word for word in made if word.edited]
    assert len(new) <= len(typed)
    known = {(word.text, word.start, word.end) for word in heard}
    moved = [word for word in made if not word.edited and (word.text, word.start, word.end) not in known]
    assert len(moved) <= len(typed)  # one that is typed beside its like may be taken for it


@given(words())
def test_typing_the_same_again_changes_nothing(heard: tuple[Word, ...]) -> None:
    assert retyped_words(heard, " ".join(word.text for word in heard)) == heard


@given(words())
def test_in_a_long_line_words_away_from_the_edit_are_left_as_they_are(heard: tuple[Word, ...]) -> None:
    text = " ".join(word.text for word in heard)
    made = retyped_words(heard, f"new {text}")
    assert made[len(made) - len(heard) + 1 :] == heard[1:]
    assert retyped_words(heard, f"{text} new")[: len(heard) - 1] == heard[:-1]


@given(st.sampled_from((["你好", "世界", "啊"], ["สวัสดี", "ครับ", "ผม"], ["大家", "hello", "好"])))
def test_words_of_scripts_without_spaces_are_known_again_in_their_line(spoken: list[str]) -> None:
    heard = spread(spoken, 2, 5)
    assert retyped_words(heard, joined(spoken)) == heard


def test_a_new_word_takes_the_place_of_the_old_one() -> None:
    made = retyped(SHOP, "s1", "we went to that shop").segments[0].words
    before = SHOP.segments[0].words
    assert made[3] == Word("that", before[3].start, before[3].end, edited=True)
    assert (*made[:3], made[4]) == (*before[:3], before[4])


def test_a_capital_and_a_mark_leave_a_word_as_it_was_heard() -> None:
    made = retyped(SHOP, "s1", "We went, to the shop.").segments[0].words
    assert not any(word.edited for word in made)
    assert [(w.start, w.end) for w in made] == [(w.start, w.end) for w in SHOP.segments[0].words]


def test_new_words_share_the_pause_between() -> None:
    heard = (Word("a", 0, 1), Word("b", 3, 4))
    made = retyped_words(heard, "a x y b")
    assert [(word.start, word.end) for word in made] == [(0, 1), (1, 2), (2, 3), (3, 4)]


def test_one_character_typed_among_chinese_ones_leaves_the_others() -> None:
    heard = spread(["你好", "世界"], 0, 4)
    assert [w.text for w in retyped_words(heard, "你们好世界")] == ["你", "们", "好", "世界"]
    assert retyped_words(heard, "你们好世界")[3] == heard[1]


def test_a_segment_emptied_goes_away() -> None:
    assert texts(retyped(SHOP, "s1", " ")) == ["and bought bread"]


def test_a_segment_split_and_merged_is_as_before() -> None:
    two = split(SHOP, "s1", 2)
    assert texts(two) == ["we went", "to the shop", "and bought bread"]
    assert len({segment.id for segment in two.segments}) == 3
    three = split(two, two.segments[1].id, 1)
    assert len({segment.id for segment in three.segments}) == 4
    assert merged(merged(three, "s1"), "s1") == SHOP


@pytest.mark.parametrize("place", [-1, 0, 5, 9])
def test_no_empty_segment_is_split_off(place: int) -> None:
    assert split(SHOP, "s1", place) == SHOP


def test_the_last_segment_has_nothing_to_merge_with() -> None:
    assert merged(SHOP, "s2") == SHOP


def test_merging_keeps_the_first_speaker_and_orders_what_crosses() -> None:
    both = Transcript((segment("a b", 0, 2, "1"), segment("c d", 1, 3, "2", "Ann")))
    one = merged(both, "1").segments[0]
    assert (one.text, one.speaker, one.end) == ("a b c d", "Ann", 3)
    assert ordered(one.words)


def test_shifting_stops_at_the_ends_of_the_recording() -> None:
    assert shifted(SHOP, ["s2"], -99).segments[0].id == "s1"
    assert shifted(SHOP, ["s1", "s2"], -1) == SHOP
    late = shifted(SHOP, ["s2"], 99)
    assert late.segments[1].end == SHOP.seconds
    assert shifted(late, ["s2"], 5) == late
    assert shifted(SHOP, ["s2"], 0.25).segments[1].start == SHOP.segments[1].start + 0.25


def test_a_segment_shifted_past_another_comes_before_it() -> None:
    both = Transcript((segment("a", 5, 6, "1"), segment("b", 7, 8, "2")), seconds=20)
    assert [s.id for s in shifted(both, ["1"], 10).segments] == ["2", "1"]


def test_new_times_stretch_the_words() -> None:
    made = with_times(SHOP, "s1", 1, 6).segments[0]
    assert (made.start, made.end) == (1, 6)
    assert made.words[1].start == pytest.approx(
        1 + 5 * SHOP.segments[0].words[1].start / SHOP.segments[0].end
    )
    assert with_times(SHOP, "s1", 4, 2).segments[-1].end >= 4


def test_finding_goes_over_words_and_ignores_case_unless_told() -> None:
    heard = transcript("I love new york", "New York, new yorker")
    assert replaced(heard, "New York", "NYC")[1] == 3
    made, count = replaced(heard, "new york", "NYC", case=True)
    assert (texts(made), count) == (["I love NYC", "New York, NYCer"], 2)
    made, count = replaced(heard, "new  york", "NYC", whole_words=True)
    assert (texts(made), count) == (["I love NYC", "NYC, new yorker"], 2)
    first, last = heard.segments[0].words[2], heard.segments[0].words[3]
    assert (made.segments[0].words[2].start, made.segments[0].words[2].end) == (first.start, last.end)


@pytest.mark.parametrize(
    ("text", "find", "whole", "count"),
    [
        ("一只狐狸来了", "狐狸", True, 1),
        ("cafe\u0301 noir", "café", True, 1),
        ("costs $5 a (b)", "$5", True, 1),
        ("a.c abc", "a.c", False, 1),
        ("art cart", "art", True, 1),
        ("nothing", "  ", False, 0),
        ("nothing", "", False, 0),
    ],
)
def test_what_is_looked_for_is_found_as_written(text: str, find: str, whole: bool, count: int) -> None:
    assert replaced(transcript(text), find, "\\1x", whole_words=whole)[1] == count


def test_replacing_all_there_is_by_nothing_removes_the_segment() -> None:
    assert replaced(transcript("um", "well um"), "um", "") == (
        removed(replaced(transcript("um", "well um"), "well um", "well")[0], ["s1"]),
        2,
    )


def test_a_speaker_is_renamed_everywhere() -> None:
    heard = with_speaker(SHOP, ["s1"], "0")
    assert speaker_renamed(heard, "0", "Ann").speakers == ("Ann",)
    assert speaker_renamed(heard, "", "Bo").speakers == ("0", "Bo")


@pytest.mark.parametrize(
    "edit",
    [
        lambda t: retyped(t, "x", ""),
        lambda t: split(t, "x", 1),
        lambda t: merged(t, "x"),
        lambda t: with_times(t, "x", 0, 1),
    ],
)
def test_a_segment_that_is_not_there_is_a_mistake_of_the_caller(
    edit: Callable[[Transcript], Transcript],
) -> None:
    with pytest.raises(KeyError):
        edit(SHOP)


Edit = Callable[[Transcript], Transcript]
TIMES = st.floats(-20, 20)


def edits(heard: Transcript) -> st.SearchStrategy[Edit]:
    ids = st.sampled_from([segment.id for segment in heard.segments])
    return st.one_of(
        st.builds(lambda id, text: lambda t: retyped(t, id, text), ids, TEXTS),
        st.builds(lambda id, place: lambda t: split(t, id, place), ids, st.integers(0, 9)),
        st.builds(lambda id: lambda t: merged(t, id), ids),
        st.builds(lambda id, seconds: lambda t: shifted(t, [id], seconds), ids, TIMES),
        st.builds(lambda id, start, end: lambda t: with_times(t, id, start, end), ids, TIMES, TIMES),
        st.builds(lambda find, by: lambda t: replaced(t, find, by)[0], WORDS, TEXTS),
    )


@given(transcripts(), st.data())
def test_any_edits_in_any_order_leave_a_sound_transcript(heard: Transcript, data: st.DataObject) -> None:
    for _ in range(5):
        if heard.segments:
            heard = data.draw(edits(heard))(heard)
            sound(heard)


def sound(heard: Transcript) -> None:
    ids = [segment.id for segment in heard.segments]
    assert len(set(ids)) == len(ids)
    assert [s.start for s in heard.segments] == sorted(s.start for s in heard.segments)
    for each in heard.segments:
        assert isinstance(each, Segment)
        assert each.words
        assert all(word.text for word in each.words)
        assert each.start >= 0
        assert ordered(each.words)
