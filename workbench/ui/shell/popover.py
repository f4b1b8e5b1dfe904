"""A small floating panel under a button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme, follow


class Popover(QFrame):
    """Closes on Escape and on a click outside, and gives the keyboard back. Subclasses fill `body`."""

    closed = Signal()

    def __init__(self, theme: Theme, anchor: QWidget, *, width: int = 340) -> None:
        super().__init__(anchor.window(), Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._anchor = anchor
        self._width = width
        self.theme = theme
        self.setObjectName("popover")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(PADDING, INSIDE + GRID, PADDING, INSIDE + GRID)
        self.body.setSpacing(INSIDE)
        follow(self, theme, self._dress)

    def open(self) -> None:
        """Show it under its button, inside the screen, and move the keyboard into it."""
        self.setFixedWidth(self.theme.px(self._width))
        self.adjustSize()
        self.move(self._place())
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        self.focusNextChild()

    def toggle(self) -> None:
        if self.isVisible():
            self.close()
        else:
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def _place(self) -> QPoint:
        anchor = QRect(self._anchor.mapToGlobal(QPoint(0, 0)), self._anchor.size())
        # Hangs from the button's inner side, so that it grows into the window.
        window = self._anchor.window().frameGeometry()
        left_half = anchor.center().x() < window.center().x()
        left = anchor.left() if left_half else anchor.right() - self.width()
        screen = self._anchor.screen().availableGeometry()
        left = max(screen.left(), min(left, screen.right() - self.width()))
        top = min(anchor.bottom() + GRID, screen.bottom() - self.height())
        return QPoint(left, top)

    def _dress(self) -> None:
        tokens = self.theme.tokens
        self.setStyleSheet(f"#popover {{ background: {tokens.raised}; border: 1px solid {tokens.line}; }}")
