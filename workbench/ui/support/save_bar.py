"""The bar under a form whose changes wait until they are saved."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.ui.support.buttons import button
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import GROUPS, INSIDE, RELATED, Theme


class SaveBar(Ground):
    """`save` and `revert` do nothing by themselves."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "top", "canvas", parent)
        self.save = button(self.tr("Save"), "primary", self)
        self.revert = button(self.tr("Revert"), "quiet", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(GROUPS, RELATED, GROUPS, RELATED)
        row.setSpacing(INSIDE)
        row.addWidget(self.save)
        row.addWidget(self.revert)
        row.addStretch(1)
