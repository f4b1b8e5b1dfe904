from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.speech.saying import ordered
from workbench.domain.speech.timing import apart, begun_after, in_order, spread
from workbench.domain.speech.transcripts import Word

TIMES = st.floats(0, 50)
CROSSED = st.lists(st.builds(Word, st.sampled_from(("a", "long", "你好")), TIMES, TIMES), max_size=15)


def test_longer_words_get_more_time() -> None:
    short, long = spread(["a", "longer"], 0, 9)
    assert (short.end, long.start, long.end) == (2, 2, 9)


@given(st.lists(st.text(max_size=5), max_size=8), TIMES, TIMES)
def test_shared_time_is_used_up_and_in_order(texts: list[str], start: float, end: float) -> None:
    made = spread(texts, start, end)
    assert ordered(made)
    if made:
        assert (made[0].start, made[-1].end) == (start, max(start, end))


@given(CROSSED, TIMES)
def test_words_are_put_in_order_and_none_is_lost(words: list[Word], start: float) -> None:
    made = in_order(words, start)
    assert ordered(made)
    assert [word.text for word in made] == [word.text for word in words]
    assert all(word.start >= start for word in made)
    assert in_order(made, start) == made


def test_only_what_crosses_is_moved() -> None:
    words = (Word("a", 1, 2), Word("b", 1.5, 1.8), Word("c", 1.9, 3), Word("d", 4, 5))
    made = in_order(words)
    assert made[0] == words[0]
    assert made[3] == words[3]
    assert made[1].start == 2
    assert made[1].end == made[2].start < 3 == made[2].end


def test_a_word_that_holds_a_sentence_is_taken_apart() -> None:
    one, two, three = apart(Word("we went 你", 1, 2, 0.5))
    assert (one.text, two.text, three.text) == ("we", "went", "你")
    assert (one.start, three.end) == (1, 2)
    assert two.confidence == 0.5
    assert apart(Word("whole", 1, 2)) == (Word("whole", 1, 2),)
    assert apart(Word("  ", 1, 2)) == ()


@given(CROSSED, TIMES)
def test_only_the_first_words_make_way_for_what_comes_before(crossed: list[Word], limit: float) -> None:
    words = in_order(crossed)
    made = begun_after(words, limit)
    assert ordered(made)
    assert [word.text for word in made] == [word.text for word in words]
    assert all(word.start >= limit for word in made)
    assert [w for w in made if w.start > limit and w in words] == [w for w in words if w.start > limit]
