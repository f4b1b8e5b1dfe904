"""A damaged database: what can be read of it is found again, and the damaged file is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.storage.format_rows import READ
from tests.storage.formats import fixture, load, schema, schema_of
from workbench.domain.errors import StorageFailed
from workbench.storage.conversations import ConversationStore
from workbench.storage.database import Database
from workbench.storage.migrations import MIGRATIONS
from workbench.storage.rescue import rescue

PAGE = 4096


def filled(path: Path, messages: int = 0, number: int = len(MIGRATIONS)) -> None:
    load(fixture("workbench.db", number), path)
    with closing(sqlite3.connect(path)) as database:
        for count in range(messages):
            database.execute(
                """INSERT INTO messages (id, conversation_id, role, text, reasoning, tool_calls, created_at, state, superseded,
                exchange_id, owner) SELECT ?, conversation_id, role, ?, reasoning, tool_calls, created_at, state, superseded,
                '', owner FROM messages WHERE id = 'm1'""",
                (f"n{count:04}", f"word{count} " * 60),
            )
        database.commit()


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        return (
            database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and database.execute("PRAGMA foreign_key_check").fetchall() == []
            and schema(database) == schema_of(MIGRATIONS)
        )


@pytest.mark.parametrize("number", [len(MIGRATIONS), 8])
def test_all_rows_of_a_file_that_can_be_read_are_found_by_the_stores(
    number: int, tmp_path: Path, run_async: Run
) -> None:
    path = tmp_path / "workbench.db"
    filled(path, number=number)
    done = rescue(path, tmp_path / "backups")
    assert done.damaged == ()
    assert done.rows > 10
    assert is_whole(path)

    async def scenario() -> None:
        database = await Database.open(path)
        try:
            for step in MIGRATIONS[:number]:
                if step.__name__ in READ:
                    await READ[step.__name__](database)
        finally:
            await database.aclose()

    run_async(scenario())


def test_around_damaged_pages_everything_is_found(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "workbench.db"
    filled(path, messages=600)
    raw = bytearray(path.read_bytes())
    damaged = 0
    for at in range(0, len(raw), PAGE):
        if b"word" in raw[at : at + PAGE] and raw[at] == 13 and (at // PAGE) % 40 == 7:  # leaves of a table
            raw[at : at + PAGE] = b"\xaa" * PAGE
            damaged += 1
    assert damaged >= 2
    path.write_bytes(raw)
    done = rescue(path, tmp_path / "backups")
    assert "messages" in done.damaged
    assert (done.kept / "workbench.db").read_bytes() == bytes(raw)
    assert is_whole(path)
    with closing(sqlite3.connect(path)) as database:
        (left,) = database.execute("SELECT count(*) FROM messages").fetchone()
    assert 600 - damaged * 12 <= left < 602

    async def scenario() -> None:
        database = await Database.open(path)
        try:
            store = ConversationStore(database)
            assert [talk.title for talk in await store.list()] == ["Tea and чай"]
            assert await store.search("word599")
        finally:
            await database.aclose()

    run_async(scenario())


def test_where_nothing_can_be_read_a_new_one_is_begun_and_the_old_one_kept(tmp_path: Path) -> None:
    path = tmp_path / "workbench.db"
    path.write_bytes(b"no database at all " * 1000)
    done = rescue(path, tmp_path / "backups")
    assert done.rows == 0
    assert (done.kept / "workbench.db").read_bytes().startswith(b"no database")
    assert is_whole(path)


def test_one_that_cannot_be_kept_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "workbench.db"
    filled(path)
    (tmp_path / "backups").write_text("a file in the way")
    before = path.read_bytes()
    with pytest.raises(StorageFailed):
        rescue(path, tmp_path / "backups")
    assert path.read_bytes() == before
    assert {entry.name for entry in tmp_path.iterdir()} == {"workbench.db", "backups"}


def test_a_file_that_is_open_is_not_touched(tmp_path: Path, run_async: Run) -> None:
    path = tmp_path / "workbench.db"

    async def scenario() -> None:
        database = await Database.open(path)
        try:
            with pytest.raises(StorageFailed) as caught:
                rescue(path, tmp_path / "backups")
            assert "Another window" in caught.value.why
        finally:
            await database.aclose()

    run_async(scenario())
