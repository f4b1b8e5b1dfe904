"""Text chunks of a PNG file: tEXt, zTXt and iTXt are read, within limits; tEXt and iTXt are written. Pixels stay as they are."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LONGEST_TEXT = 4 * 1024 * 1024
"""Bytes of one text, unpacked. Longer ones are passed over: a few kilobytes can unpack to gigabytes."""
LONGEST_TEXTS = 16 * 1024 * 1024
"""Bytes of all texts of a file together."""
_LONGEST_CHUNK = 2**31 - 1
_LONGEST_KEYWORD = 79
_TEXT_CHUNKS = frozenset((b"tEXt", b"zTXt", b"iTXt"))


class _Chunk(NamedTuple):
    """start, end: of the whole chunk in the file, with its length and its checksum."""

    name: bytes
    start: int
    end: int

    def body(self, data: bytes) -> bytes:
        return data[self.start + 8 : self.end - 4]

    def intact(self, data: bytes) -> bool:
        (told,) = struct.unpack_from(">I", data, self.end - 4)
        return bool(zlib.crc32(memoryview(data)[self.start + 4 : self.end - 4]) == told)


def texts_in(data: bytes) -> dict[str, str]:
    """Keyword → text; the first of a keyword holds. Empty for what is no PNG.

    A damaged text is passed over, and of a file that is cut off all that came is read.
    """
    texts: dict[str, str] = {}
    left = LONGEST_TEXTS
    for chunk in _chunks(data):
        if chunk.name not in _TEXT_CHUNKS or not chunk.intact(data):
            continue
        keyword, text = _read(chunk.name, chunk.body(data), min(left, LONGEST_TEXT))
        if text is not None and keyword not in texts:
            texts[keyword] = text
            left -= len(text)
    return texts


def with_texts(data: bytes, texts: Mapping[str, str]) -> bytes:
    """The same picture with these texts at its head, in place of those that had their keywords.

    All other bytes stay as they are. What is no PNG comes back unchanged.
    """
    chunks = list(_chunks(data))
    if not chunks or chunks[0].name != b"IHDR":
        return data
    head = chunks[0]
    pieces = [data[: head.end], *(_written(keyword, text) for keyword, text in texts.items())]
    at = head.end
    for chunk in chunks[1:]:
        if chunk.name in _TEXT_CHUNKS and _keyword(chunk.body(data)) in texts:
            pieces.append(data[at : chunk.start])
            at = chunk.end
    return b"".join((*pieces, data[at:]))


def _chunks(data: bytes) -> Iterator[_Chunk]:
    if not data.startswith(SIGNATURE):
        return
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if length > _LONGEST_CHUNK or end > len(data):
            return
        yield _Chunk(name, at, end)
        if name == b"IEND":
            return
        at = end


def _keyword(body: bytes) -> str:
    return body[: _LONGEST_KEYWORD + 1].partition(b"\0")[0].decode("latin-1")


def _read(name: bytes, body: bytes, limit: int) -> tuple[str, str | None]:
    keyword, _, rest = body.partition(b"\0")
    if not 0 < len(keyword) <= _LONGEST_KEYWORD:
        return "", None
    packed = False
    if name == b"zTXt":
        packed, rest = True, rest[1:]
    elif name == b"iTXt":
        packed = rest[:1] == b"\1"
        _language, _, rest = rest[2:].partition(b"\0")
        _translated, _, rest = rest.partition(b"\0")
    raw = _unpacked(rest, limit) if packed else rest
    if raw is None or len(raw) > limit:
        return "", None
    return keyword.decode("latin-1"), _decoded(raw, strict=name == b"iTXt")


def _unpacked(packed: bytes, limit: int) -> bytes | None:
    """None for what is damaged or larger than limit, which is never unpacked whole."""
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(packed, limit + 1)
    except zlib.error:
        return None
    return raw if unpacker.eof and len(raw) <= limit else None


def _decoded(raw: bytes, *, strict: bool) -> str:
    """UTF-8; where the chunk is Latin-1 by the standard, that is what other bytes are taken for (many write UTF-8 there, too)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if strict else raw.decode("latin-1")


def _written(keyword: str, text: str) -> bytes:
    """tEXt for what is ASCII, as every reader knows it; iTXt, not packed, for the rest."""
    key = keyword.encode("latin-1")
    if not 0 < len(key) <= _LONGEST_KEYWORD or b"\0" in key:
        raise ValueError(f"not a PNG keyword: {keyword!r}")
    text = text.replace("\0", "")
    if text.isascii():
        name, body = b"tEXt", key + b"\0" + text.encode("ascii")
    else:
        name, body = b"iTXt", key + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
