"""Vectors that were brought along: each set of them in a file of its own, told of in the database."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from workbench.domain.embeddings.own import OwnVectors
from workbench.domain.errors import StorageFailed
from workbench.storage.database import Database
from workbench.storage.disk import whole_file

_YOUNG_S = 3600.0
Write = Callable[[BinaryIO], None]


class OwnVectorStore:
    """A file holds float32, the lowest byte first, row after row; a row of NaN has no vector. Raises StorageFailed."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def path(self, own_id: str) -> Path:
        return self._folder / f"{own_id}.f32"

    async def put(self, own: OwnVectors, write: Write) -> None:
        """write: puts the numbers into the file. All of it is stored, or nothing."""
        path = self.path(own.id)
        await asyncio.to_thread(_save, path, own.name, write)
        row = (own.id, own.text_set_id, own.name, own.dimensions, own.rows, own.created_at)
        try:
            await self._database.write(
                lambda connection: connection.execute(
                    "INSERT INTO own_vectors VALUES (?, ?, ?, ?, ?, ?)", row
                )
            )
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    async def of(self, set_id: str) -> list[OwnVectors]:
        """The oldest first."""

        def work(connection: sqlite3.Connection) -> list[OwnVectors]:
            found = connection.execute(
                "SELECT * FROM own_vectors WHERE text_set_id = ? ORDER BY id", (set_id,)
            )
            return [OwnVectors(*row) for row in found]

        return await self._database.read(work)

    async def delete(self, own_id: str) -> None:
        await self._database.write(
            lambda connection: connection.execute("DELETE FROM own_vectors WHERE id = ?", (own_id,))
        )
        await asyncio.to_thread(self.path(own_id).unlink, missing_ok=True)

    async def tidy(self) -> None:
        """Remove files that nothing tells of: of sets that were deleted, or of a crash."""

        def work(connection: sqlite3.Connection) -> set[str]:
            return {row["id"] for row in connection.execute("SELECT id FROM own_vectors")}

        known = await self._database.read(work)
        await asyncio.to_thread(_remove, self._folder, known)


def _remove(folder: Path, known: set[str]) -> None:
    """What is young may be about to be told of by another window."""
    for path in folder.glob("*.f32"):
        with suppress(OSError):
            if path.stem not in known and time.time() - path.stat().st_mtime > _YOUNG_S:
                path.unlink()


def _save(path: Path, name: str, write: Write) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageFailed(f"“{name}” could not be stored.", why=error.strerror or str(error)) from error
    with whole_file(path, f"“{name}” could not be stored.") as file:
        write(file)
