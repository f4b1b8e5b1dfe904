"""Decoding the common kinds of PNG, and surviving what is none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.media.test_picture import written
from workbench.domain.images import pngs


def filtered(lines: list[bytes], kind: int, step: int) -> bytes:
    """The reference filters of RFC 2083 §6, byte by byte."""
    out = b""
    above = bytes(len(lines[0]))
    for line in lines:
        out += bytes([kind])
        for at, value in enumerate(line):
            a = line[at - step] if at >= step else 0
            b, c = above[at], above[at - step] if at >= step else 0
            p = a + b - c
            nearest = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            out += bytes([(value - (0, a, b, (a + b) // 2, nearest)[kind]) & 255])
        above = line
    return out


@given(st.data())
def test_every_filter_is_undone(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 5))
    lines = [data.draw(st.binary(min_size=3 * width, max_size=3 * width)) for _ in range(height)]
    kind = data.draw(st.integers(0, 4))
    made = pngs.decode(written(width, height, 8, 2, filtered(lines, kind, 3)))
    assert list(made.rows) == lines


@pytest.mark.parametrize(
    ("depth", "colour", "line", "palette", "pixels"),
    [
        (8, 0, b"\x00\x80", b"", "000000808080"),
        (1, 0, b"\x40", b"", "000000ffffff"),
        (4, 3, b"\x10", b"\x01\x02\x03\x04\x05\x06", "040506010203"),
        (8, 3, b"\x01\x00", b"\x01\x02\x03\x04\x05\x06", "040506010203"),
        (8, 4, b"\x10\xff\x10\x00", b"", "101010ffffff"),
        (8, 6, b"\x01\x02\x03\xff\x01\x02\x03\x00", b"", "010203ffffff"),
        (16, 2, b"\x01\x99\x02\x99\x03\x99\x04\x99\x05\x99\x06\x99", b"", "010203040506"),
    ],
)
def test_every_common_kind_is_read(depth: int, colour: int, line: bytes, palette: bytes, pixels: str) -> None:
    more = [(b"PLTE", palette)] if palette else []
    assert pngs.decode(written(2, 1, depth, colour, b"\0" + line, *more)).rows[0].hex() == pixels


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(pngs.Unreadable):
        pngs.decode(noise)


@given(st.integers(8, 120), st.binary(min_size=1, max_size=4))
def test_a_damaged_picture_is_read_or_refused(at: int, change: bytes) -> None:
    whole = written(4, 4, 8, 2, (b"\x04" + bytes(range(12))) * 4)
    damaged = whole[:at] + change + whole[at + len(change) :]
    with suppress(pngs.Unreadable):
        assert pngs.decode(damaged).rows


def test_a_huge_picture_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(pngs.Unreadable, match="60000"):
        pngs.decode(written(60000, 60000, 8, 2, b""))


def test_what_is_written_can_be_read() -> None:
    made = pngs.encode(2, bytes([9, 8, 7, 1, 2, 3]), [b"\0\1", b"\1\0"], 2)
    assert [row.hex() for row in pngs.decode(made).rows] == ["090807010203", "010203090807"]
