"""A field for several lines of plain text in any direction."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QTextEdit, QWidget


class PlainText(QTextEdit):
    """Several lines of plain text, each paragraph in its own direction.

    QPlainTextEdit would be faster with a pasted book, but it sets right-to-left paragraphs at the left.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptRichText(False)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text only, whatever the clipboard has."""
        if source.hasText():
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()
