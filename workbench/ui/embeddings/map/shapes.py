"""The signs that stand for groups on the map and in its legend."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from workbench.ui.embeddings.colours import SHAPES


def shape_path(shape: int, middle: QPointF, radius: float) -> QPainterPath:
    """All of them about equally large to the eye."""
    path = QPainterPath()
    match shape % SHAPES:
        case 0:
            path.addEllipse(middle, radius, radius)
        case 1:
            side = radius * 0.88
            path.addRect(QRectF(middle.x() - side, middle.y() - side, 2 * side, 2 * side))
        case 2:
            path.addPolygon(_corners(middle, radius * 1.25, 3, -90))
        case 3:
            path.addPolygon(_corners(middle, radius * 1.2, 4, -90))
        case 4:
            path.addPolygon(_corners(middle, radius * 1.25, 3, 90))
        case 5:
            path.addPath(_cross(middle, radius))
        case _:
            path.addPolygon(_star(middle, radius * 1.35))
    path.closeSubpath()
    return path


@lru_cache(maxsize=512)
def sprite(shape: int, colour: str, rim: str, radius: float, dpr: float) -> QPixmap:
    """A sign as a small picture, its middle in the middle. rim: the colour of the ground, so that overlapping ones stay apart."""
    half = math.ceil(radius * 1.4) + 2
    picture = QPixmap(round(2 * half * dpr), round(2 * half * dpr))
    picture.setDevicePixelRatio(dpr)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_sign(painter, shape, QPointF(half, half), radius, colour, rim)
    painter.end()
    return picture


def paint_sign(painter: QPainter, shape: int, middle: QPointF, radius: float, colour: str, rim: str) -> None:
    painter.setPen(QPen(QColor(rim), 1))
    painter.setBrush(QColor(colour))
    painter.drawPath(shape_path(shape, middle, radius))


def _corners(middle: QPointF, radius: float, count: int, first: float) -> QPolygonF:
    turns = (math.radians(first + 360 * corner / count) for corner in range(count))
    return QPolygonF(
        [
            QPointF(middle.x() + radius * math.cos(turn), middle.y() + radius * math.sin(turn))
            for turn in turns
        ]
    )


def _star(middle: QPointF, radius: float) -> QPolygonF:
    corners = []
    for corner in range(10):
        turn = math.radians(-90 + 36 * corner)
        reach = radius if corner % 2 == 0 else radius * 0.5
        corners.append(QPointF(middle.x() + reach * math.cos(turn), middle.y() + reach * math.sin(turn)))
    return QPolygonF(corners)


def _cross(middle: QPointF, radius: float) -> QPainterPath:
    path, arm = QPainterPath(), radius * 0.42
    long = radius * 1.1
    path.addRect(QRectF(middle.x() - long, middle.y() - arm, 2 * long, 2 * arm))
    upright = QPainterPath()
    upright.addRect(QRectF(middle.x() - arm, middle.y() - long, 2 * arm, 2 * long))
    return path.united(upright)
