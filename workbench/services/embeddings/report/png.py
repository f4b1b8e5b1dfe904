"""Pictures as PNG, without any library for pictures."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence

from workbench.domain.images.pngs import SIGNATURE, chunk

_INDEXED, _RGBA = 3, 6


def indexed_png(width: int, height: int, cells: bytes, palette: Sequence[tuple[int, int, int]]) -> bytes:
    """cells: row after row, each a place in the palette, which has at most 256 colours."""
    colours = b"".join(map(bytes, palette))
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _INDEXED, 0, 0, 0)),
            chunk(b"PLTE", colours),
            chunk(b"IDAT", _packed(cells, width)),
            chunk(b"IEND", b""),
        )
    )


def rgba_png(width: int, height: int, pixels: bytes) -> bytes:
    """pixels: red, green, blue and opacity of each, row after row."""
    return b"".join(
        (
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _RGBA, 0, 0, 0)),
            chunk(b"IDAT", _packed(pixels, 4 * width)),
            chunk(b"IEND", b""),
        )
    )


def data_uri(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _packed(cells: bytes, width: int) -> bytes:
    def lines() -> Iterator[bytes]:
        for start in range(0, len(cells), width):
            yield b"\0" + cells[start : start + width]

    return zlib.compress(b"".join(lines()), 9)
