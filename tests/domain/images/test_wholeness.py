"""A picture that breaks off is told from a whole one without decoding it."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.images.pngs import chunk
from workbench.domain.images.wholeness import is_progressive, is_whole, without_words

HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
TAIL = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
PNG = HEAD + TAIL
# Header, then compressed bytes with a stuffed ff, a restart, and the end.
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56"
THUMBNAIL = b"\xff\xe1\x00\x08\xff\xd8\xff\xd9\x00\x00"
JPEG = b"\xff\xd8" + THUMBNAIL + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00" + SCAN + b"\xff\xd9"
WEBP = b"RIFF" + (14).to_bytes(4, "little") + b"WEBPVP8L" + bytes(6)
GIF = b"GIF89a" + bytes(7) + b";"
BMP = (
    b"BM"
    + struct.pack("<IHHI", 58, 0, 0, 54)
    + struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, 0, 4, 0, 0, 0, 0)
    + b"\1\2\3\0"
)


@pytest.mark.parametrize("data", [PNG, JPEG, WEBP, GIF, BMP], ids=["png", "jpeg", "webp", "gif", "bmp"])
def test_a_whole_picture_is_whole_and_one_cut_anywhere_is_not(data: bytes) -> None:
    assert is_whole(data)
    assert not any(is_whole(data[:at]) for at in range(len(data)))


def test_the_end_of_a_thumbnail_inside_is_not_the_end_of_the_picture() -> None:
    assert THUMBNAIL in JPEG
    assert not is_whole(JPEG[: -len(b"\xff\xd9")])


@given(st.binary(max_size=200))
def test_no_bytes_break_it(junk: bytes) -> None:
    for start in (b"", HEAD, JPEG[:-2], WEBP[:12], b"GIF89a", BMP[:30], b"\xff\xd8\xff"):
        is_whole(start + junk)
        is_progressive(start + junk)
        without_words(start + junk)


@given(st.lists(st.tuples(st.sampled_from([b"tEXt", b"zTXt", b"iTXt"]), st.binary(max_size=20)), max_size=5))
def test_words_leave_a_png_and_pixels_stay(words: list[tuple[bytes, bytes]]) -> None:
    data = HEAD + b"".join(chunk(kind, text) for kind, text in words) + TAIL
    assert without_words(data) == PNG


def test_other_pictures_keep_every_byte() -> None:
    assert without_words(JPEG) == JPEG
    assert without_words(PNG) is PNG


def test_a_jpeg_in_passes_is_told_from_one_without() -> None:
    assert not is_progressive(JPEG)
    assert is_progressive(JPEG.replace(b"\xff\xc0", b"\xff\xc2"))
    assert not is_progressive(PNG)
