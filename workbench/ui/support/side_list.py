"""A list at the left of a tab: its title with what can be done, the field that searches it, its rows or why there are none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.trouble import Trouble
from workbench.ui.support.blank import Blank
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import GRID, INSIDE, PADDING, RELATED, SECTION, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox


class ListPages(QStackedWidget):
    """The rows; in their place why there are none, or why they could not be read. Signals: act_wanted, retry_wanted."""

    act_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, theme: Theme, rows: QAbstractItemView, parent: QWidget | None = None) -> None:
        """rows: any number of them can be selected; they are edited when the program says so."""
        super().__init__(parent)
        self._rows = rows
        rows.setFrameShape(QFrame.Shape.NoFrame)
        rows.setMouseTracking(True)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        rows.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.blank = Blank(theme, self)
        self.act = self.blank.offer("", self.act_wanted.emit)
        self.trouble = TroubleBox(theme, self)
        self.trouble.retry_wanted.connect(self.retry_wanted)
        self._failed = QWidget(self)
        failed = QVBoxLayout(self._failed)
        failed.setContentsMargins(INSIDE, INSIDE, INSIDE, INSIDE)
        failed.addWidget(self.trouble)
        failed.addStretch(1)
        for page in (rows, self.blank, self._failed):
            self.addWidget(page)

    def show_rows(self) -> None:
        self.setCurrentWidget(self._rows)

    def show_trouble(self, trouble: Trouble) -> None:
        self.trouble.show_trouble(trouble)
        self.setCurrentWidget(self._failed)

    def say(self, icon: str, what: str, why: str = "", *, act: str = "") -> None:
        """Why there are no rows. act: what the button says; "" for none."""
        self.blank.say(icon, "muted", what, why)
        self.act.setText(act)
        self.act.setVisible(bool(act))
        self.setCurrentWidget(self.blank)


def lay_out_side(
    theme: Theme, side: Ground, title: str, acts: Sequence[QWidget], field: QWidget, pages: ListPages
) -> QVBoxLayout:
    """From the top: the title with acts at its end, the field, the pages. More can be put into the column that is answered."""
    head = QHBoxLayout()
    head.setSpacing(GRID)
    head.addWidget(TextLabel(theme, title, side, size=SECTION, weight=SEMIBOLD), 1)
    for act in acts:
        head.addWidget(act)
    top = QVBoxLayout()
    top.setContentsMargins(PADDING, RELATED, RELATED, 0)
    top.setSpacing(INSIDE)
    top.addLayout(head)
    top.addWidget(field)
    body = QHBoxLayout()
    body.setContentsMargins(INSIDE, 0, GRID, 0)
    body.addWidget(pages)
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 1, 0)
    column.setSpacing(INSIDE)
    column.addLayout(top)
    column.addLayout(body, 1)
    return column
