"""A database of an older version brought up to date: a copy of it is kept beside it first, and a failure changes nothing."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from workbench.domain.errors import StorageFailed
from workbench.storage.migrations import Migration, format_of, migrate
from workbench.storage.paths import for_owner_only

KEPT = 3
"""Copies of a database; the oldest go first."""
_NAME = re.compile(r"-before-format-(\d+)\.backup$")
_log = logging.getLogger(__name__)


def bring_up_to_date(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration], *, keep_copy: bool = True
) -> None:
    """Apply the steps that are missing, all or none. keep_copy: of the file as it was, see `copy_before`.

    Raises StorageFailed, which says how to go back where there is something to go back to, and sqlite3.Error.
    """
    copies: list[Path] = []

    def keep() -> None:
        if keep_copy:
            copies.append(_kept(path, len(migrations)))

    try:
        with transaction(connection):
            migrate(connection, migrations, keep)
    except StorageFailed as error:
        if format_of(connection) > len(migrations):
            raise _with_way_back(error, path, len(migrations)) from error
        raise
    except sqlite3.Error as error:
        if not copies:
            raise
        raise StorageFailed(
            "The data could not be brought up to this version of AI Workbench.",
            why=f"{path}: {error}. Nothing was changed.",
            fix=f"Make sure that the disk has room, and start again. The version you had before still works; "
            f"a copy of the data as it was is {copies[0]}.",
        ) from error
    if copies:
        _let_go(path)
        _log.warning(
            "%s was brought up to format %s; as it was before, it is kept as %s",
            path,
            len(migrations),
            copies[0],
        )


def copy_before(path: Path, number: int) -> Path:
    """Where the database is kept as it was before it got this format."""
    return path.with_name(f"{path.name}-before-format-{number}.backup")


def copies_of(path: Path) -> list[Path]:
    """Those that are kept, the oldest format first."""
    found: list[tuple[int, Path]] = []
    with suppress(OSError):
        for other in path.parent.iterdir():
            if other.name.startswith(f"{path.name}-before") and (match := _NAME.search(other.name)):
                found.append((int(match[1]), other))
    return [other for _, other in sorted(found)]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block, or, when it raises, nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls some failures back by itself
            connection.execute("ROLLBACK")
        raise


def reading(path: Path) -> sqlite3.Connection:
    """A connection that cannot change anything. Raises sqlite3.Error."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)


def _kept(path: Path, number: int) -> Path:
    """Copy it while nobody else can write: the caller is within a transaction that has not changed anything yet."""
    from workbench.storage.disk import room_for  # hardly any start needs it

    copy = copy_before(path, number)
    what = "The data was not brought up to this version: a copy of it could not be made first."
    size = sum(other.stat().st_size for other in (path, path.with_name(f"{path.name}-wal")) if other.exists())
    room_for(path.parent, size, what)
    draft = copy.with_name(f"{copy.name}.draft")
    try:
        draft.unlink(missing_ok=True)
        with closing(reading(path)) as source, closing(sqlite3.connect(draft)) as target:
            source.backup(target)
        for_owner_only(draft)
        draft.replace(copy)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise StorageFailed(
            what,
            why=f"{copy}: {error}.",
            fix="Free some space and make the folder writable, then start again. Nothing was changed.",
        ) from error
    return copy


def _let_go(path: Path) -> None:
    for copy in copies_of(path)[:-KEPT]:
        with suppress(OSError):
            copy.unlink()


def _with_way_back(error: StorageFailed, path: Path, number: int) -> StorageFailed:
    """Where a copy of a format that this version knows lies beside it, say so."""
    known = [copy for copy in copies_of(path) if _format_in(copy) <= number]
    if not known:
        return error
    return StorageFailed(
        error.what,
        why=error.why,
        fix=f"{error.fix} Or go back to how the data was before: quit, move {path.name} to another folder, "
        f"and rename {known[-1].name} beside it to {path.name}.",
    )


def _format_in(copy: Path) -> float:
    try:
        with closing(reading(copy)) as connection:
            return format_of(connection)
    except sqlite3.Error:
        return float("inf")
