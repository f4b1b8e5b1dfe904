from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import segment, transcript, transcripts
from workbench.domain.speech.captions import Caption, CaptionRules, captions, transcript_of
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.domain.speech.writing import columns_of

USUAL = CaptionRules()
RULES = st.builds(
    CaptionRules,
    most_characters=st.integers(8, 60),
    most_lines=st.integers(1, 3),
    most_s=st.floats(1, 8),
    least_s=st.floats(0, 2),
    gap_s=st.floats(0.05, 2),
    most_cps=st.floats(5, 30),
)


def texts(of: Transcript, rules: CaptionRules = USUAL) -> list[tuple[str, ...]]:
    return [caption.lines for caption in captions(of, rules)]


@given(transcripts(), RULES)
def test_captions_say_all_words_in_order_within_the_rules(heard: Transcript, rules: CaptionRules) -> None:
    made = captions(heard, rules)
    said = "".join(word.text for word in heard.words)
    assert "".join("".join(caption.lines) for caption in made).replace(" ", "") == said
    longest = max((word.end - word.start for word in heard.words), default=0.0)
    for caption in made:
        assert 0 < len(caption.lines) <= rules.most_lines
        assert all(columns_of(line) <= rules.most_characters or " " not in line for line in caption.lines)
        assert caption.start <= caption.end <= caption.start + max(rules.most_s, longest) + 1e-9
    for one, two in zip(made, made[1:], strict=False):
        assert one.end <= two.start


def test_a_sentence_that_fits_is_one_caption_of_even_lines() -> None:
    heard = Transcript((segment("the quick brown fox jumps over the lazy dog and runs away", 0, 5),))
    assert texts(heard) == [("the quick brown fox jumps over", "the lazy dog and runs away")]


def test_a_long_one_is_divided_where_it_may_be() -> None:
    text = "I went to the market this morning, because there was no bread left. And it was closed."
    assert texts(Transcript((segment(text, 0, 6),))) == [
        ("I went to the market this morning,", "because there was no bread left."),
        ("And it was closed.",),
    ]


def test_a_pause_or_another_speaker_ends_a_caption() -> None:
    words = (Word("wait", 0, 0.5), Word("here", 2.5, 3))
    assert texts(Transcript((Segment("a", words),))) == [("wait",), ("here",)]
    both = Transcript((segment("yes", 0, 0.5, "a", "Ann"), segment("no", 0.5, 1, "b", "Bo")))
    assert [(c.text, c.speaker) for c in captions(both)] == [("yes", "Ann"), ("no", "Bo")]


def test_a_sentence_that_goes_on_in_the_next_segment_shares_a_caption() -> None:
    both = Transcript(
        (segment("we went", 0, 1, "a"), segment("home.", 1.1, 1.5, "b"), segment("So", 1.5, 2, "c"))
    )
    assert texts(both) == [("we went home.",), ("So",)]


def test_a_short_caption_stays_until_it_can_be_read_or_the_next_one_comes() -> None:
    heard = Transcript(
        (segment("yes", 0, 0.2, "a"), segment("no.", 5, 5.2, "b"), segment("oh", 5.5, 5.6, "c"))
    )
    assert [(c.start, c.end) for c in captions(heard)] == [(0, 1), (5, 5.5), (5.5, 6.5)]
    fast = Transcript((segment("a" * 34, 0, 0.5, "a"),))
    assert captions(fast)[0].end == 2


def test_chinese_lines_hold_half_as_many_characters() -> None:
    heard = Transcript((segment("今天天气很好我们去公园散步吧。" * 2, 0, 6),))
    assert max(len(line) for lines in texts(heard, CaptionRules(most_characters=20)) for line in lines) <= 10


def test_captions_become_a_transcript_again() -> None:
    heard = transcript("we went home.", "你好，世界。")
    again = transcript_of(captions(heard))
    assert again.text == heard.text
    assert again.segments[1].start == heard.segments[1].start
    assert transcript_of([Caption(0, 1, ())]) == Transcript()
