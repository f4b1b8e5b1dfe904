"""What stands in the place of a page that could not be opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.errors import WorkbenchError
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.theme import GROUPS, INSIDE, SECTION, SEMIBOLD, Theme, follow


class Problem(QWidget):
    """A page that could not be built: what, why, what to do, a button that tries again, and one that mends it (its label and what
    it does), where something can.
    """

    def __init__(
        self,
        theme: Theme,
        error: WorkbenchError,
        retry: Callable[[], None] | None,
        mend: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
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
            row = QHBoxLayout()
            row.setSpacing(INSIDE)
            if mend is not None:
                self.mend = button(mend[0], "primary", self)
                self.mend.clicked.connect(mend[1])
                row.addWidget(self.mend)
            again = button(self.tr("Try again"), "primary" if mend is None else "", self)
            again.clicked.connect(retry)
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
