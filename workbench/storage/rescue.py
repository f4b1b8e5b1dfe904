"""A damaged database read as far as it can be read, into a new one that takes its place. The damaged one is kept."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.errors import StorageFailed
from workbench.storage.database import told
from workbench.storage.images import index_again
from workbench.storage.locks import is_alive
from workbench.storage.migrations import MIGRATIONS, Migration, format_of, migrate
from workbench.storage.paths import for_owner_only
from workbench.storage.upgrades import reading

_MOST_TRIES = 2000
"""Of reading what lies between two damaged places of a table."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rescued:
    """kept: the folder with the damaged file. rows: that were read. damaged: tables of which not everything could be read."""

    kept: Path
    rows: int
    damaged: tuple[str, ...]


def rescue(path: Path, backups: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Rescued:
    """Read what can be read of the workbench's database. Nobody may have it open; blocks. Raises StorageFailed, and has changed nothing then."""
    marks = path.with_name(f"{path.name}-windows")
    if marks.is_dir() and any([is_alive(marks, mark.name) for mark in marks.iterdir()]):
        raise StorageFailed(
            "The data cannot be recovered now.",
            why="Another window or command of AI Workbench has it open.",
            fix="Close it, then try again.",
        )
    draft = path.with_name(f".{path.name}.rescued")
    try:
        with told(path):
            draft.unlink(missing_ok=True)
            rows, damaged = _copied(path, draft, migrations)
            kept = _swapped(path, draft, backups)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    _log.warning(
        "%s was damaged. Rows read: %s; tables with losses: %s; it is kept in %s", path, rows, damaged, kept
    )
    return Rescued(kept, rows, damaged)


def _copied(path: Path, draft: Path, migrations: Sequence[Migration]) -> tuple[int, tuple[str, ...]]:
    with closing(sqlite3.connect(draft, isolation_level=None)) as new, closing(reading(path)) as old:
        old.text_factory = lambda data: data.decode(errors="replace")
        migrate(new, migrations[: _format_in(old, len(migrations))])
        new.execute("PRAGMA foreign_keys = OFF")
        triggers = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            new.execute(f"DROP TRIGGER {name}")
        rows, damaged = 0, []
        new.execute("BEGIN")
        for table in _tables(new):
            read, whole = _copy_table(old, new, table)
            rows += read
            if not whole:
                damaged.append(table)
        _drop_orphans(new)
        new.execute("COMMIT")
        for _, sql in triggers:
            new.execute(sql)
        migrate(new, migrations)
        new.execute(
            "INSERT INTO messages_text (rowid, text) SELECT key, text FROM messages WHERE state <> 'streaming'"
        )
        index_again(new)
    for_owner_only(draft)
    return rows, tuple(damaged)


def _swapped(path: Path, draft: Path, backups: Path) -> Path:
    kept = backups / f"{time.strftime('%Y-%m-%d %H.%M.%S')} damaged"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    for suffix in ("-wal", "-shm", ""):
        beside = path.with_name(f"{path.name}{suffix}")
        if beside.exists():
            os.replace(beside, kept / beside.name)
    os.replace(draft, path)
    return kept


def _format_in(old: sqlite3.Connection, known: int) -> int:
    try:
        number = format_of(old)
    except sqlite3.DatabaseError:
        return known
    return number if 0 < number <= known else known


def _tables(new: sqlite3.Connection) -> list[str]:
    """Without what SQLite makes by itself, and without the full text, which is made again."""
    found = new.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    virtual = [name for name, sql in found if sql.startswith("CREATE VIRTUAL")]
    return [
        name
        for name, _ in found
        if name != "migrations"
        and not name.startswith("sqlite_")
        and not any(name == one or name.startswith(f"{one}_") for one in virtual)
    ]


def _copy_table(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> tuple[int, bool]:
    """How many rows were read, and whether nothing was in the way: from the front, from the back, then what lies between."""
    about = new.execute(f"PRAGMA table_info({table})").fetchall()
    columns = ", ".join(row[1] for row in about)
    by_rowid = _has_rowid(new, table)
    order = (
        ["rowid"] if by_rowid else [row[1] for row in sorted(about, key=lambda row: int(row[5])) if row[5]]
    )
    listed = f"rowid, {columns}" if by_rowid else columns
    put = f"INSERT OR IGNORE INTO {table} ({listed}) VALUES ({', '.join('?' * (len(about) + by_rowid))})"
    read = 0

    def keep(rows: Iterator[tuple[object, ...]]) -> tuple[object | None, bool]:
        """The first column of the last row that was read, and whether that was all."""
        nonlocal read
        last = None
        try:
            for row in rows:
                read += max(0, new.execute(put, row).rowcount)
                last = row[0]
        except sqlite3.DatabaseError:
            return last, False
        return last, True

    def select(rest: str, values: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
        yield from old.execute(f"SELECT {listed} FROM {table} {rest}", values)

    low, whole = keep(select(f"ORDER BY {', '.join(order)}"))
    if whole:
        return read, True
    high, _ = keep(select(f"ORDER BY {', '.join(f'{name} DESC' for name in order)}"))
    if by_rowid and isinstance(low, int) and isinstance(high, int):
        _between(lambda rest, values: keep(select(rest, values))[1], low + 1, high - 1)
    return read, False


def _between(keep: Callable[[str, tuple[int, int]], bool], low: int, high: int) -> None:
    """Ranges of rows, halved where one cannot be read."""
    waiting = [(low, high)]
    for _ in range(_MOST_TRIES):
        if not waiting:
            return
        low, high = waiting.pop()
        if low <= high and not keep("WHERE rowid BETWEEN ? AND ? ORDER BY rowid", (low, high)) and low < high:
            middle = (low + high) // 2
            waiting += [(low, middle), (middle + 1, high)]


def _has_rowid(connection: sqlite3.Connection, table: str) -> bool:
    try:
        connection.execute(f"SELECT rowid FROM {table} LIMIT 1")
    except sqlite3.OperationalError:
        return False
    return True


def _drop_orphans(new: sqlite3.Connection) -> None:
    """Rows that belong to one that could not be read."""
    while found := {(row[0], row[3]) for row in new.execute("PRAGMA foreign_key_check")}:
        for table, number in found:
            keys = new.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            _, _, parent, own, theirs, *_ = next(key for key in keys if key[0] == number)
            if theirs is None:
                (theirs,) = [row[1] for row in new.execute(f"PRAGMA table_info({parent})") if row[5]]
            new.execute(f"DELETE FROM {table} WHERE {own} NOT IN (SELECT {theirs} FROM {parent})")
