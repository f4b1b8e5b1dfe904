from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import segment, transcripts
from workbench.domain.speech.doubts import Doubt, DoubtKind, doubts
from workbench.domain.speech.transcripts import Segment, Transcript, Word


def usual(*texts: str, seconds: float) -> list[Segment]:
    return [segment(text, n * 10, n * 10 + seconds, f"u{n}") for n, text in enumerate(texts)]


USUAL = usual(
    "one two three four five six",
    "we went to the shop then",
    "so it was a fine day",
    "you are not well at all",
    seconds=2,
)


def kinds(*segments: Segment, silences: tuple[tuple[float, float], ...] = ()) -> list[tuple[str, DoubtKind]]:
    return [(doubt.segment_id, doubt.kind) for doubt in doubts(Transcript(segments), silences)]


def test_ordinary_speech_is_not_doubted() -> None:
    assert kinds(*USUAL) == []
    assert kinds(segment("no no no I mean it very very much", 0, 4)) == []


def test_a_pace_that_falls_out_of_the_rest_is_doubted() -> None:
    fast = segment("all of these words cannot have been said so soon", 50, 51, "fast")
    slow = segment("only four words here", 60, 75, "slow")
    assert kinds(*USUAL, fast, slow) == [("fast", DoubtKind.FAST), ("slow", DoubtKind.SLOW)]
    (found, _) = doubts(Transcript((*USUAL, fast, slow)))
    assert (found.value, found.words) == (10, range(10))


def test_quick_speakers_are_not_doubted_all_the_time() -> None:
    quick = usual(
        "one two three four five six", "we went to the shop then", "so it was a fine day", seconds=1.1
    )
    assert kinds(*quick) == []


def test_chinese_is_counted_by_the_character() -> None:
    usually = usual("今天天气很好我们", "去公园散步吧现在", "然后回家吃饭睡觉", seconds=2)
    assert kinds(*usually) == []
    assert kinds(*usually, Segment("f", (Word("他说明天不会下雨所以一起去", 50, 51),))) == [
        ("f", DoubtKind.FAST)
    ]


def test_a_loop_is_found_within_a_segment() -> None:
    heard = segment("so I went to the to the to the To the, end", 0, 6, "a")
    assert doubts(Transcript((heard,))) == (Doubt("a", DoubtKind.REPEATED, range(3, 11), 4),)


def test_a_loop_over_segments_is_told_for_each() -> None:
    same = [segment("Thank you.", n * 2, n * 2 + 1, f"s{n}") for n in range(3)]
    assert [(d.segment_id, d.words, d.value) for d in doubts(Transcript(tuple(same)))] == [
        (f"s{n}", range(2), 3) for n in range(3)
    ]


def test_a_word_four_times_is_one_loop_and_not_two() -> None:
    assert len(doubts(Transcript((segment("go go go go go go now", 0, 4),)))) == 1


def test_words_over_silence_are_doubted() -> None:
    heard = Segment("a", (Word("real", 0, 0.5), Word("Thank", 2, 2.4), Word("you.", 2.4, 3)))
    found = doubts(Transcript((heard,)), ((0.4, 0.45), (1.0, 6.0)))
    assert not doubts(Transcript((heard,)), ((0.0, 0.3), (0.6, 2.2), (2.6, 2.9)))
    assert found == (Doubt("a", DoubtKind.OVER_SILENCE, range(1, 3)),)


def test_words_the_model_doubts_are_doubted_until_they_are_typed_anew() -> None:
    words = (
        Word("a", 0, 1, 0.9),
        Word("b", 1, 2, 0.4),
        Word("c", 2, 3, 0.2),
        Word("d", 3, 4, 0.1, edited=True),
    )
    assert doubts(Transcript((Segment("a", words),))) == (Doubt("a", DoubtKind.UNSURE, range(1, 3), 0.2),)


SPANS = st.lists(st.floats(0, 60), max_size=10).map(
    lambda times: list(zip(*[iter(sorted(times))] * 2, strict=False))
)


@given(transcripts(), SPANS)
def test_doubts_are_about_words_that_are_there(
    heard: Transcript, silences: list[tuple[float, float]]
) -> None:
    words = {segment.id: len(segment.words) for segment in heard.segments}
    for doubt in doubts(heard, silences):
        assert 0 <= doubt.words.start < doubt.words.stop <= words[doubt.segment_id]
