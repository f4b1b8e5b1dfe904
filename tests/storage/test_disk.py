from __future__ import annotations

from pathlib import Path

import pytest

from workbench.domain.errors import StorageFailed
from workbench.storage.disk import room_for, whole_file


def test_a_file_that_could_not_be_written_whole_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.zip"
    path.write_bytes(b"before")

    def write_half() -> None:
        with whole_file(path, "No.") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_without_room_is_told_before_it_is_filled(tmp_path: Path) -> None:
    room_for(tmp_path, 1, "No.")
    with pytest.raises(StorageFailed) as caught:
        room_for(tmp_path, 1 << 60, "It could not be saved.")
    assert caught.value.what == "It could not be saved."
    assert "MB" in caught.value.why
    room_for(tmp_path / "gone", 1 << 60, "Nobody knows.")
