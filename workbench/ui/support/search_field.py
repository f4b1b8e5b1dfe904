"""The field over a list that says what is looked for in it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QWidget


class SearchField(QLineEdit):
    """words: what is searched, said by the field while it is empty, and by a screen reader."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setClearButtonEnabled(True)

    @Slot()
    def begin(self) -> None:
        """The keyboard is here; what is typed takes the place of what is there."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
