"""Comments (COM segments) of a JPEG file, and its Exif block. Pixels stay as they are."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

START = b"\xff\xd8"
_COMMENT = 0xFE
_APP_0, _APP_1, _APP_15 = 0xE0, 0xE1, 0xEF
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_SCAN, _END = 0xDA, 0xD9
_LONGEST = 65_533
"""Bytes of one comment: its length is told in 16 bits, which count themselves."""


class _Segment(NamedTuple):
    marker: int
    start: int
    end: int

    def body(self, data: bytes) -> bytes:
        return data[self.start + 4 : self.end]


def comment_in(data: bytes, name: str) -> str | None:
    """The comment that `with_comment` wrote under that name; None where there is none."""
    first, more = _heads(name)
    parts: list[bytes] = []
    for segment in _segments(data):
        if segment.marker == _COMMENT:
            body = segment.body(data)
            if body.startswith(first) and not parts:
                parts.append(body[len(first) :])
            elif body.startswith(more) and parts:
                parts.append(body[len(more) :])
    return b"".join(parts).decode("utf-8", "replace") if parts else None


def with_comment(data: bytes, name: str, text: str) -> bytes:
    """The same picture with a comment “name:text”, behind what must stand first, in place of one of that name.

    What does not fit one comment goes on in others, “name+:…”. What is no JPEG comes back unchanged.
    """
    segments = list(_segments(data))
    if not segments:
        return data
    first, more = _heads(name)
    place = len(START)
    for segment in segments:
        if not _APP_0 <= segment.marker <= _APP_15:
            break
        place = segment.end
    pieces, at = [data[:place], _written(first, more, text.encode("utf-8", "replace"))], place
    for segment in segments:
        if segment.marker == _COMMENT and segment.start >= place:
            body = segment.body(data)
            if body.startswith((first, more)):
                pieces.append(data[at : segment.start])
                at = segment.end
    return b"".join((*pieces, data[at:]))


def exif_block(data: bytes) -> bytes:
    """The Exif block, from its byte order mark on; empty where there is none."""
    for segment in _segments(data):
        if segment.marker == _APP_1:
            body = segment.body(data)
            if body.startswith(b"Exif\0\0"):
                return body[6:]
    return b""


def _heads(name: str) -> tuple[bytes, bytes]:
    return f"{name}:".encode(), f"{name}+:".encode()


def _written(first: bytes, more: bytes, text: bytes) -> bytes:
    pieces, head = [], first
    while text or head is first:
        room = _LONGEST - len(head)
        body, text = head + text[:room], text[room:]
        pieces.append(struct.pack(">BBH", 0xFF, _COMMENT, len(body) + 2) + body)
        head = more
    return b"".join(pieces)


def _segments(data: bytes) -> Iterator[_Segment]:
    """Up to the picture itself; a file that is cut off ends earlier."""
    if not data.startswith(START):
        return
    at = len(START)
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in (_SCAN, _END):
            return
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in _ALONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            return
        yield _Segment(marker, at, end)
        at = end
