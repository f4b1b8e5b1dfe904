"""The icon as Windows (.ico) and macOS (.icns) want it, put together from the pictures in icons/, which are drawn from app.svg."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

ICONS = Path(__file__).resolve().parent / "icons"
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_TYPES = {  # type -> pixels; of some sizes there are two: one for screens with twice the pixels
    b"icp4": 16,
    b"icp5": 32,
    b"ic11": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic13": 256,
    b"ic08": 256,
    b"ic14": 512,
    b"ic09": 512,
}
_AS_PNG = 256
"""Pixels from which on Windows has always taken a PNG; smaller ones some programs only read as a bitmap."""


def ico() -> bytes:
    pictures = [(size, _png(size) if size >= _AS_PNG else _bitmap(size)) for size in ICO_SIZES]
    head = struct.pack("<HHH", 0, 1, len(pictures))
    place = len(head) + 16 * len(pictures)
    entries = b""
    for size, content in pictures:
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(content), place)
        place += len(content)
    return head + entries + b"".join(content for _, content in pictures)


def icns() -> bytes:
    parts = b"".join(_part(kind, _png(size)) for kind, size in ICNS_TYPES.items())
    return _part(b"icns", parts)


def _part(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">I", len(content) + 8) + content


def _png(size: int) -> bytes:
    return (ICONS / f"{size}.png").read_bytes()


def _bitmap(size: int) -> bytes:
    """From the bottom row up, as blue, green, red and opacity; behind it the mask that nobody reads any more."""
    rows = [_row(line) for line in reversed(pixels(_png(size)))]
    mask = bytes((size + 31) // 32 * 4 * size)
    head = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, 32, 0, 0, 0, 0, 0, 0)
    return head + b"".join(rows) + mask


def _row(line: bytes) -> bytes:
    turned = bytearray(line)
    turned[0::4], turned[2::4] = line[2::4], line[0::4]
    return bytes(turned)


def pixels(png: bytes) -> list[bytes]:
    """Its rows, as red, green, blue and opacity. Raises ValueError for another kind of PNG than those in icons/."""
    width, height, *kind = struct.unpack(">IIBBBBB", png[16:29])
    if kind != [8, 6, 0, 0, 0]:
        raise ValueError("only pictures with 8 bits for each of four channels, not interlaced, are read")
    data, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(data)
    rows: list[bytes] = []
    above = bytes(width * 4)
    for row in range(height):
        start = row * (width * 4 + 1)
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + width * 4], above)
        rows.append(above)
    return rows


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    done = bytearray(line)
    for at in range(len(line)):
        left = done[at - 4] if at >= 4 else 0
        corner = above[at - 4] if at >= 4 else 0
        up = above[at]
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        done[at] = (line[at] + guess) % 256
    return bytes(done)


def _paeth(left: int, up: int, corner: int) -> int:
    near = left + up - corner
    return min((left, up, corner), key=lambda one: abs(near - one))
