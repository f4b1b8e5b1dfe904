from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path

import pytest

from tests.fakes.pixels import png
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.images.formats import JPEG, PNG, digest_of
from workbench.storage import image_files
from workbench.storage.image_files import ImageFiles, read_file

PICTURE = png()
DIGEST = digest_of(PICTURE)


@pytest.fixture
def files(tmp_path: Path) -> ImageFiles:
    return ImageFiles(tmp_path / "images")


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_picture_comes_back_from_a_file_named_after_its_bytes(files: ImageFiles) -> None:
    assert files.put(PICTURE, DIGEST, PNG)
    assert files.read(DIGEST) == PICTURE
    assert files.path(DIGEST) == files.folder / DIGEST[:2] / f"{DIGEST}.png"
    assert everything(files.folder) == [files.path(DIGEST)]


def test_the_same_bytes_are_written_once(files: ImageFiles) -> None:
    files.put(PICTURE, DIGEST, PNG)
    before = files.path(DIGEST).stat().st_ino
    assert not files.put(PICTURE, DIGEST, JPEG)
    assert files.path(DIGEST).stat().st_ino == before


def test_the_extension_tells_the_kind(files: ImageFiles) -> None:
    data = b"\xff\xd8\xff\xe0 a photo"
    files.put(data, digest_of(data), JPEG)
    assert files.path(digest_of(data)).suffix == ".jpg"


def test_a_missing_file_says_what_to_do(files: ImageFiles) -> None:
    assert not files.has(DIGEST)
    with pytest.raises(StorageFailed) as caught:
        files.read(DIGEST)
    assert DIGEST in caught.value.why
    assert "generate it again" in caught.value.fix


def test_a_damaged_file_is_refused_and_mended_by_the_same_bytes(files: ImageFiles) -> None:
    files.put(PICTURE, DIGEST, PNG)
    files.path(DIGEST).write_bytes(bytes(len(PICTURE)))
    with pytest.raises(StorageFailed, match="damaged"):
        files.read(DIGEST)
    assert files.put(PICTURE, DIGEST, PNG)
    assert files.read(DIGEST) == PICTURE


def test_removing_twice_is_no_failure(files: ImageFiles) -> None:
    files.put(PICTURE, DIGEST, PNG)
    files.remove(DIGEST)
    files.remove(DIGEST)
    assert not files.has(DIGEST)


@pytest.mark.parametrize("digest", ["", "../../secret", "/etc/passwd", "A" * 64, "a" * 63, "a" * 62 + "/."])
def test_a_name_out_of_a_foreign_file_leads_nowhere_else(files: ImageFiles, digest: str) -> None:
    for use in (files.read, files.has, files.path, files.remove):
        with pytest.raises(StorageFailed, match="no such picture"):
            use(digest)


@pytest.mark.parametrize(
    ("code", "fix"),
    [(errno.ENOSPC, "Free some space"), (errno.EROFS, "writable"), (errno.EIO, "Check the disk")],
)
def test_a_disk_that_fails_in_the_middle_leaves_nothing_behind(
    files: ImageFiles, monkeypatch: pytest.MonkeyPatch, code: int, fix: str
) -> None:
    def fail(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageFailed) as caught:
        files.put(PICTURE, DIGEST, PNG)
    assert fix in caught.value.fix
    assert everything(files.folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on a process's files")
def test_a_disk_that_takes_only_half_is_told_as_full(files: ImageFiles) -> None:
    import resource

    data = png(200, 200) + bytes(100_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(StorageFailed) as caught:
            files.put(data, digest_of(data), PNG)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Free some space" in caught.value.fix
    assert everything(files.folder) == []


def test_what_a_dead_program_left_behind_is_swept_and_what_is_being_written_is_not(files: ImageFiles) -> None:
    files.put(PICTURE, DIGEST, PNG)
    old, fresh = files.folder / "drafts" / ".old.draft", files.folder / "drafts" / ".new.draft"
    old.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))
    fresh.write_bytes(b"half")
    files.sweep()
    assert sorted(everything(files.folder)) == sorted([fresh, files.path(DIGEST)])


def test_a_name_for_people_leads_to_the_same_bytes_and_takes_no_room(files: ImageFiles) -> None:
    files.put(PICTURE, DIGEST, PNG)
    named = files.named(DIGEST, "ein Füchslein, 42.png")
    assert named.name == "ein Füchslein, 42.png"
    assert named.samefile(files.path(DIGEST))
    assert files.named(DIGEST, "ein Füchslein, 42.png") == named
    assert files.named("0" * 64, "gone.png") == files.path("0" * 64)


def test_names_for_people_go_after_a_day_and_the_picture_stays(files: ImageFiles) -> None:
    files.put(PICTURE, DIGEST, PNG)
    named = files.named(DIGEST, "fox.png")
    files.sweep()
    assert named.exists()
    old = time.time() - 90_000
    os.utime(named.parent, (old, old))
    files.sweep()
    assert not named.exists()
    assert files.read(DIGEST) == PICTURE


def test_sweeping_before_there_is_a_folder_does_nothing(files: ImageFiles) -> None:
    files.sweep()
    assert not files.folder.exists()


def test_a_copy_replaces_what_is_there(files: ImageFiles, tmp_path: Path) -> None:
    files.put(PICTURE, DIGEST, PNG)
    to = tmp_path / "ein Füchslein 狐.png"
    to.write_bytes(b"old")
    files.copy(DIGEST, to)
    assert to.read_bytes() == PICTURE


def test_a_copy_into_a_folder_that_is_gone_says_so(files: ImageFiles, tmp_path: Path) -> None:
    files.put(PICTURE, DIGEST, PNG)
    with pytest.raises(StorageFailed) as caught:
        files.copy(DIGEST, tmp_path / "gone" / "a.png")
    assert "a.png" in caught.value.what
    assert "folder is gone" in caught.value.fix


def test_a_foreign_file_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "фото.png"
    path.write_bytes(PICTURE)
    assert read_file(path) == PICTURE
    monkeypatch.setattr(image_files, "MOST_BYTES", len(PICTURE) - 1)
    with pytest.raises(InvalidInput, match="too large"):
        read_file(path)


def test_what_is_no_readable_file_says_why(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed) as caught:
        read_file(tmp_path / "gone.png")
    assert "gone.png cannot be read" in caught.value.what
    with pytest.raises(StorageFailed):
        read_file(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(StorageFailed, match=r"pipe\.png"):
        read_file(tmp_path / "pipe.png")
