"""The button that floats over the text while what is said is out of sight."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import PADDING, Theme, follow


class Pill(QPushButton):
    def __init__(self, theme: Theme, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        set_icon(self, theme, "audio-lines")
        follow(self, theme, self._dress)
        self.hide()

    def show_at(self, area: QRect, wanted: bool) -> None:
        """In the middle of the lower edge of area, or hidden."""
        if wanted:
            size = self.sizeHint()
            x = area.center().x() - size.width() // 2
            self.setGeometry(QRect(x, area.bottom() - size.height() - PADDING, size.width(), size.height()))
            self.raise_()
        if wanted == self.isHidden():
            self.setVisible(wanted)

    def _dress(self) -> None:
        tokens, height = self._theme.tokens, self._theme.px(32)
        self.setStyleSheet(
            f"QPushButton {{ background: {tokens.raised}; color: {tokens.text}; border: 1px solid {tokens.line};"
            f" border-radius: {height // 2}px; padding: 0 14px; min-height: {height - 2}px; }}"
            f"QPushButton:hover {{ background: {self._theme.hover('raised')}; }}"
            f"QPushButton:focus {{ border: 2px solid {tokens.accent}; }}"
        )
