"""Thumbnails in a file of their own. It holds nothing that cannot be made again: delete it at any time."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from workbench.domain.errors import StorageFailed
from workbench.storage.database import Database, Work
from workbench.storage.migrations import Migration
from workbench.storage.rows import listed

T = TypeVar("T")

MOST_BYTES = 1024 * 1024 * 1024
"""Some 70,000 thumbnails; the oldest go first."""
_MOST_TRIES = 3
"""To open the file in one run: a disk that does not want it is not asked for each thumbnail."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_log = logging.getLogger(__name__)


class ImageThumbnails:
    """Opened when first used. Never raises for the disk: what cannot be read is not there, what cannot be kept is not kept.

    A damaged file is thrown away and begun anew.
    """

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._most_bytes = most_bytes
        self._database: Database | None = None
        self._opening = asyncio.Lock()
        self._failures = 0
        self._closed = False

    async def get(self, digest: str, side: int) -> bytes | None:
        return (await self.many((digest,), side)).get(digest)

    async def many(self, digests: Sequence[str], side: int) -> dict[str, bytes]:
        """Those that are there, in one go."""

        def work(connection: sqlite3.Connection) -> dict[str, bytes]:
            rows = connection.execute(
                """SELECT digest, picture FROM json_each(?) AS wanted
                JOIN thumbnails ON digest = wanted.value AND side = ?""",
                (listed(digests), side),
            )
            return {row[0]: row[1] for row in rows}

        return await self._told(work, writing=False) or {}

    async def put(self, digest: str, side: int, picture: bytes) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM thumbnails WHERE digest = ? AND side = ?", (digest, side))
            connection.execute(
                "INSERT INTO thumbnails (digest, side, size, picture) VALUES (?, ?, ?, ?)",
                (digest, side, len(picture), picture),
            )
            _make_room(connection, self._most_bytes)

        await self._told(work, writing=True)

    async def drop(self, digests: Iterable[str]) -> None:
        """Of every size."""
        rows = [(digest,) for digest in digests]
        await self._told(
            lambda connection: connection.executemany("DELETE FROM thumbnails WHERE digest = ?", rows),
            writing=True,
        )

    async def aclose(self) -> None:
        async with self._opening:
            self._closed = True
            if self._database is not None:
                await self._database.aclose()
                self._database = None

    async def _told(self, work: Work[T], *, writing: bool) -> T | None:
        database: Database | None = None
        try:
            database = await self._open()
            if database is None:
                return None
            return await (database.write(work) if writing else database.read(work))
        except StorageFailed as error:
            _log.warning("Thumbnails: %s %s", error.what, error.why)
            if database is not None and _is_damage(error):
                await self._throw_away(database)
        except RuntimeError:  # closed meanwhile
            if not self._closed:
                raise
        return None

    async def _open(self) -> Database | None:
        async with self._opening:
            while self._database is None and not self._closed and self._failures < _MOST_TRIES:
                try:
                    self._database = await Database.open(
                        self._path, migrations=THUMBNAIL_MIGRATIONS, keep_copy=False
                    )
                except StorageFailed as error:
                    self._failures += 1
                    if not _is_damage(error):
                        raise
                    await asyncio.to_thread(self._remove)
            return self._database

    async def _throw_away(self, damaged: Database) -> None:
        async with self._opening:
            if self._database is damaged:  # else another call has done it
                self._database = None
                await damaged.aclose()
                await asyncio.to_thread(self._remove)

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            with suppress(OSError):
                self._path.with_name(f"{self._path.name}{ending}").unlink(missing_ok=True)


def _make_room(connection: sqlite3.Connection, most_bytes: int) -> None:
    """A tenth at a time, so that it is seldom done. What is counted is kept by triggers: a sum would read the whole file."""
    if connection.execute("SELECT bytes FROM held").fetchone()[0] <= most_bytes:
        return
    room, keys = most_bytes // 10, []
    for key, size in connection.execute("SELECT key, size FROM thumbnails ORDER BY key"):
        keys.append((key,))
        room -= size
        if room <= 0:
            break
    connection.executemany("DELETE FROM thumbnails WHERE key = ?", keys)


def _is_damage(error: StorageFailed) -> bool:
    code = getattr(error.__cause__, "sqlite_errorcode", 0) or 0
    return code & 0xFF in _DAMAGED


def thumbnails(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE thumbnails (
            key INTEGER PRIMARY KEY, digest TEXT NOT NULL, side INTEGER NOT NULL, size INTEGER NOT NULL,
            picture BLOB NOT NULL, UNIQUE (digest, side))"""
    )
    connection.execute("CREATE TABLE held (bytes INTEGER NOT NULL)")
    connection.execute("INSERT INTO held VALUES (0)")
    connection.execute(
        "CREATE TRIGGER thumbnail_added AFTER INSERT ON thumbnails BEGIN UPDATE held SET bytes = bytes + new.size; END"
    )
    connection.execute(
        "CREATE TRIGGER thumbnail_gone AFTER DELETE ON thumbnails BEGIN UPDATE held SET bytes = bytes - old.size; END"
    )


THUMBNAIL_MIGRATIONS: tuple[Migration, ...] = (thumbnails,)
