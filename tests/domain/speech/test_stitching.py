from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.speech.saying import ordered
from workbench.domain.speech.cutting import Cut
from workbench.domain.speech.stitching import stitched
from workbench.domain.speech.timing import spread
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import words_in

Part = tuple[Cut, Transcript]
COUNT = ("no", "no", "the", "a", "yes", "again", "你", "好", "لا", "wor", "world", "words")
UNLIKE = [f"{a}{b}{a}" for a in "bdfgklmnprstvz" for b in "aeiou"]


def said(words: Sequence[str] | str, step: float = 0.5, pause: float = 0.1) -> tuple[Word, ...]:
    words = words_in(words) if isinstance(words, str) else words
    return tuple(Word(word, n * step, (n + 1) * step - pause) for n, word in enumerate(words))


def part(start: float, end: float, *words: Word, id: str = "", speaker: str = "", language: str = "") -> Part:
    """One segment, called after where it begins."""
    segments = (Segment(id or f"{start:g}", words, speaker),) if words else ()
    return Cut(start, end), Transcript(segments, language)


def heard(words: Sequence[Word], start: float, end: float, late: float = 0.0, each: int = 7) -> Part:
    """What a model makes of a stretch, in segments of so many words; of words that are cut it may hear half."""
    got = []
    for word in words:
        inside = min(word.end, end) - max(word.start, start)
        share = inside / (word.end - word.start)
        if share <= 0.3:
            continue
        letters = max(1, round(len(word.text) * share))
        text = word.text[-letters:] if word.start < start else word.text[:letters]
        got.append(Word(text, max(word.start, start) + late, min(word.end, end) + late))
    segments = tuple(Segment(f"{start}-{n}", tuple(got[n : n + each])) for n in range(0, len(got), each))
    return Cut(start, end), Transcript(segments, "en")


def parts_of(words: Sequence[Word], most: float, overlap: float, late: Sequence[float]) -> list[Part]:
    starts = [n * (most - overlap) for n in range(max(1, int(words[-1].end / (most - overlap)) + 1))]
    return [heard(words, start, start + most, late[n % len(late)]) for n, start in enumerate(starts)]


def inside(words: Sequence[Word], start: float, end: float) -> Part:
    """What a model makes of a stretch if it hears what lies fully inside, and nothing else."""
    return part(start, end, *(word for word in words if start <= word.start and word.end <= end))


@st.composite
def speech(draw: st.DrawFn) -> tuple[Word, ...]:
    """Few words that come again and again, short and long, at once or after pauses."""
    made: list[Word] = []
    at = 0.0
    for word in draw(st.lists(st.sampled_from(COUNT), min_size=5, max_size=80)):
        at += draw(st.sampled_from((0.0, 0.0, 0.02, 0.1, 0.75)))
        end = at + draw(st.sampled_from((0.08, 0.12, 0.3, 0.5)))
        made.append(Word(word, at, end))
        at = end
    return tuple(made)


def text(transcript: Transcript) -> list[str]:
    return [word.text for word in transcript.words]


def sound(transcript: Transcript) -> None:
    ids = [segment.id for segment in transcript.segments]
    assert len(set(ids)) == len(ids)
    assert [s.start for s in transcript.segments] == sorted(s.start for s in transcript.segments)
    assert all(ordered(segment.words) for segment in transcript.segments)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(COUNT), min_size=1, max_size=80),
    st.floats(6, 12),
    st.floats(1, 5),
    st.lists(st.floats(-0.05, 0.05), min_size=1, max_size=4),
)
def test_parts_give_the_text_of_the_whole_however_often_words_come_again(
    words: list[str], most: float, overlap: float, late: list[float]
) -> None:
    whole = stitched(parts_of(said(words), most, overlap, late))
    assert text(whole) == words
    sound(whole)


@settings(max_examples=200)
@given(speech(), st.floats(1, 5), st.lists(st.floats(6, 15), min_size=1, max_size=4))
def test_no_word_is_lost_or_doubled_where_parts_hear_what_lies_inside_them(
    words: tuple[Word, ...], overlap: float, lengths: list[float]
) -> None:
    parts = [inside(words, 0, lengths[0])]
    while parts[-1][0].end < words[-1].end:
        start = parts[-1][0].end - overlap
        parts.append(inside(words, start, start + lengths[len(parts) % len(lengths)]))
    whole = stitched(parts)
    assert whole.words == words
    sound(whole)


@settings(max_examples=60)
@given(
    st.permutations(UNLIKE),
    st.floats(8, 12),
    st.floats(2.5, 4),
    st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=4),
)
def test_parts_whose_times_are_far_off_are_put_together_by_their_words(
    words: list[str], most: float, overlap: float, late: list[float]
) -> None:
    whole = stitched(parts_of(said(words), most, overlap, late))
    assert text(whole) == words
    sound(whole)


@settings(max_examples=40)
@given(st.permutations(UNLIKE), st.floats(3, 5), st.booleans())
def test_segments_without_times_of_words_are_put_together(
    words: list[str], overlap: float, whole: bool
) -> None:
    """Their words are given times in equal shares, or are not told apart at all."""

    def guessed(segment: Segment) -> Segment:
        texts = [word.text for word in segment.words]
        return Segment(segment.id, spread([" ".join(texts)] if whole else texts, segment.start, segment.end))

    parts = [
        (cut, Transcript(tuple(map(guessed, told.segments))))
        for cut, told in parts_of(said(words), 12, overlap, (0.1, -0.1))
    ]
    assert text(stitched(parts)) == words


def test_where_the_two_differ_each_is_believed_away_from_its_own_edge() -> None:
    a = said("it was a bright cold day in apple and")
    b = said("xx right cold day in april and the")
    moved = tuple(Word(w.text, w.start + 0.5, w.end + 0.5) for w in b)
    whole = stitched([part(0, 4.4, *a), part(0.6, 9, *moved)])
    assert whole.text == "it was a bright cold day in april and the"


def test_a_word_cut_in_two_is_heard_whole() -> None:
    left = (Word("say", 0, 0.4), Word("hello", 0.5, 0.9), Word("wor", 1.0, 1.2))
    right = (Word("llo", 0.8, 0.9), Word("world", 1.0, 1.5), Word("now", 1.6, 1.9))
    assert stitched([part(0, 1.2, *left), part(0.8, 3, *right)]).text == "say hello world now"


def test_a_half_word_with_nothing_beside_it_is_not_added() -> None:
    left = (Word("the", 0, 0.3), Word("garden", 0.4, 1.1))
    right = (Word("en", 1.2, 1.25), Word("gate", 2.5, 2.9))
    assert stitched([part(0, 2, *left), part(1.2, 4, *right)]).text == "the garden\ngate"


def test_a_word_really_said_twice_is_kept_twice() -> None:
    left = (Word("very", 9.0, 9.3), Word("very", 9.4, 9.7))
    right = (Word("very", 9.4, 9.7), Word("good", 9.8, 10.2))
    assert stitched([part(0, 9.8, *left), part(9.3, 12, *right)]).text == "very very good"


def test_a_word_that_comes_again_beyond_the_seam_is_not_taken_for_the_one_before() -> None:
    left = (Word("ah", 130.06, 130.16), Word("ah.", 130.2, 130.36))
    right = (Word("Ah.", 130.2, 130.36), Word("Ah", 131.1, 131.22), Word("hum", 131.24, 131.4))
    whole = stitched([part(107.22, 131.14, *left), part(130.14, 143.16, *right)])
    assert text(whole) == ["ah", "ah.", "Ah", "hum"]


def test_half_a_word_is_not_added_though_it_is_timed_late() -> None:
    left = (Word("ziz", 33.5, 33.9), Word("zoz", 34, 34.4), Word("zuz", 34.5, 34.9))
    assert (
        stitched([part(27.8, 37.5, *left), part(34.77, 44.4, Word("z", 35.14, 35.27))]).text == "ziz zoz zuz"
    )


def test_a_short_word_that_one_side_alone_has_heard_is_kept_between_others() -> None:
    left = (Word("it", 9.0, 9.3), Word("day", 9.6, 9.9))
    right = (Word("it", 9.0, 9.3), Word("a", 9.3, 9.38), Word("day", 9.6, 9.9))
    assert text(stitched([part(0, 10.5, *left), part(8.6, 20, *right)])) == ["it", "a", "day"]


def test_a_word_that_one_side_alone_has_heard_is_not_lost() -> None:
    full = said("we went on and on to the shop again")
    thin = [word for n, word in enumerate(full) if n != 2]
    assert stitched([part(0, 4.5, *thin), part(0, 4.5, *full)]).text == "we went on and on to the shop again"
    thin = [word for n, word in enumerate(full) if n != 6]
    assert stitched([part(0, 4.5, *full), part(0, 4.5, *thin)]).text == "we went on and on to the shop again"


@pytest.mark.parametrize("first", ["every day", "everyday"])
def test_one_word_here_and_two_there_are_the_same_sound(first: str) -> None:
    left = (Word("it", 0, 0.2), *spread(first.split(), 0.3, 0.9), Word("is", 1.0, 1.2))
    second = "everyday" if " " in first else "every day"
    right = (Word("it", 0, 0.2), *spread(second.split(), 0.3, 0.9), Word("is", 1.0, 1.2))
    assert stitched([part(0, 1.2, *left), part(0, 1.2, *right)]).text in ("it every day is", "it everyday is")


def test_silence_at_the_seam_joins_nothing() -> None:
    whole = stitched([part(0, 10, *said(["one", "two"])), part(8, 20, Word("three", 12, 13))])
    assert [segment.text for segment in whole.segments] == ["one two", "three"]
    assert whole.seams == (9.0,)


def test_what_one_part_heard_at_its_end_stays_where_the_next_heard_nothing() -> None:
    whole = stitched([part(0, 10, Word("bye", 9.6, 10)), part(8, 20), part(18, 30, Word("hi", 18, 18.4))])
    assert [segment.text for segment in whole.segments] == ["bye", "hi"]
    assert whole.seams == (9.0, 19.0)
    assert stitched([part(0, 10, Word("bye", 8.5, 9.5)), part(8, 20)]).seams == (8.5,)
    assert whole.seconds == 30


def test_parts_may_come_in_any_order_and_some_not_at_all() -> None:
    words = said([f"w{n}w" for n in range(100)])
    parts = parts_of(words, 10, 2, (0.0,))
    whole = stitched(parts)
    assert stitched(reversed(parts)) == whole
    some = stitched(parts[:2] + parts[3:])
    assert len(some.seams) == len(whole.seams) - 2
    assert text(some) == [w for n, w in enumerate(text(whole)) if not 36 <= n <= 47]
    assert {segment.id for segment in some.segments} <= {
        id for _, part in parts for id in [s.id for s in part.segments]
    }


def test_parts_that_only_touch_are_set_side_by_side() -> None:
    whole = stitched([part(0, 10, Word("no", 9, 9.9)), part(10, 20, Word("no", 10.1, 11))])
    assert whole.text == "no\nno"
    assert whole.seams == (10,)


def test_a_sentence_over_the_seam_is_one_segment() -> None:
    words = said("we went down to the shop and bought some bread")
    whole = stitched([part(0, 4, *words[:8], id="a"), part(2, 9, *words[4:], id="b")])
    assert [(segment.id, segment.text) for segment in whole.segments] == [
        ("a", "we went down to the shop and bought some bread")
    ]


def test_segments_that_end_at_the_same_place_on_both_sides_stay_whole() -> None:
    words = said("we went to the shop. And then we came home. It was late")
    left = (Segment("a", words[:5]), Segment("b", words[5:9]))
    right = (Segment("c", words[2:5]), Segment("d", words[5:10]), Segment("e", words[10:]))
    whole = stitched([(Cut(0, 4.5), Transcript(left)), (Cut(1, 9), Transcript(right))])
    assert [(s.id, s.text) for s in whole.segments] == [
        ("a", "we went to the shop."),
        ("d", "And then we came home."),
        ("e", "It was late"),
    ]


def test_the_same_ids_in_every_part_become_different_ones() -> None:
    whole = stitched([part(n * 10, n * 10 + 10, Word("x", n * 10 + 1, n * 10 + 2), id="0") for n in range(3)])
    sound(whole)
    assert whole.segments[0].id == "0"


def test_what_the_second_part_alone_heard_first_comes_first() -> None:
    left = (Word("then.", 1.0, 1.4),)
    right = (Word("so", 0.3, 0.6), Word("then.", 1.0, 1.4), Word("next", 1.5, 1.9))
    whole = stitched([part(0, 2, *left), part(0.2, 4, *right)])
    assert text(whole) == ["so", "then.", "next"]
    sound(whole)


def test_chinese_is_put_together_though_its_words_are_divided_otherwise() -> None:
    left = spread(["今天", "天气", "很好", "我们"], 0, 4)
    right = spread(["气", "很", "好", "我", "们", "去", "公园"], 1.5, 5)
    assert stitched([part(0, 4, *left), part(1.5, 6, *right)]).text == "今天天气很好我们去公园"


def test_text_from_right_to_left_is_put_together() -> None:
    words = said("ذهبنا إلى السوق، ثم عدنا إلى البيت في المساء")
    bare = [Word(w.text.rstrip("،"), w.start + 0.2, w.end + 0.2) for w in words[1:]]
    whole = stitched([part(0, 3.5, *words[:7]), part(0.5, 6, *bare)])
    assert whole.text.replace("،", "") == "ذهبنا إلى السوق ثم عدنا إلى البيت في المساء"


def test_speakers_numbered_anew_in_a_part_are_known_again() -> None:
    words = said([f"w{n}w" for n in range(20)])
    left = (Segment("a", words[:5], "0"), Segment("b", words[5:9], "1"))
    right = (Segment("c", words[4:5], "1"), Segment("d", words[5:12], "0"), Segment("e", words[12:], "1"))
    whole = stitched([(Cut(0, 4.5), Transcript(left)), (Cut(2, 10), Transcript(right))])
    assert [(s.speaker, s.words[0].text) for s in whole.segments] == [
        ("0", "w0w"),
        ("1", "w5w"),
        ("0", "w12w"),
    ]


def test_a_speaker_who_was_not_heard_in_the_overlap_gets_a_free_name() -> None:
    words = said([f"w{n}w" for n in range(20)])
    left = (Segment("a", words[:4], "0"), Segment("b", words[4:9], "1"))
    right = (Segment("d", words[4:12], "0"), Segment("e", words[12:16], "1"), Segment("f", words[16:], "2"))
    whole = stitched([(Cut(0, 4.5), Transcript(left)), (Cut(2, 10), Transcript(right))])
    assert whole.speakers == ("0", "1", "2")
    assert [s.speaker for s in whole.segments] == ["0", "1", "0", "2"]


def test_times_that_cannot_be_are_brought_into_the_part() -> None:
    wild = (Word("a", -5, -4), Word("b", 3, 2), Word("c", 2.5, 99))
    whole = stitched([part(0, 4, *wild)])
    assert text(whole) == ["a", "b", "c"]
    assert (whole.segments[0].start, whole.segments[0].end) == (0, 4)
    sound(whole)


def test_most_words_tell_the_language() -> None:
    some = said(["a", "b", "c"])
    whole = stitched(
        [part(0, 2, language="cy"), part(2, 9, *some, language="en"), part(9, 10, language="cy")]
    )
    assert whole.language == "en"


def test_nothing_gives_nothing() -> None:
    assert stitched([]) == Transcript()
    assert stitched([part(0, 5)]) == Transcript(seconds=5)
