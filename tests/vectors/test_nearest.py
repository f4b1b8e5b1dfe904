from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.plain import close, drawn, scores
from workbench.domain.embeddings.measures import Measure
from workbench.vectors.matrix import Vectors, read, vectors_of
from workbench.vectors.nearest import nearest, neighbours
from workbench.vectors.watch import Stopped, Watch

MEASURES = pytest.mark.parametrize("measure", list(Measure))


def plainly(queries: Vectors, vectors: Vectors, k: int, measure: Measure, own: bool = False):  # type: ignore[no-untyped-def]
    left = queries.values.astype(np.float64)
    right = vectors.values.astype(np.float64)
    if measure is Measure.EUCLID:
        keys = -np.linalg.norm(left[:, None] - right[None], axis=2)
    else:
        keys = left @ right.T
    if measure is Measure.COSINE:
        keys /= np.linalg.norm(left, axis=1)[:, None] * np.linalg.norm(right, axis=1)
    if own:
        np.fill_diagonal(keys, -np.inf)
    order = np.argsort(-keys, axis=1, kind="stable")[:, :k]
    told = np.take_along_axis(keys, order, 1)
    return order, -told if measure is Measure.EUCLID else told


@MEASURES
def test_the_nearest_of_many_blocks_are_the_nearest_of_all(measure: Measure) -> None:
    queries, vectors = drawn(300, 12, 1), drawn(9000, 12, 2)
    found = nearest(queries, vectors, 10, measure)
    rows, told = plainly(queries, vectors, 10, measure)
    assert (found.rows == rows).all()
    close(found.scores, told)


@MEASURES
def test_no_row_is_its_own_neighbour(measure: Measure) -> None:
    vectors = drawn(700, 8, 3)
    found = neighbours(vectors, 5, measure)
    rows, told = plainly(vectors, vectors, 5, measure, own=True)
    assert (found.rows == rows).all()
    close(found.scores, told)


def test_rows_that_come_ever_closer_are_all_found() -> None:
    """Each block beats all that was kept before."""
    angle = np.linspace(1.5, 0, 10_000)
    vectors = vectors_of(np.stack([np.cos(angle), np.sin(angle)], axis=1))
    found = nearest(read([[1, 0]]), vectors, 4, Measure.EUCLID)
    assert found.rows.tolist() == [[9999, 9998, 9997, 9996]]


def test_small_distances_far_from_the_origin_are_told_exactly() -> None:
    vectors = vectors_of(np.array([[1000.0, 1000.0], [1000.0, 1000.25], [1000.0, 1000.125]]))
    found = neighbours(vectors, 2, Measure.EUCLID)
    assert found.rows[0].tolist() == [2, 1]
    close(found.scores[0], [0.125, 0.25])


@MEASURES
def test_rows_that_cannot_be_compared_are_nobodys_neighbours(measure: Measure) -> None:
    vectors = read([None, [1, 0], [0, 0], [-1, -1], [float("nan"), 0]])
    found = neighbours(vectors, 4, measure)
    assert found.rows.tolist() == [[-1], [3], [-1], [1], [-1]]
    assert np.isnan(found.scores[:, 0]).tolist() == [True, False, True, False, True]


def test_fewer_are_found_where_there_are_fewer() -> None:
    assert nearest(drawn(2, 3), drawn(4, 3), 10).rows.shape == (2, 4)
    assert neighbours(drawn(1, 3), 10).rows.shape == (1, 0)
    assert neighbours(read([]), 3).rows.shape == (0, 0)


def test_equal_rows_stand_in_the_order_of_the_file() -> None:
    vectors = read([[1, 0]] * 6)
    assert nearest(read([[2, 0]]), vectors, 6).rows.tolist() == [[0, 1, 2, 3, 4, 5]]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=1, max_size=20),
    st.integers(1, 8),
    st.sampled_from(list(Measure)),
)
def test_scores_are_those_of_the_plain_search(rows: list[list[int]], k: int, measure: Measure) -> None:
    """Which of equal rows is found may differ; how near it is may not."""
    vectors = read(rows)
    usable = vectors.take(vectors.valid)
    found = nearest(usable, vectors, k, measure)
    if len(usable) == 0:
        assert found.rows.size == 0
        return
    expected = scores(usable, usable, measure)
    expected = np.sort(expected if measure is Measure.EUCLID else -expected, axis=1)[:, :k]
    close(found.scores, expected if measure is Measure.EUCLID else -expected)
    assert all(len(set(row)) == len(row) for row in found.rows.tolist())


def test_progress_is_told_to_the_end_and_a_stop_is_obeyed() -> None:
    told: list[float] = []
    neighbours(drawn(600, 4), 3, watch=Watch(told.append))
    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Stopped):
        neighbours(drawn(600, 4), 3, watch=Watch(should_stop=lambda: True))
