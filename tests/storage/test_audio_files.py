from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from workbench.domain.errors import StorageFailed
from workbench.storage.audio_files import (
    HEAD_BYTES,
    FileState,
    OwnAudio,
    look,
    mark_of,
    read_whole,
    state_of,
)


def put(path: Path, data: bytes, at: float = 1000.0) -> Path:
    path.write_bytes(data)
    os.utime(path, (at, at))
    return path


def state(path: Path, before: bytes = b"") -> FileState:
    file = look(put(path.with_name("before"), before or path.read_bytes(), 1000.0))
    return state_of(path, file.size, file.modified, file.fingerprint)


def test_a_file_is_told_by_its_size_beginning_and_end(tmp_path: Path) -> None:
    data = bytes(3 * HEAD_BYTES)
    one = look(put(tmp_path / "a", data))
    assert (one.path, one.size, one.modified) == (tmp_path / "a", len(data), 1000.0)
    assert one.head == data[:HEAD_BYTES]
    assert look(put(tmp_path / "b", data)).fingerprint == one.fingerprint
    others = (b"1" + data[1:], data[:-1] + b"1", data + b"\0", b"")
    prints = {look(put(tmp_path / f"{n}", other)).fingerprint for n, other in enumerate(others)}
    assert len({*prints, one.fingerprint}) == 5


def test_what_is_not_there_or_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="cannot be read") as caught:
        look(tmp_path / "gone.wav")
    assert "moved or deleted" in caught.value.fix
    with pytest.raises(StorageFailed):
        look(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe in the file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    try:
        with pytest.raises(StorageFailed, match="cannot be read"):
            look(tmp_path / "pipe")
    finally:
        os.close(writer)


def test_a_file_is_the_same_as_long_as_its_content_is(tmp_path: Path) -> None:
    path = put(tmp_path / "a", b"one")
    assert state(path) is FileState.SAME
    put(path, b"one", 2000.0)
    assert state(path, b"one") is FileState.SAME, "it was only touched"
    put(path, b"two", 2000.0)
    assert state(path, b"one") is FileState.CHANGED
    path.unlink()
    assert state(path, b"one") is FileState.MISSING


def test_a_file_that_grew_is_not_read_as_a_whole(tmp_path: Path) -> None:
    path = put(tmp_path / "a", b"12345")
    assert read_whole(path, 5) == b"12345"
    assert len(read_whole(path, 3)) == 4
    with pytest.raises(StorageFailed):
        read_whole(tmp_path / "gone", 5)


def test_an_own_file_is_kept_copied_out_and_removed(tmp_path: Path) -> None:
    own = OwnAudio(tmp_path / "own")
    assert own.put("a.mp3", b"sound").read_bytes() == b"sound"
    own.copy("a.mp3", tmp_path / "out.mp3")
    assert (tmp_path / "out.mp3").read_bytes() == b"sound"
    own.remove("a.mp3")
    own.remove("a.mp3")
    with pytest.raises(StorageFailed, match="cannot be read"):
        own.copy("a.mp3", tmp_path / "out.mp3")
    assert (tmp_path / "out.mp3").read_bytes() == b"sound"
    with pytest.raises(StorageFailed, match="could not be saved"):
        own.copy("a.mp3", tmp_path / "nowhere" / "out.mp3")


def test_a_recorded_file_is_taken_in_once(tmp_path: Path) -> None:
    own = OwnAudio(tmp_path / "own")
    kept = own.take(put(tmp_path / "new.wav", b"sound"), "1.wav")
    assert kept == tmp_path / "own" / "1.wav"
    assert not (tmp_path / "new.wav").exists()
    assert own.take(kept, "2.wav") == kept
    with pytest.raises(StorageFailed, match="could not be kept"):
        own.take(tmp_path / "gone.wav", "3.wav")


def test_files_that_nobody_knows_are_found_unless_they_are_being_written(tmp_path: Path) -> None:
    own = OwnAudio(tmp_path / "own")
    assert own.others(lambda path: False, 1e12) == []
    for name, at in (("known", 10.0), ("second", 20.0), ("first", 5.0), ("fresh", 500.0)):
        own.put(name, b"sound")
        os.utime(own.path(name), (at, at))
    own.put("written", b"sound")
    os.utime(own.path("written"), (50.0, 50.0))
    mark = mark_of(own.path("written"))
    mark.set()
    found = own.others(lambda path: path.name == "known", 100.0)
    assert [path.name for path in found] == ["first", "second"]
    mark.clear()
    assert len(own.others(lambda path: path.name == "known", 100.0)) == 3
