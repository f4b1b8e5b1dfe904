"""Zoom, fit and map in a corner of the canvas, and what one can do there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from workbench.ui.support.buttons import IconButton
from workbench.ui.support.theme import CAPTION, GRID, Theme, follow


class ZoomBar(QFrame):
    """Signals: out, full (100 %), closer, fit, map_toggled, help_wanted."""

    out = Signal()
    full = Signal()
    closer = Signal()
    fit = Signal()
    map_toggled = Signal()
    help_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("zoomBar")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # less is on the left of more
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID // 2, GRID // 2, GRID // 2, GRID // 2)
        row.setSpacing(0)
        minus = self._button("minus", self.tr("Zoom out"), "Ctrl+-", self.out)
        self.percent = QToolButton(self)
        self.percent.setAutoRaise(True)
        self.percent.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.percent.clicked.connect(self.full)
        plus = self._button("plus", self.tr("Zoom in"), "Ctrl++", self.closer)
        fit = self._button("maximize", self.tr("Show everything"), "Shift+1", self.fit)
        self.map = self._button("map", self.tr("Map of the route"), "M", self.map_toggled)
        self.help = self._button("keyboard", self.tr("What one can do here"), "", self.help_wanted)
        for widget in (minus, self.percent, plus, fit, self.map, self.help):
            row.addWidget(widget)
        follow(self, theme, self._dress)
        self.show_zoom(1.0)

    def show_zoom(self, zoom: float) -> None:
        text = f"{round(zoom * 100)} %"
        self.percent.setText(text)
        self.percent.setAccessibleName(self.tr("Zoom: {0}").format(text))
        self.percent.setToolTip(self.tr("Zoom to 100 % (Ctrl+0)"))

    def _button(self, icon: str, text: str, keys: str, signal: object) -> IconButton:
        made = IconButton(self._theme, icon, text, self)
        made.set_text(text, f"{text} ({keys})" if keys else text)
        made.clicked.connect(signal)
        made.setFixedSize(QSize(28, 28))
        return made

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.percent.setFont(self._theme.font(CAPTION))
        self.percent.setFixedWidth(self._theme.px(50))
        self.setStyleSheet(
            f"#zoomBar {{ background: {tokens.raised}; border: 1px solid {tokens.line}; border-radius: 8px; }}"
        )
