"""The journal under load, on bad disks, and after a kill."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.gateway.journal.rows import opened, row, trace
from tests.waiting import until
from workbench.domain.gateways import GatewaySettings
from workbench.gateway.journal import writer
from workbench.gateway.journal.journal import Journal
from workbench.storage import journal_queries as queries
from workbench.storage.journal import BUSY_MS, open_reading
from workbench.storage.journal_queries import Query


@asynccontextmanager
async def journal(folder: Path, **options: Any) -> AsyncIterator[Journal]:
    journal = await opened(folder, **options)
    try:
        yield journal
    finally:
        await journal.aclose()


async def ids(journal: Journal) -> list[str]:
    page = await journal.read(
        lambda connection: queries.page(connection, Query(descending=False), limit=100_000)
    )
    return [kept.id for kept in page.rows]


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[None]:
    """Another program holds the file for writing."""
    other = sqlite3.connect(folder / "journal.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


def test_a_row_can_be_read_as_soon_as_it_was_added(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            rows = [row(created_at=float(at)) for at in range(250)]
            for one in rows:
                book.add(one)
            assert await ids(book) == [one.id for one in rows]

    run_async(main())


def test_a_trace_is_kept_beside_its_row(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            book.add(row(trace_id="t1"), trace("t1"))
            assert await book.trace("t1") == trace("t1")
            assert await book.trace("t2") is None

    run_async(main())


def test_closing_stores_what_waits(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            for _ in range(777):
                book.add(row())

    run_async(main())
    connection = open_reading(tmp_path / "journal.db")
    assert queries.page(connection, Query()).total == 777
    connection.close()


def test_a_locked_file_holds_up_rows_but_nobody_else_and_the_warning_clears_itself(
    tmp_path: Path, run_async: Run
) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            first, second = row(created_at=1.0), row(created_at=2.0)
            book.add(first)
            assert await ids(book) == [first.id]
            async with locked(tmp_path):
                book.add(second)
                await until(lambda: book.warning)
                assert book.warning.startswith(
                    "Requests are answered but not recorded. Another program holds"
                )
                assert await ids(book) == [first.id]
            await until(lambda: not book.warning)
            assert await ids(book) == [first.id, second.id]
            assert book.lost == 0

    run_async(main())


def test_rows_that_wait_for_too_long_are_given_up_oldest_first_and_counted(
    tmp_path: Path, run_async: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 100 * writer._ROW)

    async def main() -> None:
        async with journal(tmp_path) as book:
            assert await ids(book) == []
            rows = [row(created_at=float(at)) for at in range(300)]
            async with locked(tmp_path):
                book.add(rows[0])
                await until(lambda: book.warning)
                for one in rows[1:]:
                    book.add(one)
                await until(lambda: "200 rows were lost" in book.warning)
                assert book.lost == 200
            await until(lambda: not book.warning)
            assert await ids(book) == [one.id for one in rows[200:]]

    run_async(main())


def test_bodies_count_in_what_may_wait(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            assert await ids(book) == []
            async with locked(tmp_path):
                for _ in range(10):
                    book.add(row(response_body=bytes(writer.MAX_WAITING // 5)))
                assert book.lost >= 5

    run_async(main())


def test_a_full_disk_is_said_and_rows_are_kept_until_there_is_room(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            book.add(row())
            assert len(await ids(book)) == 1
            file = book._writer._file
            assert file is not None
            file._connection.execute(
                "PRAGMA max_page_count = 1"
            )  # there is never room again, as on a full disk
            for _ in range(200):
                book.add(row(request_body=bytes(range(256)) * 7))
            await until(lambda: "There is no room left" in book.warning)
            await until(
                lambda: not book.warning
            )  # the file is opened anew for every try, and now there is room
            assert len(await ids(book)) == 201
            assert book.lost == 0

    run_async(main())


def test_a_folder_that_cannot_be_used_is_a_warning_and_not_an_end(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        (tmp_path / "data").write_text("a file where the folder should be")
        async with journal(tmp_path / "data") as book:
            book.add(row())
            await until(lambda: book.warning)
            (tmp_path / "data").unlink()
            await until(lambda: not book.warning)
            assert len(await ids(book)) == 1

    run_async(main())


def test_a_row_that_cannot_be_stored_does_not_keep_the_others_waiting(
    tmp_path: Path, run_async: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            rows = [row(created_at=float(at), tokens_in=10**30 if at == 7 else at) for at in range(20)]
            for one in rows:
                book.add(one)
            assert await ids(book) == [one.id for at, one in enumerate(rows) if at != 7]
            assert book.lost == 1
            assert book.warning == ""

    run_async(main())
    assert "could not be stored" in caplog.text


def test_metadata_that_cannot_be_written_costs_its_row_only(
    tmp_path: Path, run_async: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            kept = row(metadata={"seats": 3})
            book.add(row(metadata={"plan": "\ud800"}))
            book.add(kept)
            assert await ids(book) == [kept.id]
            assert book.lost == 1

    run_async(main())
    assert "could not be stored" in caplog.text


def test_a_gateway_that_is_full_says_so_until_its_limit_is_raised(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        limits = {"default": 2, "other": 9}

        def settings_of(gateway: str) -> GatewaySettings:
            return GatewaySettings(gateway, log_management=limits[gateway], delete_oldest_logs=False)

        async with journal(tmp_path, settings_of=settings_of) as book:
            for _ in range(3):
                book.add(row())
            await until(lambda: "Gateway “default” has as many log rows as it may keep" in book.warning)
            book.add(row(gateway="other"))
            assert len(await ids(book)) == 3
            assert book.warning
            limits["default"] = 9
            book.add(row())
            await until(lambda: not book.warning)
            assert len(await ids(book)) == 4

    run_async(main())


def test_a_reader_that_gives_up_waiting_harms_nobody(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        async with journal(tmp_path) as book:
            assert await ids(book) == []
            async with locked(tmp_path):
                book.add(row())
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(BUSY_MS / 10_000):
                        await ids(book)
            assert len(await ids(book)) == 1

    run_async(main())


_CHILD = """
import asyncio, sys, time
from pathlib import Path
from tests.gateway.journal.rows import opened, row

async def main():
    journal = await opened(Path(sys.argv[1]))
    at = 0
    while True:
        now = time.monotonic()
        journal.add(row(created_at=now))
        at += 1
        if at % 20 == 0:
            print(now, flush=True)
            await asyncio.sleep(0.002)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_loses_the_last_moment_at_most(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert child.stdout is not None
    for _ in range(300):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    told = [float(line) for line in child.stdout.read().split()[:-1]]
    child.wait()
    child.stdout.close()
    last_added = told[-1] if told else time.monotonic()
    connection = open_reading(tmp_path / "journal.db")
    kept = [when for (when,) in connection.execute("SELECT created_at FROM logs ORDER BY key")]
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert kept == sorted(kept)
    assert len(kept) > 3000
    # 50 ms of waiting and a transaction; the rest is for a machine that has other things to do.
    assert last_added - kept[-1] < 0.1 + 0.4
