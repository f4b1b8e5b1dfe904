"""Vectors that come piece by piece, as bytes, into one matrix that is made but once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.domain.embeddings.measures import Fault
from workbench.vectors.matrix import FAULTS, Vectors, vectors_of


class Gathering:
    """Has room for rows vectors of so many dimensions. Those that are never put are MISSING."""

    def __init__(self, rows: int, dimensions: int) -> None:
        self._values = np.zeros((rows, dimensions), np.float32)
        self._faults = np.full(rows, FAULTS.index(Fault.MISSING), np.uint8)

    def put(self, rows: Sequence[int], vectors: Sequence[bytes | None]) -> None:
        """The vector of each of these rows: float32, the lowest byte first; None where there is none."""
        width = self._values.shape[1] * 4
        for row, vector in zip(rows, vectors, strict=True):
            if vector is None:
                continue
            fits = len(vector) == width
            self._faults[row] = 0 if fits else FAULTS.index(Fault.OTHER_DIMENSIONS)
            if fits:
                self._values[row] = np.frombuffer(vector, "<f4")

    def vectors(self) -> Vectors:
        """All of them. It is not to be used after that."""
        found = vectors_of(self._values, owned=True)
        known = self._faults != 0
        found.faults[known] = self._faults[known]
        return found
