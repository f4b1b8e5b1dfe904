from __future__ import annotations

import numpy as np
import pytest

from tests.vectors.plain import groups, woven
from workbench.vectors.graph import graph
from workbench.vectors.matrix import read, vectors_of
from workbench.vectors.nearest import neighbours
from workbench.vectors.watch import Stopped, Watch


def test_up_to_a_size_the_graph_is_exact() -> None:
    vectors, _ = groups(300, 24, 6)
    found = graph(vectors, 8)
    assert found.exact
    assert (found.near == neighbours(vectors, 8).rows).all()


def test_above_nearly_all_of_the_nearest_are_found() -> None:
    vectors = woven(4000, 96, 10)
    found = graph(vectors, 10, exact_up_to=1000)
    assert not found.exact
    truth = neighbours(vectors, 10).rows
    kept = np.mean([len(np.intersect1d(a, b)) / 10 for a, b in zip(found.near, truth, strict=True)])
    assert kept > 0.95
    assert all(len(set(row)) == 10 for row in found.near.tolist())
    assert (found.near != np.arange(4000)[:, None]).all()


def test_places_are_among_the_rows_that_can_be_compared() -> None:
    vectors = read([None, [1, 0], [0, 0], [1, 0.1], [0, 1]])
    found = graph(vectors, 1)
    assert found.members.tolist() == [1, 3, 4]
    assert found.near.tolist() == [[1], [0], [1]]


@pytest.mark.parametrize("exact_up_to", [10, 10_000])
def test_broken_rows_do_not_shift_the_others(exact_up_to: int) -> None:
    whole, _ = groups(900, 16, 5)
    values = whole.values.copy()
    values[[0, 7, 450]] = np.nan
    found = graph(vectors_of(values), 5, exact_up_to=exact_up_to)
    assert found.near.shape == (897, 5)
    truth = neighbours(vectors_of(values), 5).rows[found.members]
    assert np.mean(np.sort(found.members[found.near], 1) == np.sort(truth, 1)) > 0.9


def test_equal_rows_do_not_trouble_it() -> None:
    found = graph(vectors_of(np.ones((600, 4))), 5, exact_up_to=10)
    assert found.near.shape == (600, 5)
    assert (found.near != np.arange(600)[:, None]).all()
    assert all(len(set(row)) == 5 for row in found.near.tolist())


def test_it_can_be_stopped_half_way() -> None:
    vectors, _ = groups(2000, 16, 5)
    told: list[float] = []
    with pytest.raises(Stopped):
        graph(vectors, 5, exact_up_to=10, watch=Watch(told.append, lambda: bool(told and told[-1] > 0.3)))
    assert told[-1] < 0.5
