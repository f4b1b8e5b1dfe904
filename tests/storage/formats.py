"""A database of every format there ever was, as SQL: `fixtures/formats/{name}-{format}.sql`.

`python -m tests.storage.formats` writes those that are missing, with rows that today's stores make. One that is there was
written by the version of its time, and is never written again: users have such files.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from workbench.storage.data_files import DATABASES
from workbench.storage.migrations import Migration, migrate

FOLDER = Path(__file__).parent / "fixtures" / "formats"
_INDEXED = {
    "messages_text": "INSERT INTO messages_text (rowid, text) SELECT key, text FROM messages WHERE state <> 'streaming';"
}
"""Full text over another table's rows."""


def fixture(name: str, number: int) -> Path:
    return FOLDER / f"{name.removesuffix('.db')}-{number:03}.sql"


def load(fixture: Path, to: Path) -> None:
    with closing(sqlite3.connect(to, isolation_level=None)) as connection:
        connection.executescript(fixture.read_text(encoding="utf-8"))


def schema(connection: sqlite3.Connection) -> dict[str, str]:
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in found}


def schema_of(migrations: Sequence[Migration]) -> dict[str, str]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, migrations)
        return schema(connection)


def dump(connection: sqlite3.Connection) -> str:
    """As SQL that a person can read and git can compare."""
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
    )
    entries = [entry for entry in made if not entry[1].startswith("sqlite_")]
    virtual = [name for _, name, sql in entries if sql.startswith("CREATE VIRTUAL")]
    inner = {name for _, name, _ in entries for one in virtual if name.startswith(f"{one}_")}
    lines, late = [f"PRAGMA user_version = {connection.execute('PRAGMA user_version').fetchone()[0]};"], []
    for kind, name, sql in entries:
        if kind != "table":
            late.append(f"{sql};")
        elif name not in inner:
            lines.append(f"{sql};")
            if name in _INDEXED:
                late.insert(0, _INDEXED[name])
            else:
                lines.extend(_rows(connection, name, with_rowid=name in virtual))
    return "\n".join([*lines, *late, ""])


def write_missing() -> list[Path]:
    written = []
    with TemporaryDirectory() as folder:
        filled = asyncio.run(_filled(Path(folder)))
        for name, migrations in DATABASES.items():
            for number in range(1, len(migrations) + 1):
                path = fixture(name, number)
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(_as_of(filled[name], migrations[:number]), encoding="utf-8")
                    written.append(path)
    return written


def _as_of(full: Path, migrations: Sequence[Migration]) -> str:
    """What is in the full database, as far as these steps have a place for it."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, migrations)
        entries = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for trigger, _ in triggers:
            connection.execute(f"DROP TRIGGER {trigger}")
        virtual = [name for name, sql in entries if sql and sql.startswith("CREATE VIRTUAL")]
        connection.execute("ATTACH ? AS filled", (str(full),))
        for name, _ in entries:
            if name == "migrations" or name.startswith("sqlite_"):
                continue
            if any(name.startswith(f"{one}_") for one in virtual) or name in _INDEXED:
                continue
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            listed = ", ".join([*(["rowid"] if name in virtual else []), *columns])
            connection.execute(f"DELETE FROM {name}")
            connection.execute(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM filled.{name}")
        connection.execute("DETACH filled")
        for _, sql in triggers:
            connection.execute(sql)
        return dump(connection)


def _rows(connection: sqlite3.Connection, name: str, *, with_rowid: bool) -> list[str]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
    listed = [*(["rowid"] if with_rowid else []), *columns]
    found = connection.execute(f"SELECT {', '.join(f'quote({column})' for column in listed)} FROM {name}")
    return [f"INSERT INTO {name} ({', '.join(listed)}) VALUES ({', '.join(row)});" for row in found]


async def _filled(folder: Path) -> dict[str, Path]:
    """Each database with some rows of everything."""
    from tests.storage import format_rows

    paths = {name: folder / name for name in DATABASES}
    await format_rows.write(paths)
    return paths


if __name__ == "__main__":
    for path in write_missing():
        sys.stdout.write(f"{path.relative_to(FOLDER)}\n")
