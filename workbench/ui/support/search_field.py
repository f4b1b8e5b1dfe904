"""The field over a list that says what is looked for in it, and one that waits until nobody types."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from workbench.ui.support.timers import once


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


class PatientSearchField(SearchField):
    """For what is not found at once. Signals: sought (text), when the typing pauses or with Enter."""

    sought = Signal(str)

    def __init__(self, words: str, parent: QWidget | None = None, *, pause_ms: int = 250) -> None:
        super().__init__(words, parent)
        self._pause = once(self, pause_ms, self._seek)
        self.textChanged.connect(self._pause.start)
        self.returnPressed.connect(self._seek)

    def show_sought(self, text: str) -> None:
        """What is looked for already."""
        self.setText(text)
        self._pause.stop()

    @Slot()
    def _seek(self) -> None:
        self._pause.stop()
        self.sought.emit(self.text())
