"""Maps in files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.domain.errors import StorageFailed
from workbench.storage.embedding_maps import EmbeddingMapFiles


def test_a_map_is_there_again_and_another_takes_its_place(tmp_path: Path) -> None:
    files = EmbeddingMapFiles(tmp_path / "maps")
    assert files.get("a") is None
    files.put("a", b"one")
    files.put("a", b"two")
    assert EmbeddingMapFiles(tmp_path / "maps").get("a") == b"two"


def test_what_was_not_asked_for_the_longest_makes_room(tmp_path: Path) -> None:
    files = EmbeddingMapFiles(tmp_path, most_bytes=10)
    for number, name in enumerate("abc"):
        files.put(name, b"1234")
        os.utime(tmp_path / f"{name}.map", (number, number))
    assert files.get("b") is not None
    files.put("d", b"1234")
    assert [name for name in "abcd" if files.get(name)] == ["b", "d"]


def test_the_newest_stays_even_where_it_is_larger_than_all_may_be(tmp_path: Path) -> None:
    files = EmbeddingMapFiles(tmp_path, most_bytes=2)
    files.put("a", b"1234")
    assert files.get("a") == b"1234"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailed):
        EmbeddingMapFiles(tmp_path / "file" / "maps").put("a", b"1")
