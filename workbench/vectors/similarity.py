"""Likeness of every row with every row, for few rows at once or for many piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.vectors.arrays import Floats, Rows
from workbench.vectors.matrix import Vectors, pieces

MOST_CELLS = 50_000_000
"""Of a matrix that is made at once: 200 MB."""


def similarity(left: Vectors, right: Vectors, measure: Measure = Measure.COSINE) -> Floats:
    """(n, m): each row of left with each of right; NaN where one of them cannot be compared.

    Raises InvalidInput where that would be more than MOST_CELLS, or where the dimensions differ.
    """
    cells = len(left) * len(right)
    if cells > MOST_CELLS:
        raise InvalidInput(
            f"A matrix of {len(left):,} × {len(right):,} is too large to show.",
            fix=f"Choose fewer rows: {int(MOST_CELLS**0.5):,} at most.",
        )
    made = np.empty((len(left), len(right)), np.float32)
    for rows, block in similarity_blocks(left, right, measure):
        made[rows] = block
    return made


def similarity_blocks(
    left: Vectors, right: Vectors, measure: Measure = Measure.COSINE
) -> Iterator[tuple[slice, Floats]]:
    """The same matrix in bands: rows of left, and (rows, m) of likeness."""
    check_dimensions(left, right)
    for rows in pieces(len(left), max(len(right), left.dimensions)):
        block = _block(left, rows, right, measure)
        block[~left.valid[rows]] = np.nan
        block[:, ~right.valid] = np.nan
        yield rows, block


def pairwise(left: Vectors, right: Vectors, measure: Measure = Measure.COSINE) -> Floats:
    """(n,): each row of left with the same row of right; NaN where one of them cannot be compared."""
    check_dimensions(left, right)
    if len(left) != len(right):
        raise InvalidInput(f"{len(left):,} rows cannot be paired with {len(right):,}.")
    found = np.empty(len(left), np.float32)
    for rows in pieces(len(left), left.dimensions):
        one, other = left.values[rows].astype(np.float64), right.values[rows].astype(np.float64)
        if measure is Measure.EUCLID:
            found[rows] = np.sqrt(np.einsum("ij,ij->i", one - other, one - other))
            continue
        products = np.einsum("ij,ij->i", one, other)
        if measure is Measure.COSINE:
            products *= left.inverse_lengths[rows].astype(np.float64) * right.inverse_lengths[rows]
            np.clip(products, -1.0, 1.0, out=products)
        found[rows] = products
    found[~(left.valid & right.valid)] = np.nan
    return found


def pairs_of(vectors: Vectors, left: Rows, right: Rows, measure: Measure = Measure.COSINE) -> Floats:
    """(m,): row left[i] with row right[i] of the same vectors."""
    found = np.empty(len(left), np.float32)
    for part in pieces(len(left), vectors.dimensions):
        found[part] = pairwise(vectors.take(left[part]), vectors.take(right[part]), measure)
    return found


def check_dimensions(left: Vectors, right: Vectors) -> None:
    if left.dimensions != right.dimensions:
        raise InvalidInput(
            f"Vectors of {left.dimensions:,} and of {right.dimensions:,} dimensions cannot be compared.",
            why="They come from different models, or from one model with different options.",
        )


def _block(left: Vectors, rows: slice, right: Vectors, measure: Measure) -> Floats:
    if measure is Measure.EUCLID:
        return _distances(left.values[rows], right.values)
    block: Floats = left.values[rows] @ right.values.T
    if measure is Measure.COSINE:
        block *= left.inverse_lengths[rows, None]
        block *= right.inverse_lengths
        np.clip(block, -1.0, 1.0, out=block)
    return block


def _distances(left: Floats, right: Floats) -> Floats:
    """In double precision: near rows would lose all digits in the difference of squares otherwise."""
    one = left.astype(np.float64)
    squares = np.einsum("ij,ij->i", one, one)
    found = np.empty((len(left), len(right)), np.float32)
    for part in pieces(*right.shape):
        other = right[part].astype(np.float64)
        apart = one @ other.T
        apart *= -2.0
        apart += squares[:, None]
        apart += np.einsum("ij,ij->i", other, other)
        np.maximum(apart, 0.0, out=apart)
        found[:, part] = np.sqrt(apart)
    return found
