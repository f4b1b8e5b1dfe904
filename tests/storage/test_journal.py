"""journal.db: what goes in comes out, and no more is kept than may be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.journal.rows import row, trace
from workbench.domain.errors import StorageFailed
from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import AttemptRow, CostSource
from workbench.storage import journal_queries as queries
from workbench.storage.journal import PAGE_BYTES, Entry, JournalFile, Unstorable, open_reading
from workbench.storage.journal_queries import Query

Opened = Callable[..., JournalFile]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Opened]:
    """Opens journal.db; closed at the end."""
    files: list[JournalFile] = []

    def opened(settings: GatewaySettings | None = None, **options: Any) -> JournalFile:
        known = settings or GatewaySettings()
        file = JournalFile(tmp_path / "journal.db", lambda gateway: replace(known, id=gateway), **options)
        files.append(file)
        return file

    yield opened
    for file in files:
        file.close()


@pytest.fixture
def reading(tmp_path: Path, journal: Opened) -> Iterator[sqlite3.Connection]:
    journal().close()
    connection = open_reading(tmp_path / "journal.db")
    yield connection
    connection.close()


def ids(connection: sqlite3.Connection, gateway: str = "") -> list[str]:
    found = queries.page(connection, Query(gateway, descending=False), limit=10_000)
    assert found.total == len(found.rows)
    return [kept.id for kept in found.rows]


def entries(count: int, **given: Any) -> list[Entry]:
    return [Entry(row(created_at=float(at), **given)) for at in range(count)]


def test_a_row_comes_back_as_it_was(journal: Opened, reading: sqlite3.Connection) -> None:
    given = row(
        metadata={"plan": "free", "seats": 3, "beta": True, "note": None},
        attempts=(AttemptRow("openai", "gpt-4o-mini", 500, 0.5, 9.0, 1.0, "m1", "it failed"),),
        cost=0.25,
        cost_source=CostSource.CUSTOM,
        tokens_in=7,
        feedback=-1,
        error="“quoted”",
        request_head='{"a":"b"}',
        request_body=b"\x00\xff" * 4000,
        response_body=b"",
    )
    journal().add([Entry(given)])
    assert queries.find(reading, given.id) == given
    listed = queries.page(reading, Query()).rows[0]
    assert listed == replace(
        given, request_head=None, response_head=None, request_body=None, response_body=None
    )


def test_large_bodies_are_stored_compressed(
    journal: Opened, reading: sqlite3.Connection, tmp_path: Path
) -> None:
    journal().add([Entry(row(request_body=b"again and " * 100_000))])
    (size,) = reading.execute("SELECT length(request_body) FROM bodies").fetchone()
    assert size < 20_000


def test_a_row_without_bodies_takes_no_room_for_them(journal: Opened, reading: sqlite3.Connection) -> None:
    journal().add([Entry(row())])
    assert reading.execute("SELECT count(*) FROM bodies").fetchone()[0] == 0


def test_a_trace_is_found_by_its_id_and_goes_with_its_row(
    journal: Opened, reading: sqlite3.Connection
) -> None:
    file = journal(GatewaySettings(log_management=1))
    file.add([Entry(row(created_at=1.0), trace("t1"))])
    assert queries.trace(reading, "t1") == trace("t1")
    file.add([Entry(row(created_at=2.0), trace("t2"))])
    assert queries.trace(reading, "t1") is None
    assert queries.trace(reading, "t2") is not None


def test_each_gateway_keeps_its_newest_rows(journal: Opened, reading: sqlite3.Connection) -> None:
    file = journal(GatewaySettings(log_management=3))
    mine, other = entries(5), entries(2, gateway="other")
    file.add(mine)
    file.add(other)
    assert ids(reading, "default") == [entry.id for entry in mine[2:]]
    assert ids(reading, "other") == [entry.id for entry in other]


def test_a_gateway_that_stops_inserting_keeps_its_oldest_rows_and_says_that_it_is_full(
    journal: Opened, reading: sqlite3.Connection
) -> None:
    file = journal(GatewaySettings(log_management=3, delete_oldest_logs=False))
    given = entries(5)
    assert file.add(given[:2]) == ()
    assert file.add(given[2:]) == ("default",)
    assert ids(reading) == [entry.id for entry in given[:3]]


def test_a_lowered_limit_is_met_in_small_steps(journal: Opened, reading: sqlite3.Connection) -> None:
    file = journal()
    file.add(entries(1200))
    file.close()
    lowered = journal(GatewaySettings(log_management=10))
    lowered.add([Entry(row(created_at=5000.0))])
    assert len(ids(reading)) == 701
    assert lowered.evict()
    assert not lowered.evict()
    assert len(ids(reading)) == 10


def test_the_oldest_rows_of_any_gateway_go_when_the_file_is_too_large(
    journal: Opened, reading: sqlite3.Connection
) -> None:
    file = journal(max_bytes=1_000_000)
    noise = bytes(range(256)) * 4  # below the size from which bodies are compressed
    given = [Entry(row(created_at=float(at), gateway=f"g{at % 2}", request_body=noise)) for at in range(3000)]
    for at in range(0, 3000, 100):
        file.add(given[at : at + 100])
    while file.evict():
        pass
    (pages,), (free,) = (
        reading.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count")
    )
    assert (pages - free) * PAGE_BYTES <= 1_000_000
    kept = ids(reading)
    assert 100 < len(kept) < 1000
    assert set(kept) == {entry.id for entry in given[-len(kept) :]}
    left = {
        table: reading.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("logs", "bodies")
    }
    assert left["logs"] == left["bodies"]


def test_a_batch_with_a_row_that_cannot_be_stored_stores_nothing(
    journal: Opened, reading: sqlite3.Connection
) -> None:
    file, first = journal(), row()
    file.add([Entry(first)])
    for bad in (row(tokens_in=10**30), row(path="\ud800"), row(id=first.id)):
        with pytest.raises(Unstorable):
            file.add([Entry(row()), Entry(bad)])
    assert ids(reading) == [first.id]
    file.add([Entry(row())])


def test_a_file_that_another_holds_is_reported_and_written_later(
    journal: Opened, reading: sqlite3.Connection, tmp_path: Path
) -> None:
    file, given = journal(), row()
    other = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageFailed) as failed:
        file.add([Entry(given)])
    assert "Another program holds" in failed.value.why
    other.execute("ROLLBACK")
    other.close()
    file.add([Entry(given)])
    assert ids(reading) == [given.id]


def test_a_connection_for_reading_changes_nothing(reading: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reading.execute("DELETE FROM logs")


def test_a_journal_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        open_reading(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_the_file_is_its_owners_alone(journal: Opened, tmp_path: Path) -> None:
    journal()
    assert (tmp_path / "journal.db").stat().st_mode & 0o077 == 0
