"""Pictures as PNG, without any library for pictures."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_INDEXED, _RGBA = 3, 6


def indexed_png(width: int, height: int, cells: bytes, palette: Sequence[tuple[int, int, int]]) -> bytes:
    """cells: row after row, each a place in the palette, which has at most 256 colours."""
    colours = b"".join(map(bytes, palette))
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _INDEXED, 0, 0, 0)),
            _chunk(b"PLTE", colours),
            _chunk(b"IDAT", _packed(cells, width)),
            _chunk(b"IEND", b""),
        )
    )


def rgba_png(width: int, height: int, pixels: bytes) -> bytes:
    """pixels: red, green, blue and opacity of each, row after row."""
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _RGBA, 0, 0, 0)),
            _chunk(b"IDAT", _packed(pixels, 4 * width)),
            _chunk(b"IEND", b""),
        )
    )


def data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _packed(cells: bytes, width: int) -> bytes:
    def lines() -> Iterator[bytes]:
        for start in range(0, len(cells), width):
            yield b"\0" + cells[start : start + width]

    return zlib.compress(b"".join(lines()), 9)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
