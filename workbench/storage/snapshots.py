"""Databases copied while they are in use, and copies made ready to take a database's place. Everything here may block."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.storage.data_files import DATABASES, GATEWAY, JOURNAL, WORKBENCH
from workbench.storage.database import told
from workbench.storage.migrations import Migration, format_of, migrate
from workbench.storage.upgrades import bring_up_to_date, reading

_PAGES_AT_ONCE = 512
_COUNTS: Mapping[str, Mapping[str, str]] = {
    WORKBENCH: {
        "connections": "targets",
        "conversations": "conversations WHERE deleted_at IS NULL",
        "messages": "messages",
        "pictures": "images WHERE deleted_at IS NULL AND origin <> 'input'",
        "recordings": "recordings WHERE deleted_at IS NULL",
        "recordings_elsewhere": "recordings WHERE deleted_at IS NULL AND NOT own",
        "spoken": "spoken WHERE deleted_at IS NULL",
        "route_drafts": "route_drafts",
        "text_sets": "text_sets",
    },
    GATEWAY: {"deployed_routes": "routes"},
    JOURNAL: {"logged_requests": "logs"},
}


def snapshot(source: Path, to: Path, progress: Callable[[float], object]) -> int:
    """Copy the database as it is at one moment, into one file; its format. Nobody has to wait for it, and nothing is changed.

    progress: from 0 to 1; what it raises ends the copying. Raises StorageFailed.
    """

    def told_pages(status: int, remaining: int, total: int) -> None:
        progress(1 - remaining / total if total else 1.0)

    with told(source), closing(reading(source)) as connection:
        connection.execute("BEGIN")  # or a writer would make it begin again and again
        number = format_of(connection)
        with closing(sqlite3.connect(to, isolation_level=None)) as copy:
            connection.backup(copy, pages=_PAGES_AT_ONCE, progress=told_pages)
            _as_one_file(copy)
            if to.name == GATEWAY:
                _forget_previews(copy)
    return number


def counts_of(path: Path) -> dict[str, int]:
    """How much of what is in it, by names that do not change. Of a name that is known."""
    with told(path), closing(reading(path)) as connection:
        return {
            name: int(connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0])
            for name, rows in _COUNTS.get(path.name, {}).items()
            if _has(connection, rows.split()[0])
        }


def make_ready(path: Path) -> None:
    """Check a database that came from elsewhere, and bring it up to date. Its file's name says what it should be.

    Raises StorageFailed, InvalidInput where it is not what its name says.
    """
    migrations = DATABASES[path.name]
    with told(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA trusted_schema = OFF")
        number = format_of(connection)
        if number > len(migrations):
            raise _newer(path.name, number, len(migrations))
        if _schema(connection) != _schema_of(migrations[:number]):
            raise InvalidInput(
                f"{path.name} is not a database of AI Workbench.",
                why="It has other tables than a database of its format.",
                fix="Choose a file that AI Workbench exported.",
            )
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise InvalidInput(
                f"{path.name} is damaged.", why=str(found), fix="Use another copy of the file."
            )
        bring_up_to_date(connection, path, migrations, keep_copy=False)
        _as_one_file(connection)


def check_format(name: str, number: int) -> None:
    """Raises InvalidInput where this version does not know the format."""
    if number > len(DATABASES[name]):
        raise _newer(name, number, len(DATABASES[name]))


def move_recordings(path: Path, folder: Path, there: Callable[[str], bool]) -> None:
    """Have the program's own recordings looked for in another folder. there: whether it has a file of this name."""
    with told(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        rows = connection.execute("SELECT id, path FROM recordings WHERE own").fetchall()
        moved = [
            (str(folder / name), id)
            for id, old in rows
            if there(name := old.replace("\\", "/").rpartition("/")[2])
        ]
        connection.executemany("UPDATE recordings SET path = ? WHERE id = ?", moved)


def move_route_files(path: Path, moved: Mapping[str, str]) -> None:
    """Have files of routes looked for elsewhere; moved: the new path by the old one."""
    pairs = [(new, old) for old, new in moved.items()]
    with told(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executemany("UPDATE OR REPLACE route_files SET path = ? WHERE path = ?", pairs)
        connection.executemany("UPDATE route_drafts SET path = ?, fingerprint = NULL WHERE path = ?", pairs)


def route_files_in(path: Path) -> list[str]:
    """Where routes were opened from or saved to lately, and where those that are open have their files."""
    with told(path), closing(reading(path)) as connection:
        if not _has(connection, "route_files"):
            return []
        found = connection.execute(
            "SELECT path FROM route_files UNION SELECT path FROM route_drafts WHERE path IS NOT NULL"
        )
        return sorted(str(row[0]) for row in found if isinstance(row[0], str))


def documents(path: Path, statement: str) -> list[tuple[str, ...]]:
    """Rows of texts out of a database that may be missing, or older than the tables asked for."""
    if not path.exists():
        return []
    with told(path), closing(reading(path)) as connection:
        try:
            return [tuple(row) for row in connection.execute(statement)]
        except sqlite3.OperationalError:
            return []


def let_go(path: Path) -> bool:
    """Fold the write-ahead log into the file, so that it can be moved alone; False while somebody has it open."""
    try:
        with closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            return bool(mode == "delete")
    except sqlite3.Error as error:
        # One that is damaged is moved as it is, with whatever lies beside it.
        code = getattr(error, "sqlite_errorcode", 0) or 0
        return code & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _as_one_file(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = DELETE").fetchone()


def _forget_previews(connection: sqlite3.Connection) -> None:
    """The last characters of stored keys are shown here; elsewhere there is no key that they could be of."""
    connection.execute("PRAGMA secure_delete = ON").fetchone()
    connection.execute(
        """UPDATE provider_configs
        SET document = CAST(json_set(CAST(document AS TEXT), '$.preview', '') AS BLOB)"""
    )


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone())


def _schema(connection: sqlite3.Connection) -> dict[str, str]:
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in found if not name.startswith("sqlite_")}


def _schema_of(migrations: Sequence[Migration]) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, migrations)
        return _schema(connection)


def _newer(name: str, number: int, known: int) -> InvalidInput:
    return InvalidInput(
        "The data was exported by a newer version of AI Workbench.",
        why=f"{name} has format {number}; this version knows formats up to {known}.",
        fix="Install the newer version, then import it. Nothing was changed.",
    )
