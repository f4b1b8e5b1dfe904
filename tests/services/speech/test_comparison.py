from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.models import Cost
from workbench.domain.speech.takes import Part, Take, TakeState
from workbench.domain.speech.transcripts import Segment, Transcript, Word
from workbench.services.speech.comparison import Cell, Comparison, Difference, compared

NONE, OTHER, MORE, MISSING = Difference


def heard(*sentences: str, late: float = 0.0) -> Transcript:
    """A sentence each ten seconds, a word each second."""
    segments = tuple(
        Segment(
            f"s{place}",
            tuple(
                Word(word, place * 10 + second + late, place * 10 + second + 0.8 + late)
                for second, word in enumerate(sentence.split())
            ),
        )
        for place, sentence in enumerate(sentences)
        if sentence
    )
    return Transcript(segments, "en", len(sentences) * 10.0)


def take(*sentences: str, **more: float) -> Take:
    text = heard(*sentences, late=more.pop("late", 0.0))
    part = Part(
        0, 0.0, text.seconds, TakeState.DONE, text, cost=Cost(0.5), took_ms=more.get("took_ms", 1000.0)
    )
    return Take(f"take {sentences[0]}", "r", "m", parts=(part,), heard=text, transcript=text)


def told(cell: Cell) -> str:
    """Its words: +more, -missing, other/instead."""
    marks = {NONE: "{0}", OTHER: "{0}/{1}", MORE: "+{0}", MISSING: "-{0}"}
    return " ".join(marks[word.difference].format(word.text, word.instead) for word in cell)


def column(comparison: Comparison, place: int) -> list[str]:
    return [told(row.cells[place]) for row in comparison.rows]


def test_rows_are_the_segments_of_the_base_and_differences_are_from_it() -> None:
    one = take("We saw a fox.", "It was red.")
    other = take("we saw the old fox", "It red.", late=0.4)
    found = compared([one, other])
    assert [(row.start, row.end) for row in found.rows] == [(0.0, 10.0), (10.0, 20.0)]
    assert column(found, 0) == ["We saw a fox.", "It was red."]
    assert column(found, 1) == ["we saw +the old/a fox", "It -was red."]
    assert not found.by_reference
    assert found.scores[0].words is None
    turned = compared([one, other], base=1)
    assert column(turned, 0) == ["We saw a/the -old fox.", "It +was red."]


def test_a_reference_measures_all_of_them_the_base_too() -> None:
    one, other = take("We saw a box.", "It was red."), take("We saw a fox", "It was red")
    found = compared([one, other], "We saw a fox.\nIt was very red.")
    assert found.by_reference
    assert [row.reference for row in found.rows] == ["We saw a fox.", "It was very red."]
    assert column(found, 0) == ["We saw a box./fox.", "It was -very red."]
    assert column(found, 1) == ["We saw a fox", "It was -very red"]
    words = [score.words for score in found.scores]
    assert [(errors.count, errors.total) for errors in words if errors] == [(2, 8), (1, 8)]
    assert found.scores[1].characters is not None
    assert found.scores[1].characters.count == 4


def test_what_a_model_did_is_told_by_its_time_and_cost() -> None:
    (score,) = compared([take("We saw a fox", took_ms=2500.0)]).scores
    assert (score.real_time, score.speed, score.cost) == (0.25, 4.0, Cost(0.5))
    unknown = Take("t", "r", "m")
    (score,) = compared([unknown]).scores
    assert (score.real_time, score.speed, score.cost) == (None, None, None)


def test_a_take_that_heard_something_where_the_base_heard_nothing_has_it_in_the_row_of_its_time() -> None:
    base, other = take("One two", "", "five six"), take("One two", "three four", "five six")
    found = compared([base, other])
    assert [(row.start, row.end) for row in found.rows] == [(0.0, 20.0), (20.0, 30.0)]
    assert column(found, 1) == ["One two +three +four", "five six"]
    turned = compared([base, other], base=1)
    assert column(turned, 0) == ["One two", "-three -four", "five six"]


def test_marks_by_themselves_are_no_difference() -> None:
    found = compared([take("Yes – we did"), take("Yes we — did")])
    assert column(found, 0) == ["Yes – we did"]
    assert column(found, 1) == ["Yes we — did"]


def test_nothing_at_all_can_be_compared() -> None:
    assert compared([]) == Comparison((), ())
    empty = Take("t", "r", "m")
    found = compared([empty, take("One")], "One")
    assert column(found, 0) == ["-One"]
    assert column(found, 1) == ["One"]


WORDS = st.lists(st.lists(st.sampled_from("abc"), max_size=5).map(" ".join), min_size=1, max_size=4)


@given(WORDS, WORDS, st.lists(st.sampled_from("abc"), max_size=8).map(" ".join), st.integers(0, 1))
def test_every_word_is_shown_once_in_order_and_the_ruler_can_be_read_out_of_it(
    first: list[str], second: list[str], reference: str, base: int
) -> None:
    takes = [take(*first), take(*second)]
    found = compared(takes, reference, base)
    ruler = reference.split() or takes[base].heard.text.split()
    for place, one in enumerate(takes):
        cells = [word for row in found.rows for word in row.cells[place]]
        assert [word.text for word in cells if word.difference is not MISSING] == one.heard.text.split()
        read = [word.instead or word.text for word in cells if word.difference is not MORE]
        assert sorted(read) == sorted(ruler)
    if reference.split():
        assert " ".join(row.reference for row in found.rows if row.reference) == " ".join(ruler)
