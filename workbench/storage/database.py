"""The database: one SQLite file in WAL mode, used from one thread of its own.

Each piece of work is one function run as a whole in that thread. That keeps a transaction in one piece whatever is
cancelled meanwhile, lets several rows be decoded off the main thread, and costs one hop rather than one a statement,
which is why this is `sqlite3` with an executor and not a coroutine for each statement.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from workbench.domain.errors import DataDamaged, StorageFailed
from workbench.domain.ids import new_id
from workbench.storage.locks import LiveMark, is_alive, sweep
from workbench.storage.migrations import MIGRATIONS, Migration
from workbench.storage.paths import HOME_VARIABLE, for_owner_only
from workbench.storage.upgrades import bring_up_to_date, transaction

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

BUSY_MS = 5000
_LONGEST_PATH = 500
"""In bytes. SQLite opens none of more than 512, with what it adds to the name."""


class Database:
    """Open with `Database.open`. Every method raises StorageFailed with what, why and fix.

    owner: names this process's use of the file for as long as it lives (see `owner_lives`).
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self.path = path
        self._connection = connection
        self._thread = thread
        self._mark = LiveMark(_marks(path), new_id())

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        busy_ms: int = BUSY_MS,
        migrations: Sequence[Migration] = MIGRATIONS,
        keep_copy: bool = True,
    ) -> Database:
        """Open or make the file and bring it up to date. Two processes may do so at once.

        busy_ms: how long a write waits for another process's write. keep_copy: of what has an older format, beside it.
        """
        thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        try:
            connection = await _in(thread, lambda: _connect(path, busy_ms, migrations, keep_copy))
            database = cls(path, connection, thread)
            await _in(thread, database._set_mark)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return database

    @property
    def owner(self) -> str:
        return self._mark.name

    def owner_lives(self, owner: str) -> bool:
        """Whether the process that wrote as `owner` still has the file open."""
        return owner == self.owner or is_alive(_marks(self.path), owner)

    async def read(self, work: Work[T]) -> T:
        """Run work outside a transaction."""
        return await _in(self._thread, lambda: self._told(work))

    async def write(self, work: Work[T]) -> T:
        """Run work as one transaction: all of it is kept, or, when it raises, nothing.

        Cancelling the caller does not undo work that has begun.
        """
        return await _in(self._thread, lambda: self._told(lambda connection: _transaction(connection, work)))

    async def aclose(self) -> None:
        """Close the file; a second call does nothing."""
        try:
            await _in(self._thread, self._close)
        except RuntimeError:
            return  # closed before
        self._thread.shutdown(wait=True)

    def _told(self, work: Work[T]) -> T:
        with told(self.path):
            return work(self._connection)

    def _set_mark(self) -> None:
        with told(self.path):
            self._mark.set()
            sweep(_marks(self.path))

    def _close(self) -> None:
        self._connection.close()
        self._mark.clear()


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the disk raise into StorageFailed."""
    try:
        yield
    except sqlite3.Error as error:
        raise failure(error, path) from error
    except OSError as error:
        raise StorageFailed(
            "The workbench's data could not be reached.",
            why=f"{path}: {error.strerror or error}.",
            fix="Check that the folder exists and can be written.",
        ) from error


def failure(error: sqlite3.Error, path: Path) -> StorageFailed:
    """The sentence for each way SQLite fails that a user can do something about."""
    code = getattr(error, "sqlite_errorcode", 0) or 0
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StorageFailed(
                "The data file is busy, so the change was not stored.",
                why=f"Another program holds {path} for writing.",
                fix="Close other programs that have it open, then try again.",
            )
        case sqlite3.SQLITE_FULL:
            return StorageFailed(
                "The disk is full, so the change was not stored.",
                why=f"There is no room left for {path}.",
                fix="Free some space, then try again. What was stored before is safe.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DataDamaged(
                "The data file is damaged.",
                path=str(path),
                why=f"{path} is not a readable database ({error}).",
                fix="Quit, move the file to another folder, and start again: a new one is made. "
                "The old one may be rescued with “sqlite3 FILE .recover”.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return StorageFailed(
                "The data file cannot be written.",
                why=f"{path}, or its folder, is read-only.",
                fix="Make it writable, then try again.",
            )
        case sqlite3.SQLITE_CANTOPEN if len(os.fsencode(path)) > _LONGEST_PATH:
            return StorageFailed(
                "The data folder lies too deep.",
                why=f"The whole path of {path.name} is longer than {_LONGEST_PATH} characters.",
                fix=f"Set {HOME_VARIABLE} to a folder with a shorter path.",
            )
        case sqlite3.SQLITE_CANTOPEN:
            return StorageFailed(
                "The data file cannot be opened.",
                why=f"{path} cannot be made or read.",
                fix="Check that its folder exists, belongs to you and can be written.",
            )
        case _:
            return StorageFailed(
                "The data file did not do what was asked.",
                why=f"{path}: {error}.",
                fix="Try again; if it happens again, check the disk.",
            )


def _connect(
    path: Path, busy_ms: int, migrations: Sequence[Migration], keep_copy: bool
) -> sqlite3.Connection:
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        connection = sqlite3.connect(path, timeout=busy_ms / 1000, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            _use_wal(connection, busy_ms)
            bring_up_to_date(connection, path, migrations, keep_copy=keep_copy)
        except BaseException:
            connection.close()
            raise
    for_owner_only(path)
    return connection


def _use_wal(connection: sqlite3.Connection, busy_ms: int) -> None:
    """SQLite does not wait by itself when two processes switch a new file to WAL at the same moment."""
    end = time.monotonic() + busy_ms / 1000
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)


def _transaction(connection: sqlite3.Connection, work: Work[T]) -> T:
    with transaction(connection):
        return work(connection)


async def _in(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.wrap_future(thread.submit(work))


def _marks(path: Path) -> Path:
    return path.with_name(f"{path.name}-windows")
