from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import StorageFailed
from workbench.storage.database import Database
from workbench.storage.migrations import Migration
from workbench.storage.upgrades import copies_of


def step(number: int) -> Migration:
    def one(connection: sqlite3.Connection) -> None:
        connection.execute(f"CREATE TABLE step_{number} (id TEXT)")

    one.__name__ = f"step_{number}"
    return one


STEPS = tuple(step(number) for number in range(1, 9))


def broken(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE half (id TEXT)")
    connection.execute("INSERT INTO nowhere VALUES (1)")


def opened(run: Loop, number: int, *more: Migration) -> Database:
    database = run(Database.open(run.path, migrations=(*STEPS[:number], *more)))
    run._open.append(database)
    return database


def with_row(run: Loop, number: int) -> None:
    database = opened(run, number)
    run(database.write(lambda c: c.execute("INSERT INTO step_1 VALUES ('mine')")))
    run(database.aclose())


def names(path: Path) -> list[str]:
    return [copy.name for copy in copies_of(path)]


def rows(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id FROM step_1").fetchall()


def test_a_copy_of_an_older_file_is_kept_before_it_is_changed(run: Loop) -> None:
    with_row(run, 2)
    opened(run, 4)
    (copy,) = copies_of(run.path)
    assert copy.name == "workbench.db-before-format-4.backup"
    assert rows(copy) == [("mine",)]
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'step_3'").fetchall()


def test_a_new_file_and_one_that_is_up_to_date_leave_no_copy(run: Loop) -> None:
    opened(run, 3)
    opened(run, 3)
    assert names(run.path) == []


def test_the_last_three_copies_are_kept(run: Loop) -> None:
    for number in range(1, 8):
        run(opened(run, number).aclose())
    assert names(run.path) == [f"workbench.db-before-format-{number}.backup" for number in (5, 6, 7)]


def test_a_copy_of_another_database_is_left_alone(run: Loop) -> None:
    other = run.path.with_name("other.db-before-format-1.backup")
    other.write_bytes(b"theirs")
    for number in range(1, 7):
        run(opened(run, number).aclose())
    assert other.exists()


def test_what_is_in_the_write_ahead_log_is_in_the_copy(run: Loop) -> None:
    older = opened(run, 2)
    run(older.write(lambda c: c.execute("INSERT INTO step_1 VALUES ('mine')")))
    opened(run, 3)  # older is still open, so nothing was folded into the file
    assert rows(copies_of(run.path)[0]) == [("mine",)]


def test_a_failed_upgrade_changes_nothing_and_says_how_to_go_back(run: Loop) -> None:
    with_row(run, 2)
    with pytest.raises(StorageFailed) as caught:
        opened(run, 3, broken)
    assert "could not be brought up" in caught.value.what
    assert "Nothing was changed" in caught.value.why
    assert "workbench.db-before-format-4.backup" in caught.value.fix
    older = opened(run, 2)
    assert run(older.read(lambda c: c.execute("SELECT id FROM step_1").fetchone()[0])) == "mine"


def test_without_room_for_the_copy_nothing_is_changed(run: Loop, tmp_path: Path) -> None:
    with_row(run, 2)
    draft = tmp_path / "workbench.db-before-format-3.backup.draft"
    draft.mkdir()  # the copy cannot be written there
    with pytest.raises(StorageFailed) as caught:
        opened(run, 3)
    assert "copy of it could not be made" in caught.value.what
    assert run(opened(run, 2).read(lambda c: c.execute("PRAGMA user_version").fetchone()[0])) == 2


def test_a_newer_file_is_refused_with_the_way_back_to_a_copy_that_fits(run: Loop) -> None:
    with_row(run, 2)
    run(opened(run, 5).aclose())
    run(opened(run, 6).aclose())
    with pytest.raises(StorageFailed) as caught:
        opened(run, 3)
    assert "newer version" in caught.value.what
    assert "Nothing was changed" in caught.value.fix
    assert "rename workbench.db-before-format-5.backup" in caught.value.fix


def test_what_can_be_made_again_is_not_copied(run: Loop) -> None:
    run(opened(run, 2).aclose())
    run(run(Database.open(run.path, migrations=STEPS[:3], keep_copy=False)).aclose())
    assert names(run.path) == []
