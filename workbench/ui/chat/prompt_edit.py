"""The field a question is written in: grows with its text, and knows which keys send."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.theme import GRID, Theme, follow

_MIN_LINES = 2


class PromptEdit(PlainText):
    """Enter sends, Shift+Enter begins a line, Ctrl+Enter sends too, Escape stops."""

    submitted = Signal()
    escaped = Signal()
    recalled = Signal()
    """Up in an empty field: the last question is wanted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 10_000
        self.document().setDocumentMargin(GRID)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._theme = theme
        follow(self, theme, self._dress)

    def set_limit(self, height: int) -> None:
        """The tallest it may grow, in pixels; beyond, it scrolls."""
        if height != self._limit:
            self._limit = height
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if modifiers != Qt.KeyboardModifier.ShiftModifier:
                self.submitted.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.textCursor().insertBlock()
                self.ensureCursorVisible()
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case Qt.Key.Key_Up if self.document().isEmpty() and not modifiers:
                self.recalled.emit()
            case _:
                super().keyPressEvent(event)

    def _dress(self) -> None:
        self.setFont(self._theme.font())
        self.setStyleSheet("background: transparent; border: none;")
        self._fit()

    def _fit(self) -> None:
        height = self._wanted()
        if height != self.height():
            self.setFixedHeight(height)
            self.updateGeometry()

    def _wanted(self) -> int:
        floor = _MIN_LINES * QFontMetricsF(self.font()).lineSpacing() + 2 * self.document().documentMargin()
        return round(max(floor, min(self.document().size().height(), self._limit))) + 2
