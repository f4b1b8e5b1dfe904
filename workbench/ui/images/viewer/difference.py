"""What differs between two pictures, made visible."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

GAIN = 4
"""Differences are shown so many times stronger, or nobody would see the small ones."""
_ROWS = 256


@dataclass(frozen=True)
class Difference:
    """image: black where both are alike. share: of pixels that are not, 0–1. largest: the greatest step in brightness, 0–255.

    stretched: they have different sizes, so the second was fitted to the first.
    """

    image: QImage
    share: float
    largest: int
    stretched: bool


def difference(one: QImage, other: QImage) -> Difference:
    """CPU work: call it in a thread."""
    stretched = one.size() != other.size()
    if stretched:
        other = other.scaled(
            one.size(), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    raw = _opaque(one)
    painter = QPainter(raw)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, _opaque(other))
    painter.end()
    same, largest = _figures(raw)
    pixels = max(1, raw.width() * raw.height())
    return Difference(_amplified(raw), 1 - same / pixels, largest, stretched)


def _opaque(image: QImage) -> QImage:
    if not image.hasAlphaChannel():
        return image.convertToFormat(QImage.Format.Format_RGB32)
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor("white"))
    painter = QPainter(ground)
    painter.drawImage(0, 0, image)
    painter.end()
    return ground


def _figures(raw: QImage) -> tuple[int, int]:
    """Pixels that are black in all of red, green and blue, and the brightest of those values."""
    same = largest = 0
    for top in range(0, raw.height(), _ROWS):
        strip = raw.copy(0, top, raw.width(), min(_ROWS, raw.height() - top))
        strip = strip.convertToFormat(QImage.Format.Format_RGBX8888)  # held: its bits do not hold it
        values = bytes(strip.constBits())
        red, green, blue = values[0::4], values[1::4], values[2::4]
        largest = max(largest, max(red), max(green), max(blue))
        any_of = (
            int.from_bytes(red, "little") | int.from_bytes(green, "little") | int.from_bytes(blue, "little")
        )
        same += any_of.to_bytes(len(red), "little").count(0)
    return same, largest


def _amplified(raw: QImage) -> QImage:
    strong = raw.copy()
    painter = QPainter(strong)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
    for _ in range(GAIN - 1):
        painter.drawImage(0, 0, raw)
    painter.end()
    return strong
