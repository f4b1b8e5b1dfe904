"""Two texts side by side, and how close each model finds them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.embeddings.texts import TextRow
from workbench.ui.embeddings.numbers import number
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow

_LEAST, _TALL = 88, 140
_SHARE = 0.24
"""Of the page; as tall with a pair as without, for what is above is to stay where it is."""


class _Side(QWidget):
    """One of the texts. Signals: neighbours_wanted."""

    neighbours_wanted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = ElidedLabel(theme, "", self, size=CAPTION, role="muted")
        self.text = PlainText(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(name)
        self.near = button(self.tr("Neighbours"), "quiet", self)
        self.near.setToolTip(self.tr("See what is nearest to this text"))
        self.near.clicked.connect(self.neighbours_wanted)
        top = QHBoxLayout()
        top.setSpacing(INSIDE)
        top.addWidget(self.head, 1)
        top.addWidget(self.near)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addWidget(self.text, 1)

    def show_row(self, row: TextRow | None) -> None:
        told = [] if row is None else [row.id, row.label, row.language]
        self.head.setText(" · ".join(part for part in told if part))
        self.text.setPlainText(row.text if row is not None else "")
        self.near.setEnabled(row is not None)


class PairView(QWidget):
    """Signals: neighbours_wanted (0 for the first text, 1 for the second)."""

    neighbours_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.first = _Side(theme, self.tr("First text"), self)
        self.second = _Side(theme, self.tr("Second text"), self)
        self.first.neighbours_wanted.connect(lambda: self.neighbours_wanted.emit(0))
        self.second.neighbours_wanted.connect(lambda: self.neighbours_wanted.emit(1))
        self._scores = QWidget(self)
        self._grid = QGridLayout(self._scores)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(RELATED)
        self._grid.setVerticalSpacing(GRID)
        self._hint = TextLabel(
            theme,
            self.tr("Point at a cell, or go there with the arrow keys, to see its two texts."),
            self,
            role="muted",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        row.setSpacing(PADDING)
        row.addWidget(self._hint)
        row.addWidget(self.first, 3)
        row.addWidget(self.second, 3)
        row.addWidget(self._scores, 2, Qt.AlignmentFlag.AlignTop)
        self.show_pair(None, None)
        follow(self, theme, lambda: self.fit(0))

    def fit(self, page: int) -> None:
        """Take what a page of this height can spare."""
        px = self._theme.px
        self.setFixedHeight(max(px(_LEAST), min(px(_TALL), round(page * _SHARE))))

    def show_pair(self, first: TextRow | None, second: TextRow | None) -> None:
        self.first.show_row(first)
        self.second.show_row(second)
        self._hint.setVisible(first is None)
        for widget in (self.first, self.second, self._scores):
            widget.setVisible(first is not None)

    def show_scores(self, scores: list[tuple[str, float | None]]) -> None:
        """By the name of each model; None where the two cannot be compared."""
        emptied(self._grid)
        for line, (name, score) in enumerate(scores):
            told = self.tr("cannot be compared") if score is None else number(score, 4)
            self._grid.addWidget(ElidedLabel(self._theme, name, self._scores), line, 0)
            value = TextLabel(self._theme, told, self._scores, weight=SEMIBOLD)
            value.setAccessibleName(f"{name}: {told}")
            self._grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignTrailing)
        self._grid.setColumnStretch(0, 1)
