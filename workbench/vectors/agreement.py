"""How far two models see the same texts alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.domain.errors import InvalidInput
from workbench.vectors.arrays import Doubles, Flags, Floats, Rows
from workbench.vectors.matrix import Vectors, pieces
from workbench.vectors.watch import QUIET, Watch

PERSISTENCE = 0.9
"""Of rank-biased overlap: how likely a reader goes on to the next place; the first ten then weigh 86 %."""


def overlap(one: Rows, other: Rows) -> Doubles:
    """(n,) the part of the k neighbours (n, k) that both lists of a row have; NaN for a row without (-1)."""
    found = np.full(len(one), np.nan)
    if one.shape[1] == 0:
        return found
    for part, same in _matches(one, other):
        found[part] = np.count_nonzero(same, axis=(1, 2)) / one.shape[1]
    found[_without(one) | _without(other)] = np.nan
    return found


def rank_biased_overlap(one: Rows, other: Rows, persistence: float = PERSISTENCE) -> Doubles:
    """(n,) 0 to 1, the upper places weighing more, as if the lists (n, k) went on as they began

    (Webber, Moffat, Zobel 2010, RBO_EXT); NaN for a row without (-1).
    """
    found = np.full(len(one), np.nan)
    depth = one.shape[1]
    if depth == 0:
        return found
    depths = np.arange(1, depth + 1)
    weights = persistence**depths
    seen_at = np.maximum(depths[:, None], depths[None]) - 1
    for part, same in _matches(one, other):
        rows, left, right = np.nonzero(same)
        new = np.zeros((len(same), depth))
        np.add.at(new, (rows, seen_at[left, right]), 1.0)
        agreed = np.cumsum(new, axis=1) / depths
        found[part] = agreed[:, -1] * weights[-1] + (1 - persistence) / persistence * (agreed @ weights)
    found[_without(one) | _without(other)] = np.nan
    return found


def linear_cka(one: Vectors, other: Vectors, *, unit: bool = True, watch: Watch = QUIET) -> float:
    """0 to 1: how alike the rows lie to one another, whatever the models' dimensions and rotations; NaN without variance.

    Of the rows that both have (Kornblith and others 2019). unit: of the rows brought to length 1.
    """
    if len(one) != len(other):
        raise InvalidInput(f"{len(one):,} rows cannot be compared with {len(other):,}.")
    both = one.valid & other.valid
    left, right = _Centred(one, both, unit), _Centred(other, both, unit)
    shared = np.zeros((one.dimensions, other.dimensions))
    first, second = np.zeros((one.dimensions,) * 2), np.zeros((other.dimensions,) * 2)
    for part in pieces(len(one), max(one.dimensions, other.dimensions)):
        here, there = left.rows(part), right.rows(part)
        shared += here.T @ there
        first += here.T @ here
        second += there.T @ there
        watch.at(part.stop / len(one))
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.square(shared).sum()) / size if size > 0 else float("nan")


def most_changed(agreement: Doubles, many: int) -> Rows:
    """The rows with the least agreement, the least first; of equal ones the first in the file."""
    known = np.flatnonzero(~np.isnan(agreement))
    return known[np.argsort(agreement[known], kind="stable")[:many]]


class _Centred:
    def __init__(self, vectors: Vectors, both: Flags, unit: bool) -> None:
        self._values = vectors.values
        self._both = both
        weights = vectors.inverse_lengths if unit else np.ones(len(vectors), np.float32)
        self._weights = np.where(both, weights, np.float32(0))
        self._mean = self._weights @ self._values / np.float32(max(int(both.sum()), 1))

    def rows(self, part: slice) -> Floats:
        made: Floats = self._values[part] * self._weights[part, None]
        made -= self._mean
        made[~self._both[part]] = 0.0
        return made


def _matches(one: Rows, other: Rows) -> Iterator[tuple[slice, Flags]]:
    """Rows, and (rows, k, k) where the places of both lists hold the same."""
    if one.shape != other.shape:
        raise InvalidInput("Only as many neighbours of the same rows can be compared.")
    for part in pieces(len(one), one.shape[1] ** 2):
        yield part, one[part, :, None] == other[part, None, :]


def _without(rows: Rows) -> Flags:
    return np.asarray((rows < 0).any(axis=1))
