"""packaging/bundle/libraries.py: what binaries are linked to, read from objdump's words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from bundle.libraries import from_the_system, needed, oldest_glibc

WORDS = """
{0}:     file format elf64-x86-64

Dynamic Section:
  NEEDED               libQt6Core.so.6
  NEEDED               libc.so.6
  SONAME               libown.so.1

Version References:
  required from libc.so.6:
    0x09691a75 0x00 03 GLIBC_2.2.5
    0x069691b4 0x00 02 GLIBC_2.34

{1}:     file format elf64-x86-64

Dynamic Section:
  NEEDED               libown.so.1
    0x06969194 0x00 02 GLIBC_2.9
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two binaries, of which one is linked to the other, and a text."""

    def said(command: list[str], **settings: object) -> subprocess.CompletedProcess[bytes]:
        words = WORDS.format(tmp_path / "libown.so.1", tmp_path / "program")
        return subprocess.CompletedProcess(command, 1, words.encode())

    for name in ("libown.so.1", "program", "text"):
        (tmp_path / name).touch()
    monkeypatch.setattr("subprocess.run", said)
    return tmp_path


def test_each_binary_is_told_with_what_it_is_linked_to(bundle: Path) -> None:
    files = [str(bundle / name) for name in ("libown.so.1", "program", "text")]
    assert list(needed(files).values()) == [["libQt6Core.so.6", "libc.so.6"], ["libown.so.1"], []]


def test_what_the_bundle_brings_is_not_asked_of_the_system(bundle: Path) -> None:
    assert from_the_system(bundle) == {"libQt6Core.so.6", "libc.so.6"}


def test_the_newest_version_that_is_named_is_the_oldest_that_does(bundle: Path) -> None:
    assert oldest_glibc(bundle) == "2.34"
