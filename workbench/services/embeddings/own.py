"""Vectors that were brought along, kept beside those that models made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO

from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.ids import new_id
from workbench.storage.own_vectors import OwnVectorStore

if TYPE_CHECKING:
    from workbench.vectors.matrix import Vectors


class Own:
    """Raises StorageFailed."""

    def __init__(self, store: OwnVectorStore, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    async def of(self, set_id: str) -> Sequence[OwnVectors]:
        """The oldest first."""
        return await self._store.of(set_id)

    async def add(self, text_set_id: str, name: str, vectors: Vectors) -> OwnVectors:
        """vectors: one row for each of the set's. Raises InvalidInput where none of them can be compared."""
        rows = int(vectors.valid.sum())
        if not rows:
            raise InvalidInput(
                f"“{name}” has no vector that can be compared.",
                field="file",
                why="Every row is empty, zero or not a number.",
                fix="Choose another file.",
            )
        own = OwnVectors(new_id(), text_set_id, name, vectors.dimensions, rows, self._clock())

        def write(file: BinaryIO) -> None:
            from workbench.vectors.npy import write_values

            write_values(file, vectors)

        await self._store.put(own, write)
        return own

    async def read(self, own: OwnVectors) -> Vectors:
        def work() -> Vectors:
            from workbench.vectors.npy import read_values

            try:
                with self._store.path(own.id).open("rb") as file:
                    return read_values(file, own.dimensions)
            except OSError as error:
                raise StorageFailed(
                    f"“{own.name}” cannot be read.",
                    why=error.strerror or str(error),
                    fix="Load the vectors again from the file they came from.",
                ) from error

        return await asyncio.to_thread(work)

    async def delete(self, own_id: str) -> None:
        await self._store.delete(own_id)

    async def tidy(self) -> None:
        await self._store.tidy()
