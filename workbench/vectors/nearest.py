"""The exact nearest rows, without ever holding the likeness of all with all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.domain.embeddings.measures import Measure
from workbench.vectors.arrays import Flags, Floats, Rows
from workbench.vectors.matrix import Vectors
from workbench.vectors.similarity import check_dimensions
from workbench.vectors.watch import QUIET, Watch

_QUERIES, _ROWS = 256, 4096
"""Keys of one step stay in the processor's cache."""
_SPARE = 16
"""More rows than asked are kept for Euclid, whose keys are rougher than the distances told."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """rows: (q, k), the closest first; -1 for a query that cannot be compared. scores: (q, k), NaN there."""

    rows: Rows
    scores: Floats


def nearest(
    queries: Vectors,
    vectors: Vectors,
    k: int,
    measure: Measure = Measure.COSINE,
    *,
    watch: Watch = QUIET,
) -> Neighbours:
    """The k rows of vectors that are closest to each query; fewer where there are not so many that can be compared.

    Rows of the same score stand in the order they have in vectors; which of them is left out where k cuts through is open.
    """
    check_dimensions(queries, vectors)
    return _found(queries, vectors, k, measure, watch, own=False)


def neighbours(
    vectors: Vectors, k: int, measure: Measure = Measure.COSINE, *, watch: Watch = QUIET
) -> Neighbours:
    """The same for every row among the others: no row is its own neighbour."""
    return _found(vectors, vectors, k, measure, watch, own=True)


def _found(
    queries: Vectors, vectors: Vectors, k: int, measure: Measure, watch: Watch, *, own: bool
) -> Neighbours:
    there = int(np.count_nonzero(vectors.valid)) - own
    k = max(0, min(k, there))
    rows = np.full((len(queries), k), -1, np.int64)
    scores = np.full((len(queries), k), np.nan, np.float32)
    asked = np.flatnonzero(queries.valid)
    if k == 0 or len(asked) == 0:
        return Neighbours(rows, scores)
    search = _Search(vectors, measure, min(there, k + _SPARE) if measure is Measure.EUCLID else k)
    for start in range(0, len(asked), _QUERIES):
        some = asked[start : start + _QUERIES]
        values = queries.values[some]
        if measure is Measure.COSINE:
            values *= queries.inverse_lengths[some, None]
        part = watch.share(start / len(asked), (start + len(some)) / len(asked))
        keys, found = search.best(values, some if own else None, part)
        told = search.told(values, keys, found)
        lexical = -told if measure.higher_is_closer else told
        order = np.lexsort((found, lexical), axis=1)[:, :k]
        rows[some] = np.take_along_axis(found, order, axis=1)
        scores[some] = np.take_along_axis(told, order, axis=1)
    return Neighbours(rows, scores)


class _Search:
    """By keys of which the highest are closest; keep of them for each query."""

    def __init__(self, vectors: Vectors, measure: Measure, keep: int) -> None:
        self._values = vectors.values
        self._measure = measure
        self._keep = keep
        self._scale: Floats | None = vectors.inverse_lengths if measure is Measure.COSINE else None
        self._less: Floats | None = (
            np.square(vectors.lengths, dtype=np.float32) * np.float32(0.5)
            if measure is Measure.EUCLID
            else None
        )
        self._wrong: Flags = ~vectors.valid
        self._buffer = np.empty(_QUERIES * _ROWS, np.float32)

    def best(self, values: Floats, own: Rows | None, watch: Watch) -> tuple[Floats, Rows]:
        """(q, keep) keys and rows, in no order."""
        keys: Floats = np.empty((len(values), 0), np.float32)
        rows: Rows = np.empty((len(values), 0), np.int64)
        for start in range(0, len(self._values), _ROWS):
            stop = min(start + _ROWS, len(self._values))
            block = self._keys(values, start, stop)
            if own is not None:
                here = np.flatnonzero((own >= start) & (own < stop))
                block[here, own[here] - start] = -np.inf
            keys, rows = self._merged(keys, rows, block, start)
            watch.at(stop / len(self._values))
        return keys, rows

    def told(self, values: Floats, keys: Floats, rows: Rows) -> Floats:
        """What the user is told: likeness as it is, distances reckoned again in double precision."""
        if self._measure is Measure.DOT:
            return keys
        if self._measure is Measure.COSINE:
            return np.clip(keys, -1.0, 1.0)
        told = np.empty(keys.shape, np.float32)
        for place, found in enumerate(rows):
            apart = self._values[found].astype(np.float64) - values[place]
            told[place] = np.sqrt(np.einsum("ij,ij->i", apart, apart))
        return told

    def _keys(self, values: Floats, start: int, stop: int) -> Floats:
        size = len(values) * (stop - start)
        block: Floats = self._buffer[:size].reshape(len(values), stop - start)
        np.matmul(values, self._values[start:stop].T, out=block)
        if self._scale is not None:
            block *= self._scale[start:stop]
        if self._less is not None:
            block -= self._less[start:stop]
        wrong = self._wrong[start:stop]
        if wrong.any():
            block[:, wrong] = -np.inf
        return block

    def _merged(self, keys: Floats, rows: Rows, block: Floats, start: int) -> tuple[Floats, Rows]:
        """Only what beats the worst that is kept is looked at: after the first blocks that is next to nothing."""
        keep = self._keep
        if keys.shape[1] < keep:
            columns = np.broadcast_to(np.arange(start, start + block.shape[1]), block.shape)
            return _top(np.hstack([keys, block]), np.hstack([rows, columns]), keep)
        hits = np.flatnonzero(block > keys.min(axis=1)[:, None])
        if len(hits) == 0:
            return keys, rows
        query, column = np.divmod(hits, block.shape[1])
        counts = np.bincount(query, minlength=len(block))
        place = np.arange(len(hits)) - np.repeat(np.cumsum(counts) - counts, counts)
        more_keys = np.full((len(block), int(counts.max())), -np.inf, np.float32)
        more_rows = np.full(more_keys.shape, -1, np.int64)
        more_keys[query, place] = block[query, column]
        more_rows[query, place] = column + start
        return _top(np.hstack([keys, more_keys]), np.hstack([rows, more_rows]), keep)


def _top(keys: Floats, rows: Rows, keep: int) -> tuple[Floats, Rows]:
    if keys.shape[1] <= keep:
        return keys, rows
    chosen = np.argpartition(keys, keys.shape[1] - keep, axis=1)[:, -keep:]
    return np.take_along_axis(keys, chosen, axis=1), np.take_along_axis(rows, chosen, axis=1)
