"""A card over the dimmed window: inside the window, so no window manager gets between, and Escape always ends it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from workbench.ui.support.theme import CARD_RADIUS, GROUPS, HEADER, Theme

_SHADOW = 14


class Overlay(QWidget):
    """Covers `window`. Subclasses fill `body`; `preferred_height` says how tall the card would like to be."""

    closed = Signal()

    def __init__(self, theme: Theme, window: QWidget, *, width: int = 600) -> None:
        super().__init__(window)
        self._window = window
        self.theme = theme
        self._width = width
        self._came_from: QWidget | None = None
        self.card = QFrame(self)
        self.card.setProperty("kind", "card")
        self.body = QVBoxLayout(self.card)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        self.hide()
        window.installEventFilter(self)

    def preferred_height(self) -> int:
        return self.body.sizeHint().height()

    def open(self) -> None:
        """Show it and take the keyboard; what had it gets it back at the end."""
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        self._place()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)
            self._came_from = None
        self.closed.emit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab stays inside the card while it is open.
        inside = [child for child in self.card.findChildren(QWidget) if _takes_tab(child)]
        if not inside:
            return True
        here = QApplication.focusWidget()
        at = inside.index(here) if here in inside else -1
        inside[(at + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dim = QColor(self.theme.tokens.shadow)
        dim.setAlphaF(0.45 if self.theme.dark else 0.13)
        painter.fillRect(self.rect(), dim)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_SHADOW):
            shade = QColor(self.theme.tokens.shadow)
            shade.setAlphaF(0.012)
            painter.setBrush(shade)
            grow = _SHADOW - step
            box = QRectF(self.card.geometry()).adjusted(-grow, -grow + 4, grow, grow + 4)
            painter.drawRoundedRect(box, CARD_RADIUS + grow, CARD_RADIUS + grow)

    def _place(self) -> None:
        area = self._window.rect()
        self.setGeometry(area)
        width = min(self.theme.px(self._width), area.width() - 2 * GROUPS)
        top = min(HEADER + GROUPS, area.height() // 10)
        height = min(self.preferred_height(), area.height() - top - GROUPS)
        self.card.setGeometry(QRect((area.width() - width) // 2, top, width, height))
        self.update()


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
