"""A sentence or two that should not be overlooked, in place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import CAPTION, CARD_RADIUS, INSIDE, RELATED, Theme, follow


class Note(QFrame):
    """Hidden while there is nothing to say. icon: a Lucide name. role: of its colour."""

    def __init__(
        self, theme: Theme, icon: str = "info", role: str = "accent", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._role = theme, icon, role
        self._mark = QLabel(self)
        self.words = TextLabel(theme, "", self, size=CAPTION + 1, wrap=True)
        self.words.setMinimumWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        follow(self, theme, self._dress)
        self.hide()

    def say(self, text: str) -> None:
        self.words.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, self._icon, self._role, 14))
        self.setStyleSheet(
            f"Note {{ background: {self._theme.tint(self._role)}; border-radius: {CARD_RADIUS - 2}px; }}"
        )
