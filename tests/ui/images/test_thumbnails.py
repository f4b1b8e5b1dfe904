"""Thumbnails come when they are decoded, stay while there is room, and are not made for what nobody sees."""

from __future__ import annotations

import asyncio

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import Run
from tests.ui.pictures import picture
from workbench.domain.errors import StorageFailed
from workbench.ui.images.thumbnails import MOST_WAITING, Thumbnails


class Store:
    """Pictures by digest; asked: in order. held: what waits until it is let go."""

    def __init__(self, **pictures: bytes) -> None:
        self.pictures = pictures
        self.asked: list[tuple[str, int]] = []
        self.gate: asyncio.Event | None = None

    async def thumbnail(self, digest: str, side: int = 256) -> bytes:
        self.asked.append((digest, side))
        if self.gate is not None:
            await self.gate.wait()
        if digest not in self.pictures:
            raise StorageFailed("The file is gone.")
        return self.pictures[digest]


async def _settled(thumbnails: Thumbnails) -> None:
    await thumbnails._tasks.finish()


def test_a_picture_is_asked_for_once_and_is_there_when_it_is_ready(qtbot: QtBot, run_qt: Run) -> None:
    store = Store(a=picture(400, 200))
    heard: list[str] = []

    async def scene() -> None:
        thumbnails = Thumbnails(store)
        thumbnails.ready.connect(heard.append)
        assert thumbnails.pixmap("a", 100) is None
        assert thumbnails.pixmap("a", 100) is None
        await _settled(thumbnails)
        found = thumbnails.pixmap("a", 100)
        assert found is not None
        assert (found.width(), found.height()) == (100, 50)
        await thumbnails.aclose()

    run_qt(scene())
    assert heard == ["a"]
    assert store.asked == [("a", 256)]


@pytest.mark.parametrize(("side", "kept"), [(64, 256), (256, 256), (300, 512), (2000, 1024)])
def test_any_size_is_made_of_one_that_the_gallery_keeps(
    qtbot: QtBot, run_qt: Run, side: int, kept: int
) -> None:
    store = Store(a=picture(40, 20))

    async def scene() -> None:
        thumbnails = Thumbnails(store)
        thumbnails.pixmap("a", side)
        await _settled(thumbnails)
        found = thumbnails.pixmap("a", side)
        assert found is not None
        assert found.width() == 40  # never enlarged
        await thumbnails.aclose()

    run_qt(scene())
    assert store.asked == [("a", kept)]


def test_another_size_stands_in_until_the_right_one_is_there(qtbot: QtBot, run_qt: Run) -> None:
    async def scene() -> None:
        thumbnails = Thumbnails(Store(a=picture(400, 400)))
        assert thumbnails.nearest("a", 200) is None
        for side in (50, 120):
            thumbnails.pixmap("a", side)
        await _settled(thumbnails)
        found = thumbnails.nearest("a", 200)
        assert found is not None
        assert found.width() == 120
        small = thumbnails.nearest("a", 60)
        assert small is not None
        assert small.width() == 120  # the larger of two neighbours is the sharper
        await thumbnails.aclose()

    run_qt(scene())


def test_a_file_that_is_gone_or_no_picture_is_broken_and_not_asked_for_again(
    qtbot: QtBot, run_qt: Run
) -> None:
    store = Store(junk=b"junk")

    async def scene() -> None:
        thumbnails = Thumbnails(store)
        for digest in ("gone", "junk"):
            assert thumbnails.pixmap(digest) is None
        await _settled(thumbnails)
        assert thumbnails.broken("gone")
        assert thumbnails.broken("junk")
        thumbnails.pixmap("gone")
        assert thumbnails.waiting == 0
        store.pictures["gone"] = picture()
        thumbnails.retry()
        thumbnails.pixmap("gone")
        await _settled(thumbnails)
        assert thumbnails.pixmap("gone") is not None
        await thumbnails.aclose()

    run_qt(scene())


def test_what_scrolled_away_is_not_decoded(qtbot: QtBot, run_qt: Run) -> None:
    names = [f"p{number}" for number in range(40)]
    store = Store(**{name: picture() for name in names})
    heard: list[str] = []

    async def scene() -> None:
        store.gate = asyncio.Event()
        thumbnails = Thumbnails(store)
        thumbnails.ready.connect(heard.append)
        for name in names:
            thumbnails.pixmap(name)
        await asyncio.sleep(0.01)  # the first few are under way
        thumbnails.withdraw(names[:39])
        store.gate.set()
        await _settled(thumbnails)
        assert thumbnails.pixmap("p39") is not None
        await thumbnails.aclose()

    run_qt(scene())
    assert len(store.asked) < 20
    assert set(heard) == set(names)  # whoever else shows one asks for it again


def test_the_oldest_questions_are_dropped_when_there_are_too_many(qtbot: QtBot, run_qt: Run) -> None:
    heard: list[str] = []

    async def scene() -> None:
        store = Store(a=picture())
        store.gate = asyncio.Event()
        thumbnails = Thumbnails(store)
        thumbnails.ready.connect(heard.append)
        for number in range(MOST_WAITING + 3):
            thumbnails.pixmap(f"p{number}")
        assert thumbnails.waiting == MOST_WAITING
        await thumbnails.aclose()

    run_qt(scene())
    assert heard == ["p0", "p1", "p2"]


def test_the_least_used_make_room_and_leave_their_colour(qtbot: QtBot, run_qt: Run) -> None:
    names = ["a", "b", "c"]
    store = Store(**{name: picture(100, 100, "#3060c0") for name in names})

    async def scene() -> None:
        thumbnails = Thumbnails(store, room=2 * 100 * 100 * 4)
        for name in ("a", "b"):
            thumbnails.pixmap(name)
        await _settled(thumbnails)
        thumbnails.pixmap("a")  # used last
        thumbnails.pixmap("c")
        await _settled(thumbnails)
        assert thumbnails.nearest("a", 256) is not None
        assert thumbnails.nearest("b", 256) is None
        colour = thumbnails.colour("b")
        assert colour is not None
        assert colour & 0xFF > colour >> 16 & 0xFF  # more blue than red
        await thumbnails.aclose()

    run_qt(scene())
