from __future__ import annotations

import numpy as np
import pytest

from tests.vectors.plain import close, drawn
from workbench.vectors.components import components
from workbench.vectors.matrix import Vectors, read, vectors_of
from workbench.vectors.watch import Stopped, Watch


def falling(rows: int, dimensions: int, seed: int = 0) -> Vectors:
    """Off the origin, each direction with two thirds of the deviation of the one before."""
    dice = np.random.default_rng(seed)
    turn = np.linalg.qr(dice.standard_normal((dimensions, dimensions)))[0]
    scales = np.maximum((2 / 3) ** np.arange(dimensions), 1e-3)
    return vectors_of((dice.standard_normal((rows, dimensions)) * scales) @ turn + 0.5)


def test_by_hand() -> None:
    found = components(read([[1, 1], [3, 3], [5, 5], [2, 4], [4, 2]]), 2, unit=False)
    close(found.mean, [3, 3])
    close(found.variance, [3.2, 0.8])
    close(found.share, [0.8, 0.2])
    close(found.axes[0], [0.5**0.5, 0.5**0.5])
    close(found.placed(read([[4, 4]]))[0], [2**0.5, 0])


@pytest.mark.parametrize(("rows", "dimensions"), [(400, 12), (20, 300), (3000, 1200)])
@pytest.mark.parametrize("unit", [False, True])
def test_the_same_as_by_svd_of_the_centred_rows(rows: int, dimensions: int, unit: bool) -> None:
    """The last shape is found by iteration, the others exactly."""
    vectors = falling(rows, dimensions)
    plain = vectors.values.astype(np.float64)
    if unit:
        plain /= np.linalg.norm(plain, axis=1)[:, None]
    centred = plain - plain.mean(axis=0)
    covariance = centred.T @ centred / rows if rows > dimensions else None
    if covariance is None:
        _, strength, axes = np.linalg.svd(centred, full_matrices=False)
        variance = strength**2 / rows
    else:
        variance, turned = np.linalg.eigh(covariance)
        variance, axes = variance[::-1], turned[:, ::-1].T
    found = components(vectors, 3, unit=unit)
    close(found.variance, variance[:3])
    close(found.share, variance[:3] / variance.sum())
    close(np.abs((found.axes * axes[:3]).sum(axis=1)), [1, 1, 1])
    close(np.abs(found.placed(vectors)), np.abs(centred @ axes[:3].T), 2e-5)


def test_rows_that_cannot_be_compared_have_no_place_and_no_weight() -> None:
    rows: list[list[float] | None] = [[0, 1, 2], [1, 1, 0], [3, 1, 1], [0, 2, 5]]
    found = components(read([rows[0], None, *rows[1:], [float("nan"), 0, 0]]), 2)
    expected = components(read(rows), 2)
    close(found.axes, expected.axes)
    close(found.variance, expected.variance)
    placed = found.placed(read([None, [1, 0, 0]]))
    assert np.isnan(placed).all(axis=1).tolist() == [True, False]


def test_one_row_or_equal_rows_lie_at_the_origin() -> None:
    for vectors in (read([[1, 2, 3]]), read([[1, 2, 3]] * 5)):
        found = components(vectors, 2)
        close(found.share, np.zeros(len(found.share)))
        close(found.placed(vectors), np.zeros((len(vectors), len(found.axes))))


def test_no_rows_at_all_are_no_error() -> None:
    assert components(read([None, None]), 2).placed(read([None])).shape[0] == 1


def test_the_same_seed_gives_the_same_axes() -> None:
    vectors = drawn(30_000, 1100)
    one, other = components(vectors, 2, seed=3, rounds=1), components(vectors, 2, seed=3, rounds=1)
    assert (one.axes == other.axes).all()


def test_it_can_be_stopped() -> None:
    with pytest.raises(Stopped):
        components(drawn(50, 4), watch=Watch(should_stop=lambda: True))
