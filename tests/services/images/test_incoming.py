from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.pixels import FakePixels, png
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import digest_of
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.recipes import Recipe
from workbench.services.images.incoming import IncomingPictures, LargerThanTaken


class FakeGallery:
    """Refuses b"no picture"; full: what it raises for everything."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str, int | None]] = []
        self.full: StorageFailed | None = None
        self.brought = 0

    async def keep(self, data: bytes, name: str = "", side: int | None = None) -> GalleryImage:
        self.kept.append((data, name, side))
        return _entry(data, name)

    async def bring(self, source: Path | bytes, name: str = "") -> tuple[GalleryImage, Recipe | None]:
        assert isinstance(source, bytes)
        self.brought += 1
        if self.full:
            raise self.full
        if source == b"no picture":
            raise InvalidInput("This is no picture.")
        return _entry(source, name), None


def _entry(data: bytes, name: str) -> GalleryImage:
    return GalleryImage(name, 1.0, digest_of(data), "image/png", 1, 1, origin=Origin.INPUT, name=name)


def run(coro: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coro)


@pytest.fixture
def gallery() -> FakeGallery:
    return FakeGallery()


@pytest.fixture
def incoming(gallery: FakeGallery) -> IncomingPictures:
    return IncomingPictures(gallery, FakePixels())


def test_a_file_and_the_clipboards_bytes_are_taken(
    incoming: IncomingPictures, gallery: FakeGallery, tmp_path: Path
) -> None:
    path = tmp_path / "фото 🦊.png"
    path.write_bytes(png())
    run(incoming.keep(path, side=100))
    run(incoming.keep(png(5, 5), "Clipboard"))
    assert gallery.kept == [(png(), path.name, 100), (png(5, 5), "Clipboard", None)]


def test_a_large_picture_is_scaled_down_only_with_consent(
    incoming: IncomingPictures, gallery: FakeGallery
) -> None:
    photo = png(9000, 50)
    with pytest.raises(LargerThanTaken) as caught:
        run(incoming.keep(photo, "photo.png", side=1024))
    asked = caught.value
    assert (asked.name, asked.width, asked.height, asked.size, asked.side) == (
        "photo.png",
        9000,
        50,
        len(photo),
        1024,
    )
    assert "9,000 × 50" in asked.why
    assert "1,024" in asked.fix
    assert gallery.kept == []
    run(incoming.keep(photo, "photo.png", side=asked.side, agreed=True))
    assert gallery.kept == [(photo, "photo.png", 1024)]


def test_a_picture_bomb_is_refused_by_its_header(incoming: IncomingPictures, gallery: FakeGallery) -> None:
    bomb = bytearray(png())
    bomb[16:24] = (39_999).to_bytes(4, "big") * 2
    with pytest.raises(InvalidInput, match="too large"):
        run(incoming.keep(bytes(bomb), side=1024, agreed=True))
    assert gallery.kept == []


def test_a_file_that_is_gone_says_so(incoming: IncomingPictures, tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match=r"gone\.png cannot be read"):
        run(incoming.keep(tmp_path / "gone.png"))


def test_of_several_one_that_is_refused_holds_up_none(incoming: IncomingPictures, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "good.png").write_bytes(png())
    told: list[float] = []
    sources: list[Path | bytes] = [
        tmp_path / "bad.png",
        tmp_path / "gone.png",
        tmp_path / "good.png",
        png(9, 9),
    ]
    brought = run(incoming.bring(sources, told.append))
    assert [image.name for image, _ in brought.pictures] == ["good.png", ""]
    assert [(one.name, one.error.what) for one in brought.refused] == [
        ("bad.png", "This is no picture."),
        ("gone.png", "gone.png cannot be read."),
    ]
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_the_only_one_that_is_refused_is_raised(incoming: IncomingPictures) -> None:
    with pytest.raises(InvalidInput):
        run(incoming.bring([b"no picture"]))
    assert run(incoming.bring([])).pictures == ()


def test_a_full_disk_is_not_asked_for_each_of_a_hundred(
    incoming: IncomingPictures, gallery: FakeGallery
) -> None:
    gallery.full = StorageFailed("The picture could not be stored.", why="No space left on device.")
    with pytest.raises(StorageFailed):
        run(incoming.bring([png()] * 100))
    assert gallery.brought == 1


def test_a_folder_brings_the_pictures_in_it_and_within(incoming: IncomingPictures, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    for within in ("deeper/still", ".thumbnails"):
        (folder / within).mkdir(parents=True)
    for name in ("b.PNG", "a.jpeg", "notes.txt", "deeper/still/c.png", ".thumbnails/d.png", ".e.png"):
        (folder / name).write_bytes(png())
    brought = run(incoming.bring([folder]))
    assert [image.name for image, _ in brought.pictures] == ["a.jpeg", "b.PNG", "c.png"]
