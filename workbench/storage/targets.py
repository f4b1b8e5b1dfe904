"""Targets, without their secrets."""

from __future__ import annotations

import sqlite3

import msgspec

from workbench.domain.targets import Target
from workbench.storage.database import Database


class TargetStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Target]:
        """In the order the user sees them."""

        def work(connection: sqlite3.Connection) -> list[Target]:
            rows = connection.execute("SELECT document FROM targets ORDER BY position, id")
            return [msgspec.json.decode(row["document"], type=Target) for row in rows]

        return await self._database.read(work)

    async def save(self, target: Target) -> None:
        """Add it, or replace the one with its id."""
        row = (target.id, target.position, msgspec.json.encode(target))
        await self._database.write(
            lambda connection: connection.execute("INSERT OR REPLACE INTO targets VALUES (?, ?, ?)", row)
        )

    async def delete(self, target_id: str) -> None:
        """Also forgets the list of models it once gave. An unknown id is no error."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM targets WHERE id = ?", (target_id,))
            connection.execute("DELETE FROM model_lists WHERE target_id = ?", (target_id,))

        await self._database.write(work)
