"""Thumbnails at the size they are painted in."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap

from workbench.ui.images.results.ports import ThumbnailSource
from workbench.ui.support.theme import RADIUS

_SIDES = (96, 128, 192, 256, 384, 512, 768, 1024)
"""Few, so that not every step of the zoom decodes everything anew."""
_KEPT_BYTES = 96_000_000


class Pictures:
    """Scales each thumbnail once for each size, so that a full screen of small cells is painted within a frame."""

    def __init__(self, thumbnails: ThumbnailSource) -> None:
        self._thumbnails = thumbnails
        self._scaled: OrderedDict[tuple[int, int, int, bool], QPixmap] = OrderedDict()
        self._bytes = 0

    def fitted(self, digest: str, size: QSize, dpr: float, *, covering: bool = False) -> QPixmap | None:
        """The picture within size, proportions kept; meanwhile made of another size's; None while there is none at all.

        covering: all of size, with what stands out cut off.
        """
        wanted = max(size.width(), size.height()) * dpr * (1.5 if covering else 1)
        side = next((one for one in _SIDES if one >= wanted), _SIDES[-1])
        source = self._thumbnails.pixmap(digest, side) or self._thumbnails.nearest(digest, side)
        return self._fit(source, size, dpr, covering) if source is not None else None

    def broken(self, digest: str) -> bool:
        """The file is gone or cannot be read."""
        return self._thumbnails.broken(digest)

    def _fit(self, source: QPixmap, size: QSize, dpr: float, covering: bool) -> QPixmap:
        box = QSize(round(size.width() * dpr), round(size.height() * dpr))
        key = (source.cacheKey(), box.width(), box.height(), covering)
        known = self._scaled.get(key)
        if known is not None:
            self._scaled.move_to_end(key)
            return known
        modes = Qt.AspectRatioMode
        mode = modes.KeepAspectRatioByExpanding if covering else modes.KeepAspectRatio
        made = source.scaled(box, mode, Qt.TransformationMode.SmoothTransformation)
        if covering:
            across, down = (made.width() - box.width()) // 2, (made.height() - box.height()) // 2
            made = made.copy(across, down, box.width(), box.height())
        made = _rounded(made, RADIUS * dpr) if not covering else made
        made.setDevicePixelRatio(dpr)
        self._scaled[key] = made
        self._bytes += _bytes(made)
        while self._bytes > _KEPT_BYTES and len(self._scaled) > 1:
            _, old = self._scaled.popitem(last=False)
            self._bytes -= _bytes(old)
        return made


def _rounded(picture: QPixmap, radius: float) -> QPixmap:
    """With round corners in it, so that none need be cut while painting."""
    made = QPixmap(picture.size())
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    brush = QBrush(picture)
    painter.setBrush(brush)
    painter.drawRoundedRect(QRectF(made.rect()), radius, radius)
    painter.end()
    return made


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
