"""Lines of code to read and to copy."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.theme import GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow


class CodeBlock(QFrame):
    """Lines to read and to copy. Signals: copied. text_to_copy: what the button takes in place of what is shown.

    highest: where the lines begin to scroll; 0 for never.
    """

    copied = Signal()

    def __init__(
        self,
        theme: Theme,
        title: str,
        parent: QWidget | None = None,
        *,
        quiet: bool = False,
        highest: int = 0,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._highest = highest
        self.text_to_copy: Callable[[], str] | None = None
        self.setProperty("kind", "card")
        self.title = TextLabel(theme, title, self, weight=SEMIBOLD)
        self.code = QPlainTextEdit(self)
        self.code.setReadOnly(True)
        self.code.setTabChangesFocus(True)
        self.code.setFrameShape(QFrame.Shape.NoFrame)
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if highest else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.code.setVerticalScrollBarPolicy(bar)
        self.code.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.code.setAccessibleName(title)
        self.copy = IconButton(theme, "copy", self.tr("Copy {0}").format(title), self)
        self.copy.clicked.connect(self._copy)
        top = QHBoxLayout()
        top.setContentsMargins(RELATED, GRID, GRID, 0)
        top.addWidget(self.title, 1)
        if quiet:
            top.addStretch(1)
        top.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, GRID)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.code)
        self.title.setVisible(not quiet)
        follow(self, theme, self._dress)

    def set_text(self, text: str) -> None:
        text = text.rstrip("\n")
        if text != self.code.toPlainText():
            self.code.setPlainText(text)
            self._fit()

    @property
    def text(self) -> str:
        return self.code.toPlainText()

    def _dress(self) -> None:
        self.code.setFont(self._theme.mono())
        self.code.setStyleSheet(
            f"QPlainTextEdit {{ background: transparent; border: none; padding: 0 {INSIDE}px; }}"
        )
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, and a scroll bar's room for long ones."""
        lines = self.code.document().blockCount()
        height = round(QFontMetricsF(self.code.font()).lineSpacing() * lines) + 2 * INSIDE + 10
        self.code.setFixedHeight(min(height, self._theme.px(self._highest)) if self._highest else height)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text_to_copy() if self.text_to_copy else f"{self.text}\n")
        self.copied.emit()
