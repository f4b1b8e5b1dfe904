"""The models that are chosen, in the field of a tab."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from workbench.domain.models import Model
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow


def retired(models: Iterable[Model]) -> str:
    """What to use instead of the first that is retired; "" where none is."""
    gone = next((model for model in models if model.deprecated), None)
    if gone is None:
        return ""
    instead = gone.replacement or QCoreApplication.translate("ModelLine", "another one")
    return QCoreApplication.translate("ModelLine", "{0} is retired; use {1}.").format(
        gone.short_name, instead
    )


class ModelLine(QFrame):
    """One chosen model. change: what the way to others is called. Signals: pressed, removed."""

    pressed = Signal()
    removed = Signal()

    def __init__(
        self, theme: Theme, model: Model, price: str, change: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = ElidedLabel(theme, model.short_name, self, weight=SEMIBOLD)
        self.price = TextLabel(theme, price, self, size=CAPTION, role="muted")
        self.change = small(IconButton(theme, "chevrons-up-down", change, self))
        self.remove = small(IconButton(theme, "x", self.tr("Remove {0}").format(model.short_name), self))
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE + 2, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(name, 1)
        row.addWidget(self.price)
        row.addWidget(self.change)
        row.addWidget(self.remove)
        self.change.clicked.connect(self.pressed)
        self.remove.clicked.connect(self.removed)
        follow(self, theme, self._dress)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"ModelLine {{ background: {tokens.canvas}; border: 1px solid {tokens.edge}; border-radius: 6px; }}"
            f"ModelLine:hover {{ background: {self._theme.hover()}; }}"
        )
