from __future__ import annotations

import numpy as np
import pytest

from tests.vectors.plain import curled, groups, woven
from workbench.vectors.components import components
from workbench.vectors.mapping import mapped
from workbench.vectors.matrix import read, vectors_of
from workbench.vectors.preservation import preservation
from workbench.vectors.watch import Stopped, Watch


def test_a_map_keeps_neighbours_that_principal_components_lose() -> None:
    vectors = curled(800, 40)
    flat = preservation(vectors, components(vectors, 2).placed(vectors))
    found = preservation(vectors, mapped(vectors).coordinates)
    assert found.trustworthiness > 0.97
    assert found.kept > flat.kept + 0.15
    assert found.trustworthiness > flat.trustworthiness


def test_groups_come_apart_that_principal_components_pile_up() -> None:
    vectors, of = groups(600, 60, 30, spread=0.35)
    labels = np.array(of)

    def pure(coordinates: np.ndarray) -> float:
        apart = np.linalg.norm(coordinates[:, None] - coordinates[None], axis=2)
        np.fill_diagonal(apart, np.inf)
        return float((labels[np.argsort(apart, axis=1)[:, :10]] == labels[:, None]).mean())

    assert pure(mapped(vectors).coordinates) > 0.98
    assert pure(components(vectors, 2).placed(vectors)) < 0.8


def test_clouds_keep_their_inner_order_and_a_size_that_can_be_seen() -> None:
    many = 20
    vectors = woven(1200, 60, many)
    coordinates = mapped(vectors).coordinates
    clouds = coordinates.reshape(many, -1, 2)
    assert clouds.std(axis=1).mean() > 0.03 * coordinates.std()
    one = vectors.take(np.arange(60))
    assert preservation(one, clouds[0], 8).kept > 0.4


def test_the_approximate_graph_serves_the_map_as_well() -> None:
    vectors, _ = groups(1500, 32, 8)
    found = mapped(vectors, exact_up_to=100)
    assert not found.exact
    exact = preservation(vectors, mapped(vectors).coordinates)
    assert preservation(vectors, found.coordinates).trustworthiness > exact.trustworthiness - 0.02


def test_the_same_seed_makes_the_same_map_and_another_seed_another() -> None:
    vectors, _ = groups(120, 10, 4)
    one, same, other = (mapped(vectors, seed=seed).coordinates for seed in (5, 5, 6))
    assert (one == same).all()
    assert (one != other).any()


def test_rows_that_cannot_be_compared_have_no_place() -> None:
    vectors, _ = groups(50, 10, 4)
    values = vectors.values.copy()
    values[[0, 20]] = 0
    found = mapped(vectors_of(values)).coordinates
    assert np.flatnonzero(np.isnan(found).any(axis=1)).tolist() == [0, 20]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5, 6, 9, 20])
def test_few_rows_have_a_map(rows: int) -> None:
    vectors = vectors_of(np.random.default_rng(rows).standard_normal((rows, 8)))
    found = mapped(vectors).coordinates
    assert found.shape == (rows, 2)
    assert np.isfinite(found).all()


def test_equal_rows_have_a_map() -> None:
    assert np.isfinite(mapped(vectors_of(np.ones((40, 3)))).coordinates).all()
    assert np.isfinite(mapped(read([[1], [2], [-1], [3], [-5], [2], [1]])).coordinates).all()


def test_progress_is_told_to_the_end_and_a_stop_is_obeyed() -> None:
    vectors, _ = groups(80, 10, 4)
    told: list[float] = []
    mapped(vectors, watch=Watch(told.append))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    told.clear()
    with pytest.raises(Stopped):
        mapped(vectors, watch=Watch(told.append, lambda: bool(told and told[-1] > 0.6)))
    assert told[-1] < 0.7
