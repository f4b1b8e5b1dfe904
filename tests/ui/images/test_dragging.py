"""What is dragged out is read back; what other programs bring is recognised; nothing else is taken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from tests.ui.pictures import image, picture
from workbench.domain.images.formats import PNG, picture_type
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.settings import ImageSettings
from workbench.ui.images.dragging import (
    MIME,
    digests_in,
    files_in,
    folders_in,
    ids_in,
    mime_of,
    picture_in,
    takes,
)


def _entry(number: int) -> GalleryImage:
    return GalleryImage(f"id{number}", 0.0, f"{number:064d}", "image/png", 10, 10)


def _path(digest: str, name: str) -> Path:
    return Path("/pictures", name or f"{digest}.png")


def test_what_is_dragged_out_has_files_for_others_and_names_for_us() -> None:
    mime = mime_of([_entry(1), _entry(2)], _path)
    assert all(url.toLocalFile().startswith("/pictures/") for url in mime.urls())
    assert ids_in(mime) == ("id1", "id2")
    assert digests_in(mime) == (f"{1:064d}", f"{2:064d}")
    assert takes(mime)


def test_files_that_are_dragged_out_have_names_for_people_and_no_two_the_same() -> None:
    foxes = [replace(_entry(n), settings=ImageSettings(prompt="a fox, red", seed=7)) for n in range(3)]
    named_so = replace(_entry(4), name="a fox, red, 7-2.png")
    mime = mime_of([*foxes[:2], named_so, foxes[2]], _path)
    names = [Path(url.toLocalFile()).name for url in mime.urls()]
    assert names[0] == "a fox, red, 7.png"
    assert len(set(names)) == 4
    assert all(name.startswith("a fox, red, 7") and name.endswith(".png") for name in names)


def test_more_pictures_than_anybody_reads_the_names_of_keep_the_stored_ones() -> None:
    mime = mime_of([_entry(number) for number in range(501)], _path)
    assert Path(mime.urls()[0].toLocalFile()).stem == f"{0:064d}"


def test_folders_are_told_from_files(tmp_path: Path) -> None:
    mime = QMimeData()
    (tmp_path / "x.png").mkdir()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in (tmp_path, tmp_path / "none")])
    assert folders_in(mime) == (tmp_path,)
    assert not takes(mime)  # a place for one picture has no use for it


def test_files_of_pictures_are_taken_and_others_are_not() -> None:
    mime = QMimeData()
    urls = ["file:///a/one.PNG", "file:///a/two.jpeg", "file:///a/notes.txt", "https://example.com/three.png"]
    mime.setUrls([QUrl(url) for url in urls])
    assert files_in(mime) == (Path("/a/one.PNG"), Path("/a/two.jpeg"))
    assert takes(mime)
    text = QMimeData()
    text.setUrls([QUrl("file:///a/notes.txt")])
    assert not takes(text)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_bytes_of_another_program_come_as_they_are(kind: str) -> None:
    mime, data = QMimeData(), picture(kind=kind)
    mime.setData(f"image/{kind}", data)
    assert takes(mime)
    assert picture_in(mime) == data


def test_pixels_of_another_program_come_as_a_picture(qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setImageData(image(30, 20))
    assert takes(mime)
    assert picture_type(picture_in(mime)) == PNG


def test_text_is_no_picture() -> None:
    mime = QMimeData()
    mime.setText("a cat")
    mime.setData("image/png", b"no picture")
    assert picture_in(mime) == b""
    plain = QMimeData()
    plain.setText("a cat")
    assert not takes(plain)
    assert [*ids_in(plain), *digests_in(plain), *files_in(plain)] == []


@given(st.binary(max_size=60) | st.sampled_from([b"[1]", b'[{"id": 3}]', b"{}", b"null", b'[{"id": null}]']))
def test_no_bytes_under_our_name_break_it(data: bytes) -> None:
    mime = QMimeData()
    mime.setData(MIME, data)
    assert all(isinstance(value, str) for value in (*ids_in(mime), *digests_in(mime)))
