"""Who is nearest to a row, or to something that somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.domain.embeddings.likeness import Neighbour, Neighbours
from workbench.domain.embeddings.measures import Measure
from workbench.domain.errors import InvalidInput
from workbench.services.embeddings.embedding import Embedding
from workbench.services.embeddings.reckoning import reckoned
from workbench.services.embeddings.study import Column

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors
    from workbench.vectors.watch import Watch


async def of_row(key: str, vectors: Vectors, row: int, k: int, measure: Measure) -> Neighbours:
    """The k rows that are closest to one, itself left out; none where it cannot be compared."""

    def work(watch: Watch) -> Neighbours:
        import numpy as np

        one = vectors.take(np.array([row], dtype=np.int64))
        found = _nearest(one, vectors, k + 1, measure, watch)
        return Neighbours(key, tuple(each for each in found if each.row != row)[:k])

    return await reckoned(work)


async def of_query(column: Column, vectors: Vectors, query: Vectors, k: int, measure: Measure) -> Neighbours:
    """query: one row, see `query_vector`."""
    return await reckoned(
        lambda watch: Neighbours(column.key, tuple(_nearest(query, vectors, k, measure, watch)))
    )


async def query_vector(calls: Embedding, column: Column, text: str) -> Vectors:
    """What a column's model makes of a query; kept as any other text's, so that asking again costs nothing.

    Raises InvalidInput for vectors that were brought along, of which nobody knows who makes more, RequestFailed, StorageFailed.
    """
    if column.run is None:
        raise InvalidInput(
            f"Nothing can be asked of “{column.choice.model}”.",
            why="These vectors came from a file: which model makes more like them is not known.",
            fix="Choose a row instead.",
        )
    choice = column.choice
    asking = await calls.asking(
        column.run.target, replace(choice, options=replace(choice.options, query=True))
    )
    found = await calls.vectors(asking, [text], column.run.id)

    def work(watch: Watch) -> Vectors:
        from workbench.vectors.matrix import read

        return read(found)

    return await reckoned(work)


def _nearest(
    queries: Vectors, vectors: Vectors, k: int, measure: Measure, watch: Watch
) -> Sequence[Neighbour]:
    from workbench.vectors.nearest import nearest

    found = nearest(queries, vectors, k, measure, watch=watch)
    pairs = zip(found.rows[0].tolist(), found.scores[0].tolist(), strict=True)
    return [Neighbour(row, score) for row, score in pairs if row >= 0]
