"""What is not over belongs to one window, which alone works at it; what a window that is gone left open can be adopted."""

from __future__ import annotations

import sqlite3
from typing import Generic, TypeVar

import msgspec

from workbench.storage.database import Database
from workbench.storage.rows import listed

T = TypeVar("T")


class OpenRows:
    """Those of a table with the column `owner`. condition: true of open ones, word for word as in the index that finds them."""

    def __init__(self, database: Database, table: str, condition: str = "open") -> None:
        self._database = database
        self._owners = f"SELECT DISTINCT owner FROM {table} WHERE {condition}"

    async def left_behind(self) -> bool:
        """Whether windows that are gone left some."""
        return bool(await self._database.read(self.gone))

    def gone(self, connection: sqlite3.Connection) -> list[str]:
        """Owners of open rows that are not alive."""
        owners = [row["owner"] for row in connection.execute(self._owners)]
        return [owner for owner in owners if not self._database.owner_lives(owner)]

    def is_elsewhere(self, owner: str) -> bool:
        """Another living window is at what has this owner."""
        return owner != self._database.owner and self._database.owner_lives(owner)


class OpenDocuments(Generic[T]):
    """A table of documents of one kind, with the columns `id`, `document`, `open` and `owner`.

    Everything is stored when a call returns. Raises StorageFailed.
    """

    def __init__(self, database: Database, table: str, kind: type[T]) -> None:
        self._database = database
        self._table = table
        self._rows = OpenRows(database, table)
        self._decoder = msgspec.json.Decoder(kind)

    async def get(self, id: str) -> T | None:
        def work(connection: sqlite3.Connection) -> T | None:
            row = connection.execute(f"SELECT * FROM {self._table} WHERE id = ?", (id,)).fetchone()
            return self._read(row) if row else None

        return await self._database.read(work)

    async def is_elsewhere(self, id: str) -> bool:
        """Another living window is at it."""

        def work(connection: sqlite3.Connection) -> bool:
            row = connection.execute(
                f"SELECT owner FROM {self._table} WHERE id = ? AND open", (id,)
            ).fetchone()
            return row is not None and self._rows.is_elsewhere(row["owner"])

        return await self._database.read(work)

    async def left_behind(self) -> bool:
        """Whether windows that are gone left some open."""
        return await self._rows.left_behind()

    async def adopt(self) -> list[T]:
        """Take over what windows that are gone left open, the oldest first."""
        if not await self._rows.left_behind():
            return []

        def work(connection: sqlite3.Connection) -> list[T]:
            rows = connection.execute(
                f"""UPDATE {self._table} SET owner = ? WHERE open
                    AND owner IN (SELECT value FROM json_each(?)) RETURNING *""",
                (self._database.owner, listed(self._rows.gone(connection))),
            ).fetchall()
            return [self._read(row) for row in sorted(rows, key=lambda row: row["id"])]

        return await self._database.write(work)

    async def release(self) -> None:
        """Leave this window's open ones to whoever comes next."""
        await self._database.write(
            lambda connection: connection.execute(
                f"UPDATE {self._table} SET owner = '' WHERE open AND owner = ?", (self._database.owner,)
            )
        )

    def _read(self, row: sqlite3.Row) -> T:
        return self._decoder.decode(row["document"])
