from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.speech.alignment import Pair, aligned

FEW = st.lists(st.sampled_from("abc"), max_size=12)
MANY = st.lists(st.sampled_from("abcdefgh"), max_size=200)


def distance(left: Sequence[str], right: Sequence[str], replacing: int = 1) -> int:
    """The table of the textbook."""
    row = list(range(len(right) + 1))
    for place, word in enumerate(left, 1):
        before, row = row, [place]
        for other in range(len(right)):
            row.append(
                min(row[-1] + 1, before[other + 1] + 1, before[other] + replacing * (word != right[other]))
            )
    return row[-1]


@given(FEW | MANY, FEW | MANY)
def test_there_are_as_few_edits_as_can_be_and_every_place_comes_once(
    left: list[str], right: list[str]
) -> None:
    pairs = aligned(left, right)
    assert [pair.left for pair in pairs if pair.left is not None] == list(range(len(left)))
    assert [pair.right for pair in pairs if pair.right is not None] == list(range(len(right)))
    for pair in pairs:
        both = pair.left is not None and pair.right is not None
        assert pair.same == (both and left[pair.left or 0] == right[pair.right or 0])
    assert sum(not pair.same for pair in pairs) == distance(left, right)


@given(FEW | MANY, FEW | MANY)
def test_without_replacing_as_much_as_can_be_is_the_same(left: list[str], right: list[str]) -> None:
    pairs = aligned(left, right, replacing=False)
    assert [pair.left for pair in pairs if pair.left is not None] == list(range(len(left)))
    assert [pair.right for pair in pairs if pair.right is not None] == list(range(len(right)))
    assert all(pair.same or None in (pair.left, pair.right) for pair in pairs)
    assert sum(not pair.same for pair in pairs) == distance(left, right, replacing=2)


def test_a_word_left_out_is_shown_where_it_is_missing() -> None:
    assert aligned("abc", "ac") == (
        Pair(0, 0, True),
        Pair(1, None, False),
        Pair(2, 1, True),
    )


def test_long_texts_that_share_nothing_are_laid_side_by_side() -> None:
    pairs = aligned([f"a{n}" for n in range(3000)], [f"b{n}" for n in range(3000)])
    assert pairs == tuple(Pair(n, n, False) for n in range(3000))
