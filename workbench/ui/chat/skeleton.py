"""The middle of the tab before its page is there: how wide its column is, and bars in place of the words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.ui.support.theme import GROUPS, MEASURE_CHARS, RADIUS, Theme, mixed


def reading_width(theme: Theme) -> int:
    """How wide the column of text in the middle is, in pixels."""
    return round(QFontMetricsF(theme.font()).averageCharWidth() * MEASURE_CHARS)


class SkeletonPage(QWidget):
    """Grey bars where the messages will be; still, so that nothing distracts."""

    _WIDTHS = (0.35, 0.9, 0.82, 0.6, 0.0, 0.28, 0.94, 0.7)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(self.tr("Reading the conversations"))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tokens = self._theme.tokens
        painter.setBrush(QColor(mixed(tokens.canvas, tokens.line, 0.7)))
        width = min(self.width() - 2 * GROUPS, self._theme.px(640))
        left = (self.width() - width) / 2
        y = float(GROUPS)
        for share in self._WIDTHS:
            painter.drawRoundedRect(QRectF(left, y, width * share, 12), RADIUS, RADIUS)
            y += 26
