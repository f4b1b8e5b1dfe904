from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.conftest import Loop
from workbench.storage.image_thumbnails import ImageThumbnails

ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "thumbnails.db"


@pytest.fixture
def store(run: Loop, path: Path) -> Iterator[ImageThumbnails]:
    store = ImageThumbnails(path)
    yield store
    run(store.aclose())


def test_a_thumbnail_comes_back_by_picture_and_size(run: Loop, store: ImageThumbnails) -> None:
    run(store.put(ONE, 256, b"large"))
    run(store.put(ONE, 64, b"small"))
    run(store.put(ONE, 64, b"smaller"))
    assert run(store.get(ONE, 256)) == b"large"
    assert run(store.get(ONE, 64)) == b"smaller"
    assert run(store.get(ONE, 32)) is None
    assert run(store.get(TWO, 256)) is None


def test_many_are_read_at_once(run: Loop, store: ImageThumbnails) -> None:
    for number in range(5):
        run(store.put(f"{number:064}", 256, b"%d" % number))
    wanted = [f"{number:064}" for number in (4, 9, 2)]
    assert run(store.many(wanted, 256)) == {wanted[0]: b"4", wanted[2]: b"2"}


def test_they_are_there_at_the_next_start_and_another_window_sees_them(run: Loop, path: Path) -> None:
    first, second = ImageThumbnails(path), ImageThumbnails(path)
    run(first.put(ONE, 256, b"picture"))
    assert run(second.get(ONE, 256)) == b"picture"
    run(first.aclose())
    run(second.aclose())
    third = ImageThumbnails(path)
    assert run(third.get(ONE, 256)) == b"picture"
    run(third.aclose())


def test_what_is_dropped_is_gone_in_every_size(run: Loop, store: ImageThumbnails) -> None:
    run(store.put(ONE, 256, b"large"))
    run(store.put(ONE, 64, b"small"))
    run(store.drop([ONE, TWO]))
    assert run(store.many([ONE], 256)) == run(store.many([ONE], 64)) == {}


def test_the_oldest_make_room(run: Loop, path: Path) -> None:
    store = ImageThumbnails(path, most_bytes=1000)
    for number in range(15):
        run(store.put(f"{number:064}", 256, bytes(100)))
    there = run(store.many([f"{number:064}" for number in range(15)], 256))
    assert len(there) == 10
    assert f"{0:064}" not in there
    assert f"{14:064}" in there
    run(store.aclose())


@pytest.mark.parametrize(
    "content", [b"this is no database at all " * 100, b"SQLite format 3\0" + bytes(5000)]
)
def test_a_damaged_file_is_begun_anew(run: Loop, store: ImageThumbnails, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert run(store.get(ONE, 256)) is None
    run(store.put(ONE, 256, b"picture"))
    assert run(store.get(ONE, 256)) == b"picture"


def test_damage_found_in_mid_use_is_mended(run: Loop, path: Path) -> None:
    store = ImageThumbnails(path)
    for number in range(200):
        run(store.put(f"{number:064}", 256, bytes([number]) * 5000))
    run(store.aclose())
    healthy = path.read_bytes()
    path.write_bytes(healthy[: len(healthy) // 8] + b"\xff" * (len(healthy) * 7 // 8))
    again = ImageThumbnails(path)
    wanted = [f"{number:064}" for number in range(200)]
    run(again.many(wanted, 256))
    assert run(again.many(wanted, 256)) == {}
    run(again.put(ONE, 256, b"picture"))
    assert run(again.get(ONE, 256)) == b"picture"
    run(again.aclose())


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_file_that_is_deleted_in_use_does_no_harm(run: Loop, store: ImageThumbnails, path: Path) -> None:
    run(store.put(ONE, 256, b"picture"))
    path.unlink()
    run(store.put(TWO, 256, b"other"))
    assert run(store.get(TWO, 256)) in (b"other", None)


def test_a_disk_that_wants_no_file_is_asked_a_few_times_only(
    run: Loop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = ImageThumbnails(tmp_path / "file" / "thumbnails.db")
    with caplog.at_level(logging.WARNING):
        for _ in range(10):
            run(store.put(ONE, 256, b"picture"))
            assert run(store.get(ONE, 256)) is None
    assert len(caplog.records) == 3
    run(store.aclose())


def test_after_closing_nothing_is_found_and_nothing_fails(run: Loop, path: Path) -> None:
    store = ImageThumbnails(path)
    run(store.put(ONE, 256, b"picture"))
    run(store.aclose())
    run(store.aclose())
    run(store.put(TWO, 256, b"picture"))
    assert run(store.get(ONE, 256)) is None


def test_many_callers_open_it_once(run: Loop, store: ImageThumbnails) -> None:
    async def all_at_once() -> list[bytes | None]:
        return await asyncio.gather(*(store.get(ONE, side) for side in range(20)))

    assert run(all_at_once()) == [None] * 20
