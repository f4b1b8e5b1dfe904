from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.storage.conftest import Loop
from workbench.domain.errors import StorageFailed
from workbench.storage.vector_cache import KEEP_S, VectorCache

DAY = 24 * 3600.0


def key(number: int) -> bytes:
    return number.to_bytes(16)


def vector(number: float, dimensions: int = 4) -> bytes:
    return struct.pack(f"<{dimensions}f", *[number] * dimensions)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Caches:
    """Opens the same file again and again, and closes what is left open."""

    def __init__(self, run: Loop, path: Path) -> None:
        self.run = run
        self.path = path
        self.clock = Clock()
        self._open: list[VectorCache] = []

    def __call__(self, **options: Any) -> VectorCache:
        cache = VectorCache(self.path, clock=self.clock, **options)
        self._open.append(cache)
        return cache

    def close(self) -> None:
        for cache in self._open:
            self.run(cache.aclose())
        self._open.clear()


@pytest.fixture
def caches(run: Loop, tmp_path: Path) -> Iterator[Caches]:
    found = Caches(run, tmp_path / "vectors.db")
    yield found
    found.close()


def test_vectors_come_back_in_the_order_they_are_asked_for(run: Loop, caches: Caches) -> None:
    cache = caches()
    run(cache.put({key(1): vector(1), key(2): vector(2)}))
    run(cache.put({}))
    assert run(cache.get([key(2), key(3), key(1), key(2)])) == [vector(2), None, vector(1), vector(2)]
    assert run(cache.has([key(2), key(3)])) == [True, False]
    assert run(cache.get([])) == []


def test_they_are_there_after_a_restart_and_for_another_window(run: Loop, caches: Caches) -> None:
    one, other = caches(), caches()
    run(one.put({key(1): vector(1)}))
    run(other.put({key(2): vector(2)}))
    assert run(one.get([key(1), key(2)])) == [vector(1), vector(2)]
    caches.close()
    assert run(caches().get([key(2)])) == [vector(2)]


def test_two_windows_that_store_at_once_lose_nothing(run: Loop, caches: Caches) -> None:
    one, other = caches(), caches()

    async def both() -> None:
        await asyncio.gather(*(cache.put({key(n): vector(n)}) for n in range(20) for cache in (one, other)))

    run(both())
    assert run(one.get([key(n) for n in range(20)])) == [vector(n) for n in range(20)]


def test_what_is_there_already_stays(run: Loop, caches: Caches) -> None:
    cache = caches()
    run(cache.put({key(1): vector(1)}))
    run(cache.put({key(1): vector(9), key(2): vector(2)}))
    assert run(cache.get([key(1), key(2)])) == [vector(1), vector(2)]


def test_tens_of_thousands_are_read_at_once(run: Loop, caches: Caches) -> None:
    cache = caches()
    many = 25_000
    run(cache.put({key(n): vector(n) for n in range(many)}))
    found = run(cache.get([key(n) for n in range(many + 1)]))
    assert found[many] is None
    assert found[:many] == [vector(n) for n in range(many)]
    assert sum(run(cache.has([key(n) for n in range(many + 1)]))) == many


def test_what_was_not_used_for_the_longest_time_goes_first(run: Loop, caches: Caches) -> None:
    cache = caches(max_bytes=400_000)
    for number in range(100):
        run(cache.put({key(number): vector(number, 1000)}))
        caches.clock.now += 60
    caches.clock.now += KEEP_S
    run(cache.get([key(3)]))
    run(cache.put({key(100): vector(100, 1000)}))
    kept = run(cache.has([key(number) for number in range(101)]))
    assert kept[3]
    assert not kept[0]
    assert not kept[4]
    assert kept[99]
    assert kept[100]
    assert run(cache.size()) < 400_000


def test_what_is_worked_with_today_stays_however_much_it_is(run: Loop, caches: Caches) -> None:
    cache = caches(max_bytes=100_000)
    run(cache.put({key(number): vector(number, 1000) for number in range(100)}))
    run(cache.put({key(100): vector(1, 1000)}))
    assert all(run(cache.has([key(number) for number in range(101)])))


def test_it_can_be_emptied_and_gives_its_room_back(run: Loop, caches: Caches) -> None:
    cache = caches()
    run(cache.put({key(number): vector(number, 1000) for number in range(100)}))
    before = run(cache.size())
    run(cache.clear())
    assert run(cache.get([key(1)])) == [None]
    assert run(cache.size()) < before / 10
    run(cache.put({key(1): vector(1)}))
    assert run(cache.get([key(1)])) == [vector(1)]


def test_a_file_that_was_deleted_is_made_again(run: Loop, caches: Caches) -> None:
    run(caches().put({key(1): vector(1)}))
    caches.close()
    for path in caches.path.parent.glob("vectors.db*"):
        if path.is_file():
            path.unlink()
    assert run(caches().get([key(1)])) == [None]


def test_a_damaged_file_is_made_anew(run: Loop, caches: Caches) -> None:
    caches.path.write_bytes(b"no database at all, whatever its name says" * 100)
    cache = caches()
    run(cache.put({key(1): vector(1)}))
    assert run(cache.get([key(1)])) == [vector(1)]


def test_a_folder_in_its_place_is_told(run: Loop, caches: Caches) -> None:
    caches.path.mkdir()
    with pytest.raises(StorageFailed):
        run(caches().size())
