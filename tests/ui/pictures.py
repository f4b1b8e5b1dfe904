"""Pictures for tests, as encoded bytes."""

from __future__ import annotations

import struct
import zlib

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter


def image(width: int = 64, height: int = 48, colour: str = "#3060c0", *, alpha: bool = False) -> QImage:
    """A ground in one colour with a white square in its upper left corner."""
    made = QImage(width, height, QImage.Format.Format_ARGB32 if alpha else QImage.Format.Format_RGB32)
    made.fill(QColor(0, 0, 0, 0) if alpha else QColor(colour))
    painter = QPainter(made)
    painter.fillRect(QRect(0, 0, width // 4, height // 4), QColor("#ffffff"))
    painter.end()
    return made


def encoded(picture: QImage, kind: str = "png", *, progressive: bool = False) -> bytes:
    """kind: "png", "jpeg", "webp", "bmp"."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode()))
    writer.setQuality(95)
    writer.setProgressiveScanWrite(progressive)
    assert writer.write(picture), writer.errorString()
    return bytes(buffer.data().data())


def picture(
    width: int = 64, height: int = 48, colour: str = "#3060c0", kind: str = "png", *, alpha: bool = False
) -> bytes:
    return encoded(image(width, height, colour, alpha=alpha), kind)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int, depth: int = 8, colour_type: int = 2) -> bytes:
    """A PNG whose header claims a size, with next to nothing behind it."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def turned(jpeg: bytes, orientation: int) -> bytes:
    """The JPEG with an EXIF orientation; 6 is a photo taken with the camera on its side."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


def gif() -> bytes:
    """2 × 1 pixels, red and blue."""
    return bytes.fromhex(
        "474946383961020001008000 00ff00000000ff2c00000000020001000002024401003b".replace(" ", "")
    )


def decoded(data: bytes) -> QImage:
    made = QImage.fromData(data)
    assert not made.isNull()
    return made
