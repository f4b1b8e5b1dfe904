"""The little picture under the pointer while pictures are dragged."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from workbench.ui.support.figures import count
from workbench.ui.support.theme import CAPTION, RADIUS, SEMIBOLD, Theme

DRAGGED = 96
_BADGE = 20


def dragged(theme: Theme, picture: QPixmap, number: int, ratio: float) -> QPixmap:
    """The first of the pictures, with how many there are."""
    made = QPixmap(QSize(round(DRAGGED * ratio), round(DRAGGED * ratio)))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
    size = picture.size().scaled(QSize(DRAGGED, DRAGGED), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(QPoint(0, 0), size)
    place.moveCenter(QPoint(DRAGGED // 2, DRAGGED // 2))
    painter.setOpacity(0.85)
    painter.drawPixmap(place, picture)
    painter.setOpacity(1)
    if number > 1:
        painter.setFont(theme.font(CAPTION, SEMIBOLD))
        words = count(number)
        wide = max(_BADGE, painter.fontMetrics().horizontalAdvance(words) + 12)
        box = QRectF(place.right() - wide + 1, place.top(), wide, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens.accent))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(QColor(theme.tokens.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made
