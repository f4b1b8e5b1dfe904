"""How sure a mean is: the same queries drawn again and again with replacement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.vectors.arrays import Doubles

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """mean of `count` values; low to high holds it in `share` of the draws. All NaN where there is no value."""

    mean: float
    low: float
    high: float
    count: int
    share: float = 0.95


def interval(values: Doubles, *, seed: int = 0, draws: int = DRAWS, share: float = 0.95) -> Interval:
    """Of (q,) values, of which NaN are left out: percentiles of the bootstrapped mean."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Interval(float("nan"), float("nan"), float("nan"), 0, share)
    dice = np.random.default_rng(seed)
    means = np.empty(draws)
    at_once = max(1, 1_000_000 // len(known))
    for start in range(0, draws, at_once):
        stop = min(start + at_once, draws)
        means[start:stop] = known[dice.integers(0, len(known), (stop - start, len(known)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2])
    return Interval(float(known.mean()), float(low), float(high), len(known), share)


def difference(
    one: Doubles, other: Doubles, *, seed: int = 0, draws: int = DRAWS, share: float = 0.95
) -> Interval:
    """Of one - other over the same queries: an interval that leaves out 0 tells them apart."""
    return interval(one - other, seed=seed, draws=draws, share=share)
