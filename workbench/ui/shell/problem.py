"""What stands in the place of a page that could not be opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GROUPS, INSIDE, SECTION, SEMIBOLD, Theme, follow


class Problem(QWidget):
    """A page that could not be built: what, why, what to do, and a button that tries again."""

    def __init__(self, theme: Theme, error: WorkbenchError, retry: Callable[[], None] | None) -> None:
        super().__init__()
        self.setAccessibleName(error.what)
        mark = QLabel(self)
        follow(mark, theme, lambda: mark.setPixmap(pixmap(theme, "circle-alert", "bad", 32)))
        column = QVBoxLayout()
        column.setSpacing(INSIDE)
        column.addStretch(1)
        column.addWidget(mark)
        column.addWidget(TextLabel(theme, error.what, self, size=SECTION, weight=SEMIBOLD, wrap=True))
        for sentence in (error.why, error.fix):
            if sentence:
                column.addWidget(TextLabel(theme, sentence, self, role="muted", wrap=True))
        if retry is not None:
            again = button(self.tr("Try again"), "primary", self)
            again.clicked.connect(retry)
            row = QHBoxLayout()
            row.addWidget(again)
            row.addStretch(1)
            column.addSpacing(INSIDE)
            column.addLayout(row)
        column.addStretch(2)
        box = QWidget(self)
        box.setMaximumWidth(theme.px(520))
        box.setLayout(column)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(GROUPS, GROUPS, GROUPS, GROUPS)
        outer.addStretch(1)
        outer.addWidget(box, 4)
        outer.addStretch(1)
