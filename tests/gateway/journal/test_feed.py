"""The feed: rows to many readers as they come, and a slow reader is nobody's trouble but its own."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.gateway.journal.rows import opened, row
from workbench.client.sse import SseDecoder, SseEvent
from workbench.domain.journal import LogRow
from workbench.gateway.journal import feed as feeds
from workbench.gateway.journal.feed import MAX_QUEUED, Feed
from workbench.gateway.journal.journal import LAST_ROWS


class Reader:
    """Reads a feed as a client would."""

    def __init__(self, stream: AsyncGenerator[bytes, None]) -> None:
        self._stream = stream
        self._decoder = SseDecoder()
        self._events: list[SseEvent] = []

    async def begin(self) -> Reader:
        assert await anext(self._stream) == b"retry: 1000\n\n"
        return self

    async def next(self) -> SseEvent:
        async with asyncio.timeout(10):
            while not self._events:
                self._events = self._decoder.feed(await anext(self._stream))
        return self._events.pop(0)

    async def ids(self, count: int) -> list[str]:
        return [(await self.next()).id for _ in range(count)]

    async def json(self) -> Any:
        return json.loads((await self.next()).data)


def test_a_row_is_told_with_its_fields_and_without_its_bodies(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        async with aclosing(feed.read()) as stream:
            reader = await Reader(stream).begin()
            one = row(metadata={"plan": "free"}, request_body=b"secret", request_head="{}")
            feed.publish(one)
            event = await reader.next()
            told = json.loads(event.data)
            assert (event.event, event.id) == ("log", one.id)
            assert (told["model"], told["metadata"], told["cost_source"]) == (
                "gpt-4o-mini",
                {"plan": "free"},
                "unknown",
            )
            assert not {"request_body", "response_body", "request_head", "response_head"} & told.keys()

    run_async(main())


def test_every_reader_is_told_every_row(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        async with aclosing(feed.read()) as one, aclosing(feed.read()) as other:
            readers = [await Reader(stream).begin() for stream in (one, other)]
            rows = [row() for _ in range(250)]
            for each in rows:
                feed.publish(each)
            for reader in readers:
                assert await reader.ids(250) == [each.id for each in rows]

    run_async(main())


def test_a_slow_reader_loses_the_oldest_rows_and_is_told_how_many(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        async with aclosing(feed.read()) as stream:
            reader = await Reader(stream).begin()
            rows = [row() for _ in range(MAX_QUEUED + 5)]
            for one in rows:
                feed.publish(one)
            missed = await reader.next()
            assert (missed.event, json.loads(missed.data)) == ("missed", {"rows": 5})
            assert await reader.ids(3) == [one.id for one in rows[5:8]]

    run_async(main())


def test_a_warning_is_told_to_who_reads_and_to_who_comes_later(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        async with aclosing(feed.read()) as stream:
            reader = await Reader(stream).begin()
            feed.warn("The disk is full.")
            assert await reader.json() == {"warning": "The disk is full."}
            async with aclosing(feed.read()) as late:
                assert await (await Reader(late).begin()).json() == {"warning": "The disk is full."}
            feed.warn("")
            assert await reader.json() == {"warning": ""}

    run_async(main())


def test_a_quiet_feed_says_that_it_lives(run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "BEAT_S", 0.01)

    async def main() -> None:
        async with aclosing(Feed().read()) as stream:
            assert [await anext(stream) for _ in range(3)] == [
                b"retry: 1000\n\n",
                b": feed\n\n",
                b": feed\n\n",
            ]

    run_async(main())


def test_a_reader_that_leaves_is_forgotten(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        stream = feed.read()
        await anext(stream)
        assert feed._readers
        await stream.aclose()
        assert not feed._readers

    run_async(main())


def test_hanging_up_ends_every_feed(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()

        async def all_of(stream: AsyncGenerator[bytes, None]) -> int:
            return len([piece async for piece in stream])

        async with asyncio.TaskGroup() as group:
            open_one = group.create_task(all_of(feed.read()))
            await asyncio.sleep(0)
            feed.hang_up()
        assert open_one.result() == 1
        assert await all_of(feed.read()) == 1

    run_async(main())


def test_a_row_that_is_no_json_is_told_all_the_same(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        async with aclosing(feed.read()) as stream:
            reader = await Reader(stream).begin()
            feed.publish(row(path="\ud800", tokens_in=10**30))
            told = await reader.json()
            assert (told["path"], told["tokens_in"]) == ("\ud800", 10**30)

    run_async(main())


@pytest.mark.parametrize("since", ["id", "time", "0", "long gone"])
def test_a_feed_can_begin_with_what_came_before(tmp_path: Path, run_async: Run, since: str) -> None:
    async def main() -> None:
        journal = await opened(tmp_path)
        rows = [row(created_at=float(at)) for at in range(LAST_ROWS + 50)]
        for one in rows:
            journal.add(one)
        mark = {"id": rows[-11].id, "time": str(rows[-11].created_at)}.get(since, since)
        expected = rows[-10:] if since in ("id", "time") else rows[-LAST_ROWS:]
        async with aclosing(journal.feed(mark)) as stream:
            reader = await Reader(stream).begin()
            assert await reader.ids(len(expected)) == [one.id for one in expected]
            journal.add(row(id="next"))
            assert await reader.ids(1) == ["next"]
        await journal.aclose()

    run_async(main())


def test_what_comes_while_the_past_is_fetched_is_told_once(run_async: Run) -> None:
    async def main() -> None:
        feed = Feed()
        old, both, new = row(), row(), row()

        async def history() -> list[LogRow]:
            feed.publish(both)  # stored before the past was read, told before the feed had caught up
            feed.publish(new)
            return [old, both]

        async with aclosing(feed.read(history)) as stream:
            reader = await Reader(stream).begin()
            assert await reader.ids(3) == [old.id, both.id, new.id]

    run_async(main())


def test_a_warning_of_the_writer_reaches_the_feed(tmp_path: Path, run_async: Run) -> None:
    async def main() -> None:
        journal = await opened(tmp_path)
        await journal.trace("")
        async with aclosing(journal.feed()) as stream:
            reader = await Reader(stream).begin()
            other = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            journal.add(row())
            assert (await reader.next()).event == "log"
            assert "not recorded" in (await reader.json())["warning"]
            other.close()
            assert await reader.json() == {"warning": ""}
        await journal.aclose()

    run_async(main())
