"""The rubber band: from where the press was, in the contents, to where the pointer is, in the viewport."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from workbench.ui.support.theme import Theme

EDGE = 24
"""So near the edge it makes the list scroll."""


@dataclass(slots=True)
class Band:
    """before: what was selected when it began, and stays so. start: in the contents. pointer: in the viewport."""

    before: frozenset[str]
    start: QPoint
    pointer: QPoint

    def rect(self, top: int) -> QRect:
        """In the contents, which are scrolled by top."""
        return QRect(self.start, self.pointer + QPoint(0, top)).normalized()

    def pull(self, height: int) -> int:
        """How far the list should scroll now: the more, the farther the pointer is over the edge."""
        if self.pointer.y() < EDGE:
            return self.pointer.y() - EDGE
        return max(0, self.pointer.y() - height + EDGE)

    def paint(self, painter: QPainter, theme: Theme, top: int) -> None:
        colour = QColor(theme.tokens.accent)
        painter.setPen(QPen(colour, 1))
        colour.setAlphaF(0.15)
        painter.setBrush(colour)
        painter.drawRect(QRectF(self.rect(top).translated(0, -top)).adjusted(0.5, 0.5, -0.5, -0.5))
