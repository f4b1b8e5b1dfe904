"""The gallery on a real disk and a real database, with pixels that believe their headers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.pixels import FakePixels, png
from tests.storage.conftest import Loop
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import digest_of
from workbench.domain.images.gallery import GalleryFilter, GalleryImage, Origin
from workbench.domain.images.recipes import with_recipe
from workbench.domain.images.settings import ImageSettings
from workbench.services.images.gallery import (
    KEEP_DELETED_S,
    Added,
    Board,
    Changed,
    Gallery,
    GalleryEvent,
    Gone,
)
from workbench.storage.image_files import ImageFiles
from workbench.storage.image_thumbnails import ImageThumbnails
from workbench.storage.images import ImageStore

ALL = GalleryFilter()
DRAWN = GalleryImage(
    "drawn",
    5.0,
    "",
    "",
    0,
    0,
    received="f" * 64,
    model="@cf/m",
    settings=ImageSettings(prompt="a fox", seed=42),
)


class Window:
    """One window's gallery over the shared folder, and what it told."""

    def __init__(self, run: Loop, folder: Path) -> None:
        self.run = run
        self.files = ImageFiles(folder / "images")
        self.thumbnails = ImageThumbnails(folder / "thumbnails.db")
        self.pixels = FakePixels()
        self.now = 100.0
        self.store = ImageStore(run.database())
        self.gallery = Gallery(self.store, self.files, self.thumbnails, self.pixels, clock=lambda: self.now)
        self.events: list[GalleryEvent] = []
        self.gallery.on_change(self.events.append)

    def on_disk(self) -> set[str]:
        return {path.stem for path in self.files.folder.rglob("*") if path.is_file()}

    def ids(self, wanted: GalleryFilter = ALL) -> tuple[str, ...]:
        return self.run(self.gallery.ids(wanted))


@pytest.fixture
def window(run: Loop, tmp_path: Path) -> Iterator[Window]:
    window = Window(run, tmp_path)
    yield window
    run(window.thumbnails.aclose())


@pytest.fixture
def gallery(window: Window) -> Gallery:
    return window.gallery


def test_a_drawn_picture_is_stored_with_what_its_bytes_tell(
    run: Loop, gallery: Gallery, window: Window
) -> None:
    data = png(40, 30)
    added = run(gallery.add(DRAWN, data))
    assert added == replace(
        DRAWN, digest=digest_of(data), media_type="image/png", width=40, height=30, size=len(data)
    )
    assert run(gallery.get("drawn")) == added
    assert run(gallery.find(added.digest)) == added
    assert run(gallery.data(added.digest)) == data
    assert gallery.path(added.digest).read_bytes() == data
    assert gallery.path(added.digest).suffix == ".png"
    assert gallery.path(added.digest, "a fox.png").read_bytes() == data
    assert window.events == [Added(added)]


@pytest.mark.parametrize("data", [b"", b"<html>", png()[:-8]], ids=["nothing", "no picture", "truncated"])
def test_what_is_no_whole_picture_is_refused_and_leaves_nothing(
    run: Loop, gallery: Gallery, window: Window, data: bytes
) -> None:
    with pytest.raises(InvalidInput):
        run(gallery.add(DRAWN, data))
    with pytest.raises(InvalidInput):
        run(gallery.keep(data))
    with pytest.raises(InvalidInput):
        run(gallery.bring(data))
    assert window.ids(GalleryFilter(inputs=True)) == ()
    assert window.on_disk() == set()
    assert window.events == []


def test_a_full_disk_leaves_neither_entry_nor_half_a_file(run: Loop, window: Window) -> None:
    class Full(ImageFiles):
        def put(self, data: bytes, digest: str, media_type: str) -> bool:
            raise StorageFailed("The picture could not be stored.", why="No space left on device.")

    gallery = Gallery(window.store, Full(window.files.folder), window.thumbnails, window.pixels)
    with pytest.raises(StorageFailed):
        run(gallery.add(DRAWN, png()))
    assert window.ids() == ()


def test_an_entry_that_cannot_be_stored_takes_its_file_along(run: Loop, window: Window) -> None:
    class Full(ImageStore):
        async def add(self, image: GalleryImage) -> None:
            raise StorageFailed("The disk is full, so the change was not stored.")

    window.gallery = Gallery(Full(run.database()), window.files, window.thumbnails, window.pixels)
    with pytest.raises(StorageFailed):
        run(window.gallery.add(DRAWN, png()))
    assert window.on_disk() == set()
    run(window.gallery.keep(png()))
    with pytest.raises(StorageFailed):
        run(window.gallery.add(DRAWN, png()))
    assert len(window.on_disk()) == 1


def test_a_thumbnail_is_made_once_and_read_afterwards(run: Loop, gallery: Gallery, window: Window) -> None:
    added = run(gallery.add(DRAWN, png(600, 400)))
    assert [side for _, side in window.pixels.made] == [256]
    assert run(gallery.thumbnail(added.digest)).startswith(b"thumbnail 256")
    assert run(gallery.thumbnail(added.digest, 64)).startswith(b"thumbnail 64")
    run(gallery.thumbnail(added.digest, 64))
    assert [side for _, side in window.pixels.made] == [256, 64]


def test_a_thumbnail_that_many_ask_for_is_made_once(run: Loop, gallery: Gallery, window: Window) -> None:
    added = run(gallery.add(DRAWN, png()))

    async def ask() -> list[bytes]:
        window.pixels.held.clear()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(gallery.thumbnail(added.digest, 99)) for _ in range(5)]
            first = tasks[0]
            await asyncio.sleep(0.05)
            first.cancel()
            window.pixels.held.set()
        return [task.result() for task in tasks[1:]]

    assert len(set(run(ask()))) == 1
    assert [side for _, side in window.pixels.made] == [256, 99]


def test_lost_and_damaged_thumbnails_are_made_again(run: Loop, gallery: Gallery, window: Window) -> None:
    added = run(gallery.add(DRAWN, png()))
    run(window.thumbnails.aclose())
    path = window.files.folder.parent / "thumbnails.db"
    path.write_bytes(b"damaged" * 1000)
    again = Gallery(window.store, window.files, ImageThumbnails(path), window.pixels)
    assert run(again.thumbnail(added.digest)).startswith(b"thumbnail")
    assert len(window.pixels.made) == 2
    assert run(again.thumbnail(added.digest)).startswith(b"thumbnail")
    assert len(window.pixels.made) == 2


def test_a_file_that_is_gone_is_told_and_its_thumbnail_still_shown(
    run: Loop, gallery: Gallery, window: Window
) -> None:
    added = run(gallery.add(DRAWN, png()))
    gallery.path(added.digest).unlink()
    with pytest.raises(StorageFailed) as caught:
        run(gallery.data(added.digest))
    assert caught.value.fix
    assert run(gallery.thumbnail(added.digest))
    with pytest.raises(StorageFailed):
        run(gallery.thumbnail(added.digest, 64))


def test_bringing_the_same_bytes_mends_a_file_that_is_gone(
    run: Loop, gallery: Gallery, window: Window
) -> None:
    added = run(gallery.add(DRAWN, png()))
    gallery.path(added.digest).unlink()
    assert run(gallery.bring(png()))[0] == added
    assert run(gallery.data(added.digest)) == png()


def test_an_input_is_one_entry_however_often_it_is_given(run: Loop, gallery: Gallery, window: Window) -> None:
    kept = run(gallery.keep(png(), "my\ncat.png"))
    assert (kept.origin, kept.name, kept.created_at) == (Origin.INPUT, "my cat.png", 100.0)
    assert run(gallery.keep(png(), "other.png")).id == kept.id
    assert window.ids() == ()
    assert window.ids(GalleryFilter(inputs=True)) == (kept.id,)
    drawn = run(gallery.add(DRAWN, png(9, 9)))
    assert run(gallery.keep(png(9, 9))) == drawn


def test_an_input_is_scaled_down_only_when_it_is_larger(run: Loop, gallery: Gallery) -> None:
    assert (run(gallery.keep(png(80, 40), side=80))).digest == digest_of(png(80, 40))
    small = run(gallery.keep(png(80, 40), side=20))
    assert (small.width, small.height) == (20, 10)
    assert run(gallery.keep(png(80, 40), side=20)).id == small.id


def test_an_input_is_turned_upright(run: Loop, gallery: Gallery, window: Window) -> None:
    window.pixels.turned = True
    kept = run(gallery.keep(png(30, 40)))
    assert kept.digest != digest_of(png(30, 40))
    assert (kept.width, kept.height) == (30, 40)


def test_a_file_of_ours_comes_back_with_its_settings(
    run: Loop, gallery: Gallery, window: Window, tmp_path: Path
) -> None:
    path = tmp_path / "Ein Füchslein 🦊.png"
    path.write_bytes(with_recipe(png(), DRAWN))
    image, recipe = run(gallery.bring(path))
    assert recipe is not None
    assert (image.origin, image.name, image.model) == (Origin.IMPORTED, path.name, "@cf/m")
    assert image.settings == DRAWN.settings
    assert run(gallery.data(image.digest)) == path.read_bytes()
    assert window.ids(GalleryFilter(words="fox")) == (image.id,)
    assert run(gallery.bring(path)) == (image, recipe)
    assert window.ids() == (image.id,)


def test_a_file_without_settings_is_brought_by_its_name(run: Loop, gallery: Gallery, window: Window) -> None:
    image, recipe = run(gallery.bring(png(), "holiday.png"))
    assert recipe is None
    assert window.ids(GalleryFilter(words="holi")) == (image.id,)


def test_half_a_character_in_a_name_is_no_reason_to_fail(run: Loop, gallery: Gallery) -> None:
    odd = replace(DRAWN, name="a\udcff.png", said="\ud800", settings=ImageSettings(prompt="fox \ud83e"))
    added = run(gallery.add(odd, png()))
    assert (added.name, added.said, added.settings.prompt) == ("a?.png", "?", "fox ?")
    assert run(gallery.get(added.id)) == added


def test_what_is_said_of_pictures_is_kept_and_told(run: Loop, gallery: Gallery, window: Window) -> None:
    one = run(gallery.add(DRAWN, png()))
    window.events.clear()
    run(gallery.rate([one.id], 5))
    run(gallery.tag([one.id], ["  red \n fox ", "", "x"]))
    run(gallery.tag([one.id], remove=["x"]))
    run(gallery.put_on_board([one.id], " Best  of "))
    run(gallery.put_on_board([], "Empty"))
    now = run(gallery.get(one.id))
    assert now is not None
    assert (now.rating, now.tags, now.boards) == (5, ("red fox",), ("Best of",))
    assert run(gallery.boards()) == (Board("Best of", 1), Board("Empty", 0))
    assert run(gallery.tags()) == (("red fox", 1),)
    assert run(gallery.models()) == (("@cf/m", 1),)
    assert window.events == [Changed((one.id,))] * 4 + [Changed(())]
    run(gallery.take_off_board([one.id], "Best of"))
    run(gallery.rename_board("Empty", "Full"))
    run(gallery.delete_board("Best of"))
    assert run(gallery.boards()) == (Board("Full", 0),)


@pytest.mark.parametrize("board", ["", " \n ", "x" * 101])
def test_a_board_needs_a_name_of_reasonable_length(run: Loop, gallery: Gallery, board: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        run(gallery.put_on_board([], board))
    assert caught.value.field == "board"


@pytest.mark.parametrize("stars", [-1, 6])
def test_there_are_five_stars(run: Loop, gallery: Gallery, stars: int) -> None:
    with pytest.raises(InvalidInput):
        run(gallery.rate([], stars))


def test_deleting_can_be_undone(run: Loop, gallery: Gallery, window: Window) -> None:
    one = run(gallery.add(DRAWN, png()))
    window.events.clear()
    run(gallery.delete([one.id, "gone"]))
    run(gallery.delete([one.id]))
    assert window.ids() == ()
    deleted = run(gallery.get(one.id))
    assert deleted is not None
    assert deleted.deleted_at == 100.0
    assert run(gallery.data(one.digest)) == png()
    run(gallery.restore([one.id, "gone"]))
    assert window.ids() == (one.id,)
    assert window.events == [Gone((one.id,)), Added(one)]


def test_purging_keeps_what_may_come_back_and_what_is_in_use(
    run: Loop, gallery: Gallery, window: Window
) -> None:
    old, used, recent = (
        run(gallery.add(replace(DRAWN, id=name), png(colour=colour)))
        for colour, name in enumerate(("old", "used", "recent"))
    )
    run(gallery.delete(["old", "used"]))
    window.now += KEEP_DELETED_S
    run(gallery.delete(["recent"]))
    assert run(gallery.purge({used.digest})) == 1
    assert window.on_disk() == {used.digest, recent.digest}
    run(gallery.restore(["old", "used", "recent"]))
    assert set(window.ids()) == {"used", "recent"}
    assert run(window.thumbnails.get(old.digest, 256)) is None
    assert run(window.thumbnails.get(used.digest, 256)) is not None


def test_a_file_that_another_window_purges_meanwhile_is_written_again(
    run: Loop, window: Window, tmp_path: Path
) -> None:
    old = run(window.gallery.add(DRAWN, png()))
    run(window.gallery.delete([old.id]))
    other = Window(run, tmp_path)

    class Slow(ImageStore):
        async def add(self, image: GalleryImage) -> None:
            other.now += 2 * KEEP_DELETED_S
            assert await other.gallery.purge(()) == 1
            await super().add(image)

    gallery = Gallery(Slow(run.database()), window.files, window.thumbnails, window.pixels)
    again = run(gallery.add(replace(DRAWN, id="again"), png()))
    assert run(gallery.data(again.digest)) == png()
    run(other.thumbnails.aclose())


def test_a_window_that_comes_to_the_front_learns_what_another_did(
    run: Loop, window: Window, tmp_path: Path
) -> None:
    other = Window(run, tmp_path)
    assert window.ids() == ()
    run(other.gallery.add(DRAWN, png()))
    run(window.gallery.look_again())
    run(window.gallery.look_again())
    assert window.events == [Changed(())]
    assert window.ids() == ("drawn",)
    run(other.thumbnails.aclose())


def test_a_listener_that_left_is_told_nothing(run: Loop, gallery: Gallery) -> None:
    heard: list[GalleryEvent] = []
    leave = gallery.on_change(heard.append)
    leave()
    leave()
    run(gallery.add(DRAWN, png()))
    assert heard == []


def test_saving_elsewhere_is_a_copy(run: Loop, gallery: Gallery, tmp_path: Path) -> None:
    one = run(gallery.add(DRAWN, png()))
    run(gallery.save_as(one.digest, tmp_path / "copy.png"))
    assert (tmp_path / "copy.png").read_bytes() == png()


def test_the_database_holds_no_more_than_one_row_for_what_two_windows_keep_at_once(
    run: Loop, window: Window, tmp_path: Path
) -> None:
    other = Window(run, tmp_path)

    async def both() -> tuple[GalleryImage, GalleryImage]:
        return await asyncio.gather(window.gallery.keep(png()), other.gallery.keep(png()))

    one, two = run(both())
    assert one.id == two.id
    run(other.thumbnails.aclose())
