"""Principal components, by subspace iteration over the rows in blocks: the vectors are neither copied nor centred in place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.vectors.arrays import Doubles, Floats
from workbench.vectors.matrix import Vectors, pieces
from workbench.vectors.watch import QUIET, Watch

_EXTRA = 10
_ROUNDS = 4
_EXACT = 4e10
"""Multiplications up to which the whole covariance is reckoned instead."""
_BLOCK = 1 << 21


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

    Exact for what is small; else by a randomised SVD with `rounds` power iterations, of which more are more exact.
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
        wide = min(dimensions, count + _EXTRA)
        if self._many <= dimensions // 2 and self._many * dimensions <= _BLOCK:
            basis, rounds = self._spanned(), 0
        elif dimensions <= wide or len(self._vectors) * dimensions**2 + 20 * dimensions**3 <= _EXACT:
            basis, rounds = np.eye(dimensions, dtype=np.float32), 0
        else:
            dice = np.random.default_rng(seed)
            basis = np.linalg.qr(dice.standard_normal((dimensions, wide)))[0].astype(np.float32)
        for turn in range(rounds):
            spread = self._times(basis, watch.share(turn / (rounds + 1), (turn + 1) / (rounds + 1)))
            basis = np.linalg.qr(spread)[0].astype(np.float32)
        inner = self._within(basis, watch.share(rounds / (rounds + 1), 1.0))
        variance, turned = np.linalg.eigh(inner)
        axes = (basis @ turned[:, ::-1][:, :count]).T
        axes *= np.sign(np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], 1))
        kept = np.maximum(variance[::-1][:count], 0.0)
        share = kept / self._total if self._total > 0 else np.zeros_like(kept)
        return Components(self._mean, axes.astype(np.float32), kept, np.minimum(share, 1.0), self._unit)

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
        return made

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
