"""What is cached, under which key, and how it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.gateway.pipeline.calls import call, ok
from workbench.domain.gateways import GatewaySettings
from workbench.domain.secret import Secret
from workbench.gateway.access import Access
from workbench.gateway.calls import Shape
from workbench.gateway.pipeline import cache as caching
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.cache import Cache, frames_of, is_cacheable, is_kept, key_of, reply_of, ttl_of
from workbench.gateway.pipeline.options import Options
from workbench.gateway.replies import EVENT_STREAM, JSON, Reply
from workbench.storage.gateway_cache import CachedAnswer, GatewayCache

ACCESS = Access(Secret("our-token"))
NOW = 1000.0


def key(options: Options | None = None, place: str = "sandbox", **of: Any) -> bytes:
    return key_of(call(**of), options or Options(), place, ACCESS)


def test_the_key_is_the_request_without_its_metadata() -> None:
    assert key() == key(Options(metadata={"user": "ann"})) == key(headers={"user-agent": "x"})


@pytest.mark.parametrize(
    "other",
    [
        {"provider": "groq"},
        {"model": "gpt-5.5"},
        {"body": b"{ }"},
        {"headers": {"authorization": "Bearer sk-1"}},
        {"headers": {"x-api-key": "sk-1"}},
        {"headers": {"x-sandbox": "status=429"}},
        {"gateway": "other"},
        {"place": "stored-key"},
    ],
)
def test_what_may_change_the_answer_changes_the_key(other: dict[str, Any]) -> None:
    assert key(**other) != key()


def test_two_keys_of_a_provider_never_share_an_answer() -> None:
    assert key(headers={"authorization": "Bearer sk-1"}) != key(headers={"authorization": "Bearer sk-2"})


def test_our_own_token_is_not_in_the_key_wherever_it_stands() -> None:
    for header in ("authorization", "x-api-key", "cf-aig-authorization"):
        assert key(headers={header: "Bearer our-token"}) == key()


def test_a_custom_key_stands_for_all_of_the_request() -> None:
    mine = Options(cache_key="mine")
    assert key(mine, body=b"1") == key(mine, body=b"2", model="gpt-5.5", provider="groq")
    assert key(mine) != key(Options(cache_key="yours"))
    assert key(mine, gateway="other") != key(mine)


@given(st.binary(max_size=8), st.binary(max_size=8), st.text(max_size=4), st.text(max_size=4))
def test_parts_cannot_be_moved_between_each_other(a: bytes, b: bytes, m: str, n: str) -> None:
    assert (key(body=a, model=m) == key(body=b, model=n)) == ((a, m) == (b, n))


@pytest.mark.parametrize(
    ("options", "ttl"),
    [
        (Options(), 0),
        (Options(cache_ttl_s=0), 0),
        (Options(cache_ttl_s=600), 600),
        (Options(cache_key="k"), 300),
        (Options(cache_key="k", cache_ttl_s=60), 60),
        (Options(cache_key="k", cache_ttl_s=0), 0),
    ],
)
def test_the_time_is_the_headers_then_the_gateways_then_five_minutes_for_a_custom_key(
    options: Options, ttl: int
) -> None:
    assert ttl_of(options) == ttl


def test_streams_are_cached_where_the_gateway_says_so() -> None:
    assert is_cacheable(call(stream=True), GatewaySettings())
    assert not is_cacheable(call(stream=True), GatewaySettings(cache_streams=False))
    assert is_cacheable(call(), GatewaySettings(cache_streams=False))
    assert not is_cacheable(call(method="GET"), GatewaySettings())


SSE = Reply(200, [EVENT_STREAM])


@pytest.mark.parametrize(
    ("shape", "reply", "body", "kept"),
    [
        (Shape.CHAT, ok(), b"{}", True),
        (Shape.CHAT, Reply(500, [JSON]), b"{}", False),
        (Shape.CHAT, Reply(404, [JSON]), b"{}", False),
        (Shape.CHAT, SSE, b'data: {"a":1}\n\ndata: [DONE]\n\n', True),
        (Shape.CHAT, SSE, b'data: {"a":1}\n\n', False),
        (Shape.MESSAGES, SSE, b'event: message_stop\ndata: {"type":"message_stop"}\n\n', True),
        (Shape.MESSAGES, SSE, b"event: ping\n\n", False),
        (Shape.OTHER, Reply(200, [(b"content-type", b"audio/mpeg")]), b"\xff\xfb", True),
    ],
)
def test_only_whole_and_good_answers_are_kept(shape: Shape, reply: Reply, body: bytes, kept: bool) -> None:
    assert is_kept(call(shape=shape), reply, body) is kept


def test_an_answer_over_25_megabytes_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "MAX_CACHED_BYTES", 10)
    assert is_kept(call(), ok(), b"x" * 10)
    assert not is_kept(call(), ok(), b"x" * 11)


@given(st.lists(st.sampled_from([b"data: {}", b"\n", b"\r\n", b"\r", b"x", b"\n\n"]), max_size=30))
def test_frames_put_together_are_the_body(parts: list[bytes]) -> None:
    body = b"".join(parts)
    assert b"".join(frames_of(body)) == body


def test_a_stream_comes_back_frame_by_frame(run_async: Run) -> None:
    body = b"data: 1\n\ndata: 2\n\ndata: [DONE]\n\n"
    kept = answer("a", body=body, headers=(EVENT_STREAM,), streamed=True)

    async def read() -> list[bytes]:
        stream = reply_of(kept).stream
        assert stream is not None
        return [piece async for piece in stream]

    assert run_async(read()) == [b"data: 1\n\n", b"data: 2\n\n", b"data: [DONE]\n\n"]


def answer(name: str, **more: Any) -> CachedAnswer:
    kept = CachedAnswer(name.encode(), "default", "openai", 0, 0, 200, (JSON,), b"{}")
    return replace(kept, **more)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


Scenario = Callable[[Cache, GatewayCache, Clock], Coroutine[Any, Any, None]]


async def _with_cache(folder: Path, scenario: Scenario) -> None:
    clock = Clock()
    store = await GatewayCache.open(folder / "cache.db", clock=clock)
    try:
        async with Background() as background:
            await scenario(Cache(store, background, clock), store, clock)
    finally:
        await store.aclose()


async def _stored(store: GatewayCache, names: str) -> None:
    async with asyncio.timeout(20):
        while not all(store.has(name.encode(), NOW) for name in names):  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(0.001)


def test_an_answer_is_there_at_once_and_on_disk_soon(tmp_path: Path, run_async: Run) -> None:
    async def scenario(cache: Cache, store: GatewayCache, clock: Clock) -> None:
        cache.put(answer("a"), 60, cache.generation)
        found = await cache.get(b"a")
        assert found is not None
        assert (found.created_at, found.expires_at) == (NOW, NOW + 60)
        await _stored(store, "a")
        assert await Cache(store, Background(), clock).get(b"a") == found
        clock.now += 60
        assert await cache.get(b"a") is None

    run_async(_with_cache(tmp_path, scenario))


def test_what_was_asked_for_before_a_change_is_not_kept_after_it(tmp_path: Path, run_async: Run) -> None:
    async def scenario(cache: Cache, store: GatewayCache, clock: Clock) -> None:
        before = cache.generation
        cache.drop(gateway="default")
        cache.put(answer("a"), 60, before)
        assert await cache.get(b"a") is None

    run_async(_with_cache(tmp_path, scenario))


def test_a_drop_reaches_memory_and_disk(tmp_path: Path, run_async: Run) -> None:
    async def scenario(cache: Cache, store: GatewayCache, clock: Clock) -> None:
        cache.put(answer("a"), 60, cache.generation)
        cache.put(answer("b", provider="groq"), 60, cache.generation)
        await _stored(store, "ab")
        cache.drop(provider="openai")
        assert await cache.get(b"a") is None
        assert await cache.get(b"b") is not None
        assert len(store) == 1

    run_async(_with_cache(tmp_path, scenario))


def test_a_disk_that_refuses_costs_no_answer_and_is_told_once(
    tmp_path: Path, run_async: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(cache: Cache, store: GatewayCache, clock: Clock) -> None:
        await store.aclose()  # whatever is asked of it from here on fails

        class Broken(GatewayCache):
            async def put(self, answer: CachedAnswer) -> None:
                from workbench.domain.errors import StorageFailed

                raise StorageFailed("The disk is full.", why="There is no room left.")

        broken = Broken(store._reader, store._writer, {}, 1)
        async with Background() as background:
            cache = Cache(broken, background, clock)
            for name in ("a", "b"):
                cache.put(answer(name), 60, cache.generation)
            await asyncio.sleep(0.01)
            assert await cache.get(b"a") is not None

    run_async(_with_cache(tmp_path, scenario))
    assert caplog.text.count("The disk is full.") == 1


def test_memory_is_bounded(tmp_path: Path, run_async: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "HOT_BYTES", 3000)
    monkeypatch.setattr(caching, "HOT_ANSWER_BYTES", 2000)

    async def scenario(cache: Cache, store: GatewayCache, clock: Clock) -> None:
        for name in "abcde":
            cache.put(answer(name, body=b"x" * 500), 60, cache.generation)
        cache.put(answer("f", body=b"x" * 2500), 60, cache.generation)
        assert len(cache._hot) == 2
        await _stored(store, "abcdef")
        for name in "abcdef":
            assert await cache.get(name.encode()) is not None

    run_async(_with_cache(tmp_path, scenario))
