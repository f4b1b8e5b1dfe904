"""Which part of the program a file belongs to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.services.opened_files import FileKind, kind_of, kind_of_file

WAV = b"RIFF\x24\0\0\0WAVEfmt "
PNG = b"\x89PNG\r\n\x1a\n"
EXPORTED = b'{"format": "ai-workbench.chat", "version": 1}'


@pytest.mark.parametrize(
    ("name", "start", "kind"),
    [
        ("a.route.json", b"", FileKind.ROUTE),
        ("A.ROUTE.JSON", b"nonsense", FileKind.ROUTE),
        ("rules.json", b'{"condition": 1}', FileKind.ROUTE),
        ("rules", b"\xef\xbb\xbf [", FileKind.ROUTE),
        ("a.chat.json", b"", FileKind.CHAT),
        ("talk.json", EXPORTED, FileKind.CHAT),
        (".dev.vars", b"A=b", FileKind.ENVIRONMENT),
        (".env", b"", FileKind.ENVIRONMENT),
        (".env.local", b"", FileKind.ENVIRONMENT),
        ("prod.env", b"", FileKind.ENVIRONMENT),
        ("talk.mp3", WAV, FileKind.SOUND),
        ("noname", WAV, FileKind.SOUND),
        ("picture.jpg", PNG, FileKind.PICTURE),
        ("notes.txt", b"plain words", None),
        ("empty", b"", None),
        ("talk.wav", b"not really", None),
    ],
)
def test_a_file_is_known_by_its_name_or_its_beginning(name: str, start: bytes, kind: FileKind | None) -> None:
    assert kind_of(name, start) is kind


def test_what_is_not_there_or_no_file_is_said(run_async: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("words")
    for name, kind, words in (
        ("gone.route.json", StorageFailed, "is not there"),
        ("", InvalidInput, "is a folder"),
        ("notes.txt", InvalidInput, "Nothing here opens notes.txt"),
        ("a\0b", StorageFailed, "cannot be read"),
        ("n" * 300, StorageFailed, "cannot be read"),
    ):
        with pytest.raises(kind) as caught:
            run_async(kind_of_file(tmp_path / name))
        assert words in caught.value.what


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes with names there")
def test_a_pipe_is_not_waited_for(run_async: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.route.json")
    with pytest.raises(InvalidInput):
        run_async(kind_of_file(tmp_path / "pipe.route.json"))
