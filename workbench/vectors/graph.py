"""Who is near whom among very many rows: projection trees propose, neighbours of neighbours mend, the full vectors decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.vectors.arrays import Floats, Rows
from workbench.vectors.components import components
from workbench.vectors.matrix import Vectors, pieces
from workbench.vectors.nearest import neighbours
from workbench.vectors.watch import QUIET, Watch

EXACT_UP_TO = 20_000
"""Rows; above, the time that exactness takes would be felt."""
SHAPE_DIMENSIONS = 96
"""In which nearness is looked for; what was found is judged by all of them."""
_TREES = 4
_LEAF = 192
_ROUNDS = 2
_SPARE = 12
_GATHERED = 1 << 20
"""Numbers looked up at once: the interpreter is held as long."""

Places = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """members: (m,) the rows that can be compared. near: (m, k) places in members, the closest by cosine first, never itself.

    exact: False where a few of them may be near ones that are not the nearest.
    """

    members: Rows
    near: Places
    exact: bool


def graph(
    vectors: Vectors,
    k: int,
    *,
    seed: int = 0,
    exact_up_to: int = EXACT_UP_TO,
    watch: Watch = QUIET,
) -> Graph:
    """The k nearest of every row that can be compared, fewer where there are not so many."""
    members = np.flatnonzero(vectors.valid)
    if len(members) <= max(exact_up_to, k + _SPARE + 1):
        places = np.zeros(len(vectors), np.int32)
        places[members] = np.arange(len(members), dtype=np.int32)
        found = neighbours(vectors, k, watch=watch).rows[members]
        return Graph(members, places[found], True)
    shape = components(vectors, SHAPE_DIMENSIONS, seed=seed, rounds=3, watch=watch.share(0, 0.05))
    points = shape.placed(vectors)[members]
    near = _Approximate(points, k + _SPARE, np.random.default_rng(seed))
    near.grow(watch.share(0.05, 0.5))
    near.mend(watch.share(0.5, 0.85))
    return Graph(members, _decided(vectors, members, near.rows, k, watch.share(0.85, 1.0)), False)


class _Approximate:
    """The best that was found yet for each point. keys: the higher the closer."""

    def __init__(self, points: Floats, keep: int, dice: np.random.Generator) -> None:
        self._points = points
        self._half = np.einsum("ij,ij->i", points, points) / 2
        self._dice = dice
        self.rows: Places = np.full((len(points), keep), -1, np.int32)
        self._keys = np.full((len(points), keep), -np.inf, np.float32)

    def grow(self, watch: Watch) -> None:
        for tree in range(_TREES):
            self._look_in_leaves(self._leaves(), watch.share(tree / _TREES, (tree + 1) / _TREES))

    def mend(self, watch: Watch) -> None:
        """Whoever is near my neighbour may be near me."""
        many, keep = self.rows.shape
        per_block = max(1, _GATHERED // (keep * keep * self._points.shape[1]))
        for turn in range(_ROUNDS):
            before = self.rows.copy()
            for start in range(0, many, per_block):
                mine = np.arange(start, min(start + per_block, many))
                theirs = np.sort(before[before[mine]].reshape(len(mine), -1), axis=1)
                keys = np.matmul(self._points[theirs], self._points[mine, :, None])[:, :, 0]
                keys -= self._half[theirs]
                keys[theirs == mine[:, None]] = -np.inf
                keys[:, 1:][theirs[:, 1:] == theirs[:, :-1]] = -np.inf
                self._take(mine, theirs, keys)
                watch.at((turn + (start + len(mine)) / many) / _ROUNDS)

    def _leaves(self) -> list[Rows]:
        """Halves of halves, each cut across the line between two of its points."""
        many = len(self._points)
        depth = max(0, int(np.ceil(np.log2(many / _LEAF))))
        order = self._dice.permutation(many)
        for level in range(depth):
            borders = np.linspace(0, many, 2**level + 1).astype(np.int64)
            node = np.repeat(np.arange(2**level), np.diff(borders))
            ends = borders[:-1] + (self._dice.random((2, 2**level)) * np.diff(borders)).astype(np.int64)
            line = self._points[order[ends[0]]] - self._points[order[ends[1]]]
            along = np.empty(many, np.float32)
            for part in pieces(many, self._points.shape[1], numbers=_GATHERED):
                along[part] = np.einsum("ij,ij->i", self._points[order[part]], line[node[part]])
            order = order[np.lexsort((along, node))]
        return np.split(order, np.linspace(0, many, 2**depth + 1).astype(np.int64)[1:-1])

    def _look_in_leaves(self, leaves: list[Rows], watch: Watch) -> None:
        keep = self.rows.shape[1]
        for place, leaf in enumerate(leaves):
            keys = self._points[leaf] @ self._points[leaf].T
            keys -= self._half[leaf]
            np.fill_diagonal(keys, -np.inf)
            many = min(keep, len(leaf) - 1)
            best = np.argpartition(keys, len(leaf) - many, axis=1)[:, -many:]
            self._take(leaf, leaf[best].astype(np.int32), np.take_along_axis(keys, best, 1))
            watch.at((place + 1) / len(leaves))

    def _take(self, mine: Rows, theirs: Places, keys: Floats) -> None:
        """Keep the best of what is known and what is proposed, each once."""
        keep = self.rows.shape[1]
        if theirs.shape[1] > 2 * keep:
            best = np.argpartition(keys, keys.shape[1] - 2 * keep, axis=1)[:, -2 * keep :]
            theirs, keys = np.take_along_axis(theirs, best, 1), np.take_along_axis(keys, best, 1)
        rows = np.hstack([self.rows[mine], theirs])
        keys = np.hstack([self._keys[mine], keys])
        order = np.argsort(rows, axis=1)
        rows, keys = np.take_along_axis(rows, order, 1), np.take_along_axis(keys, order, 1)
        keys[:, 1:][rows[:, 1:] == rows[:, :-1]] = -np.inf
        best = np.argpartition(keys, keys.shape[1] - keep, axis=1)[:, -keep:]
        self.rows[mine] = np.take_along_axis(rows, best, 1)
        self._keys[mine] = np.take_along_axis(keys, best, 1)


def _decided(vectors: Vectors, members: Rows, proposed: Places, k: int, watch: Watch) -> Places:
    near = np.empty((len(proposed), k), np.int32)
    inverse = vectors.inverse_lengths
    for part in pieces(len(proposed), proposed.shape[1] * vectors.dimensions, numbers=_GATHERED):
        theirs = members[proposed[part]]
        likeness = np.matmul(vectors.values[theirs], vectors.values[members[part], :, None])[:, :, 0]
        likeness *= inverse[theirs]
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :k]
        near[part] = np.take_along_axis(proposed[part], best, 1)
        watch.at(part.stop / len(proposed))
    return near
