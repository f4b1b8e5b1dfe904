from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.pixels import png
from tests.storage.conftest import Loop
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import digest_of
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.settings import ImageSettings
from workbench.domain.models import Cost
from workbench.services.images.export import ABOUT, Exported, described, name_of, write_zip
from workbench.storage.image_files import ImageFiles

SOURCE, LOST = png(8, 8, 9), "0" * 64
FOX, CAT = png(4, 3, 1), png(4, 3, 2)


def picture(data: bytes, **facts: Any) -> GalleryImage:
    return replace(
        GalleryImage(digest_of(data)[:4], 1_700_000_000.0, digest_of(data), "image/png", 4, 3, len(data)),
        **facts,
    )


IMAGES = (
    picture(
        FOX,
        model="@cf/m",
        cost=Cost(0.002, charged=True),
        rating=4,
        tags=("animals",),
        boards=("狐",),
        settings=ImageSettings(
            prompt="a red fox: “Fuchs” / лиса?",
            steps=8,
            seed=42,
            strength=0.0,
            source=digest_of(SOURCE),
            references=(LOST,),
        ),
    ),
    picture(CAT, name="holiday.png"),
)


class Desk:
    def __init__(self, run: Loop, folder: Path) -> None:
        self.run = run
        self.files = ImageFiles(folder / "images")
        self.path = folder / "out" / "pictures.zip"
        self.path.parent.mkdir()
        self.told: list[float] = []
        for data in (FOX, CAT, SOURCE):
            self.files.put(data, digest_of(data), "image/png")

    def export(self, images: tuple[GalleryImage, ...] = IMAGES) -> Exported:
        return self.run(write_zip(images, self.files, self.path, self.told.append, lambda: 1_700_000_100.0))

    def manifest(self) -> dict[str, Any]:
        with ZipFile(self.path) as pack:
            return dict(json.loads(pack.read("manifest.json")))


@pytest.fixture
def desk(run: Loop, tmp_path: Path) -> Desk:
    return Desk(run, tmp_path)


def test_the_pictures_are_there_byte_for_byte_under_readable_names(desk: Desk) -> None:
    assert desk.export() == Exported(2)
    with ZipFile(desk.path) as pack:
        assert pack.testzip() is None
        assert pack.namelist() == [
            "0001 a red fox “Fuchs” лиса, 42.png",
            "0002 holiday.png",
            f"inputs/{digest_of(SOURCE)[:16]}.png",
            "manifest.json",
            "README.txt",
        ]
        assert pack.read("0001 a red fox “Fuchs” лиса, 42.png") == FOX
        assert pack.read(f"inputs/{digest_of(SOURCE)[:16]}.png") == SOURCE
        assert pack.read("README.txt").decode() == ABOUT
    assert desk.told[-1] == 1.0
    assert desk.told == sorted(desk.told)


def test_the_manifest_has_all_settings(desk: Desk) -> None:
    desk.export()
    manifest = desk.manifest()
    assert (manifest["format"], manifest["version"]) == ("ai-workbench-gallery", 1)
    assert manifest["exported_at"] == "2023-11-14T22:15:00Z"
    fox, cat = manifest["images"]
    assert fox["file"] == "0001 a red fox “Fuchs” лиса, 42.png"
    assert fox["settings"] == {
        "prompt": "a red fox: “Fuchs” / лиса?",
        "steps": 8,
        "seed": 42,
        "strength": 0.0,
        "source": digest_of(SOURCE),
        "references": [LOST],
    }
    assert fox["cost"] == {"usd": 0.002, "charged": True}
    assert (fox["tags"], fox["boards"], fox["rating"]) == (["animals"], ["狐"], 4)
    assert (cat["settings"], cat["cost"], cat["created_at"]) == ({}, None, "2023-11-14T22:13:20Z")
    assert manifest["inputs"] == {digest_of(SOURCE): f"inputs/{digest_of(SOURCE)[:16]}.png", LOST: None}


def test_the_text_in_the_file_documents_every_field() -> None:
    names = {field.name for field in fields(GalleryImage)} | {field.name for field in fields(ImageSettings)}
    assert [name for name in names - {"deleted_at"} if f'"{name}"' not in ABOUT] == []
    assert "deleted_at" not in described(IMAGES[0])


def test_a_picture_whose_file_is_gone_holds_up_none(desk: Desk) -> None:
    desk.files.remove(digest_of(FOX))
    assert desk.export() == Exported(2, missing=1)
    fox, cat = desk.manifest()["images"]
    assert fox["file"] is None
    assert "cannot be read" in fox["problem"]
    assert fox["settings"]["seed"] == 42
    assert cat["file"] == "0002 holiday.png"


def test_an_export_replaces_an_older_one_whole(desk: Desk) -> None:
    desk.export()
    desk.export(IMAGES[1:])
    with ZipFile(desk.path) as pack:
        assert pack.namelist()[0] == "0001 holiday.png"
    assert list(desk.path.parent.iterdir()) == [desk.path]


def test_nothing_to_export_is_said(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        desk.export(())
    assert list(desk.path.parent.iterdir()) == []


def test_a_folder_that_is_gone_and_a_disk_that_is_too_small_are_told(desk: Desk) -> None:
    with pytest.raises(StorageFailed) as caught:
        desk.export((replace(IMAGES[0], size=1 << 60),))
    assert "MB" in caught.value.why
    desk.path.parent.rmdir()
    with pytest.raises(StorageFailed, match=r"pictures\.zip could not be saved"):
        desk.export()


def test_cancelling_leaves_nothing_behind_and_what_was_there(desk: Desk) -> None:
    desk.path.write_bytes(b"before")
    reached, go_on = threading.Event(), threading.Event()

    class Slow(ImageFiles):
        def read(self, digest: str) -> bytes:
            reached.set()
            go_on.wait(10)
            return super().read(digest)

    async def cancel() -> None:
        files = Slow(desk.files.folder)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(write_zip(IMAGES, files, desk.path, desk.told.append))
            await asyncio.to_thread(reached.wait, 10)
            task.cancel()
            await asyncio.sleep(0.01)
            assert not task.done()
            go_on.set()
        assert task.cancelled()

    desk.run(cancel())
    assert desk.path.read_bytes() == b"before"
    assert list(desk.path.parent.iterdir()) == [desk.path]
    assert desk.told == []


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (picture(FOX), "picture.png"),
        (picture(FOX, settings=ImageSettings(prompt="...")), "picture.png"),
        (picture(FOX, settings=ImageSettings(prompt="a\nb\0c/d")), "a b c d.png"),
        (picture(FOX, settings=ImageSettings(prompt="word " * 40)), "word " * 11 + "word.png"),
        (picture(FOX, settings=ImageSettings(prompt="w" * 99)), "w" * 60 + ".png"),
        (picture(FOX, media_type="image/jpeg", name="../../etc/passwd"), "passwd.jpg"),
        (picture(FOX, settings=ImageSettings(prompt="\ud800")), "picture.png"),
    ],
)
def test_names_are_safe_everywhere(image: GalleryImage, name: str) -> None:
    assert name_of(image) == name


@given(st.text(max_size=200))
def test_no_prompt_makes_a_name_that_leaves_the_folder(prompt: str) -> None:
    name = name_of(picture(FOX, settings=ImageSettings(prompt=prompt)))
    assert name.isprintable()
    assert not set(name) & set('<>:"/\\|?*')
    assert len(name) <= 64
    assert name.endswith(".png")
    name.encode()
