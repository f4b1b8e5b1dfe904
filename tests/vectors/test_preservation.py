from __future__ import annotations

import numpy as np
import pytest

from tests.vectors.plain import close, drawn
from workbench.vectors.arrays import Doubles
from workbench.vectors.matrix import read, vectors_of
from workbench.vectors.preservation import preservation
from workbench.vectors.watch import Stopped, Watch


def ranks(apart: Doubles) -> list[dict[int, int]]:
    """Of each row the others with their rank, 1 for the nearest."""
    return [
        {other: rank for rank, other in enumerate((j for j in np.argsort(row) if j != i), 1)}
        for i, row in enumerate(apart)
    ]


def trustworthiness(truth: Doubles, seen: Doubles, k: int) -> float:
    """Venna and Kaski 2001, as it is written."""
    true_ranks, many, false = ranks(truth), len(truth), 0
    for row, places in enumerate(ranks(seen)):
        for other, rank in places.items():
            if rank <= k:
                false += max(0, true_ranks[row][other] - k)
    return 1 - 2 / (many * k * (2 * many - 3 * k - 1)) * false


def test_both_measures_equal_their_definitions() -> None:
    vectors, flat = drawn(40, 6, 1), drawn(40, 2, 2).values
    unit = vectors.values.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1)[:, None]
    truth = np.linalg.norm(unit[:, None] - unit, axis=2)
    seen = np.linalg.norm(flat[:, None].astype(np.float64) - flat, axis=2)
    found = preservation(vectors, flat, 7)
    close(found.trustworthiness, trustworthiness(truth, seen, 7))
    close(found.continuity, trustworthiness(seen, truth, 7))
    both = [
        sum(1 for j in one if one[j] <= 7 and other[j] <= 7)
        for one, other in zip(ranks(truth), ranks(seen), strict=True)
    ]
    close(found.kept, np.mean(both) / 7)


def test_a_map_that_is_the_truth_is_perfect() -> None:
    angle = np.random.default_rng(0).random(60)
    flat = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    found = preservation(vectors_of(flat), flat, 5)
    assert (found.trustworthiness, found.continuity, found.kept, found.rows) == (1, 1, 1, 60)


def test_of_many_rows_some_are_asked() -> None:
    vectors, flat = drawn(900, 5, 1), drawn(900, 2, 2).values
    some, all_of_them = (preservation(vectors, flat, most_rows=most) for most in (300, 900))
    assert (some.rows, all_of_them.rows) == (300, 900)
    assert abs(some.trustworthiness - all_of_them.trustworthiness) < 0.05


def test_next_to_no_rows_are_kept_perfectly() -> None:
    assert preservation(read([[1, 2], None]), np.zeros((2, 2), np.float32)).kept == 1.0


def test_judging_can_be_stopped() -> None:
    vectors, flat = drawn(900, 5, 1), drawn(900, 2, 2).values
    with pytest.raises(Stopped):
        preservation(vectors, flat, watch=Watch(should_stop=lambda: True))
