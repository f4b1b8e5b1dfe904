"""Which part of the plane is looked at. Maps side by side share one, so that they are moved together."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QSizeF, Signal

from workbench.domain.embeddings.maps import Bounds, View

_ROOM = 0.9
_CLOSEST, _FARTHEST = 5000.0, 0.25
_POINT = 1e-9
_LONE = 100.0
"""The scale where there is a single point."""


class Camera(QObject):
    """middle: of the plane, in the middle of the picture. scale: logical pixels for one unit; y grows upwards in the plane.
    all_of_it: everything is in sight, as `fit` has it.

    Signals: changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.middle = QPointF()
        self.scale = 1.0
        self.all_of_it = True
        self._fitting = 1.0

    def fit(self, bounds: Bounds, size: QSizeF) -> None:
        """Show all of it, as large as there is room."""
        wide, high = bounds.right - bounds.left, bounds.top - bounds.bottom
        across = _ROOM * max(size.width(), 1.0) / max(wide, _POINT)
        down = _ROOM * max(size.height(), 1.0) / max(high, _POINT)
        self.scale = min(across, down) if max(wide, high) > _POINT else _LONE
        self._fitting, self.all_of_it = self.scale, True
        self.middle = QPointF((bounds.left + bounds.right) / 2, (bounds.bottom + bounds.top) / 2)
        self.changed.emit()

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """factor: over 1 is closer. at: the pixel that stays where it is, counted from the middle of the picture."""
        scale = min(max(self.scale * factor, self._fitting * _FARTHEST), self._fitting * _CLOSEST)
        change = 1 / self.scale - 1 / scale
        self.middle += QPointF(at.x() * change, -at.y() * change)
        self.scale, self.all_of_it = scale, False
        self.changed.emit()

    def pan_by(self, pixels: QPointF) -> None:
        """The points move by so many pixels."""
        self.middle += QPointF(-pixels.x() / self.scale, pixels.y() / self.scale)
        self.all_of_it = False
        self.changed.emit()

    def show_place(self, x: float, y: float, size: QSizeF) -> None:
        """Bring a place into sight, if it is not."""
        seen = self.pixel(x, y, size)
        edge = min(40.0, size.width() / 4, size.height() / 4)
        across = min(max(seen.x(), edge), size.width() - edge) - seen.x()
        down = min(max(seen.y(), edge), size.height() - edge) - seen.y()
        if across or down:
            self.pan_by(QPointF(across, down))

    def view(self, size: QSizeF, dpr: float) -> View:
        """In pixels of the device."""
        wide, high = max(1, round(size.width() * dpr)), max(1, round(size.height() * dpr))
        return View(
            left=self.middle.x() - size.width() / 2 / self.scale,
            top=self.middle.y() + size.height() / 2 / self.scale,
            scale=self.scale * dpr,
            width=wide,
            height=high,
        )

    def pixel(self, x: float, y: float, size: QSizeF) -> QPointF:
        """Where a place of the plane is in a picture of this size."""
        return QPointF(
            size.width() / 2 + (x - self.middle.x()) * self.scale,
            size.height() / 2 - (y - self.middle.y()) * self.scale,
        )

    def place(self, pixel: QPointF, size: QSizeF) -> tuple[float, float]:
        """The place of the plane that a pixel shows."""
        return (
            self.middle.x() + (pixel.x() - size.width() / 2) / self.scale,
            self.middle.y() - (pixel.y() - size.height() / 2) / self.scale,
        )
