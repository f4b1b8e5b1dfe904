from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import ordered, segment, transcript, transcripts
from workbench.domain.speech.editing import retyped
from workbench.domain.speech.splicing import differences, spliced
from workbench.domain.speech.transcripts import Segment, Transcript, Word

THERE = transcript("we went to the shop", "and bought bread", "it was good")
"""s1 from 0 to 2.5, s2 from 3.5 to 5, s3 from 6 to 7.5; half a second a word."""


def heard(text: str, start: float, end: float = 0.0) -> Transcript:
    return Transcript((segment(text, start, end, id="new", speaker="X"),))


def texts(of: Transcript) -> dict[str, str]:
    return {segment.id: segment.text for segment in of.segments}


def test_a_selection_within_a_segment_changes_its_words_only() -> None:
    made = spliced(THERE, 1, 2, heard("in a", 1))
    assert texts(made) == {"s1": "we went in a shop", "s2": "and bought bread", "s3": "it was good"}
    assert made.segments[0].words[0] is THERE.segments[0].words[0]
    assert [(w.start, w.end) for w in made.segments[0].words[2:4]] == [(1, 1.6), (1.6, 1.875)]


def test_words_heard_over_several_segments_find_their_own() -> None:
    new = heard("a market and bought some bread it", 1.5, 6.5)
    made = spliced(THERE, 1.5, 6.5, new)
    assert texts(made) == {"s1": "we went to a market", "s2": "and bought some bread", "s3": "it was good"}
    assert made.speakers == ()
    assert all(ordered(each.words) for each in made.segments)


def test_differences_are_shown_with_what_stands_for_what() -> None:
    found = differences(THERE, 0, 5, heard("We went to a shop and bread", 0, 5))
    assert [([w.text for w in d.old], [w.text for w in d.new]) for d in found] == [
        (["we"], ["We"]),
        (["the"], ["a"]),
        (["bought"], []),
    ]
    assert found[2].old == (THERE.segments[1].words[1],)
    assert (found[2].start, found[2].end) == (found[2].old[0].start, found[2].old[0].end)


def test_what_was_typed_after_the_last_word_is_held_against_what_is_heard() -> None:
    typed = retyped(THERE, "s1", "we went to the shop by bus")
    said = heard("we went to the shop", 0, 2.5)
    assert [[w.text for w in d.old] for d in differences(typed, 0, 2.5, said)] == [["by", "bus"]]
    assert texts(spliced(typed, 0, 2.5, said))["s1"] == "we went to the shop"
    assert texts(spliced(typed, 0, 2.5, said, {0}))["s1"] == "we went to the shop by bus"


def test_what_is_refused_stays_as_it_was() -> None:
    new = heard("We went to a shop and bread", 0, 5)
    assert texts(spliced(THERE, 0, 5, new, refused=(0, 2)))["s1"] == "we went to a shop"
    assert texts(spliced(THERE, 0, 5, new, refused=(0, 2)))["s2"] == "and bought bread"
    assert texts(spliced(THERE, 0, 5, new, refused=(1,))) == {
        "s1": "We went to the shop",
        "s2": "and bread",
        "s3": "it was good",
    }


def test_a_segment_in_which_nothing_is_heard_now_goes_away() -> None:
    assert texts(spliced(THERE, 3, 5.5, Transcript())) == {"s1": "we went to the shop", "s3": "it was good"}


def test_where_there_were_no_words_new_segments_come_in() -> None:
    made = spliced(THERE, 2.6, 3.4, Transcript((segment("yes", 2.7, 3, id="s2", speaker="Bo"),)))
    assert [each.text for each in made.segments] == [
        "we went to the shop",
        "yes",
        "and bought bread",
        "it was good",
    ]
    assert made.segments[1].speaker == "Bo"
    assert len({each.id for each in made.segments}) == 4


def test_a_pause_within_a_segment_is_filled_there() -> None:
    gap = Transcript((Segment("s", (Word("a", 0, 1), Word("d", 3, 4))),), seconds=5)
    made = spliced(gap, 1.2, 2.8, heard("b c", 1.1, 3.3))
    assert texts(made) == {"s": "a b c d"}
    assert ordered(made.segments[0].words)
    assert made.segments[0].words[-1] == Word("d", 3, 4)


def test_chinese_changes_by_the_character() -> None:
    there = Transcript((segment("今天天气好", 0, 5),))
    found = differences(
        there, 0, 5, Transcript((Segment("n", (Word("今天", 0, 2), Word("夭气", 2, 4), Word("好", 4, 5))),))
    )
    assert [(d.old[0].text, d.new[0].text) for d in found] == [("天", "夭")]


@given(transcripts(), transcripts(most=2), st.floats(0, 20), st.floats(0, 10), st.data())
def test_all_refused_is_as_before_and_all_taken_as_heard(
    there: Transcript, new: Transcript, start: float, length: float, data: st.DataObject
) -> None:
    end = start + length
    inside = tuple(
        replace(each, words=words)
        for each in new.segments
        if (words := tuple(w for w in each.words if start <= (w.start + w.end) / 2 < end))
    )
    new = replace(new, segments=inside)
    found = differences(there, start, end, new)
    here = [w for w in there.words if start <= (w.start + w.end) / 2 < end]
    all_taken = spliced(there, start, end, new)
    got = "".join(w.text for w in all_taken.words)
    assert len(got) == sum(len(w.text) for w in there.words) - sum(len(w.text) for w in here) + sum(
        len(w.text) for w in new.words
    )
    if here:
        kept = spliced(there, start, end, new, refused=range(len(found)))
        assert [s.text for s in kept.segments] == [s.text for s in there.segments]
    some = spliced(there, start, end, new, refused=data.draw(st.sets(st.integers(0, 3))))
    for made in (all_taken, some):
        assert all(ordered(each.words) for each in made.segments)
        assert len({each.id for each in made.segments}) == len(made.segments)
