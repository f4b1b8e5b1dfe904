"""Data of every format there ever was is brought up to today's, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.storage.format_rows import READ
from tests.storage.formats import fixture, load, schema, schema_of
from workbench.storage.data_files import DATABASES
from workbench.storage.database import Database
from workbench.storage.snapshots import make_ready
from workbench.storage.upgrades import copies_of

EVERY = [(name, number) for name, migrations in DATABASES.items() for number in range(1, len(migrations) + 1)]
FORMATS = pytest.mark.parametrize(
    ("name", "number"), EVERY, ids=[f"{name}-{number}" for name, number in EVERY]
)


@FORMATS
def test_there_is_a_fixture_of_every_format_and_its_steps_have_not_changed(name: str, number: int) -> None:
    """A step that has not been released yet may change: delete its fixtures and write them again."""
    path = fixture(name, number)
    assert path.exists(), "write it with: python -m tests.storage.formats"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(path.read_text(encoding="utf-8"))
        assert connection.execute("PRAGMA user_version").fetchone() == (number,)
        assert schema(connection) == schema_of(DATABASES[name][:number]), f"a step of {path.name} has changed"


@FORMATS
def test_data_of_every_format_is_brought_up_to_date_and_read_by_the_stores(
    name: str, number: int, tmp_path: Path, run_async: Run
) -> None:
    path, migrations = tmp_path / name, DATABASES[name]
    load(fixture(name, number), path)

    async def scenario() -> None:
        database = await Database.open(path, migrations=migrations)
        try:
            for step in migrations[:number]:
                if step.__name__ in READ:
                    await READ[step.__name__](database)
        finally:
            await database.aclose()

    run_async(scenario())
    with closing(sqlite3.connect(path)) as connection:
        assert schema(connection) == schema_of(migrations)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert len(copies_of(path)) == (number < len(migrations))


@FORMATS
def test_data_of_every_format_may_come_from_a_file(name: str, number: int, tmp_path: Path) -> None:
    path = tmp_path / name
    load(fixture(name, number), path)
    make_ready(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(DATABASES[name]),)
        assert schema(connection) == schema_of(DATABASES[name])


def test_what_every_step_keeps_is_read_again() -> None:
    steps = [step.__name__ for migrations in DATABASES.values() for step in migrations]
    assert set(READ) <= set(steps)
    assert len(steps) == len(set(steps))
