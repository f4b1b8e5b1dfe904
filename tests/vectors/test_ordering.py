from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.plain import close, drawn, groups
from workbench.vectors.arrays import Doubles
from workbench.vectors.matrix import read
from workbench.vectors.ordering import clustered_order, linkage
from workbench.vectors.similarity import similarity


def plain_heights(likeness: Doubles) -> list[float]:
    """Average linkage by its definition: always join the two clusters whose members are likest on average."""
    clusters = [[row] for row in range(len(likeness))]
    heights = []
    while len(clusters) > 1:
        pairs = [(a, b) for a in range(len(clusters)) for b in range(a)]
        average = {(a, b): float(likeness[np.ix_(clusters[a], clusters[b])].mean()) for a, b in pairs}
        a, b = max(average, key=lambda pair: average[pair])
        heights.append(average[a, b])
        clusters[b] += clusters.pop(a)
    return heights


def test_linkage_by_hand() -> None:
    likeness = np.array([[1, 0.9, 0.1, 0.2], [0.9, 1, 0.3, 0.4], [0.1, 0.3, 1, 0.8], [0.2, 0.4, 0.8, 1]])
    close(linkage(likeness), [[0, 1, 0.9, 2], [2, 3, 0.8, 2], [4, 5, 0.25, 4]])


@pytest.mark.timeout(10)
def test_halves_that_differ_by_rounding_do_not_go_round_in_a_circle() -> None:
    more = np.nextafter(0.5, 1)
    likeness = np.array([[1, 0.5, more], [more, 1, 0.5], [0.5, more, 1]])
    close(linkage(likeness)[:, 2], [0.5, 0.5])
    assert sorted(clustered_order(likeness.astype(np.float64)).tolist()) == [0, 1, 2]


@pytest.mark.timeout(20)
@given(st.integers(2, 30), st.integers(0, 1000))
def test_many_equal_rows_come_to_an_end(rows: int, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 3, (rows, 2)) + 1e-3
    vectors = read([list(map(float, row)) for row in values])
    order = clustered_order(similarity(vectors, vectors)).tolist()
    assert sorted(order) == list(range(rows))


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 12), st.integers(0, 1000))
def test_linkage_equals_the_plain_one(rows: int, seed: int) -> None:
    vectors = drawn(rows, 5, seed)
    likeness = similarity(vectors, vectors).astype(np.float64)
    likeness = (likeness + likeness.T) / 2
    close(linkage(likeness)[:, 2], plain_heights(likeness))
    assert sorted(clustered_order(likeness.astype(np.float32)).tolist()) == list(range(rows))


def test_groups_stand_together() -> None:
    vectors, of = groups(60, 20, 4, spread=0.2)
    order = clustered_order(similarity(vectors, vectors))
    along = [of[row] for row in order]
    assert sum(one != other for one, other in zip(along, along[1:], strict=False)) == 3


def test_branches_are_turned_to_meet_with_their_likest_ends() -> None:
    """Rows on a line come out in the order of the line, from one end or the other."""
    at = np.array([0.0, 5.0, 1.0, 6.5, 2.2])
    order = clustered_order((-np.abs(at[:, None] - at)).astype(np.float32)).tolist()
    assert order in ([0, 2, 4, 1, 3], [3, 1, 4, 2, 0])


def test_rows_that_cannot_be_compared_come_last() -> None:
    vectors = read([None, [1, 0], [0, 1], [1, 0.1], None])
    order = clustered_order(similarity(vectors, vectors)).tolist()
    assert sorted(order[:3]) == [1, 2, 3]
    assert order[3:] == [0, 4]


def test_next_to_no_rows_have_an_order() -> None:
    for rows in (0, 1, 2):
        assert clustered_order(np.ones((rows, rows), np.float32)).tolist() == list(range(rows))
