"""What is to be known of a map, above it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.ui.embeddings.map.model import MapModel
from workbench.ui.embeddings.map.words import told
from workbench.ui.support.buttons import ElidedLabel, TextLabel
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme
from workbench.ui.support.tooltips import as_tip


class Caption(QWidget):
    """The column's name and what its map is worth; each part's tooltip says what it means."""

    def __init__(self, theme: Theme, model: MapModel, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._number = number
        self._said: object = None
        self.title = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self._facts = QWidget(self)
        self._flow = FlowLayout(self._facts, spacing=INSIDE)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(head)
        column.addWidget(self._facts)
        column.addStretch(1)
        model.changed.connect(self.show_map)
        self.show_map()

    @property
    def needed(self) -> int:
        """How high it has to be, as wide as it is."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.invalidate()
        if not column.hasHeightForWidth():
            return column.totalSizeHint().height()
        return column.totalHeightForWidth(self.width())

    @Slot()
    def show_map(self) -> None:
        if self._number >= len(self._model.shown):
            return
        shown = self._model.shown[self._number]
        title, facts = self._model.shared.title_of(shown.column), told(shown)
        if (title, facts) == self._said:
            return
        self._said = (title, facts)
        self.title.setText(title)
        emptied(self._flow)
        for words, meaning in facts:
            label = TextLabel(self._theme, words, self._facts, size=CAPTION, role="muted")
            label.setToolTip(as_tip(meaning) if "<" in meaning else f"<p>{meaning}</p>")
            label.setAccessibleDescription(meaning)
            self._flow.addWidget(label)
            label.show()
        self._facts.setVisible(bool(facts))
