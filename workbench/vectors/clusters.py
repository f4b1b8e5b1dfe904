"""Groups: found by k-means, or given as labels; where their middles are and how well they stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.vectors.arrays import Doubles, Floats, Rows
from workbench.vectors.matrix import Vectors, normalised, pieces
from workbench.vectors.watch import QUIET, Watch

_TURNS = 50
_STARTS = 4
_SILHOUETTE_ROWS = 2000
_CHOOSING_ROWS = 10_000

Groups = NDArray[np.int32]
"""(n,) the group of each row, -1 for none."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """groups: (n,), -1 for a row that cannot be compared. centres: (k, d), not of length 1. spread: sum of squared distances."""

    groups: Groups
    centres: Floats
    spread: float


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """names in order of first appearance. groups: (n,), -1 without label. centres: (c, d) means of the unit vectors of each. counts: (c,).

    tightness: (c,) mean cosine of the members with their centre.
    """

    names: tuple[str, ...]
    groups: Groups
    centres: Floats
    counts: Rows
    tightness: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Separation:
    """silhouette: mean, -1 to 1, 0 where there are not two groups. by_group: (c,) NaN for one without rows. rows: how many were asked."""

    silhouette: float
    by_group: Doubles
    rows: int


def clusters(vectors: Vectors, k: int, *, seed: int = 0, watch: Watch = QUIET) -> Clusters:
    """k-means on the unit vectors, begun by k-means++, the best of four starts. Fewer groups where there are fewer rows."""
    members = np.flatnonzero(vectors.valid)
    k = max(1, min(k, len(members)))
    if len(members) == 0:
        groups = np.full(len(vectors), -1, np.int32)
        return Clusters(groups, np.zeros((0, vectors.dimensions), np.float32), 0.0)
    dice = np.random.default_rng(seed)
    best: Clusters | None = None
    for start in range(_STARTS):
        part = watch.share(start / _STARTS, (start + 1) / _STARTS)
        found = _settled(vectors, _begun(vectors, members, k, dice), part)
        if best is None or found.spread < best.spread:
            best = found
    assert best is not None
    return best


def chosen_k(
    vectors: Vectors, candidates: Sequence[int] = range(2, 13), *, seed: int = 0, watch: Watch = QUIET
) -> tuple[int, dict[int, float]]:
    """The number of groups with the best mean silhouette, and the silhouette of each that was tried; on a part of very many rows."""
    members = np.flatnonzero(vectors.valid)
    if len(members) > _CHOOSING_ROWS:
        drawn = np.random.default_rng(seed).choice(members, _CHOOSING_ROWS, replace=False)
        members = np.sort(drawn)
    some = normalised(vectors.take(members))
    tried: dict[int, float] = {}
    fitting = [k for k in candidates if 2 <= k < len(members)]
    for place, k in enumerate(fitting):
        part = watch.share(place / len(fitting), (place + 1) / len(fitting))
        tried[k] = separation(some, clusters(some, k, seed=seed, watch=part).groups, seed=seed).silhouette
    return max(tried, key=lambda k: (tried[k], -k), default=1), tried


def labelled(vectors: Vectors, labels: Sequence[str | None]) -> Labelled:
    """None and "" are no label."""
    names = tuple(dict.fromkeys(label for label in labels if label))
    place = {name: number for number, name in enumerate(names)}
    groups = np.array([place.get(label or "", -1) for label in labels], np.int32)
    groups[~vectors.valid] = -1
    sums, counts = _sums(vectors, groups, len(names))
    centres = sums / np.maximum(counts, 1)[:, None]
    long = np.sqrt(np.einsum("ij,ij->i", centres, centres))
    """The mean cosine with the centre's direction is the centre's own length."""
    return Labelled(names, groups, centres.astype(np.float32), counts, long.astype(np.float32))


def separation(
    vectors: Vectors, groups: Groups, *, most_rows: int = _SILHOUETTE_ROWS, seed: int = 0
) -> Separation:
    """Silhouette by Euclidean distance of the unit vectors, of at most most_rows rows drawn by lot among themselves.

    A row alone in its group counts 0, as Rousseeuw has it.
    """
    many_groups = int(groups.max(initial=-1)) + 1
    members = np.flatnonzero(vectors.valid & (groups >= 0))
    if len(members) > most_rows:
        members = np.sort(np.random.default_rng(seed).choice(members, most_rows, replace=False))
    of = groups[members]
    counts = np.bincount(of, minlength=many_groups)
    by_group = np.full(many_groups, np.nan)
    if np.count_nonzero(counts) < 2:
        return Separation(0.0, by_group, len(members))
    points = vectors.values[members].astype(np.float64)
    points *= vectors.inverse_lengths[members, None]
    points /= np.sqrt(np.einsum("ij,ij->i", points, points))[:, None]
    belongs = np.zeros((len(members), many_groups))
    belongs[np.arange(len(members)), of] = 1.0
    found = np.empty(len(members))
    for part in pieces(len(members), len(members)):
        apart = np.sqrt(np.maximum(2.0 - 2.0 * (points[part] @ points.T), 0.0))
        rows = np.arange(part.start, part.stop)
        apart[rows - part.start, rows] = 0.0
        found[part] = _silhouettes(apart @ belongs, of[part], counts)
    sums = np.bincount(of, found, many_groups)
    np.divide(sums, counts, out=by_group, where=counts > 0)
    return Separation(float(found.mean()), by_group, len(members))


def _silhouettes(sums: Doubles, of: Groups, counts: Rows) -> Doubles:
    rows = np.arange(len(of))
    own = sums[rows, of] / np.maximum(counts[of] - 1, 1)
    others = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    others[rows, of] = np.inf
    other = others.min(axis=1)
    larger = np.maximum(own, other)
    found = np.zeros(len(of))
    np.divide(other - own, larger, out=found, where=(larger > 0) & (counts[of] > 1))
    return found


def _begun(vectors: Vectors, members: Rows, k: int, dice: np.random.Generator) -> Floats:
    """k-means++: each next centre drawn with odds of its squared distance from those there are."""
    inverse = vectors.inverse_lengths
    chosen = [int(dice.choice(members))]
    far = np.full(len(vectors), np.inf)
    while True:
        last = vectors.values[chosen[-1]] * inverse[chosen[-1]]
        np.minimum(far, np.maximum(2.0 - 2.0 * (vectors.values @ last) * inverse, 0.0), out=far)
        if len(chosen) == k:
            return vectors.values[chosen] * inverse[chosen, None]
        odds = far[members]
        odds[odds < 1e-6] = 0.0
        total = odds.sum()
        chosen.append(int(dice.choice(members, p=odds / total if total > 0 else None)))


def _settled(vectors: Vectors, centres: Floats, watch: Watch) -> Clusters:
    groups, spread = _assigned(vectors, centres)
    for turn in range(_TURNS):
        sums, counts = _sums(vectors, groups, len(centres))
        filled = counts > 0
        centres = centres.copy()
        centres[filled] = sums[filled] / counts[filled, None]
        before = groups
        groups, spread = _assigned(vectors, centres)
        watch.at((turn + 1) / _TURNS)
        if np.array_equal(before, groups):
            break
    return Clusters(groups, centres, spread)


def _assigned(vectors: Vectors, centres: Floats) -> tuple[Groups, float]:
    inverse = vectors.inverse_lengths
    half = np.einsum("ij,ij->i", centres, centres) / 2
    groups = np.empty(len(vectors), np.int32)
    spread = 0.0
    valid = vectors.valid
    for part in pieces(len(vectors), max(len(centres), 64)):
        keys = vectors.values[part] @ centres.T
        keys *= inverse[part, None]
        keys -= half
        groups[part] = keys.argmax(axis=1)
        spread += float((1.0 - 2.0 * keys.max(axis=1).astype(np.float64))[valid[part]].sum())
    groups[~valid] = -1
    return groups, max(spread, 0.0)


def _sums(vectors: Vectors, groups: Groups, many: int) -> tuple[Doubles, Rows]:
    """(many, d) of the unit vectors, and how many there are of each."""
    sums = np.zeros((many, vectors.dimensions))
    counts = np.bincount(groups[groups >= 0], minlength=many)
    inverse = vectors.inverse_lengths
    for part in pieces(len(vectors), max(many, 64)):
        of = groups[part]
        rows = np.flatnonzero(of >= 0)
        weight = np.zeros((many, len(of)), np.float32)
        weight[of[rows], rows] = inverse[part][rows]
        sums += weight @ vectors.values[part]
    return sums, counts
