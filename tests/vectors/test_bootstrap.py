from __future__ import annotations

import math

import numpy as np

from tests.vectors.plain import close
from workbench.vectors.bootstrap import difference, interval


def test_the_interval_is_that_of_the_normal_distribution_where_there_are_many() -> None:
    values = np.random.default_rng(0).normal(3, 2, 4000)
    found = interval(values, draws=4000)
    error = values.std() / math.sqrt(len(values))
    close(found.mean, values.mean())
    close(found.low, values.mean() - 1.96 * error, 0.01)
    close(found.high, values.mean() + 1.96 * error, 0.01)


def test_two_values_by_hand() -> None:
    """0 and 1 drawn twice: the mean is 0 or 1 in a quarter of the draws each."""
    found = interval(np.array([0.0, 1.0]))
    assert (found.mean, found.low, found.high, found.count) == (0.5, 0, 1, 2)


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).random(30)
    assert interval(values, seed=4) == interval(values, seed=4)
    assert interval(values, seed=4) != interval(values, seed=5)


def test_values_that_are_none_are_left_out() -> None:
    found = interval(np.array([1.0, np.nan, 1.0]))
    assert (found.mean, found.low, found.high, found.count) == (1, 1, 1, 2)
    nothing = interval(np.array([np.nan]))
    assert nothing.count == 0
    assert math.isnan(nothing.mean)


def test_a_small_but_steady_difference_is_told_apart_though_the_models_overlap() -> None:
    worse = np.random.default_rng(2).random(50) * 0.8
    better = worse + 0.05
    assert interval(worse).high > interval(better).low
    assert difference(better, worse).low > 0
