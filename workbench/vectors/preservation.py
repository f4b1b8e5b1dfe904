"""How far a map can be trusted: whether neighbours on it are neighbours in truth, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.vectors.arrays import Doubles, Floats, Rows
from workbench.vectors.matrix import Vectors, pieces
from workbench.vectors.watch import QUIET, Watch


@dataclass(frozen=True, slots=True)
class Preservation:
    """Each 0 to 1, 1 the best. trustworthiness: falls with false neighbours on the map, by how false they are.

    continuity: falls with neighbours torn apart. kept: the part of the k nearest that are so on the map as well.
    rows: of how many rows that was found.
    """

    trustworthiness: float
    continuity: float
    kept: float
    rows: int


def preservation(
    vectors: Vectors,
    coordinates: Floats,
    k: int = 10,
    *,
    most_rows: int = 500,
    seed: int = 0,
    watch: Watch = QUIET,
) -> Preservation:
    """Of at most most_rows rows drawn by lot, each against all. By cosine; k is brought below half of the rows."""
    members = np.flatnonzero(vectors.valid & np.isfinite(coordinates).all(axis=1))
    many = len(members)
    k = min(k, (many - 1) // 2)
    if k < 1:
        return Preservation(1.0, 1.0, 1.0, many)
    asked = members
    if many > most_rows:
        asked = np.sort(np.random.default_rng(seed).choice(members, most_rows, replace=False))
    false, torn, kept = 0.0, 0.0, 0
    for part in pieces(len(asked), many * 4):
        here = asked[part]
        watch.at(part.start / len(asked))
        truth = _others(-_likeness(vectors, here), members, here)
        seen = _others(_apart(coordinates, here), members, here)
        near, shown = _closest(truth, k), _closest(seen, k)
        false += _beyond(truth, shown, k)
        torn += _beyond(seen, near, k)
        kept += int(np.count_nonzero((near[:, :, None] == shown[:, None, :]).any(axis=2)))
    worst = len(asked) * k * (2 * many - 3 * k - 1) / 2
    return Preservation(1 - false / worst, 1 - torn / worst, kept / (len(asked) * k), len(asked))


def _likeness(vectors: Vectors, rows: Rows) -> Doubles:
    """(q, n)"""
    found = (vectors.values[rows] @ vectors.values.T).astype(np.float64)
    found *= vectors.inverse_lengths
    return found


def _apart(coordinates: Floats, rows: Rows) -> Doubles:
    """(q, n) squared"""
    apart = coordinates[rows, None].astype(np.float64) - coordinates[None]
    squared: Doubles = np.einsum("ijk,ijk->ij", apart, apart)
    return squared


def _others(apart: Doubles, members: Rows, rows: Rows) -> Doubles:
    """(q, m) of the members only, the row itself infinitely far."""
    apart = apart[:, members]
    apart[np.arange(len(rows)), np.searchsorted(members, rows)] = np.inf
    return apart


def _closest(apart: Doubles, k: int) -> Rows:
    return np.argpartition(apart, k - 1, axis=1)[:, :k]


def _beyond(apart: Doubles, chosen: Rows, k: int) -> float:
    """By how many places the chosen miss the k nearest, all together."""
    beyond = 0.0
    for column in chosen.T:
        limit = np.take_along_axis(apart, column[:, None], axis=1)
        places = 1 + np.count_nonzero(apart < limit, axis=1)
        beyond += float(np.maximum(places - k, 0).sum())
    return beyond
