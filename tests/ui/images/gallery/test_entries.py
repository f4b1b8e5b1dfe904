"""Entries are read when they are wanted, and let go when they are not."""

from __future__ import annotations

from tests.conftest import Run
from tests.ui.images.fakes import FakeGallery, entry
from workbench.ui.images.gallery.entries import MOST, Entries


def test_only_so_many_stay_and_those_wanted_last_do(qtbot: object, run_qt: Run) -> None:
    gallery = FakeGallery([entry(number) for number in range(MOST + 500)])
    ids = list(gallery.entries)
    held = set(ids)

    async def play() -> None:
        entries = Entries(gallery, held=lambda: held)
        entries.want(ids)
        await entries._tasks.finish()
        entries.want(ids[-10:])
        assert all(entries.get(id) is not None for id in ids)
        held.clear()
        entries.want(ids[:10])
        kept = [id for id in ids if entries.get(id) is not None]
        assert len(kept) == MOST
        assert set(ids[:10]) <= set(kept)
        await entries.aclose()

    run_qt(play())


def test_what_is_wanted_now_is_read_before_what_was_wanted_earlier(qtbot: object, run_qt: Run) -> None:
    gallery = FakeGallery([entry(number) for number in range(1000)])
    ids = list(gallery.entries)
    came: list[set[str]] = []

    async def play() -> None:
        entries = Entries(gallery)
        entries.came.connect(came.append)
        entries.want(ids)
        entries.want(ids[900:])
        await entries._tasks.finish()
        await entries.aclose()

    run_qt(play())
    assert set(ids[900:]) <= came[0]
    assert sum(map(len, came)) == 1000


def test_an_entry_that_changed_is_shown_as_it_was_until_it_is_read(qtbot: object, run_qt: Run) -> None:
    gallery = FakeGallery([entry(1)])

    async def play() -> None:
        entries = Entries(gallery)
        entries.want(["image-1"])
        await entries._tasks.finish()
        gallery.entries["image-1"] = entry(1, rating=3)
        entries.renew(["image-1", "unknown"])
        assert entries.get("image-1") == entry(1)
        await entries._tasks.finish()
        assert entries.get("image-1") == entry(1, rating=3)
        await entries.aclose()

    run_qt(play())
    assert gallery.fetched == [1, 1]
