"""Vectors as a NumPy file."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np

from workbench.vectors.matrix import Vectors, pieces, vectors_of


def write_npy(file: BinaryIO, vectors: Vectors) -> None:
    """float32, a row for each of the vectors' rows; one that cannot be compared is NaN all through, so that it is not taken for one."""
    header = {"descr": "<f4", "fortran_order": False, "shape": vectors.values.shape}
    np.lib.format.write_array_header_2_0(file, header)
    write_values(file, vectors)


def write_values(file: BinaryIO, vectors: Vectors) -> None:
    """The same without what a NumPy file begins with."""
    for part in pieces(*vectors.values.shape):
        values = vectors.values[part].astype("<f4")
        values[~vectors.valid[part]] = np.nan
        file.write(values.tobytes())


def read_values(file: BinaryIO, dimensions: int) -> Vectors:
    """What `write_values` has written."""
    values = np.fromfile(file, dtype="<f4").reshape(-1, dimensions)
    return vectors_of(values.astype(np.float32, copy=False), owned=True)
