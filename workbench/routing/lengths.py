"""How long things are: tokens of a prompt, milliseconds to a first byte. A distribution is told by its shape, and drawn from.

Both kinds give whole numbers where they are asked for chances (`within`), as a condition on a count of tokens sees them: what
is drawn as 999.2 is a prompt of 1,000 tokens. Means and draws are not rounded.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from workbench.domain.routes.errors import RouteError, pointer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NORMAL = NormalDist()
_AT_95 = _NORMAL.inv_cdf(0.95)
_AT_99 = _NORMAL.inv_cdf(0.99)
MOST_BINS = 1000
LONGEST = 1e12


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Half are up to median, 95 of 100 up to p95; the same number twice is always that number."""

    median: float
    p95: float

    @property
    def sigma(self) -> float:
        return math.log(self.p95 / self.median) / _AT_95 if self.median > 0 else 0.0

    @property
    def mean(self) -> float:
        return self.median * math.exp(self.sigma**2 / 2)

    @property
    def p99(self) -> float:
        return self.median * math.exp(self.sigma * _AT_99)

    def up_to(self, most: float) -> float:
        """The chance of no more than `most`."""
        return self._below(most, 0.0)

    def mass_up_to(self, most: float) -> float:
        """The mean of what is no more than `most`, times its chance."""
        return self.mean * self._below(most, self.sigma)

    def _below(self, most: float, shift: float) -> float:
        sigma = self.sigma
        if most == math.inf:
            return 1.0
        if sigma <= 0:
            return float(self.median <= most)
        if most <= 0:
            return 0.0
        return _NORMAL.cdf(math.log(most / self.median) / sigma - shift)

    def within(self, low: float, high: float) -> tuple[float, float]:
        """The chance of low to high, both whole numbers and both included, and the mean there times the chance."""
        before = low - 1
        return (
            max(0.0, self.up_to(high) - self.up_to(before)),
            max(0.0, self.mass_up_to(high) - self.mass_up_to(before)),
        )

    def draw(self, dice: np.random.Generator, many: int) -> NDArray[np.float32]:
        import numpy as np

        sigma = self.sigma
        if sigma <= 0:
            return np.full(many, self.median, np.float32)
        drawn: NDArray[np.float32] = dice.standard_normal(many, np.float32)
        drawn *= np.float32(sigma)
        np.exp(drawn, out=drawn)
        drawn *= np.float32(self.median)
        return drawn

    def document(self) -> Any:
        return self.median if self.p95 == self.median else {"median": self.median, "p95": self.p95}


@dataclass(frozen=True, slots=True)
class Histogram:
    """bins: from, to (whole numbers, both included) and share of each; within a bin every number is as likely as another."""

    bins: tuple[tuple[int, int, float], ...]

    @property
    def _total(self) -> float:
        return math.fsum(share for _, _, share in self.bins)

    @property
    def mean(self) -> float:
        return self.within(-math.inf, math.inf)[1]

    def within(self, low: float, high: float) -> tuple[float, float]:
        """As LogNormal.within."""
        chance = mass = 0.0
        for first, last, share in self.bins:
            begin, end = max(first, low), min(last, high)
            if begin <= end:
                part = share / self._total * (end - begin + 1) / (last - first + 1)
                chance += part
                mass += part * (begin + end) / 2
        return chance, mass

    def draw(self, dice: np.random.Generator, many: int) -> NDArray[np.float32]:
        import numpy as np

        firsts, lasts, shares = (np.array(column, float) for column in zip(*self.bins, strict=True))
        borders = np.cumsum(shares / shares.sum())
        chosen = np.minimum(np.searchsorted(borders, dice.random(many), "right"), len(borders) - 1)
        span = (lasts - firsts + 1)[chosen]
        drawn: NDArray[np.float32] = (firsts[chosen] + np.floor(dice.random(many) * span)).astype(np.float32)
        return drawn

    def document(self) -> Any:
        return {"histogram": [list(one) for one in self.bins]}


Lengths = LogNormal | Histogram


def read_lengths(value: Any, at: tuple[str | int, ...]) -> Lengths:
    """From {"median", "p95"}, {"histogram": [[from, to, share], …]}, or one number. Raises RouteError, below `at`."""
    if isinstance(value, Mapping) and "histogram" in value:
        return _histogram(value["histogram"], (*at, "histogram"))
    return read_log_normal(value, at)


def read_log_normal(value: Any, at: tuple[str | int, ...]) -> LogNormal:
    """From {"median", "p95"} or one number. Raises RouteError, below `at`."""
    if isinstance(value, Mapping):
        median = number(value.get("median"), (*at, "median"), least=0)
        p95 = number(value.get("p95", median), (*at, "p95"), least=0)
        if p95 < median or (median == 0 and p95 > 0):
            raise RouteError("“p95” is not below “median”, which is above 0.", pointer=pointer(*at, "p95"))
        return LogNormal(median, p95)
    found = number(value, at, least=0)
    return LogNormal(found, found)


def _histogram(value: Any, at: tuple[str | int, ...]) -> Histogram:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_BINS:
        raise RouteError(f"A histogram is a list of 1 to {MOST_BINS} bins.", pointer=pointer(*at))
    bins = []
    for place, one in enumerate(value):
        if not isinstance(one, list | tuple) or len(one) != 3:
            raise RouteError("A bin is a list: from, to and share.", pointer=pointer(*at, place))
        low, high, share = (number(part, (*at, place, index), least=0) for index, part in enumerate(one))
        if int(low) > int(high):
            raise RouteError("A bin begins where it ends, or before.", pointer=pointer(*at, place))
        bins.append((int(low), int(high), share))
    if not any(share > 0 for _, _, share in bins):
        raise RouteError("The bins of a histogram share nothing.", pointer=pointer(*at))
    return Histogram(tuple(bins))


def number(value: Any, at: tuple[str | int, ...], *, least: float, most: float = LONGEST) -> float:
    """A number, also where it is written as text. Raises RouteError, at `at`."""
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not least <= found <= most:
        raise RouteError(f"Here goes a number from {least:g} to {most:g}.", pointer=pointer(*at))
    return found
