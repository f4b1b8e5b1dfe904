"""A text that was stored by another window meanwhile: whose stays?"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import INSIDE, PADDING, Theme, follow


class ConflictBar(QWidget):
    """Above the text, hidden while there is nothing to decide. Signals: keep_wanted, take_wanted."""

    keep_wanted = Signal()
    take_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mark = QLabel(self)
        self.words = TextLabel(
            theme,
            self.tr(
                "Another window has stored this text meanwhile. What you type is not stored until you choose."
            ),
            self,
            wrap=True,
        )
        self.keep = button(self.tr("Keep mine"), "", self)
        self.keep.setToolTip(self.tr("Store what is here over what the other window stored"))
        self.take = button(self.tr("Take the other"), "", self)
        self.take.setToolTip(
            self.tr("Show what the other window stored, and forget what was typed here since")
        )
        self.keep.clicked.connect(self.keep_wanted)
        self.take.clicked.connect(self.take_wanted)
        self.setAccessibleName(self.words.text())
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, INSIDE, INSIDE, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        row.addWidget(self.keep)
        row.addWidget(self.take)
        follow(self, theme, lambda: self._mark.setPixmap(pixmap(theme, "triangle-alert", "warn")))
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._theme.tint("warn")))
