"""The outlines of thumbnails to come."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from workbench.ui.images.gallery.grid import Grid
from workbench.ui.images.gallery.view import USUAL_SIDE
from workbench.ui.support.theme import INSIDE, PADDING, RADIUS, RELATED, Theme
from workbench.ui.support.timers import once

_SAY_AFTER_MS = 500


class Outlines(QWidget):
    """Nothing moves; after half a second it says what it waits for."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._timer = once(self, _SAY_AFTER_MS, self._say)
        self._words = ""
        self.setAccessibleName(self.tr("Reading the gallery…"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._words = ""
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        grid = Grid(200, self.width(), USUAL_SIDE, RELATED, PADDING, mirrored)
        colour = QColor(self._theme.hover())
        for index in grid.between(0, self.height()):
            painter.fillRect(grid.rect(index), colour)
        if self._words:
            painter.setFont(self._theme.font())
            box = painter.fontMetrics().boundingRect(self._words).adjusted(-PADDING, -INSIDE, PADDING, INSIDE)
            box.moveCenter(self.rect().center())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._theme.tokens.line))
            painter.setBrush(QColor(self._theme.tokens.raised))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            painter.setPen(QColor(self._theme.tokens.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._words)

    @Slot()
    def _say(self) -> None:
        self._words = self.tr("Reading the gallery…")
        self.update()
