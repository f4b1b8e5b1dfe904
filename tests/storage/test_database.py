from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import DataDamaged, StorageFailed
from workbench.storage.database import Database, Work
from workbench.storage.migrations import MIGRATIONS


def names(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY rowid")]


def put(key: str) -> Work[sqlite3.Cursor]:
    return lambda c: c.execute("INSERT INTO targets VALUES (?, 0, x'00')", (key,))


def ids(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT id FROM targets ORDER BY id")]


def test_a_new_file_is_made_in_wal_mode_for_its_owner_only(run: Loop) -> None:
    database = run.database()
    assert run(database.read(lambda c: c.execute("PRAGMA journal_mode").fetchone()[0])) == "wal"
    if sys.platform != "win32":
        assert run.path.stat().st_mode & 0o077 == 0


def test_each_migration_is_applied_once_and_recorded_by_name(run: Loop) -> None:
    run.database()
    again = run.database()
    assert run(again.read(names)) == [step.__name__ for step in MIGRATIONS]


def test_a_file_of_an_older_version_is_brought_up_to_date_and_keeps_its_rows(run: Loop) -> None:
    old = run.database(migrations=MIGRATIONS[:1])
    run(old.write(put("t")))
    new = run.database()
    assert run(new.read(ids)) == ["t"]
    assert run(new.read(names)) == [step.__name__ for step in MIGRATIONS]


def test_a_newer_file_is_refused_untouched(run: Loop) -> None:
    run.database()
    with pytest.raises(StorageFailed) as caught:
        run(Database.open(run.path, migrations=MIGRATIONS[:2]))
    assert "newer version" in caught.value.what
    assert "Install the newer version" in caught.value.fix


def test_a_migration_that_fails_leaves_the_file_as_it_was(run: Loop) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (id TEXT)")
        raise sqlite3.OperationalError("no")

    old = run.database()
    with pytest.raises(StorageFailed):
        run(Database.open(run.path, migrations=(*MIGRATIONS, half)))
    assert run(old.read(lambda c: c.execute("PRAGMA user_version").fetchone()[0])) == len(MIGRATIONS)
    assert not run(
        old.read(lambda c: c.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall())
    )


def test_what_fails_within_a_write_is_undone_as_a_whole(run: Loop, database: Database) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO targets VALUES ('a', 0, x'00')")
        connection.execute("INSERT INTO targets VALUES ('a', 0, x'00')")

    with pytest.raises(StorageFailed):
        run(database.write(work))
    assert run(database.read(ids)) == []


def test_a_cancelled_caller_does_not_tear_a_write(run: Loop, database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO targets VALUES ('a', 0, x'00')")
        begun.set()
        go_on.wait(10)
        connection.execute("INSERT INTO targets VALUES ('b', 0, x'00')")

    async def cancelled() -> None:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(database.write(work))
            await asyncio.to_thread(begun.wait, 10)
            task.cancel()
            go_on.set()

    run(cancelled())
    assert run(database.read(ids)) == ["a", "b"]


def test_a_locked_file_is_told_with_cause_and_fix(run: Loop) -> None:
    database = run.database(busy_ms=20)
    other = sqlite3.connect(run.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageFailed) as caught:
        run(database.write(lambda c: None))
    assert "busy" in caught.value.what
    assert str(run.path) in caught.value.why
    assert caught.value.fix
    other.execute("ROLLBACK")
    other.close()
    run(database.write(lambda c: None))


def test_a_full_disk_is_told_and_loses_nothing_that_was_stored(run: Loop, database: Database) -> None:
    run(database.write(lambda c: c.execute("INSERT INTO targets VALUES ('kept', 0, x'00')")))

    def no_more_room(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    run(database.read(no_more_room))
    with pytest.raises(StorageFailed) as caught:
        run(database.write(lambda c: c.execute("INSERT INTO targets VALUES ('big', 0, zeroblob(1000000))")))
    assert "disk is full" in caught.value.what
    assert run(database.read(ids)) == ["kept"]
    run(database.read(lambda c: c.execute("PRAGMA max_page_count = 1000000").fetchone()))
    run(database.write(lambda c: c.execute("INSERT INTO targets VALUES ('later', 0, x'00')")))
    assert run(database.read(ids)) == ["kept", "later"]


def test_a_file_that_is_no_database_is_told_and_left_alone(run: Loop) -> None:
    run.path.write_bytes(b"this is not a database, it is a letter to my aunt" * 100)
    with pytest.raises(DataDamaged) as caught:
        run.database()
    assert "damaged" in caught.value.what
    assert caught.value.path == str(run.path)
    assert run.path.read_bytes().startswith(b"this is not")


def test_a_damaged_page_is_told_when_it_is_met(run: Loop) -> None:
    database = run.database()
    run(database.write(put("a" * 3000)))
    run(database.aclose())
    raw = bytearray(run.path.read_bytes())
    raw[4096:] = b"\xaa" * (len(raw) - 4096)
    run.path.write_bytes(raw)
    with pytest.raises(StorageFailed) as caught:
        run(run.database().read(ids))
    assert "damaged" in caught.value.what


def test_a_folder_that_cannot_be_made_is_told(run: Loop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed) as caught:
        run(Database.open(tmp_path / "file" / "workbench.db"))
    assert str(tmp_path / "file") in caught.value.why


def test_a_read_only_file_is_told(run: Loop, database: Database) -> None:
    run(database.read(lambda c: c.execute("PRAGMA query_only = ON").fetchall()))
    with pytest.raises(StorageFailed) as caught:
        run(database.write(lambda c: c.execute("INSERT INTO targets VALUES ('a', 0, x'00')")))
    assert "cannot be written" in caught.value.what


def test_two_windows_see_each_others_writes(run: Loop) -> None:
    one, two = run.database(), run.database()

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                database = one if number % 2 else two
                group.create_task(database.write(put(f"{number:02}")))

    run(both())
    assert run(one.read(ids)) == run(two.read(ids)) == [f"{number:02}" for number in range(20)]


OPEN_AND_WRITE = """
import asyncio, sys
from pathlib import Path
from workbench.storage.database import Database, Work

async def main():
    database = await Database.open(Path(sys.argv[1]))
    for number in range(20):
        key = f"{sys.argv[2]}{number}"
        await database.write(lambda c: c.execute("INSERT INTO targets VALUES (?, 0, x'00')", (key,)))
    await database.aclose()

asyncio.run(main())
"""


def test_two_processes_may_make_and_fill_the_file_at_the_same_time(run: Loop) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_WRITE, str(run.path), name], stderr=subprocess.PIPE)
        for name in "ab"
    ]
    for process in processes:
        _, errors = process.communicate(timeout=50)
        assert process.returncode == 0, errors.decode()
    assert len(run(run.database().read(ids))) == 40


def test_closing_twice_does_no_harm(run: Loop, database: Database) -> None:
    run(database.aclose())
    run(database.aclose())


def test_an_owner_lives_until_its_database_is_closed(run: Loop) -> None:
    one, two = run.database(), run.database()
    assert one.owner != two.owner
    assert two.owner_lives(one.owner)
    run(one.aclose())
    assert not two.owner_lives(one.owner)
    assert not two.owner_lives("")


def test_a_disk_that_knows_no_permissions_will_do(run: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    run(run.database().write(put("a")))
    assert run(run.database().read(ids)) == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shorter path is the longest there")
def test_a_folder_that_lies_too_deep_is_told(run: Loop, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d" * 100] * 6)
    with pytest.raises(StorageFailed) as caught:
        run(Database.open(deep / "workbench.db"))
    assert "too deep" in caught.value.what
