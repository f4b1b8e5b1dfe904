"""How a set is drawn in the list."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from workbench.ui.embeddings.sets import words
from workbench.ui.embeddings.sets.model import ENTRY, Index, SetsModel
from workbench.ui.support.entry_rows import EntryDelegate, RowPainter
from workbench.ui.support.theme import Theme


class SetDelegate(EntryDelegate):
    """An icon, the name, and below it how many texts and since when. The one that is open is bold."""

    def __init__(self, theme: Theme, model: SetsModel, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(ENTRY)
        if entry is None:
            return
        is_open = entry.id == self._model.open_id
        icon = ("file-text", "accent" if is_open else "muted")
        with RowPainter(self._theme, painter, option) as row:
            painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each name in its own
            row.ground()
            row.entry(icon, entry.name, words.facts(entry), is_open=is_open)
