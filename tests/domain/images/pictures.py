"""Small pictures in the formats the tests need, built byte by byte."""

from __future__ import annotations

import struct
import zlib


def chunk(name: bytes, body: bytes, *, crc: int | None = None) -> bytes:
    checksum = zlib.crc32(name + body) if crc is None else crc
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def png(*extra: bytes, width: int = 2, height: int = 1) -> bytes:
    """extra: chunks between the header and the pixels."""
    rows = b"".join(b"\0" + b"\x20\x80\xe0" * width for _ in range(height))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            *extra,
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(*extra: bytes) -> bytes:
    """Has the structure of one, no picture. extra: segments behind the JFIF header."""
    head = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    frame = segment(0xC0, b"\x08\0\1\0\2\1\1\x11\0")
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\xff\x00\x56"
    return b"\xff\xd8" + head + b"".join(extra) + frame + scan + b"\xff\xd9"


def exif(comment: bytes, *, big: bool = True, camera: bytes = b"") -> bytes:
    """A TIFF block with a user comment, and a text in the field “Model”."""
    order = ">" if big else "<"
    camera_at = 8 + 2 + 2 * 12 + 4
    exif_at = camera_at + len(camera)
    comment_at = exif_at + 2 + 12 + 4
    return b"".join(
        (
            (b"MM" if big else b"II") + struct.pack(order + "HI", 42, 8),
            struct.pack(order + "H", 2),
            struct.pack(order + "HHII", 0x0110, 2, len(camera), camera_at),
            struct.pack(order + "HHII", 0x8769, 4, 1, exif_at),
            struct.pack(order + "I", 0),
            camera,
            struct.pack(order + "H", 1),
            struct.pack(order + "HHII", 0x9286, 7, len(comment), comment_at),
            struct.pack(order + "I", 0),
            comment,
        )
    )


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
