"""How loud it is, as it is recorded."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.services.speech.sound import Level
from workbench.ui.support.theme import GRID, Theme, follow

LOWEST = -60.0
LOUD, TOO_LOUD = -12.0, -3.0
"""dB from which it is loud, and from which it is about to be cut off."""
_FALLS = 1.5
"""dB that the mark of the loudest moment sinks with each new level."""


class LevelMeter(QWidget):
    """A bar of dB with a mark at the loudest moment of late. What it shows is said in words by whoever shows it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._loudness = self._peak = LOWEST
        self._clipped = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Level"))
        self.setToolTip(
            self.tr("How loud it is, in dB. Speech is well recorded when it reaches the yellow now and then.")
        )
        follow(self, theme, self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(12))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(12))

    def show_level(self, level: Level | None) -> None:
        """None: nothing is heard."""
        if level is None:
            self._loudness = self._peak = LOWEST
            self._clipped = False
        else:
            self._loudness = max(LOWEST, level.loudness)
            self._peak = max(level.peak, self._peak - _FALLS, LOWEST)
            self._clipped = level.clipped or (self._clipped and self._peak > TOO_LOUD)
        self.setAccessibleDescription(f"{self._loudness:.0f} dB")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, tokens = QPainter(self), self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(QRectF(self.rect()), GRID / 2, GRID / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for start, end, role in ((LOWEST, LOUD, "good"), (LOUD, TOO_LOUD, "warn"), (TOO_LOUD, 0.0, "bad")):
            if self._loudness > start:
                self._fill(painter, start, min(end, self._loudness), role)
        if self._peak > LOWEST:
            role = "bad" if self._clipped else "text"
            self._fill(painter, self._peak, self._peak, role)

    def _fill(self, painter: QPainter, start: float, end: float, role: str) -> None:
        left, right = self._x(start), self._x(end)
        box = QRectF(min(left, right), 0, max(2.0, abs(right - left)), self.height())
        painter.fillRect(box.intersected(QRectF(self.rect())), QColor(self._theme.tokens.colour(role)))

    def _x(self, decibels: float) -> float:
        x = (decibels - LOWEST) / -LOWEST * self.width()
        return self.width() - x if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else x
