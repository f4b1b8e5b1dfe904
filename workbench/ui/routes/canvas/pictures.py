"""Painted cards kept as pictures in the pixels of the screen: panning and dragging draw them again without painting."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtGui import QPixmap

MOST_BYTES = 96 * 1024 * 1024


@dataclass(slots=True)
class Picture:
    """scale: device pixels for one of the scene. details: see `faces.paint_face`."""

    pixels: QPixmap
    scale: float
    details: bool

    @property
    def size(self) -> int:
        return self.pixels.width() * self.pixels.height() * 4


class Pictures:
    """The pictures by what they are of, those used last kept."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[object, Picture] = OrderedDict()

    def get(self, key: object) -> Picture | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: object, picture: Picture) -> None:
        self.drop(key)
        self._kept[key] = picture
        self._bytes += picture.size
        while self._bytes > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.size

    def drop(self, key: object) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size

    def clear(self) -> None:
        self._kept.clear()
        self._bytes = 0
