"""What a model's vectors lose with fewer dimensions and fewer bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.domain.embeddings.compression import Compression, SmallerForm, Storing
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.reckoning import Progress, reckoned

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch

MOST_ROWS, MOST_QUERIES = 20_000, 500
"""Of more, so many are drawn by lot: what is told hardly changes, and memory stays free."""
_LEAST_ROWS = 10
_LEAST_DIMENSIONS, _MOST_SIZES = 16, 5


def sizes_of(dimensions: int) -> tuple[int, ...]:
    """All, and by halves ever fewer, as models that can be cut are trained."""
    sizes = [dimensions]
    while len(sizes) < _MOST_SIZES and sizes[-1] // 2 >= _LEAST_DIMENSIONS:
        sizes.append(sizes[-1] // 2)
    return tuple(sizes)


async def compression(
    key: str,
    vectors: Vectors,
    k: int,
    progress: Progress | None = None,
    *,
    rescored: int = 1,
    seed: int = 0,
) -> Compression:
    """By cosine. Some rows ask the others, so that none finds itself. rescored: so many times k are found by the small vectors, and the
    best k of them chosen by the whole ones. Raises InvalidInput for fewer than ten rows with a vector.
    """
    return await reckoned(lambda watch: _compression(key, vectors, k, rescored, seed, watch), progress)


def _compression(key: str, vectors: Vectors, k: int, rescored: int, seed: int, watch: Watch) -> Compression:
    import numpy as np

    from workbench.vectors.compression import Coding, recall_curve

    members = np.flatnonzero(vectors.valid)
    if len(members) < _LEAST_ROWS:
        raise InvalidInput(
            "There are too few rows.",
            why=f"{len(members)} have a vector; it takes {_LEAST_ROWS} to tell what is lost.",
            fix="Choose a larger set.",
        )
    drawn = np.random.default_rng(seed).permutation(members)[: MOST_ROWS + MOST_QUERIES]
    many = min(MOST_QUERIES, max(len(drawn) // 5, 1))
    asking, asked = np.sort(drawn[:many]), np.sort(drawn[many:])
    k = min(k, len(asked))
    found = recall_curve(
        vectors.take(asking),
        vectors.take(asked),
        sizes_of(vectors.dimensions),
        tuple(Coding),
        k,
        rescored=min(rescored, len(asked) // k),
        watch=watch,
    )
    forms = tuple(
        SmallerForm(each.dimensions, Storing(each.coding.value), each.bytes_per_row, each.recall)
        for each in found
    )
    return Compression(key, k, len(asking), len(asked), len(members), forms)
