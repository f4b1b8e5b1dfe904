"""The cache file: what is found again, what goes when there is no room, and that nobody waits for a writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from workbench.domain.errors import StorageFailed
from workbench.storage.gateway_cache import CachedAnswer, GatewayCache

NOW = 1000.0


def answer(name: str, **more: Any) -> CachedAnswer:
    values: dict[str, Any] = {
        "key": name.encode().ljust(32, b"."),
        "gateway": "default",
        "provider": "openai",
        "created_at": NOW,
        "expires_at": NOW + 60,
        "status": 200,
        "headers": ((b"content-type", b"application/json"),),
        "body": b"{}",
    }
    return CachedAnswer(**{**values, **more})


@asynccontextmanager
async def opened(folder: Path, **more: Any) -> AsyncIterator[GatewayCache]:
    cache = await GatewayCache.open(folder / "cache.db", clock=lambda: NOW, **more)
    try:
        yield cache
    finally:
        await cache.aclose()


def test_an_answer_is_found_as_it_was_put_also_after_a_restart(tmp_path: Path, run_async: Run) -> None:
    put = answer("a", body=bytes(range(256)), streamed=True, tokens=(3, 5, None))

    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            await cache.put(put)
            assert await cache.get(put.key, NOW) == put
        async with opened(tmp_path) as cache:
            assert await cache.get(put.key, NOW) == put
            assert await cache.get(answer("b").key, NOW) is None

    run_async(scenario())


def test_an_answer_is_not_found_before_it_is_stored(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache, asyncio.TaskGroup() as group:
            putting = group.create_task(cache.put(answer("a")))
            await asyncio.sleep(0)
            assert (len(cache), cache.has(answer("a").key, NOW)) == (1, putting.done())
            await putting
            assert cache.has(answer("a").key, NOW)

    run_async(scenario())


def test_what_has_expired_is_not_found_and_goes_at_the_next_start(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            await cache.put(answer("a"))
            assert await cache.get(answer("a").key, NOW + 60) is None
            await cache.put(answer("b", expires_at=NOW - 1))
        async with opened(tmp_path) as cache:
            assert len(cache) == 1

    run_async(scenario())


def test_a_newer_answer_takes_the_place_of_the_older(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            await cache.put(answer("a", body=b"old"))
            await cache.put(answer("a", body=b"newer"))
            found = await cache.get(answer("a").key, NOW)
            assert found is not None
            assert found.body == b"newer"
            assert cache.size == found.size

    run_async(scenario())


def test_the_oldest_go_first_where_there_is_no_room(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path, max_bytes=5000) as cache:
            for name in "abc":
                await cache.put(answer(name, body=b"x" * 1500))
            assert [cache.has(answer(name).key, NOW) for name in "abc"] == [False, True, True]
            assert cache.size <= 5000
            await cache.put(answer("d", body=b"x" * 9000))
            assert not cache.has(answer("d").key, NOW)
        async with opened(tmp_path, max_bytes=5000) as cache:
            assert [cache.has(answer(name).key, NOW) for name in "abc"] == [False, True, True]

    run_async(scenario())


def test_a_gateways_or_a_providers_answers_can_be_forgotten(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            await cache.put(answer("a"))
            await cache.put(answer("b", provider="groq"))
            await cache.put(answer("c", gateway="other"))
            for who, count in (
                ({"gateway": "default", "provider": "groq"}, 1),
                ({"gateway": "other"}, 1),
                ({}, 1),
            ):
                gone = cache.forget(**who)
                assert len(gone) == count
                await cache.delete(gone)
            assert len(cache) == cache.size == 0
        async with opened(tmp_path) as cache:
            assert len(cache) == 0

    run_async(scenario())


def test_a_hit_does_not_wait_for_a_writer(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            await cache.put(answer("a"))
            with closing(sqlite3.connect(tmp_path / "cache.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                async with asyncio.TaskGroup() as tasks:
                    writing = tasks.create_task(cache.put(answer("b")))
                    assert await cache.get(answer("a").key, NOW) == answer("a")
                    assert not writing.done()
                    other.execute("ROLLBACK")

    run_async(scenario())


def test_what_could_not_be_written_is_not_promised(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            with closing(sqlite3.connect(tmp_path / "cache.db")) as other:
                other.execute("DROP TABLE answers")
            with pytest.raises(StorageFailed):
                await cache.put(answer("a"))
            assert not cache.has(answer("a").key, NOW)
            assert cache.size == 0

    run_async(scenario())


def test_what_was_counted_is_there_after_a_restart(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as cache:
            assert await cache.counted() == b""
            await cache.keep_counted(b"one")
            await cache.keep_counted(b"two")
        async with opened(tmp_path) as cache:
            assert await cache.counted() == b"two"

    run_async(scenario())
