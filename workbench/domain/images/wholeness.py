"""Whether an encoded picture is there to its end, told by its structure: decoders fill up what is missing, and say nothing."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from workbench.domain.images.formats import JPEG, PNG, picture_type

_WORDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_IN_PASSES = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
"""Of a JPEG; between compressed bytes stand others: stuffed ones and restarts."""


def is_whole(data: bytes) -> bool:
    """Whether the picture has its end. False for what is no picture; what lies between is not looked at."""
    match picture_type(data):
        case "image/png":
            return b"IEND" in (kind for kind, _, _ in _chunks(data))
        case "image/jpeg":
            return _jpeg_ends(data)
        case "image/webp":
            return len(data) >= 8 + int.from_bytes(data[4:8], "little")
        case "image/gif":
            return data.rstrip(b"\0")[-1:] == b";"
        case "image/bmp":
            return _bmp_ends(data)
    return False


def without_words(data: bytes) -> bytes:
    """A PNG without its text chunks, which may unpack to gigabytes; anything else as it is."""
    if picture_type(data) != PNG or not any(kind in _WORDS for kind, _, _ in _chunks(data)):
        return data
    kept = [data[at:end] for kind, at, end in _chunks(data) if kind not in _WORDS]
    return data[:8] + b"".join(kept)


def is_progressive(data: bytes) -> bool:
    """Whether a JPEG comes in passes, so that a decoder keeps all of it in memory, whatever size is asked for."""
    if picture_type(data) != JPEG:
        return False
    return next((marker for marker, _ in _segments(data) if marker in _FRAMES), 0) in _IN_PASSES


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each whole chunk of a PNG."""
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        if end > len(data):
            return
        yield data[at + 4 : at + 8], at, end
        at = end


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Marker and place of each segment of a JPEG, the compressed ones skipped."""
    at = 2
    while (found := _MARKER.search(data, at)) is not None:
        at = found.start()
        marker = data[at + 1]
        yield marker, at
        if marker == 0xD9 or at + 4 > len(data):
            return
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def _jpeg_ends(data: bytes) -> bool:
    return any(marker == 0xD9 for marker, _ in _segments(data))


def _bmp_ends(data: bytes) -> bool:
    if len(data) < 34:
        return False
    offset, header = _number(data, 10), _number(data, 14)
    if header < 40:
        return len(data) > offset
    if _number(data, 30) in (1, 2):  # run lengths, which tell their own end
        return data.rstrip(b"\0").endswith(b"\x01") or len(data) >= _number(data, 2)
    row = (abs(_number(data, 18)) * _number(data, 28, 2) + 31) // 32 * 4
    return len(data) >= offset + row * abs(_number(data, 22))


def _number(data: bytes, at: int, length: int = 4) -> int:
    return int.from_bytes(data[at : at + length], "little", signed=length == 4)
