"""Files dragged onto a page: which one it is, and the hint that lies over the page meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.support.theme import CARD_RADIUS, GROUPS, SECTION, SEMIBOLD, Theme


def local_file(data: QMimeData) -> str:
    """The one local file that is dragged; "" for anything else."""
    if data.hasUrls() and len(data.urls()) == 1 and data.urls()[0].isLocalFile():
        return data.urls()[0].toLocalFile()
    return ""


class DropHint(QWidget):
    """Lies over its parent while something is dragged over it. words: what dropping it would do."""

    def __init__(self, theme: Theme, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = words
        self._page = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """All of the parent, on top."""
        self.setGeometry(self._page.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(tokens.canvas)
        ground.setAlphaF(0.85)
        painter.fillRect(self.rect(), ground)
        painter.setPen(QPen(QColor(tokens.accent), 2, Qt.PenStyle.DashLine))
        box = QRectF(self.rect()).adjusted(GROUPS, GROUPS, -GROUPS, -GROUPS)
        painter.drawRoundedRect(box, CARD_RADIUS, CARD_RADIUS)
        painter.setFont(self._theme.font(SECTION, SEMIBOLD))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._words)
