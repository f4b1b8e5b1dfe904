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
from workbench.vectors.matrix import Vectors, pieces, vectors_of
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
    kept.values[:] *= kept.inverse_lengths[:, None]
    return _still_faulty(kept.values, vectors)


def int8(vectors: Vectors) -> Int8:
    codes = np.zeros(vectors.values.shape, np.int8)
    scales = np.zeros(len(vectors), np.float32)
    for part in pieces(len(vectors), vectors.dimensions):
        codes[part], scales[part] = _int8(vectors.values[part])
    return Int8(codes, scales)


def binary(vectors: Vectors) -> NDArray[np.uint8]:
    """(n, d / 8 rounded up) bits, the first dimension the highest; 1 for what is above 0."""
    return np.packbits(vectors.values > 0, axis=1)


def coded(vectors: Vectors, coding: Coding) -> Vectors:
    """What is left of the vectors after they were coded: as floats, so that they are searched as ever.

    BINARY: -1 and 1, whose cosine falls as the number of different bits grows.
    """
    return vectors if coding is Coding.FLOAT32 else _coded_in_place(vectors.values.copy(), vectors, coding)


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
    """One copy at most: that is what there is room for."""
    if dimensions == vectors.dimensions:
        return coded(vectors, coding)
    small = cut(vectors, dimensions)
    return small if coding is Coding.FLOAT32 else _coded_in_place(small.values, small, coding)


def _coded_in_place(values: Floats, vectors: Vectors, coding: Coding) -> Vectors:
    inverse = vectors.inverse_lengths
    for part in pieces(*values.shape):
        rows = values[part]
        if coding is Coding.FLOAT16:
            rows *= inverse[part, None]
            rows[:] = rows.astype(np.float16)
        elif coding is Coding.INT8:
            rows[:] = _int8(rows)[0]
        else:
            rows[:] = np.where(rows > 0, np.float32(1), np.float32(-1))
    return _still_faulty(values, vectors)


def _still_faulty(values: Floats, vectors: Vectors) -> Vectors:
    """A row that could not be compared before cannot be now; one that became zeros no longer can."""
    values[~vectors.valid] = 0.0
    kept = vectors_of(values, owned=True)
    return Vectors(kept.values, np.where(vectors.faults != 0, vectors.faults, kept.faults), kept.lengths)


def _int8(values: Floats) -> tuple[Floats, Floats]:
    scales = np.abs(values).max(axis=1, initial=0.0) / np.float32(127)
    inverse = np.zeros(len(values), np.float32)
    np.divide(1.0, scales, out=inverse, where=scales > 0)
    codes: Floats = np.clip(np.rint(values * inverse[:, None]), -127, 127)
    return codes, scales


def _rescored(queries: Vectors, vectors: Vectors, ranked: Rows, k: int) -> Rows:
    made = np.full((len(ranked), k), -1, np.int64)
    inverse = vectors.inverse_lengths
    for query in np.flatnonzero((ranked >= 0).all(axis=1)):
        rows = ranked[query]
        likeness = (vectors.values[rows] @ queries.values[query]) * inverse[rows]
        made[query] = rows[np.argsort(-likeness, kind="stable")[:k]]
    return made
