"""Batches of recordings: what is to be heard, and how far it has come."""

from __future__ import annotations

import sqlite3

import msgspec

from workbench.domain.speech.batches import SpeechBatch
from workbench.storage.database import Database
from workbench.storage.open_rows import OpenDocuments
from workbench.storage.rows import newest


class SpeechBatchStore(OpenDocuments[SpeechBatch]):
    """A batch that is not over belongs to one window; those of a window that died can be adopted.

    Everything is stored when a call returns. Raises StorageFailed.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database, "speech_batches", SpeechBatch)

    async def put(self, batch: SpeechBatch) -> None:
        """As it is now, and this window's. One that was removed meanwhile comes back only where something of it is open."""
        is_open = not batch.state.over
        row = (batch.id, msgspec.json.encode(batch), is_open, self._database.owner if is_open else "")

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO speech_batches VALUES (?, ?, ?, ?)", row)

        await self._database.write(work)

    async def all(self, limit: int, before: str = "") -> list[SpeechBatch]:
        """The newest first; before: the id of the last one that is known already."""
        return await self._database.read(
            lambda connection: list(map(self._read, newest(connection, "speech_batches", limit, before)))
        )

    async def delete(self, batch_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM speech_batches WHERE id = ?", (batch_id,))
        )
