"""Principal components, by Lanczos iteration over the rows in blocks: the vectors are neither copied nor centred in place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.vectors.arrays import Doubles, Floats
from workbench.vectors.matrix import Vectors, pieces
from workbench.vectors.watch import QUIET, Watch

_EXTRA, _EVEN = 8, 16
"""More directions than asked are followed, in numbers that processors take at once."""
_ROUNDS = 14
_SETTLED = 1e-5
"""Of the largest variance: by how much those that are sought may still change in the last round."""
_EXACT = 4e10
"""Multiplications up to which the whole covariance is reckoned instead."""
_BLOCK = 1 << 19
"""Numbers that are still in the cache when they are needed the second time."""
_SPANNED = 1 << 21


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """mean: (d,). axes: (c, d), each of length 1 and with its largest number positive. variance: (c,). share: (c,) of all variance.

    unit: the rows were brought to length 1 first.
    """

    mean: Floats
    axes: Floats
    variance: Doubles
    share: Doubles
    unit: bool

    def placed(self, vectors: Vectors) -> Floats:
        """(n, c) coordinates; NaN for a row that cannot be compared."""
        made = np.empty((len(vectors), len(self.axes)), np.float32)
        offset = self.axes @ self.mean
        weights = _weights(vectors, self.unit)
        for rows in pieces(len(vectors), vectors.dimensions, numbers=_BLOCK):
            made[rows] = vectors.values[rows] @ self.axes.T
            made[rows] *= weights[rows, None]
        made -= offset
        made[~vectors.valid] = np.nan
        return made


def components(
    vectors: Vectors,
    count: int = 2,
    *,
    unit: bool = True,
    seed: int = 0,
    rounds: int = _ROUNDS,
    watch: Watch = QUIET,
) -> Components:
    """The `count` directions in which the rows differ most, as many of them as there are.

    Exact for what is small; else begun by lot and refined until the variances stand still, in at most `rounds` passes.
    """
    return _Scatter(vectors, unit).components(count, seed, rounds, watch)


class _Scatter:
    """The covariance of the rows, multiplied with something without ever being made.

    Rows that cannot be compared are zeros: they fall out of every sum by themselves.
    """

    def __init__(self, vectors: Vectors, unit: bool) -> None:
        self._vectors = vectors
        self._unit = unit
        self._weights = _weights(vectors, unit)
        self._many = max(int(np.count_nonzero(vectors.valid)), 1)
        self._mean = (self._weights @ vectors.values / self._many).astype(np.float32)
        lengths = vectors.lengths.astype(np.float64) * self._weights
        middle = self._mean.astype(np.float64)
        self._total = max(float(lengths @ lengths / self._many - middle @ middle), 0.0)

    def components(self, count: int, seed: int, rounds: int, watch: Watch) -> Components:
        dimensions = self._vectors.dimensions
        count = max(1, min(count, dimensions, max(self._many - 1, 1)))
        wide = min(dimensions, -(-(count + _EXTRA) // _EVEN) * _EVEN)
        if self._many <= dimensions // 2 and self._many * dimensions <= _SPANNED:
            variance, axes = self._seen_along(self._spanned(), watch)
        elif dimensions <= wide or len(self._vectors) * dimensions**2 + 20 * dimensions**3 <= _EXACT:
            variance, axes = self._seen_along(np.eye(dimensions, dtype=np.float32), watch)
        else:
            drawn = np.random.default_rng(seed).standard_normal((dimensions, wide))
            variance, axes = self._iterated(drawn, count, rounds, watch)
        watch.at(1.0)
        axes = axes[:, :count].T
        axes = axes * np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1))
        kept = np.maximum(variance[:count], 0.0)
        share = kept / self._total if self._total > 0 else np.zeros_like(kept)
        return Components(self._mean, axes.astype(np.float32), kept, np.minimum(share, 1.0), self._unit)

    def _iterated(self, start: Doubles, count: int, rounds: int, watch: Watch) -> tuple[Doubles, Doubles]:
        """Block Lanczos: what every round saw is kept, so that near-equal variances come apart in few of them."""
        basis = np.linalg.qr(start)[0]
        seen = np.empty((len(basis), 0))
        last, wide = basis, start.shape[1]
        before = np.zeros(count)
        for turn in range(rounds):
            seen = np.hstack(
                [seen, self._times(last.astype(np.float32), watch.share(turn / rounds, (turn + 1) / rounds))]
            )
            inner = basis.T @ seen
            variance, turned = _falling((inner + inner.T) / 2)
            found = variance[:count]
            if (np.abs(found - before) <= _SETTLED * found[0]).all() or basis.shape[1] + wide > len(basis):
                break
            before = found
            if turn + 1 < rounds:
                last = _beside(basis, seen[:, -wide:])
                basis = np.hstack([basis, last])
        return variance, basis @ turned

    def _seen_along(self, basis: Floats, watch: Watch) -> tuple[Doubles, Doubles]:
        variance, turned = _falling(self._within(basis, watch))
        return variance, basis @ turned

    def _spanned(self) -> Floats:
        """(d, m) all directions there are in few rows."""
        rows = self._vectors.values[self._vectors.valid].astype(np.float64)
        rows *= self._weights[self._vectors.valid, None]
        spanned: Floats = np.linalg.qr((rows - self._mean).T)[0].astype(np.float32)
        return spanned

    def _times(self, basis: Floats, watch: Watch) -> Doubles:
        """(d, c) covariance times basis."""
        values = self._vectors.values
        made = np.zeros(basis.shape, np.float64)
        offset = self._mean @ basis
        for rows in pieces(*values.shape, numbers=_BLOCK):
            block = values[rows]
            made += block.T @ self._centred(block, rows, basis, offset, twice=True)
            watch.at(rows.stop / len(values))
        return made / self._many

    def _within(self, basis: Floats, watch: Watch) -> Doubles:
        """(c, c) covariance as seen along basis."""
        values = self._vectors.values
        made = np.zeros((basis.shape[1],) * 2, np.float64)
        offset = self._mean @ basis
        for rows in pieces(*values.shape, numbers=_BLOCK):
            seen = self._centred(values[rows], rows, basis, offset)
            made += seen.T @ seen
            watch.at(rows.stop / len(values))
        return made / self._many

    def _centred(
        self, block: Floats, rows: slice, basis: Floats, offset: Floats, *, twice: bool = False
    ) -> Floats:
        weights = self._weights[rows, None]
        seen: Floats = block @ basis
        seen *= weights
        seen -= offset
        if twice:
            seen *= weights
        else:
            seen[~self._vectors.valid[rows]] = 0.0
        return seen


def _weights(vectors: Vectors, unit: bool) -> Floats:
    return vectors.inverse_lengths if unit else vectors.valid.astype(np.float32)


def _falling(inner: Doubles) -> tuple[Doubles, Doubles]:
    """Eigenvalues, the largest first, and their vectors."""
    values, turned = np.linalg.eigh(inner)
    return values[::-1], turned[:, ::-1]


def _beside(basis: Doubles, seen: Doubles) -> Doubles:
    """The directions of seen that basis has not; twice, for once leaves rounding errors."""
    for _ in range(2):
        seen = seen - basis @ (basis.T @ seen)
        seen = np.linalg.qr(seen)[0]
    return seen
