"""What the binaries of Linux are linked to, as objdump (of binutils) reads it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

_FILE = re.compile(r"^(?P<path>.+):\s+file format elf\S*$", re.MULTILINE)
_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)$", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)\b")
_AT_ONCE = 100


def needed(files: Iterable[str]) -> dict[str, list[str]]:
    """The file names of the libraries that each is linked to; empty for what is no binary."""
    found: dict[str, list[str]] = {path: [] for path in files}
    for path, text in _described(list(found)):
        found[path] = _NEEDED.findall(text)
    return found


def from_the_system(bundle: Path) -> set[str]:
    """The file names of the libraries that the bundle is linked to and does not bring."""
    files = {str(path) for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()}
    brought = {path.name for path in bundle.rglob("*")}
    return {name for names in needed(files).values() for name in names} - brought


def oldest_glibc(bundle: Path) -> str:
    """The C library that the bundle needs at least, such as "2.36"; "" where none is named."""
    files = [str(path) for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    versions = {
        (int(major), int(minor)) for _, text in _described(files) for major, minor in _GLIBC.findall(text)
    }
    return ".".join(map(str, max(versions))) if versions else ""


def _described(files: list[str]) -> Iterable[tuple[str, str]]:
    for start in range(0, len(files), _AT_ONCE):
        done = subprocess.run(
            ["objdump", "-p", *files[start : start + _AT_ONCE]],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            check=False,  # it fails when one of them is no binary, and reads the others
        )
        _, *parts = _FILE.split(done.stdout.decode("utf-8", "replace"))
        yield from zip(parts[::2], parts[1::2], strict=True)
