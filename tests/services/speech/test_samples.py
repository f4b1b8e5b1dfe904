from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.services.fakes import FULL
from tests.services.speech.recordings import FakeDecoder, left, put, tone
from tests.waiting import until
from workbench.domain.errors import StorageFailed
from workbench.services.speech.samples import RATE, SampleCache, Samples


def quiet(part: float) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def decoder() -> FakeDecoder:
    return FakeDecoder()


@pytest.fixture
def cache(tmp_path: Path, decoder: FakeDecoder) -> SampleCache:
    return SampleCache(tmp_path / "samples", decoder)


def test_samples_are_read_between_two_times_and_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.s16"
    path.write_bytes(tone(2.5))
    samples = Samples(path, path.stat().st_size)
    assert (samples.count, samples.seconds) == (2.5 * RATE, 2.5)
    assert samples.read(0.5, 0.75) == tone(2.5)[16_000:24_000]
    assert samples.read(2.0, 9.0) == tone(2.5)[64_000:]
    assert samples.read(3.0, 4.0) == b""
    assert samples.read(-1.0, 0.001) == tone(2.5)[:32]
    assert b"".join(samples.blocks(0.7)) == samples.read() == tone(2.5)
    path.unlink()
    with pytest.raises(StorageFailed, match="cannot be read"):
        samples.read()


def test_a_recording_is_decoded_once(
    tmp_path: Path, cache: SampleCache, decoder: FakeDecoder, run_async: Run
) -> None:
    async def told() -> None:
        source = put(tmp_path, "a.wav", (1.0, 0.5))
        assert not await cache.has("one")
        heard: list[float] = []
        first = await cache.get("one", source, 1.0, heard.append)
        assert (heard, first.read()) == ([0.5, 1.0], tone(1.0))
        assert await cache.get("one", source, 1.0, quiet) == first
        assert await cache.has("one")
        assert decoder.decoded == ["a.wav"]

    run_async(told())


def test_several_who_want_the_same_wait_for_one_decoding(
    tmp_path: Path, cache: SampleCache, decoder: FakeDecoder, run_async: Run
) -> None:
    async def told() -> None:
        source, decoder.go = put(tmp_path, "a.wav", (1.0, 0.5)), asyncio.Event()
        loop = asyncio.get_running_loop()
        one, other = (loop.create_task(cache.get("one", source, 1.0, quiet)) for _ in range(2))
        await until(lambda: decoder.decoded == ["a.wav"])
        one.cancel()
        await asyncio.wait([one])
        decoder.go.set()
        assert (await other).seconds == 1.0
        assert (decoder.decoded, decoder.cut) == (["a.wav"], [])

    run_async(told())


def test_a_decoding_that_nobody_waits_for_ends_and_leaves_nothing(
    tmp_path: Path, cache: SampleCache, decoder: FakeDecoder, run_async: Run
) -> None:
    async def told() -> None:
        source, decoder.go = put(tmp_path, "a.wav", (1.0, 0.5)), asyncio.Event()
        loop = asyncio.get_running_loop()
        one = loop.create_task(cache.get("one", source, 1.0, quiet))
        await until(lambda: decoder.decoded == ["a.wav"])
        one.cancel()
        again = loop.create_task(cache.get("one", source, 1.0, quiet))
        await asyncio.wait([one])
        assert decoder.cut == ["a.wav"]
        decoder.go.set()
        assert (await again).seconds == 1.0
        assert left(tmp_path / "samples") == {".s16"}

    run_async(told())


@pytest.mark.parametrize("error", [FULL, RuntimeError("A bug.")])
def test_a_decoding_that_fails_leaves_nothing_and_can_be_tried_again(
    tmp_path: Path, cache: SampleCache, decoder: FakeDecoder, run_async: Run, error: Exception
) -> None:
    async def told() -> None:
        source, decoder.error = put(tmp_path, "a.wav", (1.0, 0.5)), error
        with pytest.raises(type(error)):
            await cache.get("one", source, 1.0, quiet)
        assert left(tmp_path / "samples") == set()
        decoder.error = None
        assert (await cache.get("one", source, 1.0, quiet)).seconds == 1.0

    run_async(told())


def test_what_was_not_looked_at_for_the_longest_goes_when_there_is_too_much(
    tmp_path: Path, decoder: FakeDecoder, run_async: Run
) -> None:
    async def told() -> None:
        cache = SampleCache(tmp_path / "samples", decoder, most_bytes=2 * 32_000)
        source = put(tmp_path, "a.wav", (1.0, 0.5))
        for number, name in enumerate(("one", "two")):
            samples = await cache.get(name, source, 1.0, quiet)
            os.utime(samples.path, (number, number))
        await cache.get("one", source, 1.0, quiet)
        await cache.get("three", source, 1.0, quiet)
        assert [await cache.has(name) for name in ("one", "two", "three")] == [True, False, True]

    run_async(told())


def test_a_recording_larger_than_the_cache_is_decoded_all_the_same(
    tmp_path: Path, decoder: FakeDecoder, run_async: Run
) -> None:
    async def told() -> None:
        cache = SampleCache(tmp_path / "samples", decoder, most_bytes=1000)
        assert (await cache.get("one", put(tmp_path, "a.wav", (1.0, 0.5)), 1.0, quiet)).read() == tone(1.0)

    run_async(told())


def test_a_disk_without_room_is_told_before_hours_are_decoded(
    tmp_path: Path, cache: SampleCache, decoder: FakeDecoder, run_async: Run
) -> None:
    with pytest.raises(StorageFailed, match="cannot be decoded") as caught:
        run_async(cache.get("one", put(tmp_path, "a.wav", (1.0, 0.5)), 1e12, quiet))
    assert "room" in caught.value.why
    assert decoder.decoded == []


def test_drafts_of_a_program_that_died_are_swept_away(
    tmp_path: Path, decoder: FakeDecoder, run_async: Run
) -> None:
    (tmp_path / "samples").mkdir()
    for name, at in (("old.draft", 1000.0), ("new.draft", 90_000.0)):
        (tmp_path / "samples" / name).write_bytes(b"x")
        os.utime(tmp_path / "samples" / name, (at, at))
    cache = SampleCache(tmp_path / "samples", decoder, clock=lambda: 100_000.0)
    run_async(cache.get("one", put(tmp_path, "a.wav", (1.0, 0.5)), 1.0, quiet))
    assert not (tmp_path / "samples" / "old.draft").exists()
    assert (tmp_path / "samples" / "new.draft").exists()


def test_closing_ends_what_is_decoded(
    tmp_path: Path, cache: SampleCache, decoder: FakeDecoder, run_async: Run
) -> None:
    async def told() -> None:
        decoder.go = asyncio.Event()
        source = put(tmp_path, "a.wav", (1.0, 0.5))
        one = asyncio.get_running_loop().create_task(cache.get("one", source, 1.0, quiet))
        await until(lambda: decoder.decoded == ["a.wav"])
        await cache.aclose()
        await asyncio.wait([one])
        assert one.cancelled()

    run_async(told())
