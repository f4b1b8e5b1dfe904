"""A sentence beside the pointer while something is dragged, or beside a card while the keyboard connects it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme, follow

_AWAY = QPoint(16, 20)


class Hint(QLabel):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._theme = theme
        self._bad = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setWordWrap(True)
        self.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        follow(self, theme, self._dress)
        self.hide()

    def say(self, text: str, at: QPoint, *, bad: bool = False) -> None:
        """Show it beside a point of the parent; "" hides it."""
        if not text:
            self.hide()
            return
        if bad != self._bad:
            self._bad = bad
            self._dress()
        if text != self.text() or self.isHidden():
            self.setText(text)
            self.setMaximumWidth(self._theme.px(320))
            self.adjustSize()
        room = self._room.rect()
        place = at + _AWAY
        place.setX(max(0, min(place.x(), room.width() - self.width() - GRID)))
        if place.y() + self.height() > room.height():
            place.setY(at.y() - self.height() - GRID)
        self.move(place)
        self.show()
        self.raise_()

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setFont(self._theme.font(CAPTION))
        colour = tokens.bad if self._bad else tokens.text
        self.setStyleSheet(
            f"color: {colour}; background: {tokens.raised}; border: 1px solid {tokens.edge}; border-radius: 6px;"
        )
