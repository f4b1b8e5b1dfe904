"""Texts that programs hide in an Exif block, of a JPEG or a WebP file."""

from __future__ import annotations

import struct

from workbench.domain.images.formats import JPEG, WEBP, picture_type
from workbench.domain.images.jpeg_comment import exif_block

_DESCRIPTION, _MAKE, _MODEL, _EXIF, _USER_COMMENT = 0x010E, 0x010F, 0x0110, 0x8769, 0x9286
_MOST_ENTRIES = 512
_WIDTH = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}
"""Bytes of a value by its TIFF type; others hold no text."""


def texts_in(data: bytes) -> dict[str, str]:
    """“UserComment” → its text, and “name:{…}” of the camera's fields, where animated WebP files keep a graph, as name → “{…}”."""
    block = _block(data)
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return {}
    texts: dict[str, str] = {}
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        entries = _entries(block, order, first)
        for tag in (_DESCRIPTION, _MAKE, _MODEL):
            name, colon, value = _plain(entries.get(tag, b"")).partition(":")
            if colon and value.startswith("{"):
                texts.setdefault(name.strip().lower(), value)
        pointer = entries.get(_EXIF, b"")
        if len(pointer) == 4:
            (second,) = struct.unpack(order + "I", pointer)
            comment = _user_comment(_entries(block, order, second).get(_USER_COMMENT, b""))
            if comment:
                texts["UserComment"] = comment
    except struct.error:  # it points outside itself
        return texts
    return texts


def _block(data: bytes) -> bytes:
    kind = picture_type(data)
    if kind == JPEG:
        return exif_block(data)
    if kind != WEBP:
        return b""
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"EXIF":
            body = data[at + 8 : at + 8 + length]
            return body.removeprefix(b"Exif\0\0")
        at += 8 + length + length % 2
    return b""


def _entries(block: bytes, order: str, at: int) -> dict[int, bytes]:
    (count,) = struct.unpack_from(order + "H", block, at)
    found: dict[int, bytes] = {}
    for index in range(min(count, _MOST_ENTRIES)):
        place = at + 2 + 12 * index
        tag, kind, length = struct.unpack_from(order + "HHI", block, place)
        size = _WIDTH.get(kind, 0) * length
        if size <= 4:
            found[tag] = block[place + 8 : place + 8 + size]
        else:
            (start,) = struct.unpack_from(order + "I", block, place + 8)
            found[tag] = block[start : start + size]
    return found


def _plain(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("utf-8", "replace")


def _user_comment(raw: bytes) -> str:
    charset, text = raw[:8], raw[8:]
    if charset == b"UNICODE\0":
        # Its byte order is told nowhere and writers differ; letters have their zero where the high byte is.
        big = text[0::2].count(0) >= text[1::2].count(0)
        return text.decode("utf-16-be" if big else "utf-16-le", "replace").strip("\0 ")
    if charset in (b"ASCII\0\0\0", b"\0" * 8):
        return _plain(text).strip()
    return ""
