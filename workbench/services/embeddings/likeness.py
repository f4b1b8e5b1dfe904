"""All rows against all, and single pairs."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

from workbench.domain.embeddings.likeness import Matrix
from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.reckoning import Progress, reckoned

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

MOST_ROWS = 2000
"""Of a matrix: more cells than a screen has pixels tell nobody anything."""


def sample(rows: Sequence[int], most: int) -> tuple[int, ...]:
    """All, or so many of them: of equal stretches one each, by a lot that is always the same. Even distances would see one label
    only where labels take turns.
    """
    count = len(rows)
    if count <= most:
        return tuple(rows)
    lot = Random(count)
    ends = [place * count // most for place in range(most + 1)]
    return tuple(rows[lot.randrange(start, end)] for start, end in pairwise(ends))


async def matrix(
    vectors: Vectors, rows: Sequence[int], measure: Measure, progress: Progress | None = None
) -> Matrix:
    """Raises InvalidInput for more than MOST_ROWS."""
    if len(rows) > MOST_ROWS:
        raise InvalidInput(
            f"{len(rows):,} rows are too many to be seen at once.",
            field="rows",
            fix=f"Choose at most {MOST_ROWS:,} of them.",
        )
    return await reckoned(lambda watch: _matrix(vectors, tuple(rows), measure, watch), progress)


async def pair(vectors: Vectors, left: int, right: int, measure: Measure) -> float | None:
    """None where one of them cannot be compared."""

    def work(watch: Watch) -> float | None:
        import numpy as np

        from workbench.vectors.similarity import pairs_of

        score = float(pairs_of(vectors, np.array([left]), np.array([right]), measure)[0])
        return None if math.isnan(score) else score

    return await reckoned(work)


def _matrix(vectors: Vectors, rows: tuple[int, ...], measure: Measure, watch: Watch) -> Matrix:
    import numpy as np

    from workbench.vectors.ordering import clustered_order
    from workbench.vectors.similarity import similarity

    some = vectors.take(np.array(rows, dtype=np.int64))
    cells = similarity(some, some, measure)
    watch.at(0.5)
    beside = cells[~np.eye(len(rows), dtype=bool)]
    known = beside[np.isfinite(beside)]
    closeness = cells if measure.higher_is_closer else -cells
    order = clustered_order(closeness) if len(rows) > 1 else np.arange(len(rows))
    kept = array("f")
    kept.frombytes(np.ascontiguousarray(cells, dtype=np.float32).tobytes())
    return Matrix(
        rows,
        measure,
        kept,
        float(known.min()) if len(known) else math.nan,
        float(known.max()) if len(known) else math.nan,
        tuple(order.tolist()),
    )


async def shaded(found: Matrix, order: Sequence[int]) -> bytes:
    """The matrix as a picture: a byte for each cell, rows and columns in that order of places. 1 is farthest, 255 closest, 0 cannot be
    compared. The diagonal may be closer than all else; it is 255 then.
    """
    return await reckoned(lambda watch: _shaded(found, tuple(order)))


def _shaded(found: Matrix, order: tuple[int, ...]) -> bytes:
    import numpy as np

    cells = np.frombuffer(found.cells, dtype=np.float32).reshape(len(found.rows), -1)
    places = np.array(order, dtype=np.int64)
    cells = cells[np.ix_(places, places)]
    span = found.most - found.least
    share = (cells - np.float32(found.least)) / np.float32(span) if span > 0 else np.ones_like(cells)
    if not found.measure.higher_is_closer:
        share = 1 - share
    with np.errstate(invalid="ignore"):
        shades = np.where(np.isnan(cells), 0, 1 + np.rint(np.clip(share, 0, 1) * 254))
    return shades.astype(np.uint8).tobytes()
