"""What a point of the map is, beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from workbench.domain.embeddings.texts import TextRow
from workbench.ui.embeddings.map.words import facts
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RADIUS, RELATED, Theme, follow

_MOST = 280
_WIDTH = 300


class TextCard(QFrame):
    """Floats over its parent and is never in the way of the pointer."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._within = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text = TextLabel(theme, "", self, wrap=True)
        self._facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID)
        column.addWidget(self._text)
        column.addWidget(self._facts)
        follow(self, theme, self._dress)
        self.hide()

    def show_row(self, row: TextRow, at: QPointF) -> None:
        """Beside a place of the parent, inside of it."""
        words = " ".join(row.text.split())
        self._text.setText(words if len(words) <= _MOST else f"{words[:_MOST]}…")
        self._facts.setText(facts(row))
        room = self._within.size()
        wide = min(self._theme.px(_WIDTH), room.width() - 2 * GRID)
        self._column.invalidate()
        high = self._column.totalHeightForWidth(wide - 2) + GRID
        self.setFixedSize(wide, high)
        x = at.x() + RELATED if at.x() + RELATED + wide <= room.width() else at.x() - RELATED - wide
        y = at.y() + RELATED if at.y() + RELATED + high <= room.height() else at.y() - RELATED - high
        self.move(round(max(GRID, min(x, room.width() - wide - GRID))), round(max(GRID, y)))
        self.show()
        self.raise_()

    def _dress(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"TextCard {{ background: {tokens.raised}; border: 1px solid {tokens.edge}; border-radius: {RADIUS}px; }}"
        )
