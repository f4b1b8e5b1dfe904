"""Five stars to click on."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.ui.support.theme import GRID, RADIUS, Theme

MOST = 5
_STAR = 18


class Stars(QWidget):
    """Signals: rated (0–5). A click on the last star takes all away; arrows and figures work it too."""

    rated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.stars = 0
        self._over = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Stars (0–5)"))
        self.set_stars(0)

    def set_stars(self, stars: int) -> None:
        """Show them; says nothing."""
        self.stars = stars
        name = self.tr("1 star") if stars == 1 else self.tr("{0} stars").format(stars)
        self.setAccessibleName(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(MOST * (_STAR + GRID) + GRID, _STAR + 2 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        filled = self._over or self.stars
        for star in range(1, MOST + 1):
            role = "edge" if star > filled else "accent" if self._over else "text"
            colour = QColor(self._theme.tokens.colour(role))
            painter.setPen(QPen(colour, 1.2))
            painter.setBrush(colour if star <= filled else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(_star(QRectF(self._place(star))))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and (star := self._at(event.position().x())):
            self._rate(0 if star == self.stars else star)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        onward = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
        key = event.key()
        steps = {
            Qt.Key.Key_Right: onward,
            Qt.Key.Key_Left: -onward,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
        }
        if Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self._rate(key - Qt.Key.Key_0)
        elif (step := steps.get(Qt.Key(key))) is not None:
            self._rate(max(0, min(MOST, self.stars + step)))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _rate(self, stars: int) -> None:
        if stars != self.stars:
            self.set_stars(stars)
            self.rated.emit(stars)

    def _hover(self, star: int) -> None:
        if star != self._over:
            self._over = star
            self.update()

    def _place(self, star: int) -> QRect:
        left = GRID + (star - 1) * (_STAR + GRID)
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            left = self.width() - left - _STAR
        return QRect(left, (self.height() - _STAR) // 2, _STAR, _STAR)

    def _at(self, x: float) -> int:
        for star in range(1, MOST + 1):
            place = self._place(star)
            if place.left() - GRID // 2 <= x <= place.right() + GRID // 2:
                return star
        return 0


def _star(place: QRectF) -> QPolygonF:
    """Five points, the first at the top."""
    outer, inner = place.width() / 2 - 1, place.width() / 5
    points = []
    for step in range(10):
        radius, angle = (outer, inner)[step % 2], math.pi * step / 5
        points.append(place.center() + QPointF(math.sin(angle) * radius, -math.cos(angle) * radius))
    return QPolygonF(points)
