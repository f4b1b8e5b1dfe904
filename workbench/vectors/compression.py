"""What is lost when vectors are made smaller: fewer dimensions, fewer bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import InvalidInput
from workbench.vectors.agreement import overlap
from workbench.vectors.arrays import Floats, Rows
from workbench.vectors.matrix import Vectors, normalised, pieces, vectors_of
from workbench.vectors.nearest import nearest
from workbench.vectors.watch import QUIET, Watch


class Coding(StrEnum):
    """INT8: a byte for each dimension and one scale for each row. BINARY: the signs, a bit for each dimension."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"
    BINARY = "binary"

    def bytes_per_row(self, dimensions: int) -> int:
        if self is Coding.BINARY:
            return (dimensions + 7) // 8
        if self is Coding.INT8:
            return dimensions + 4
        return dimensions * (2 if self is Coding.FLOAT16 else 4)


@dataclass(frozen=True, slots=True, eq=False)
class Int8:
    """codes: (n, d) -127 to 127. scales: (n,) what 1 stands for."""

    codes: NDArray[np.int8]
    scales: Floats


@dataclass(frozen=True, slots=True)
class Recall:
    """The part of the k nearest by the full vectors that the small ones find as well."""

    dimensions: int
    coding: Coding
    bytes_per_row: int
    recall: float


def cut(vectors: Vectors, dimensions: int) -> Vectors:
    """The first dimensions only, brought to length 1 again; worth it with models trained for that (Matryoshka)."""
    if not 1 <= dimensions <= vectors.dimensions:
        raise InvalidInput(
            f"Between 1 and {vectors.dimensions:,} dimensions can be kept.", field="dimensions"
        )
    kept = vectors_of(vectors.values[:, :dimensions])
    faults = np.where(vectors.faults != 0, vectors.faults, kept.faults)
    return normalised(Vectors(kept.values, faults, kept.lengths))


def int8(vectors: Vectors) -> Int8:
    codes = np.zeros(vectors.values.shape, np.int8)
    scales = np.zeros(len(vectors), np.float32)
    for part in pieces(len(vectors), vectors.dimensions):
        values = vectors.values[part]
        scales[part] = np.abs(values).max(axis=1, initial=0.0) / np.float32(127)
        inverse = np.zeros(len(values), np.float32)
        np.divide(1.0, scales[part], out=inverse, where=scales[part] > 0)
        codes[part] = np.clip(np.rint(values * inverse[:, None]), -127, 127)
    return Int8(codes, scales)


def binary(vectors: Vectors) -> NDArray[np.uint8]:
    """(n, d / 8 rounded up) bits, the first dimension the highest; 1 for what is above 0."""
    return np.packbits(vectors.values > 0, axis=1)


def coded(vectors: Vectors, coding: Coding) -> Vectors:
    """What is left of the vectors after they were coded: as floats, so that they are searched as ever.

    BINARY: -1 and 1, whose cosine falls as the number of different bits grows.
    """
    if coding is Coding.FLOAT32:
        return vectors
    if coding is Coding.FLOAT16:
        with np.errstate(over="ignore"):
            values = normalised(vectors).values.astype(np.float16).astype(np.float32)
    elif coding is Coding.INT8:
        small = int8(vectors)
        values = small.codes.astype(np.float32)
    else:
        values = np.where(vectors.values > 0, np.float32(1), np.float32(-1))
    values[~vectors.valid] = 0.0
    kept = vectors_of(values, owned=True)
    return Vectors(kept.values, np.where(vectors.faults != 0, vectors.faults, kept.faults), kept.lengths)


def recall_curve(
    queries: Vectors,
    vectors: Vectors,
    dimensions: Sequence[int],
    codings: Sequence[Coding] = tuple(Coding),
    k: int = 10,
    *,
    rescored: int = 1,
    watch: Watch = QUIET,
) -> list[Recall]:
    """By cosine, queries coded as the rows are. In the order of bytes.

    rescored: so many times k are found by the small vectors, and the best k of them chosen by the full ones.
    """
    k = min(k, int(np.count_nonzero(vectors.valid)))
    wanted = [(size, coding) for size in dimensions for coding in codings]
    parts = len(wanted) + 1
    truth = nearest(queries, vectors, k, watch=watch.share(0, 1 / parts)).rows
    found = []
    for place, (size, coding) in enumerate(wanted, 1):
        small = _made_smaller(vectors, size, coding)
        asked = _made_smaller(queries, size, coding)
        part = watch.share(place / parts, (place + 1) / parts)
        ranked = nearest(asked, small, k * max(rescored, 1), watch=part).rows
        if rescored > 1:
            ranked = _rescored(queries, vectors, ranked, k)
        shares = overlap(ranked, truth)
        known = shares[~np.isnan(shares)]
        recall = float(known.mean()) if len(known) else float("nan")
        found.append(Recall(size, coding, coding.bytes_per_row(size), recall))
    return sorted(found, key=lambda one: (one.bytes_per_row, one.dimensions))


def _made_smaller(vectors: Vectors, dimensions: int, coding: Coding) -> Vectors:
    if dimensions == vectors.dimensions:
        return coded(vectors, coding)
    return coded(cut(vectors, dimensions), coding)


def _rescored(queries: Vectors, vectors: Vectors, ranked: Rows, k: int) -> Rows:
    made = np.full((len(ranked), k), -1, np.int64)
    inverse = vectors.inverse_lengths
    for query in np.flatnonzero((ranked >= 0).all(axis=1)):
        rows = ranked[query]
        likeness = (vectors.values[rows] @ queries.values[query]) * inverse[rows]
        made[query] = rows[np.argsort(-likeness, kind="stable")[:k]]
    return made
