"""Vectors of texts, so that none is paid for twice: in a file of their own, which may be deleted; models are asked again then."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.storage.database import Database
from workbench.storage.migrations import Migration

MAX_BYTES = 4 * 1024**3
KEEP_S = 24 * 3600.0
"""What has been used since then stays, however large the file: somebody works with it."""
_AT_ONCE = 10_000
"""Keys of one query; SQLite takes 32,766."""
_STALE_S = 3600.0
"""A use is written down if the last one was longer ago."""
_ROOM = 0.9
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class VectorCache:
    """Opened when it is first used. A key is made of everything that decides a vector, which is float32, the lowest byte first.

    Beyond max_bytes the vectors go that were not used for the longest time. Several processes may have it open. A file that is
    damaged is made anew. Methods raise StorageFailed.
    """

    def __init__(
        self, path: Path, *, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._database: Database | None = None
        self._opening = asyncio.Lock()
        self._max_bytes = max_bytes
        self._clock = clock

    async def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """For each key its vector, None where it has none."""

        def work(connection: sqlite3.Connection) -> tuple[list[bytes | None], list[bytes]]:
            now = self._clock()
            found: dict[bytes, bytes] = {}
            stale: list[bytes] = []
            for some in _some(keys):
                rows = connection.execute(
                    f"SELECT key, used, vector FROM places JOIN vectors USING (id) WHERE key IN ({_marks(some)})",
                    some,
                )
                for key, used, vector in rows:
                    found[key] = vector
                    if used < now - _STALE_S:
                        stale.append(key)
            return [found.get(key) for key in keys], stale

        vectors, stale = await (await self._opened()).read(work)
        if stale:
            await self._used(stale)
        return vectors

    async def has(self, keys: Sequence[bytes]) -> list[bool]:
        """Whether each key has a vector; none is read."""

        def work(connection: sqlite3.Connection) -> list[bool]:
            found: set[bytes] = set()
            for some in _some(keys):
                rows = connection.execute(f"SELECT key FROM places WHERE key IN ({_marks(some)})", some)
                found.update(key for (key,) in rows)
            return [key in found for key in keys]

        return await (await self._opened()).read(work)

    async def put(self, vectors: Mapping[bytes, bytes]) -> None:
        """Keep them; what has its key already stays as it is."""

        def work(connection: sqlite3.Connection) -> None:
            now = self._clock()
            known: set[bytes] = set()
            for some in _some(tuple(vectors)):
                rows = connection.execute(f"SELECT key FROM places WHERE key IN ({_marks(some)})", some)
                known.update(key for (key,) in rows)
            new = [(key, vector) for key, vector in vectors.items() if key not in known]
            first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM vectors").fetchone()[0]
            connection.executemany(
                "INSERT INTO vectors (id, vector) VALUES (?, ?)",
                [(place, vector) for place, (_, vector) in enumerate(new, start=first)],
            )
            connection.executemany(
                "INSERT INTO places (key, id, used) VALUES (?, ?, ?)",
                [(key, place, now) for place, (key, _) in enumerate(new, start=first)],
            )
            self._make_room(connection, now)

        await (await self._opened()).write(work)

    async def size(self) -> int:
        """Bytes on disk that vectors take."""
        return await (await self._opened()).read(_size)

    async def clear(self) -> None:
        """Forget all, and give the room back."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM places")
            connection.execute("DELETE FROM vectors")

        await (await self._opened()).write(work)
        await (await self._opened()).read(lambda connection: connection.execute("VACUUM"))

    async def aclose(self) -> None:
        if self._database is not None:
            await self._database.aclose()

    async def _opened(self) -> Database:
        async with self._opening:
            if self._database is None:
                self._database = await _open(self._path)
            return self._database

    async def _used(self, keys: Sequence[bytes]) -> None:
        now = self._clock()

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany("UPDATE places SET used = ? WHERE key = ?", [(now, key) for key in keys])

        await (await self._opened()).write(work)

    def _make_room(self, connection: sqlite3.Connection, now: float) -> None:
        size = _size(connection)
        if size <= self._max_bytes:
            return
        (count,) = connection.execute("SELECT count(*) FROM places").fetchone()
        many = max(1, round(count * (1 - _ROOM * self._max_bytes / size)))
        gone = connection.execute(
            "SELECT key, id FROM places WHERE used < ? ORDER BY used LIMIT ?", (now - KEEP_S, many)
        ).fetchall()
        connection.executemany("DELETE FROM places WHERE key = ?", [(row["key"],) for row in gone])
        connection.executemany("DELETE FROM vectors WHERE id = ?", [(row["id"],) for row in gone])


async def _open(path: Path) -> Database:
    try:
        return await Database.open(path, migrations=VECTOR_MIGRATIONS)
    except StorageFailed as error:
        if not _is_damaged(error):
            raise
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return await Database.open(path, migrations=VECTOR_MIGRATIONS)


def _size(connection: sqlite3.Connection) -> int:
    pages, free, each = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * each


def _some(keys: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
    left = iter(keys)
    while some := tuple(islice(left, _AT_ONCE)):
        yield some


def _marks(keys: Sequence[bytes]) -> str:
    return ",".join("?" * len(keys))


def _is_damaged(error: StorageFailed) -> bool:
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", 0) or 0
    return isinstance(cause, sqlite3.Error) and code & 0xFF in _DAMAGED


def vectors(connection: sqlite3.Connection) -> None:
    """Keys lie apart from the vectors, so that they are found without reading those."""
    connection.execute("CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
    connection.execute(
        "CREATE TABLE places (key BLOB PRIMARY KEY, id INTEGER NOT NULL, used REAL NOT NULL) WITHOUT ROWID"
    )


VECTOR_MIGRATIONS: tuple[Migration, ...] = (vectors,)
