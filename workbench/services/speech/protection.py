"""Whether the sound of an MP4 file (m4a, m4p, m4b …) is encrypted: its decoders would make noise of it."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_ENCRYPTED = (b"drms", b"enca")
_DESCRIPTION = b"stsd"
_MOST = 64 * 1024 * 1024
"""Of the box that describes the tracks: several days of sound."""


def is_protected(path: Path) -> bool:
    """Blocks. False for what is no such file, or is damaged, or cannot be read."""
    try:
        with path.open("rb") as file:
            return _says_so(_movie(file))
    except OSError:
        return False


def _movie(file: BinaryIO) -> bytes:
    """The content of the box that describes the tracks; wherever in the file it stands, what is before it is not read."""
    at, first = 0, True
    while True:
        file.seek(at)
        head = file.read(16)
        if len(head) < 8 or (first and head[4:8] != b"ftyp"):
            return b""
        first = False
        size, length = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, length = int.from_bytes(head[8:16], "big"), 16
        if head[4:8] == b"moov":
            file.seek(at + length)
            return file.read(min(size - length, _MOST) if size else _MOST)
        if size < length:  # the last one may go on to the end
            return b""
        at += size


def _says_so(movie: bytes) -> bool:
    """Each track's samples are described by a list: version, how many, then the size and the kind of the first."""
    at = movie.find(_DESCRIPTION)
    while at >= 0:
        if movie[at + 16 : at + 20] in _ENCRYPTED:
            return True
        at = movie.find(_DESCRIPTION, at + 4)
    return False
