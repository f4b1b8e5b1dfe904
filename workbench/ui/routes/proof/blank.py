"""What a panel shows while it has nothing else: an icon, a sentence, why, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, SECTION, SEMIBOLD, Theme, follow


class Blank(QWidget):
    """Low, for a drawer is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = ("circle-check", "good")
        self._mark = QLabel(self)
        self.what = TextLabel(theme, "", self, size=SECTION, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, role="muted", wrap=True)
        for label in (self._mark, self.what, self.why):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(INSIDE)
        self._buttons.addStretch(1)
        self._buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        column.setSpacing(GRID)
        column.addStretch(2)
        column.addWidget(self._mark)
        column.addWidget(self.what)
        column.addWidget(self.why)
        column.addSpacing(GRID)
        column.addLayout(self._buttons)
        column.addStretch(3)
        follow(self, theme, self._dress)

    def say(self, icon: str, role: str, what: str, why: str = "") -> None:
        self._icon = (icon, role)
        self.what.setText(what)
        self.why.setText(why)
        self.why.setVisible(bool(why))
        self.setAccessibleName(what)
        self._dress()

    def add(self, button: QPushButton) -> None:
        self._buttons.insertWidget(self._buttons.count() - 1, button)

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, *self._icon, 24))
