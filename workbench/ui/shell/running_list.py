"""The panel of running work: what it is, how far, and a button that stops it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from workbench.ui.shell.popover import Popover
from workbench.ui.support.buttons import ElidedLabel, IconButton, TextLabel
from workbench.ui.support.theme import GRID, INSIDE, SEMIBOLD, Theme
from workbench.ui.support.work import RunningWork, Work


class _Row(QWidget):
    """One running thing: title, progress when it can be told, cancel."""

    def __init__(self, theme: Theme, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self._work = work
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addWidget(ElidedLabel(theme, work.title, self))
        words.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(INSIDE)
        row.addLayout(words, 1)
        if work.cancellable:
            cancel = IconButton(theme, "circle-stop", self.tr("Stop: {0}").format(work.title), self)
            cancel.clicked.connect(work.cancel)
            row.addWidget(cancel)
        work.changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        share = self._work.progress
        self._bar.setVisible(share is not None)
        self._bar.setValue(round((share or 0) * 1000))


class WorkPopover(Popover):
    """The list; renewed while it is open."""

    def __init__(self, theme: Theme, anchor: QWidget, running: RunningWork) -> None:
        super().__init__(theme, anchor)
        self._running = running
        self._rows = QVBoxLayout()
        self._rows.setSpacing(INSIDE)
        self.body.addWidget(TextLabel(theme, self.tr("Running now"), self, weight=SEMIBOLD))
        self.body.addLayout(self._rows)
        running.changed.connect(self._fill)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for work in self._running.items:
            self._rows.addWidget(_Row(self.theme, work, self))
        if not self._running.items:
            self._rows.addWidget(TextLabel(self.theme, self.tr("Nothing is running."), self, role="muted"))
        if self.isVisible():
            self.adjustSize()
