from __future__ import annotations

import math

import numpy as np
import pytest

from tests.vectors.plain import close, drawn, scores
from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.vectors.matrix import read, vectors_of
from workbench.vectors.similarity import pairs_of, pairwise, similarity

LEFT = read([[3, 4], [1, 0]])
RIGHT = read([[4, 3], [0, 2], [-1, 0]])


def test_cosine_by_hand() -> None:
    close(similarity(LEFT, RIGHT), [[0.96, 0.8, -0.6], [0.8, 0, -1]])


def test_dot_by_hand() -> None:
    close(similarity(LEFT, RIGHT, Measure.DOT), [[24, 8, -3], [4, 0, -1]])


def test_euclid_by_hand() -> None:
    expected = [[math.sqrt(2), math.sqrt(13), math.sqrt(32)], [math.sqrt(18), math.sqrt(5), 2]]
    close(similarity(LEFT, RIGHT, Measure.EUCLID), expected)


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_equals_the_plain_one(measure: Measure) -> None:
    left, right = drawn(23, 37, 1), drawn(31, 37, 2)
    close(similarity(left, right, measure), scores(left, right, measure))


@pytest.mark.parametrize("measure", list(Measure))
def test_pairs_are_the_diagonal(measure: Measure) -> None:
    left, right = drawn(9, 5, 1), drawn(9, 5, 2)
    close(pairwise(left, right, measure), np.diagonal(scores(left, right, measure)))
    close(pairs_of(left, np.array([0, 3]), np.array([4, 4]), measure), scores(left, left, measure)[[0, 3], 4])


def test_near_rows_far_from_the_origin_keep_their_distance() -> None:
    rows = vectors_of(np.array([[1000.0, 1000.0], [1000.0, 1000.125]]))
    close(similarity(rows, rows, Measure.EUCLID), [[0, 0.125], [0.125, 0]])


@pytest.mark.parametrize("measure", list(Measure))
def test_a_row_that_cannot_be_compared_is_like_nothing(measure: Measure) -> None:
    rows = read([[1, 0], None])
    found = similarity(rows, rows, measure)
    assert np.isnan(found).tolist() == [[False, True], [True, True]]
    assert np.isnan(pairwise(rows, rows, measure)).tolist() == [False, True]


def test_dimensions_that_differ_are_refused() -> None:
    with pytest.raises(InvalidInput, match="2 and of 3 dimensions"):
        similarity(LEFT, read([[1, 2, 3]]))


def test_a_matrix_too_large_to_show_is_refused_before_it_is_made() -> None:
    rows = vectors_of(np.ones((8000, 1), np.float32))
    with pytest.raises(InvalidInput, match="too large"):
        similarity(rows, rows)


def test_rows_that_cannot_be_paired_are_refused() -> None:
    with pytest.raises(InvalidInput, match="paired"):
        pairwise(LEFT, RIGHT)
