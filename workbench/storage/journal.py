"""journal.db: the gateway's rows, their bodies and traces, and the one connection that writes them.

It is apart from the user's own data because it is written hundreds of times a second, and may be lost.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import AttemptRow, CostSource, LogRow
from workbench.domain.routes.trace import Trace
from workbench.storage.database import told
from workbench.storage.migrations import Migration
from workbench.storage.paths import for_owner_only
from workbench.storage.rows import listed
from workbench.storage.upgrades import bring_up_to_date, transaction

FILE = "journal.db"
MAX_BYTES = 1024 * 1024 * 1024
BUSY_MS = 250
"""A writer that waits longer keeps rows waiting; they are tried again anyway."""
EVICTED_AT_ONCE = 500
PAGE_BYTES = 16 * 1024
"""Of a new file. A row has 2 KB and more with its bodies: small pages would be half empty, and each costs two writes."""
CHECKPOINT_BYTES = 16 * 1024 * 1024
"""The write-ahead log may hold so many before they are copied into the file."""
COMPRESSED_FROM = 2048
"""Smaller bodies cost more time to compress than they save room."""

_PLAIN = (
    "id", "created_at", "gateway", "path", "provider", "model", "upstream", "status_code", "success", "cached", "duration_ms",
    "queue_ms", "first_byte_ms", "last_byte_ms", "tokens_in", "tokens_out", "cached_tokens", "tokens_estimated", "cost",
    "event_id", "model_type", "request_type", "request_content_type", "response_content_type", "request_size",
    "response_size", "step", "route", "trace_id", "cache_key", "user_agent", "authentication", "client_gone", "error",
    "feedback", "score",
)  # fmt: skip
COLUMNS = (*_PLAIN, "cost_source", "metadata", "attempts")
"""Of `logs`, called as the fields of LogRow."""
_REALS = {"created_at", "duration_ms", "queue_ms", "first_byte_ms", "last_byte_ms", "cost", "score"}
_INTEGERS = {
    "status_code", "success", "cached", "tokens_in", "tokens_out", "cached_tokens", "tokens_estimated", "request_size",
    "response_size", "step", "authentication", "client_gone", "feedback",
}  # fmt: skip
_FLAGS = ("success", "cached", "tokens_estimated", "authentication", "client_gone")

_NOT_THE_DISK = (
    ValueError, TypeError, OverflowError, sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, sqlite3.DataError,
)  # fmt: skip
_AT_ONCE = (100, 25, 5, 1)
_NO_FLAGS = tuple(name for name in _PLAIN if name not in _FLAGS)
_no_flags = attrgetter(*_NO_FLAGS)
_STORED = (*_NO_FLAGS, *_FLAGS, "cost_source", "metadata", "attempts")
"""The columns in the order of Entry.values."""
# sqlite3 looks for an adapter of every value that is no plain number or text, and finds none by way of an exception, which
# costs more than storing the value does. So these have one, which changes nothing about what is stored.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(type(None), lambda none: none)
_encode = msgspec.json.encode
_ATTEMPTS = msgspec.json.Decoder(tuple[AttemptRow, ...])
_METADATA = msgspec.json.Decoder(dict[str, Any])


class Unstorable(ValueError):
    """One of the rows is not fit to be stored, whatever the disk does: a bug, or an id that is there already."""


class Entry:
    """A row as it is stored. It is made where the row is made: read once more later, out of a processor's cache, the row costs
    twice as much. Raises Unstorable.

    details: the heads and bodies, None where none of them was kept. weight: bytes of the bodies.
    """

    __slots__ = ("details", "gateway", "id", "trace", "values", "weight")

    def __init__(self, row: LogRow, trace: Trace | None = None) -> None:
        request, response = row.request_body, row.response_body
        heads = row.request_head, row.response_head
        self.id = row.id
        self.gateway = row.gateway
        self.values = _values(row)
        bare = request is response is None and heads == (None, None)
        self.details = None if bare else (*heads, request, response)
        self.weight = len(request or b"") + len(response or b"")
        self.trace = trace


def logs(connection: sqlite3.Connection) -> None:
    def column(name: str) -> str:
        return f"{name} {'REAL' if name in _REALS else 'INTEGER' if name in _INTEGERS else 'TEXT'}"

    connection.execute(f"CREATE TABLE logs (key INTEGER PRIMARY KEY, {', '.join(map(column, COLUMNS))})")
    connection.execute("CREATE UNIQUE INDEX logs_by_id ON logs (id)")
    connection.execute("CREATE INDEX logs_in_order ON logs (gateway, created_at)")
    connection.execute("CREATE INDEX logs_failed ON logs (gateway, created_at) WHERE success = 0")
    connection.execute(
        """CREATE TABLE bodies (
            key INTEGER PRIMARY KEY, request_head TEXT, response_head TEXT, request_body BLOB, response_body BLOB)"""
    )
    connection.execute(
        "CREATE TABLE traces (key INTEGER PRIMARY KEY, id TEXT NOT NULL, packed BLOB NOT NULL)"
    )
    connection.execute("CREATE UNIQUE INDEX traces_by_id ON traces (id)")
    # Counted as they come and go: nobody has to count a hundred thousand rows to know that there are as many.
    connection.execute("CREATE TABLE counts (gateway TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID")


JOURNAL_MIGRATIONS: tuple[Migration, ...] = (logs,)


class JournalFile:
    """The writing side; used from one thread at a time. Every method raises StorageFailed.

    settings_of: how many rows a gateway keeps, and what happens beyond. max_bytes: of all of it, indexes included.
    """

    def __init__(
        self, path: Path, settings_of: Callable[[str], GatewaySettings | None], max_bytes: int = MAX_BYTES
    ) -> None:
        self.path = path
        self._settings_of = settings_of
        self._max_bytes = max_bytes
        self._connection = _opened(path)
        with told(path):
            (last,) = self._connection.execute("SELECT max(key) FROM logs").fetchone()
        self._next_key = (last or 0) + 1

    def add(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """Store them in one transaction; returns the gateways that are full and take no more. Raises Unstorable."""
        with told(self.path), transaction(self._connection):
            try:
                full = self._insert(entries)
            except _NOT_THE_DISK as error:
                raise Unstorable(f"{type(error).__name__}: {error}") from error
            self._evict({entry.gateway for entry in entries})
        return full

    def evict(self) -> bool:
        """Remove what is over the limits, the oldest first and not much at once; False when nothing is left to do."""
        with told(self.path), transaction(self._connection):
            gateways = [name for (name,) in self._connection.execute("SELECT gateway FROM counts")]
            return self._evict(gateways)

    def close(self) -> None:
        self._connection.close()

    def _insert(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        room = {gateway: self._room(gateway) for gateway in {entry.gateway for entry in entries}}
        kept: Counter[str] = Counter()
        rows: list[Any] = []  # the values of all of them, one behind the other
        bodies: list[Any] = []
        traces: list[Any] = []
        key = self._next_key
        for entry in entries:
            gateway, trace = entry.gateway, entry.trace
            left = room[gateway]
            if left is not None and kept[gateway] >= left:
                continue
            kept[gateway] += 1
            rows.append(key)
            rows += entry.values
            if entry.details is not None:
                request_head, response_head, request, response = entry.details
                bodies += (key, request_head, response_head, _packed(request), _packed(response))
            if trace is not None:
                traces += (key, trace.id, msgspec.msgpack.encode(trace))
            key += 1
        connection = self._connection
        _insert_all(connection, f"logs (key, {', '.join(_STORED)})", rows, 1 + len(_STORED))
        _insert_all(connection, "bodies", bodies, 5)
        _insert_all(connection, "traces", traces, 3)
        _count(connection, kept)
        self._next_key = key
        return tuple(name for name, left in room.items() if left is not None and kept[name] >= left)

    def _room(self, gateway: str) -> int | None:
        """How many more rows fit in, None for "any number, the oldest make room"."""
        settings = self._settings_of(gateway)
        if settings is None or settings.delete_oldest_logs:
            return None
        return max(0, settings.log_management - rows_of(self._connection, gateway))

    def _evict(self, gateways: Iterable[str]) -> bool:
        left = EVICTED_AT_ONCE
        for gateway in gateways:
            settings = self._settings_of(gateway)
            if settings is not None and settings.delete_oldest_logs and left:
                over = rows_of(self._connection, gateway) - settings.log_management
                left -= self._remove_oldest(min(over, left), gateway) if over > 0 else 0
        if left and self._used() > self._max_bytes:
            left = 0 if self._remove_oldest(left) else left
        return left == 0

    def _remove_oldest(self, count: int, gateway: str | None = None) -> int:
        if gateway is None:
            found = self._connection.execute("SELECT key FROM logs ORDER BY key LIMIT ?", (count,))
        else:
            found = self._connection.execute(
                "SELECT key FROM logs WHERE gateway = ? ORDER BY created_at LIMIT ?", (gateway, count)
            )
        return remove(self._connection, [key for (key,) in found])

    def _used(self) -> int:
        """Bytes of the pages in use: what SQLite would need if it gave back what is free."""
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)


def open_reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot change anything, beside a gateway that writes or without one. Raises StorageFailed."""
    with told(path):
        if not path.exists():
            raise FileNotFoundError(2, "There is no such file", str(path))
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
        connection.row_factory = sqlite3.Row
    return connection


def rows_of(connection: sqlite3.Connection, gateway: str) -> int:
    found = connection.execute("SELECT rows FROM counts WHERE gateway = ?", (gateway,)).fetchone()
    return int(found[0]) if found else 0


def remove(connection: sqlite3.Connection, keys: Sequence[int]) -> int:
    """Take these rows out, with all that belongs to them; how many there were. Inside a transaction."""
    given = (listed(keys),)
    gone = connection.execute(
        "SELECT gateway, count(*) FROM logs WHERE key IN (SELECT value FROM json_each(?)) GROUP BY gateway",
        given,
    ).fetchall()
    for table in ("logs", "bodies", "traces"):
        connection.execute(f"DELETE FROM {table} WHERE key IN (SELECT value FROM json_each(?))", given)
    _count(connection, {gateway: -count for gateway, count in gone})
    return sum(count for _, count in gone)


def row_of(record: sqlite3.Row) -> LogRow:
    """The row as it was added, without heads and bodies."""
    fields = {name: record[name] for name in _PLAIN}
    fields.update((name, bool(fields[name])) for name in _FLAGS)
    return LogRow(
        **fields,
        cost_source=CostSource(record["cost_source"]),
        metadata=_METADATA.decode(record["metadata"]),
        attempts=_ATTEMPTS.decode(record["attempts"]),
    )


def unpacked(blob: bytes | None) -> bytes | None:
    if blob is None:
        return None
    return zlib.decompress(blob[1:]) if blob[:1] == _ZLIB else blob[1:]


_SOURCES = {source: source.value for source in CostSource}
"""An enum's own `value` costs more than a look-up."""
_ZLIB, _AS_IS = b"z", b"="


def _packed(body: bytes | None) -> bytes | None:
    if body is None:
        return None
    return _ZLIB + zlib.compress(body, 1) if len(body) >= COMPRESSED_FROM else _AS_IS + body


def _values(row: LogRow) -> tuple[Any, ...]:
    try:
        metadata = _encode(row.metadata).decode() if row.metadata else "{}"
        attempts = _encode(row.attempts).decode() if row.attempts else "[]"
    except _NOT_THE_DISK as error:
        raise Unstorable(f"{type(error).__name__}: {error}") from error
    return (
        *_no_flags(row),
        +row.success,  # a flag is a number there
        +row.cached,
        +row.tokens_estimated,
        +row.authentication,
        +row.client_gone,
        _SOURCES[row.cost_source],
        metadata,
        attempts,
    )


def _insert_all(connection: sqlite3.Connection, into: str, values: list[Any], width: int) -> None:
    """Many rows in a statement: each statement lets go of the interpreter, and a busy loop is slow to give it back."""
    at = 0
    for size in _AT_ONCE:
        while len(values) - at >= size * width:
            record = f"({', '.join('?' * width)})"
            end = at + size * width
            connection.execute(f"INSERT INTO {into} VALUES {', '.join([record] * size)}", values[at:end])
            at = end


def _count(connection: sqlite3.Connection, added: Mapping[str, int]) -> None:
    connection.executemany(
        "INSERT INTO counts VALUES (?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
        added.items(),
    )


def _opened(path: Path) -> sqlite3.Connection:
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(
            path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        try:
            # NORMAL: what is committed outlives this process however it ends, and a power cut costs the last
            # moments but never the file. A sync for each transaction would cost eight times as much (performance.md §4).
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
            # Copied back a quarter as often as by itself: pages that are written again in between are copied once.
            (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_BYTES // page_bytes}")
            bring_up_to_date(connection, path, JOURNAL_MIGRATIONS)
        except BaseException:
            connection.close()
            raise
    for_owner_only(path)
    return connection
