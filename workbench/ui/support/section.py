"""A part of a panel that folds under its title."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from workbench.ui.support.icons import icon
from workbench.ui.support.theme import INSIDE, SEMIBOLD, Theme, follow


class Section(QWidget):
    """Title with a chevron, and a body below that it shows or hides. Space and Enter work it."""

    toggled = Signal(bool)

    def __init__(
        self, theme: Theme, title: str, body: QWidget, parent: QWidget | None = None, *, opened: bool = False
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.body = body
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setChecked(opened)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.toggled.connect(self._fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(INSIDE)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        layout.addWidget(body)
        body.setVisible(opened)
        follow(self, theme, self._dress)

    def set_title(self, title: str) -> None:
        self.button.setText(title)

    def _fold(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self._dress()
        self.toggled.emit(opened)

    def _dress(self) -> None:
        opened = self.button.isChecked()
        closed_icon = (
            "chevron-left" if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else "chevron-right"
        )
        self.button.setIcon(icon(self._theme, "chevron-down" if opened else closed_icon, "muted"))
        self.button.setFont(self._theme.font(13, SEMIBOLD))
        self.button.setStyleSheet(
            "QToolButton:checked { background: transparent; } QToolButton { padding: 2px; }"
        )
