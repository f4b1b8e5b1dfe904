from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.services.speech.protection import _says_so, is_protected


def box(kind: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def movie(sample: bytes) -> bytes:
    return box(b"moov", box(b"trak", box(b"stsd", bytes(7) + b"\1" + box(sample, bytes(28)))))


@pytest.mark.parametrize(("sample", "protected"), [(b"drms", True), (b"enca", True), (b"mp4a", False)])
@pytest.mark.parametrize("first", [True, False])
def test_the_kind_of_the_samples_tells(tmp_path: Path, sample: bytes, protected: bool, first: bool) -> None:
    data = box(b"mdat", b"drms enca" * 100)
    parts = (movie(sample), data) if first else (data, movie(sample))
    path = tmp_path / "x.m4a"
    path.write_bytes(box(b"ftyp", b"M4A ") + b"".join(parts))
    assert is_protected(path) is protected


def test_what_is_not_there_is_not_protected(tmp_path: Path) -> None:
    assert not is_protected(tmp_path / "none.m4a")


@given(st.binary(max_size=200))
def test_nonsense_is_not_protected(data: bytes) -> None:
    if b"stsd" not in data:
        assert not _says_so(data)


@given(st.binary(max_size=100))
def test_damaged_boxes_come_to_an_end(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.m4a"
    path.write_bytes(box(b"ftyp", b"M4A ") + data)
    is_protected(path)
