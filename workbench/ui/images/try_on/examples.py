"""Three pairs of photos to begin with, drawn, so that nobody's picture is needed to see how it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from workbench.domain.resources import resource
from workbench.ui.support.picture_bytes import encoded

SIZE = QSize(600, 800)


@dataclass(frozen=True, slots=True)
class Example:
    """person, outfit: files in resources/examples/try-on."""

    person: str
    outfit: str
    title: str

    @property
    def photos(self) -> Callable[[], tuple[bytes, bytes]]:
        """Draws both as PNG; to be called in a thread."""
        return partial(_photos, self.person, self.outfit)


def examples() -> tuple[Example, ...]:
    translate = QCoreApplication.translate
    return (
        Example("person-1", "outfit-raincoat", translate("TryOnExamples", "Yellow raincoat")),
        Example("person-2", "outfit-suit", translate("TryOnExamples", "Suit and tie")),
        Example("person-1", "outfit-denim", translate("TryOnExamples", "Denim jacket, red skirt")),
    )


@lru_cache(maxsize=16)
def drawn(name: str, width: int, height: int) -> QImage:
    """One of the drawings in device pixels. Small ones take about a millisecond."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    QSvgRenderer(str(resource("examples") / "try-on" / f"{name}.svg")).render(painter)
    painter.end()
    return image


def _photos(person: str, outfit: str) -> tuple[bytes, bytes]:
    width, height = SIZE.toTuple()
    return encoded(drawn(person, width, height)), encoded(drawn(outfit, width, height))
