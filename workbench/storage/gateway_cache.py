"""Answers the gateway may give again, in a file of their own, bounded in bytes; the oldest go first.

Beside them lies what the gateway has counted and must not forget when it is started again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbench.storage.database import Database
from workbench.storage.migrations import Migration

MAX_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 50_000
_OVERHEAD = 512
"""What a row and its place in the index cost beside the answer."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """key: 32 bytes. gateway, provider: whose change drops it. Times in Unix seconds. streamed: it came as a stream.

    tokens: in, out and cached, as the provider counted them for the answer that is kept.
    """

    key: bytes
    gateway: str
    provider: str
    created_at: float
    expires_at: float
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    streamed: bool = False
    tokens: tuple[int | None, int | None, int | None] = (None, None, None)

    @property
    def size(self) -> int:
        return len(self.body) + _OVERHEAD


@dataclass(slots=True)
class _Place:
    """stored: on disk by now; room is held for it before."""

    gateway: str
    provider: str
    expires_at: float
    size: int
    stored: bool


class GatewayCache:
    """Open with `GatewayCache.open`; one process uses a file at a time. Methods raise StorageFailed.

    Which keys there are is known without asking the file, so a miss costs nothing. Reads have a connection and a thread
    of their own: they wait for no writer (WAL).
    """

    def __init__(
        self, reader: Database, writer: Database, index: dict[bytes, _Place], max_bytes: int
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._index = index
        self._max_bytes = max_bytes
        self._bytes = sum(place.size for place in index.values())

    @classmethod
    async def open(
        cls, path: Path, *, max_bytes: int = MAX_BYTES, clock: Callable[[], float] = time.time
    ) -> GatewayCache:
        """What has expired meanwhile is forgotten."""
        writer = await Database.open(path, migrations=CACHE_MIGRATIONS)
        try:
            now = clock()
            index = await writer.write(lambda connection: _load(connection, now))
            reader = await Database.open(path, migrations=CACHE_MIGRATIONS)
        except BaseException:
            await writer.aclose()
            raise
        return cls(reader, writer, index, max_bytes)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def size(self) -> int:
        return self._bytes

    def has(self, key: bytes, now: float) -> bool:
        place = self._index.get(key)
        return place is not None and place.stored and place.expires_at > now

    async def get(self, key: bytes, now: float) -> CachedAnswer | None:
        if not self.has(key, now):
            return None
        return await self._reader.read(lambda connection: _read(connection, key))

    async def put(self, answer: CachedAnswer) -> None:
        """Keep it in place of what has its key, and let the oldest go where there is no room. Found once it is stored."""
        if answer.size > self._max_bytes:
            return
        self._remove(answer.key)
        place = _Place(answer.gateway, answer.provider, answer.expires_at, answer.size, stored=False)
        self._index[answer.key] = place
        self._bytes += answer.size
        gone = self._make_room()

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM answers WHERE key = ?", [(key,) for key in gone])
            _write(connection, answer)

        try:
            await self._writer.write(work)
        except BaseException:
            if self._index.get(answer.key) is place:
                self._remove(answer.key)
            raise
        place.stored = True

    def forget(self, *, gateway: str | None = None, provider: str | None = None) -> list[bytes]:
        """The keys of a gateway, of a provider, or of both at once (None: of any), which are found no more.

        Hand them to `delete`, so that they are not found at the next start either.
        """
        gone = [
            key
            for key, place in self._index.items()
            if gateway in (None, place.gateway) and provider in (None, place.provider)
        ]
        for key in gone:
            self._remove(key)
        return gone

    async def delete(self, keys: Sequence[bytes]) -> None:
        rows = [(key,) for key in keys]
        await self._writer.write(
            lambda connection: connection.executemany("DELETE FROM answers WHERE key = ?", rows)
        )

    async def counted(self) -> bytes:
        """What `keep_counted` kept last, b"" if nothing."""

        def work(connection: sqlite3.Connection) -> bytes:
            row = connection.execute("SELECT packed FROM counted").fetchone()
            return bytes(row["packed"]) if row is not None else b""

        return await self._reader.read(work)

    async def keep_counted(self, packed: bytes) -> None:
        await self._writer.write(
            lambda connection: connection.execute("INSERT OR REPLACE INTO counted VALUES (0, ?)", (packed,))
        )

    async def aclose(self) -> None:
        await self._reader.aclose()
        await self._writer.aclose()

    def _make_room(self) -> list[bytes]:
        gone = []
        while self._bytes > self._max_bytes or len(self._index) > MAX_ENTRIES:
            oldest = next(iter(self._index))
            self._remove(oldest)
            gone.append(oldest)
        return gone

    def _remove(self, key: bytes) -> None:
        place = self._index.pop(key, None)
        if place is not None:
            self._bytes -= place.size


def _load(connection: sqlite3.Connection, now: float) -> dict[bytes, _Place]:
    connection.execute("DELETE FROM answers WHERE expires_at <= ?", (now,))
    rows: Iterable[sqlite3.Row] = connection.execute(
        "SELECT key, gateway, provider, expires_at, length(body) AS weight FROM answers ORDER BY position"
    )
    return {
        row["key"]: _Place(
            row["gateway"], row["provider"], row["expires_at"], row["weight"] + _OVERHEAD, stored=True
        )
        for row in rows
    }


def _write(connection: sqlite3.Connection, answer: CachedAnswer) -> None:
    head = msgspec.msgpack.encode((answer.status, answer.headers, answer.streamed, answer.tokens))
    connection.execute("DELETE FROM answers WHERE key = ?", (answer.key,))
    connection.execute(
        "INSERT INTO answers (key, gateway, provider, created_at, expires_at, head, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            answer.key,
            answer.gateway,
            answer.provider,
            answer.created_at,
            answer.expires_at,
            head,
            answer.body,
        ),
    )


_Head = tuple[int, tuple[tuple[bytes, bytes], ...], bool, tuple[int | None, int | None, int | None]]


def _read(connection: sqlite3.Connection, key: bytes) -> CachedAnswer | None:
    row = connection.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()
    if row is None:
        return None
    status, headers, streamed, tokens = msgspec.msgpack.decode(row["head"], type=_Head)
    return CachedAnswer(
        key=row["key"],
        gateway=row["gateway"],
        provider=row["provider"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        status=status,
        headers=headers,
        body=row["body"],
        streamed=streamed,
        tokens=tokens,
    )


def answers(connection: sqlite3.Connection) -> None:
    connection.execute(
        """CREATE TABLE answers (
            position INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, gateway TEXT NOT NULL, provider TEXT NOT NULL,
            created_at REAL NOT NULL, expires_at REAL NOT NULL, head BLOB NOT NULL, body BLOB NOT NULL)"""
    )


def counted(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE counted (only INTEGER PRIMARY KEY, packed BLOB NOT NULL)")


CACHE_MIGRATIONS: tuple[Migration, ...] = (answers, counted)
