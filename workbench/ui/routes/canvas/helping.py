"""A card over the canvas that tells what can be done there."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workbench.ui.routes.canvas.keys import help_lines
from workbench.ui.support.buttons import IconButton, TextLabel
from workbench.ui.support.theme import BODY, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow

_WIDTH, _HEIGHT = 520, 460


class HelpCard(QFrame):
    """Signals: closed."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self._theme = theme
        self._built = False
        self.setObjectName("canvasHelp")
        self.setAccessibleName(self.tr("What one can do on the canvas"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        follow(self, theme, self._dress)
        self.hide()

    @Slot()
    def toggle(self) -> None:
        if self.isVisible():
            self.hide()
            return
        if not self._built:
            self._build()
        self.place(self._room.rect())
        self.show()
        self.raise_()
        self._shut.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self, room: QRect) -> None:
        """In the corner over the zoom bar, as large as there is room."""
        width = min(self._theme.px(_WIDTH), room.width() - 2 * RELATED)
        height = min(self._theme.px(_HEIGHT), room.height() - 2 * RELATED - 44)
        self.setGeometry(RELATED, room.height() - height - RELATED - 44, width, max(height, 80))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def _build(self) -> None:
        self._built = True
        theme = self._theme
        top = QHBoxLayout()
        top.setContentsMargins(PADDING, INSIDE, INSIDE, GRID)
        top.addWidget(TextLabel(theme, self.tr("On the canvas"), self, size=BODY, weight=SEMIBOLD), 1)
        self._shut = IconButton(theme, "x", self.tr("Close"), self)
        self._shut.clicked.connect(self.hide)
        top.addWidget(self._shut)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(PADDING, GRID, PADDING, RELATED)
        grid.setHorizontalSpacing(PADDING)
        grid.setVerticalSpacing(GRID + 2)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(help_lines()):
            grid.addWidget(TextLabel(theme, line.what, inner, wrap=True), row, 1)
            grid.addWidget(TextLabel(theme, line.keys, inner, role="muted"), row, 0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        scroll.viewport().setAutoFillBackground(False)
        self._column.addLayout(top)
        self._column.addWidget(scroll, 1)

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"#canvasHelp {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: 10px; }}"
        )
