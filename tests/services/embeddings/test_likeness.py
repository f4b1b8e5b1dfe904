"""All with all, single pairs, and who is nearest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.services.embeddings.desk import Desk, M, numbered, window
from workbench.domain.embeddings.measures import Measure
from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings import likeness, neighbours
from workbench.services.embeddings.likeness import sample
from workbench.services.embeddings.study import Column
from workbench.vectors.matrix import Vectors, vectors_of

Story = Callable[[Callable[[Desk], Coroutine[Any, Any, None]]], None]
CORNERS = vectors_of(np.array([[1, 0], [0, 1], [0, 0], [1, 1]], dtype=np.float32))
HALF = math.sqrt(0.5)


@pytest.fixture
def story(tmp_path: Path, run_async: Run) -> Story:
    async def tell(told: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
        async with window(tmp_path) as one:
            await told(one)

    return lambda told: run_async(tell(told))


def test_a_matrix_has_every_pair_of_the_rows_that_were_chosen(run_async: Run) -> None:
    found = run_async(likeness.matrix(CORNERS, [3, 0, 1], Measure.COSINE))
    assert found.rows == (3, 0, 1)
    assert found.at(0, 1) == pytest.approx(HALF)
    assert found.at(1, 2) == pytest.approx(0.0)
    assert (found.least, found.most) == pytest.approx((0.0, HALF))


def test_the_diagonal_does_not_count_for_the_extremes(run_async: Run) -> None:
    found = run_async(likeness.matrix(CORNERS, [0, 1], Measure.EUCLID))
    assert found.least == found.most == pytest.approx(math.sqrt(2))


def test_a_row_that_cannot_be_compared_is_nan_all_through(run_async: Run) -> None:
    found = run_async(likeness.matrix(CORNERS, [0, 2], Measure.COSINE))
    assert math.isnan(found.at(0, 1))
    assert math.isnan(found.least)


@pytest.mark.parametrize("measure", list(Measure))
def test_like_rows_stand_together_in_the_clustered_order(run_async: Run, measure: Measure) -> None:
    mixed = vectors_of(np.array([[1, 0.01], [0.01, 1], [1, 0.02], [0.02, 1]], dtype=np.float32))
    order = run_async(likeness.matrix(mixed, range(4), measure)).clustered
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset({0, 2}), frozenset({1, 3})}


def test_a_matrix_that_nobody_could_read_is_refused(run_async: Run) -> None:
    with pytest.raises(InvalidInput):
        run_async(likeness.matrix(CORNERS, range(likeness.MOST_ROWS + 1), Measure.COSINE))


def test_a_pair_has_a_score_or_none(run_async: Run) -> None:
    assert run_async(likeness.pair(CORNERS, 0, 3, Measure.COSINE)) == pytest.approx(HALF)
    assert run_async(likeness.pair(CORNERS, 0, 2, Measure.COSINE)) is None


def test_a_row_is_not_its_own_neighbour_even_among_equals(run_async: Run) -> None:
    same = vectors_of(np.ones((4, 2), dtype=np.float32))
    found = run_async(neighbours.of_row("m", same, 1, 3, Measure.COSINE))
    assert sorted(each.row for each in found.found) == [0, 2, 3]
    assert found.rank(1) is None
    assert found.rank(found.found[0].row) == 1


def test_a_row_that_cannot_be_compared_has_no_neighbours(run_async: Run) -> None:
    assert run_async(neighbours.of_row("m", CORNERS, 2, 3, Measure.COSINE)).found == ()


def test_a_query_is_asked_once_and_finds_what_is_nearest(story: Story) -> None:
    async def told(one: Desk) -> None:
        run = await one.over(await one.begin(numbered(5), M))
        column = Column("k", run, 0)
        vectors = await one.runs.vectors(run.id, 0)
        before = len(one.wire.calls)
        for _ in range(2):
            query: Vectors = await neighbours.query_vector(one.embedding, column, "text 3")
        assert len(one.wire.calls) <= before + 1
        found = await neighbours.of_query(column, vectors, query, 2, Measure.EUCLID)
        assert found.found[0].row == 3
        assert found.found[0].score == pytest.approx(0.0, abs=1e-3)

    story(told)


def test_nothing_can_be_asked_of_vectors_that_were_brought_along(story: Story) -> None:
    async def told(one: Desk) -> None:
        column = Column("own:1", own=OwnVectors("1", "s1", "mine", 2, 3, 0.0))
        with pytest.raises(InvalidInput):
            await neighbours.query_vector(one.embedding, column, "?")

    story(told)


def test_a_matrix_is_shaded_from_farthest_to_closest_in_the_order_asked_for(run_async: Run) -> None:
    found = run_async(likeness.matrix(CORNERS, [0, 1, 2, 3], Measure.COSINE))
    shades = run_async(likeness.shaded(found, [3, 0, 1, 2]))
    assert list(shades[:4]) == [255, 255, 255, 0]
    assert list(shades[4:8]) == [255, 255, 1, 0]


def test_what_is_closest_is_brightest_for_distances_too(run_async: Run) -> None:
    found = run_async(likeness.matrix(CORNERS, [0, 1, 3], Measure.EUCLID))
    shades = run_async(likeness.shaded(found, [0, 1, 2]))
    assert shades[0] == 255
    assert (shades[1], shades[2]) == (1, 255)


@given(st.integers(0, 3000), st.integers(1, 400))
def test_a_sample_is_spread_over_all_rows_and_always_the_same(count: int, most: int) -> None:
    found = sample(range(count), most)
    assert found == sample(range(count), most)
    assert len(found) == min(count, most)
    assert list(found) == sorted(set(found))
    if count > most:
        for place, row in enumerate(found):
            assert place * count // most <= row < (place + 1) * count // most


def test_a_sample_of_labels_that_take_turns_has_them_all() -> None:
    drawn = Counter(row % 5 for row in sample(range(1_000_000), 400))
    assert len(drawn) == 5
    assert min(drawn.values()) > 40
