"""Batches of recordings: what is to be heard, and how far it has come."""

from __future__ import annotations

import sqlite3

import msgspec

from workbench.domain.speech.batches import SpeechBatch
from workbench.storage.database import Database


class SpeechBatchStore:
    """A batch that is not over belongs to one window; those of a window that died can be adopted.

    Everything is stored when a call returns. Raises StorageFailed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, batch: SpeechBatch) -> None:
        """As it is now, and this window's. One that was removed meanwhile comes back only where something of it is open."""
        is_open = not batch.state.over
        row = (batch.id, msgspec.json.encode(batch), is_open, self._database.owner if is_open else "")

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO speech_batches VALUES (?, ?, ?, ?)", row)

        await self._database.write(work)

    async def get(self, batch_id: str) -> SpeechBatch | None:
        def work(connection: sqlite3.Connection) -> SpeechBatch | None:
            row = connection.execute("SELECT * FROM speech_batches WHERE id = ?", (batch_id,)).fetchone()
            return _batch(row) if row else None

        return await self._database.read(work)

    async def all(self, limit: int, before: str = "") -> list[SpeechBatch]:
        """The newest first; before: the id of the last one that is known already."""

        def work(connection: sqlite3.Connection) -> list[SpeechBatch]:
            rows = connection.execute(
                "SELECT * FROM speech_batches WHERE :before = '' OR id < :before ORDER BY id DESC LIMIT :limit",
                {"before": before, "limit": limit},
            )
            return [_batch(row) for row in rows]

        return await self._database.read(work)

    async def delete(self, batch_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM speech_batches WHERE id = ?", (batch_id,))
        )

    async def is_elsewhere(self, batch_id: str) -> bool:
        """Another living window is at it."""

        def work(connection: sqlite3.Connection) -> bool:
            row = connection.execute(
                "SELECT owner FROM speech_batches WHERE id = ? AND open", (batch_id,)
            ).fetchone()
            return (
                row is not None
                and row["owner"] not in ("", self._database.owner)
                and self._database.owner_lives(row["owner"])
            )

        return await self._database.read(work)

    async def left_behind(self) -> bool:
        """Whether windows that are gone left batches open."""
        return bool(await self._database.read(self._left_behind))

    async def adopt(self) -> list[SpeechBatch]:
        """Take over what windows that are gone left open."""
        if not await self._database.read(self._left_behind):
            return []

        def work(connection: sqlite3.Connection) -> list[SpeechBatch]:
            gone = msgspec.json.encode(self._left_behind(connection)).decode()
            rows = connection.execute(
                """UPDATE speech_batches SET owner = ? WHERE open
                   AND owner IN (SELECT value FROM json_each(?)) RETURNING *""",
                (self._database.owner, gone),
            ).fetchall()
            return sorted(map(_batch, rows), key=lambda batch: batch.id)

        return await self._database.write(work)

    async def release(self) -> None:
        """Leave this window's open batches to whoever comes next."""
        await self._database.write(
            lambda connection: connection.execute(
                "UPDATE speech_batches SET owner = '' WHERE open AND owner = ?", (self._database.owner,)
            )
        )

    def _left_behind(self, connection: sqlite3.Connection) -> list[str]:
        rows = connection.execute("SELECT DISTINCT owner FROM speech_batches WHERE open").fetchall()
        return [row["owner"] for row in rows if not self._database.owner_lives(row["owner"])]


def _batch(row: sqlite3.Row) -> SpeechBatch:
    return _BATCH.decode(row["document"])


_BATCH = msgspec.json.Decoder(SpeechBatch)
