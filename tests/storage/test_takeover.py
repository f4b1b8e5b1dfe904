"""All data moved aside and other data put in its place: whole or not at all, and never deleted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import StorageFailed
from workbench.storage.database import Database
from workbench.storage.locks import FileLock
from workbench.storage.paths import Paths
from workbench.storage.takeover import (
    STAGE,
    Plan,
    call_off,
    keys_forgotten,
    keys_to_forget,
    planned,
    schedule,
    take_over,
)

BACKUP = "2026-01-31 12.00.00 before import"
COMING = Plan(f"{STAGE}1", BACKUP)
RESET = Plan("", BACKUP, ("target/t1", "gateway/access-token"))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Old data, and new data beside it."""
    paths = Paths.under(tmp_path / "home").make()
    write(paths.data / "images" / "old.png", "old picture")
    write(paths.data / "note.txt", "old note")
    write(paths.settings_file, '{"theme": "light"}')
    for name in ("workbench.db", "journal.db"):
        with closing(sqlite3.connect(paths.data / name)) as database:
            database.execute("PRAGMA journal_mode = WAL").fetchone()
            database.execute("CREATE TABLE old (id TEXT)")
    stage = paths.data / COMING.stage
    write(stage / "images" / "new.png", "new picture")
    write(stage / "workbench.db", "new database")
    write(stage / "settings.json", '{"theme": "dark"}')
    return paths


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def contents(folder: Path) -> dict[str, bytes]:
    """Of a database only that it is one: when it is let go, its log is folded into it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()[:15]
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm"))
    }


def is_replaced(paths: Paths) -> None:
    backup = paths.backups / BACKUP
    assert (paths.data / "images" / "new.png").read_text() == "new picture"
    assert not (paths.data / "images" / "old.png").exists()
    assert not (paths.data / "note.txt").exists()
    assert (paths.data / "workbench.db").read_text() == "new database"
    assert not (paths.data / "journal.db").exists()
    assert json.loads(paths.settings_file.read_text()) == {"theme": "dark"}
    assert (backup / "note.txt").read_text() == "old note"
    assert (backup / "images" / "old.png").read_text() == "old picture"
    assert json.loads((backup / "settings.json").read_text()) == {"theme": "light"}
    with closing(sqlite3.connect(backup / "workbench.db")) as database:
        assert database.execute("SELECT * FROM old").fetchall() == []
    assert str(paths.data) in (backup / "HOW TO GO BACK.txt").read_text(encoding="utf-8")
    assert planned(paths) is None
    assert not list(paths.data.glob(".*"))


def test_nothing_is_done_without_a_plan(paths: Paths) -> None:
    before = contents(paths.data)
    assert take_over(paths) is None
    assert contents(paths.data) == before


def test_what_is_planned_is_done_and_the_old_data_is_in_the_backup(paths: Paths) -> None:
    schedule(paths, COMING)
    assert planned(paths) == COMING
    done = take_over(paths)
    assert done
    assert (done.problem, done.backup) == (None, paths.backups / BACKUP)
    is_replaced(paths)
    assert take_over(paths) is None


def test_a_reset_leaves_an_empty_folder_and_the_keys_that_are_to_go(paths: Paths) -> None:
    schedule(paths, RESET)
    done = take_over(paths)
    assert done
    assert done.problem is None
    assert not paths.settings_file.exists()
    assert [entry.name for entry in paths.data.iterdir() if entry.suffix not in (".lock", ".json")] == [
        "backups"
    ]
    assert set(keys_to_forget(paths)) == set(RESET.forget)
    keys_forgotten(paths)
    assert keys_to_forget(paths) == ()


def test_a_backup_is_not_moved_into_a_backup(paths: Paths) -> None:
    write(paths.backups / "2025-12-24 before reset" / "note.txt", "older note")
    schedule(paths, COMING)
    take_over(paths)
    assert (paths.backups / "2025-12-24 before reset" / "note.txt").read_text() == "older note"
    is_replaced(paths)


def test_called_off_nothing_is_left_of_it(paths: Paths) -> None:
    schedule(paths, COMING)
    call_off(paths)
    assert planned(paths) is None
    assert not (paths.data / COMING.stage).exists()
    assert take_over(paths) is None


def test_a_later_plan_takes_the_place_of_an_earlier_one(paths: Paths) -> None:
    schedule(paths, COMING)
    schedule(paths, RESET)
    assert planned(paths) == RESET
    assert not (paths.data / COMING.stage).exists()


def assert_not_yet(paths: Paths, why: str) -> None:
    before = contents(paths.data)
    done = take_over(paths, 0.05)
    assert done
    assert done.problem
    assert why in done.problem.why
    assert "as it was" in done.problem.what
    assert contents(paths.data) == before
    assert planned(paths) == COMING


def test_data_that_another_window_has_open_is_not_moved(paths: Paths, run: Loop) -> None:
    (paths.data / "workbench.db").unlink()
    schedule(paths, COMING)
    database = run(Database.open(paths.database))
    assert_not_yet(paths, "Another window")
    run(database.aclose())
    assert take_over(paths, 0.05)
    is_replaced_but_the_old_table(paths)


def is_replaced_but_the_old_table(paths: Paths) -> None:
    assert (paths.data / "workbench.db").read_text() == "new database"
    assert planned(paths) is None


def test_data_that_another_program_has_open_is_not_moved(paths: Paths) -> None:
    schedule(paths, COMING)
    with closing(sqlite3.connect(paths.data / "journal.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM old").fetchall()
        assert_not_yet(paths, "journal.db")
    take_over(paths, 0.05)
    is_replaced(paths)


def test_data_that_a_gateway_works_with_is_not_moved(paths: Paths) -> None:
    schedule(paths, COMING)
    lock = FileLock(paths.data / "gateway.lock")
    assert lock.take()
    assert_not_yet(paths, "gateway")
    lock.release()
    take_over(paths, 0.05)
    is_replaced(paths)


def test_a_database_that_is_damaged_is_moved_as_it_is(paths: Paths) -> None:
    (paths.data / "workbench.db").write_bytes(b"no database" * 500)
    schedule(paths, COMING)
    done = take_over(paths, 0.05)
    assert done
    assert done.problem is None
    assert (done.backup / "workbench.db").read_bytes() == b"no database" * 500


def test_what_fails_half_way_is_taken_back(paths: Paths) -> None:
    schedule(paths, COMING)
    paths.settings_file.unlink()
    paths.settings_file.mkdir()  # so that the last step fails
    (paths.settings_file / "in the way").write_text("")
    before = contents(paths.data)
    done = take_over(paths, 0.05)
    assert done
    assert done.problem
    assert contents(paths.data) == before
    assert planned(paths) == COMING
    (paths.settings_file / "in the way").unlink()
    paths.settings_file.rmdir()
    write(paths.settings_file, '{"theme": "light"}')
    take_over(paths, 0.05)
    is_replaced(paths)


def test_a_backup_that_cannot_be_made_changes_nothing(paths: Paths) -> None:
    schedule(paths, COMING)
    write(paths.backups, "a file in its place")
    before = contents(paths.data)
    done = take_over(paths, 0.05)
    assert done
    assert done.problem
    assert contents(paths.data) == before


def broken_off(paths: Paths, *moved: tuple[str, str]) -> None:
    """As a crash leaves it after these were moved."""
    (paths.backups / BACKUP).mkdir(parents=True, exist_ok=True)
    for old, new in moved:
        (paths.data / old).rename(paths.data / new)


def test_a_crash_while_the_old_data_is_moved_is_gone_on_with(paths: Paths) -> None:
    schedule(paths, COMING)
    broken_off(paths, ("images", f"backups/{BACKUP}/images"))
    take_over(paths, 0.05)
    is_replaced(paths)


def test_a_crash_while_the_new_data_is_moved_is_gone_on_with(paths: Paths) -> None:
    schedule(paths, COMING)
    broken_off(
        paths,
        *(
            (name, f"backups/{BACKUP}/{name}")
            for name in ("images", "note.txt", "workbench.db", "journal.db")
        ),
    )
    write(paths.backups / BACKUP / "settings.json", paths.settings_file.read_text())
    write(paths.backups / BACKUP / "HOW TO GO BACK.txt", str(paths.data))
    write(
        paths.takeover,
        json.dumps({"stage": COMING.stage, "backup": BACKUP, "forget": [], "moving_in": True}),
    )
    broken_off(paths, (f"{COMING.stage}/images", "images"))
    with pytest.raises(StorageFailed):
        call_off(paths)
    write(paths.data / "workbench.db", "somebody began anew")
    take_over(paths, 0.05)
    is_replaced(paths)
    assert (paths.backups / BACKUP / "workbench.db (2)").read_text() == "somebody began anew"


@pytest.mark.parametrize(
    "text",
    [
        "no plan",
        "[]",
        '{"stage": "../elsewhere", "backup": "b", "forget": [], "moving_in": false}',
        '{"stage": "", "backup": "../../elsewhere", "forget": [], "moving_in": false}',
        '{"stage": "", "backup": "", "forget": [], "moving_in": false}',
    ],
)
def test_a_plan_that_leads_elsewhere_or_nowhere_is_none(paths: Paths, text: str) -> None:
    write(paths.takeover, text)
    before = contents(paths.data)
    assert planned(paths) is None
    assert take_over(paths) is None
    assert contents(paths.data) == before
