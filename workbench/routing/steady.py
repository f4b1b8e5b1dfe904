"""What share of requests a limit turns away in the long run: an approximation, and the one that odds and simulation share.

Requests come to a bucket at random and evenly (a Poisson process), and all buckets of a limit are equally busy unless the
population lists the values of its key. Of the N that come within a window a limit of requests lets min(N, limit) through. A
budget lets through what it pays for at the mean cost of what went through it, and half a request more, for the last one may go
over. A sliding window is taken for a fixed one, and requests are turned away independently of each other: that one user is
over at two limits at once is not followed. `Population.limits` says otherwise where that matters.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_EXACT = 2000.0
"""Up to so many arrivals Poisson's terms are summed; beyond it is as good as normal."""


def turned_away(arrivals: float, limit: float) -> float:
    """The share over the limit where so many come in a window on average. A limit between two whole numbers is a mean of both."""
    if arrivals <= 0:
        return 0.0 if limit >= 1 else 1.0
    if limit == math.inf:
        return 0.0
    whole = math.floor(limit)
    part = limit - whole
    excess = _excess(arrivals, whole)
    if part > 0:
        excess += part * (_excess(arrivals, whole + 1) - excess)
    return min(1.0, max(0.0, excess / arrivals))


def _excess(mean: float, limit: int) -> float:
    """How many more than the limit come, on average."""
    deviation = math.sqrt(mean)
    if limit <= 0:
        return mean
    if limit > mean + 12 * deviation + 40:
        return 0.0
    if mean > _EXACT:
        z = (limit - mean) / deviation
        return deviation * (_NORMAL.pdf(z) - z * (1 - _NORMAL.cdf(z)))
    below = 0.0
    chance = math.exp(-mean)
    if chance == 0.0:  # too many for the first term: begin where there is something to add
        first = max(0, int(mean - 12 * deviation))
        chance = math.exp(first * math.log(mean) - mean - math.lgamma(first + 1))
    else:
        first = 0
    for number in range(first, limit):
        below += (limit - number) * chance
        chance *= mean / (number + 1)
    return max(0.0, mean - limit + below)
