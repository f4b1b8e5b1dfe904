"""Vectors that were brought along: whether they are compared, and the way to be rid of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workbench.domain.embeddings.own import OwnVectors
from workbench.ui.embeddings.models import words
from workbench.ui.support import figures
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.moments import moment
from workbench.ui.support.surfaces import small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme


class OwnCard(QFrame):
    """Signals: compare_wanted (bool), delete_wanted."""

    compare_wanted = Signal(bool)
    delete_wanted = Signal()

    def __init__(self, theme: Theme, own: OwnVectors, rows: int, parent: QWidget | None = None) -> None:
        """rows: of the set."""
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(own.name)
        self.box = QCheckBox(self)
        self.box.setAccessibleName(self.tr("Compare {0}").format(own.name))
        self.box.setToolTip(self.tr("Compare these vectors on all pages"))
        self.delete = small(IconButton(theme, "trash-2", self.tr("Delete {0}").format(own.name), self))
        counts = words.ltr(f"{figures.count(own.rows)} / {figures.count(rows)}")
        told = (
            words.dimensions(own.dimensions),
            self.tr("{0} texts").format(counts),
            moment(own.created_at),
        )
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(self.box)
        head.addWidget(ElidedLabel(theme, own.name, self, weight=SEMIBOLD), 1)
        head.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(TextLabel(theme, " · ".join(told), self, size=CAPTION, role="muted", wrap=True))
        self.box.clicked.connect(self.compare_wanted)
        self.delete.clicked.connect(self.delete_wanted)
