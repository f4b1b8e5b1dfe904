from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.plain import close, drawn
from workbench.domain.errors import InvalidInput
from workbench.vectors.agreement import linear_cka, most_changed, overlap, rank_biased_overlap
from workbench.vectors.arrays import Rows
from workbench.vectors.matrix import Vectors, read, vectors_of

RANKINGS = st.integers(1, 8).flatmap(
    lambda k: st.tuples(*(st.permutations(range(12)).map(lambda order: order[:k]) for _ in range(2)))
)


def rows(*lists: list[int]) -> Rows:
    return np.array(lists, np.int64)


def test_overlap_by_hand() -> None:
    close(overlap(rows([1, 2, 3, 4], [5, 6, 7, 8]), rows([4, 9, 2, 0], [8, 7, 6, 5])), [0.5, 1])


def test_rank_biased_overlap_by_hand() -> None:
    """[a b c] and [a c d]: agreement 1, 1/2, 2/3 at depth 1, 2, 3."""
    found = rank_biased_overlap(rows([1, 2, 3]), rows([1, 3, 4]), 0.9)
    close(found, [2 / 3 * 0.9**3 + 0.1 / 0.9 * (0.9 + 0.9**2 / 2 + 0.9**3 * 2 / 3)])


def test_the_same_lists_agree_wholly_and_others_not_at_all() -> None:
    close(rank_biased_overlap(rows([3, 1, 2], [3, 1, 2]), rows([3, 1, 2], [4, 5, 6])), [1, 0])


@given(RANKINGS, st.floats(0.5, 0.99))
def test_both_equal_the_plain_ones(lists: tuple[list[int], list[int]], persistence: float) -> None:
    one, other = lists
    depth = len(one)
    agreed = [len(set(one[:d]) & set(other[:d])) / d for d in range(1, depth + 1)]
    close(overlap(rows(one), rows(other)), [agreed[-1]])
    expected = agreed[-1] * persistence**depth
    expected += (1 - persistence) / persistence * sum(a * persistence**d for d, a in enumerate(agreed, 1))
    close(rank_biased_overlap(rows(one), rows(other), persistence), [expected])
    close(rank_biased_overlap(rows(one), rows(other)), rank_biased_overlap(rows(other), rows(one)))


def test_a_row_without_neighbours_agrees_with_nothing() -> None:
    one, other = rows([-1, -1], [1, 2]), rows([-1, -1], [2, 1])
    assert np.isnan(overlap(one, other)).tolist() == [True, False]
    assert np.isnan(rank_biased_overlap(one, other)).tolist() == [True, False]
    assert np.isnan(overlap(np.zeros((2, 0), np.int64), np.zeros((2, 0), np.int64))).all()


def test_lists_of_other_rows_are_refused() -> None:
    with pytest.raises(InvalidInput):
        overlap(rows([1, 2]), rows([1]))


def plain_cka(one: Vectors, other: Vectors) -> float:
    """By the Gram matrices (HSIC), as Kornblith and others define it."""
    many = len(one)
    centre = np.eye(many) - np.ones((many, many)) / many
    grams = []
    for vectors in (one, other):
        unit = vectors.values.astype(np.float64)
        unit /= np.linalg.norm(unit, axis=1)[:, None]
        grams.append(centre @ unit @ unit.T @ centre)
    left, right = grams
    return float((left * right).sum() / math.sqrt((left * left).sum() * (right * right).sum()))


def test_cka_by_hand() -> None:
    """Centred products by hand: XᵀY = (2, 2), XᵀX = 2, YᵀY = [[2 2] [2 6]]."""
    one, other = read([[1], [2], [3]]), read([[1, 1], [2, 5], [3, 3]])
    close(linear_cka(one, other, unit=False), 8 / (2 * math.sqrt(2**2 + 2 * 2**2 + 8**2)))


def test_cka_equals_the_one_by_gram_matrices() -> None:
    one = drawn(50, 7, 1)
    other = vectors_of(one.values[:, :4] + 0.5 * drawn(50, 4, 2).values)
    close(linear_cka(one, other), plain_cka(one, other))


def test_cka_does_not_see_rotation() -> None:
    one = drawn(50, 6)
    turn = np.linalg.qr(drawn(6, 6, 3).values)[0]
    close(linear_cka(one, vectors_of(one.values @ turn)), 1)
    close(linear_cka(one, one), 1)


def test_cka_goes_by_the_rows_that_both_have() -> None:
    one, other = drawn(20, 3, 1), drawn(20, 4, 2)
    broken = other.values.copy()
    broken[5] = np.nan
    rest = np.delete(np.arange(20), 5)
    close(linear_cka(one, vectors_of(broken)), plain_cka(one.take(rest), other.take(rest)))


def test_cka_of_rows_that_do_not_differ_is_not_a_number() -> None:
    assert math.isnan(linear_cka(read([[1, 2]] * 4), drawn(4, 3)))
    with pytest.raises(InvalidInput):
        linear_cka(drawn(3, 2), drawn(4, 2))


def test_what_changes_most_comes_first() -> None:
    found = most_changed(np.array([0.5, np.nan, 0.1, 0.5, 1.0]), 3)
    assert found.tolist() == [2, 0, 3]
