"""How much is running: a button in the header that opens the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from workbench.ui.support.icons import set_icon
from workbench.ui.support.theme import CAPTION, Theme
from workbench.ui.support.work import RunningWork

if TYPE_CHECKING:
    from workbench.ui.shell.running_list import WorkPopover


class WorkButton(QPushButton):
    """“2 running”; hidden while nothing is, unless its panel is open."""

    def __init__(self, theme: Theme, running: RunningWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._running = running
        self._popover: WorkPopover | None = None
        self.setProperty("kind", "quiet")
        self.setFont(theme.font(CAPTION))
        self.clicked.connect(self._open)
        running.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _open(self) -> None:
        if self._popover is None:
            from workbench.ui.shell.running_list import WorkPopover

            self._popover = WorkPopover(self._theme, self, self._running)
            self._popover.closed.connect(self._refresh)
        self._popover.toggle()

    @Slot()
    def _refresh(self) -> None:
        count = len(self._running.items)
        if count and self.icon().isNull():
            set_icon(self, self._theme, "activity", "accent")
        self.setText("\u2002" + self.tr("%n running", "", count))  # the style leaves no room after an icon
        self.setAccessibleName(self.tr("%n running", "", count))
        self.setToolTip(self.tr("What is running now"))
        opened = self._popover is not None and self._popover.isVisible()
        self.setVisible(bool(count) or opened)
