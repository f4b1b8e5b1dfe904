"""Vectors in one matrix, with what is wrong with a row told beside it instead of spoiling what is reckoned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.domain.embeddings.measures import Fault
from workbench.domain.errors import InvalidInput
from workbench.vectors.arrays import Flags, Floats, Numbers, Rows

FAULTS = tuple(Fault)
"""A row's fault is kept as its place in here; 0 is none."""
_LONGEST, _SHORTEST = 1e18, 1e-18
"""Beyond these the square of a length leaves single precision."""
_PIECE = 1 << 22
"""Numbers that are looked at or copied at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """values: (n, d), all zeros where a row cannot be compared. faults: (n,). lengths: (n,) Euclidean, 0 for those rows."""

    values: Floats
    faults: NDArray[np.uint8]
    lengths: Floats

    def __len__(self) -> int:
        return len(self.values)

    @property
    def dimensions(self) -> int:
        return int(self.values.shape[1])

    @property
    def valid(self) -> Flags:
        """(n,)"""
        return np.equal(self.faults, 0)

    @property
    def inverse_lengths(self) -> Floats:
        """(n,) 1 / length, 0 for a row that cannot be compared."""
        inverse = np.zeros_like(self.lengths)
        np.divide(1.0, self.lengths, out=inverse, where=self.lengths > 0)
        return inverse

    def fault(self, row: int) -> Fault:
        return FAULTS[int(self.faults[row])]

    def told(self) -> Mapping[Fault, int]:
        """How many rows have which fault; empty where all is well."""
        counts = np.bincount(self.faults, minlength=len(FAULTS))
        return {fault: int(counts[place]) for place, fault in enumerate(FAULTS) if place and counts[place]}

    def take(self, rows: Rows | Flags) -> Vectors:
        """A copy of these rows, in this order."""
        return Vectors(self.values[rows], self.faults[rows], self.lengths[rows])


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes. vectors: to hold them. work: beside that, for the largest thing that was asked."""

    vectors: int
    work: int

    @property
    def total(self) -> int:
        return self.vectors + self.work


def needed(rows: int, dimensions: int, *, mapped: bool = True) -> Need:
    """What rows vectors take before any is made: held, searched and, where mapped, laid out as a map."""
    held = rows * (dimensions * 4 + 5)
    work = 64 * 2**20
    if mapped:
        work += rows * (min(dimensions, 96) * 4 + 800)
    return Need(held, work)


def vectors_of(values: Numbers, *, owned: bool = False) -> Vectors:
    """From a matrix (n, d) of any kind of number. owned: it may be changed, and is not copied if it is float32 already.

    Raises InvalidInput for what is no matrix of numbers.
    """
    if values.ndim != 2 or values.dtype.kind not in "fiu" or values.shape[1] == 0:
        shape = " × ".join(map(str, values.shape)) or "a single value"
        raise InvalidInput(
            "These are not vectors.",
            why=f"Expected a matrix of numbers with one row for each text, found {shape} of {values.dtype}.",
        )
    with np.errstate(over="ignore", invalid="ignore"):
        if owned and values.dtype == np.float32 and values.flags.writeable and values.flags.c_contiguous:
            kept: Floats = values
        else:
            kept = np.array(values, dtype=np.float32, order="C")
    return _checked(kept, np.zeros(len(kept), np.uint8))


def read(rows: Sequence[Sequence[float] | bytes | None]) -> Vectors:
    """From one vector for each row, as numbers or as little-endian float32 bytes; None where there is none.

    Most rows decide how many dimensions there are (the larger number where it is a draw).
    """
    sizes = Counter(_size(row) for row in rows if row)
    dimensions = max(sizes, key=lambda size: (sizes[size], size)) if sizes else 1
    values = np.zeros((len(rows), dimensions), np.float32)
    faults = np.zeros(len(rows), np.uint8)
    with np.errstate(over="ignore"):
        for place, row in enumerate(rows):
            if not row:
                faults[place] = FAULTS.index(Fault.MISSING)
            elif _size(row) != dimensions:
                faults[place] = FAULTS.index(Fault.OTHER_DIMENSIONS)
            else:
                values[place] = _numbers(row)
    return _checked(values, faults)


def normalised(vectors: Vectors) -> Vectors:
    """A copy with every length 1; rows that cannot be compared stay zeros."""
    values = vectors.values * vectors.inverse_lengths[:, None]
    return Vectors(values, vectors.faults, vectors.valid.astype(np.float32))


def pieces(rows: int, dimensions: int, *, numbers: int = _PIECE) -> Iterator[slice]:
    """Rows to work on at once, so that about `numbers` of them are copied."""
    many = max(1, numbers // max(dimensions, 1))
    for start in range(0, rows, many):
        yield slice(start, min(start + many, rows))


def _checked(values: Floats, faults: NDArray[np.uint8]) -> Vectors:
    lengths = np.zeros(len(values), np.float32)
    for part in pieces(*values.shape):
        wide = values[part].astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            long = np.sqrt(np.einsum("ij,ij->i", wide, wide))
        known = faults[part] == 0
        broken = known & ~(long < _LONGEST)
        short = known & (long < _SHORTEST)
        faults[part][broken] = FAULTS.index(Fault.NOT_FINITE)
        faults[part][short] = FAULTS.index(Fault.ZERO)
        wrong = faults[part] != 0
        values[part][wrong] = 0.0
        long[wrong] = 0.0
        lengths[part] = long
    return Vectors(values, faults, lengths)


def _size(row: Sequence[float] | bytes) -> int:
    return len(row) // 4 if isinstance(row, bytes) else len(row)


def _numbers(row: Sequence[float] | bytes) -> Any:
    """None among the numbers, which JSON has for NaN, is NaN."""
    if isinstance(row, bytes):
        return np.frombuffer(row[: len(row) // 4 * 4], "<f4")
    return np.array(row, np.float64)
