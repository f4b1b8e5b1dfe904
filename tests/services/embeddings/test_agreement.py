from __future__ import annotations

import math

import numpy as np
import pytest

from tests.conftest import Run
from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings import agreement as module
from workbench.services.embeddings.agreement import agreement, without
from workbench.vectors.matrix import Vectors, vectors_of


def on_circle(*degrees: float) -> Vectors:
    angles = np.radians(np.array(degrees))
    return vectors_of(np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))


ONE = on_circle(0, 10, 25, 100, 112)
"""Nearest two of each, by hand: 1 2, 0 2, 1 0, 4 2, 3 2."""
OTHER = on_circle(0, 10, 25, 100, 13)
"""The last has moved: 1 4, 4 0, 4 1, 2 4, 1 2."""


def test_what_is_shared_by_hand(run_async: Run) -> None:
    found = run_async(agreement(ONE, OTHER, 2, Measure.COSINE))
    assert found.overlap == pytest.approx(np.mean([1, 1, 1, 2, 1]) / 2)
    assert found.spread == (0, 4, 1)
    assert (found.k, found.rows, found.of) == (2, 5, 5)
    assert [(each.row, each.overlap) for each in found.changed][-1] == (3, 1.0)
    rows = {each.row: each.biased for each in found.changed}
    assert rows[0] == pytest.approx(biased([1, 0.5]))  # 1 2 and 1 4
    assert rows[2] == pytest.approx(biased([0, 0.5]))  # 1 0 and 4 1


def biased(agreed: list[float], p: float = 0.9) -> float:
    """RBO_EXT by its formula: agreed[d - 1] is the part of the first d that both lists have."""
    k = len(agreed)
    return agreed[-1] * p**k + (1 - p) / p * sum(agreed[d - 1] * p**d for d in range(1, k + 1))


def test_equal_columns_agree_and_turned_ones_too(run_async: Run) -> None:
    turned = vectors_of(ONE.values @ np.array([[0, 1], [-1, 0]], np.float32))
    found = run_async(agreement(ONE, turned, 3, Measure.COSINE))
    assert found.overlap == 1.0
    assert found.biased == pytest.approx(1.0)
    assert found.cka == pytest.approx(1.0, abs=1e-5)


def test_cka_is_as_its_formula_has_it(run_async: Run) -> None:
    dice = np.random.default_rng(1)
    one, other = (dice.normal(size=(30, size)).astype(np.float32) for size in (4, 7))
    found = run_async(agreement(vectors_of(one), vectors_of(other), 5, Measure.COSINE))
    x, y = (part / np.linalg.norm(part, axis=1, keepdims=True) for part in (one, other))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    wanted = np.linalg.norm(y.T @ x) ** 2 / (np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y))
    assert found.cka == pytest.approx(wanted, abs=1e-5)


def test_only_rows_that_both_have_are_compared(run_async: Run) -> None:
    values = OTHER.values.copy()
    values[4] = np.nan
    found = run_async(agreement(ONE, vectors_of(values), 3, Measure.COSINE))
    assert (found.of, found.overlap) == (4, 1.0)
    assert {each.row for each in found.changed} == {0, 1, 2, 3}
    with pytest.raises(InvalidInput):
        run_async(agreement(vectors_of(values[3:]), vectors_of(values[3:]), 3, Measure.COSINE))


def test_more_neighbours_than_there_are_cannot_be_asked_for(run_async: Run) -> None:
    assert run_async(agreement(ONE, OTHER, 50, Measure.EUCLID)).k == 4


def test_of_very_many_rows_some_are_asked_among_all(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ASKED", 20)
    dice = np.random.default_rng(2)
    one = vectors_of(dice.normal(size=(60, 5)).astype(np.float32))
    other = vectors_of(one.values + dice.normal(scale=0.2, size=(60, 5)).astype(np.float32))
    some = run_async(agreement(one, other, 5, Measure.COSINE))
    monkeypatch.undo()
    all_of = {each.row: each.overlap for each in run_async(agreement(one, other, 5, Measure.COSINE)).changed}
    assert (some.rows, some.of) == (20, 60)
    assert all(each.overlap == all_of[each.row] for each in some.changed)
    assert not math.isnan(some.cka)


def test_a_row_is_left_out_of_its_own_neighbours() -> None:
    found = np.array([[4, 1, 2], [1, 4, 3], [7, 8, 9]])
    assert without(found, np.array([4, 4, 4])).tolist() == [[1, 2], [1, 3], [7, 8]]
