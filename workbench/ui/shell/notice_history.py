"""What was said, behind the bell."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from workbench.ui.shell.notice_row import LOOKS, dress_mark
from workbench.ui.shell.notices import NoticeLog, Said
from workbench.ui.shell.popover import Popover
from workbench.ui.support.buttons import TextLabel
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, SEMIBOLD, Theme


class HistoryPopover(Popover):
    """What was said, newest first."""

    def __init__(self, theme: Theme, anchor: QWidget, log: NoticeLog) -> None:
        super().__init__(theme, anchor, width=400)
        self._log = log
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, INSIDE, 0)
        self._rows.setSpacing(INSIDE + GRID)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._list)
        self.body.addWidget(TextLabel(theme, self.tr("Notices"), self, weight=SEMIBOLD))
        self.body.addWidget(self._area)

    def open(self) -> None:
        self._fill()
        super().open()

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for said in self._log.said:
            self._rows.addWidget(self._row(said))
        if not self._log.said:
            nothing = self.tr("Nothing has been said yet. Failures and undo offers are kept here.")
            self._rows.addWidget(TextLabel(self.theme, nothing, self, role="muted", wrap=True))
        self._rows.addStretch(1)
        inner = self.theme.px(400) - 3 * PADDING
        height = self._rows.heightForWidth(inner) if self._rows.hasHeightForWidth() else 0
        self._area.setFixedHeight(min(max(height, self.theme.px(40)) + GRID, self.theme.px(380)))

    def _row(self, said: Said) -> QWidget:
        row = QWidget(self._list)
        icon, role = LOOKS[said.notice.level]
        mark = QLabel(row)
        dress_mark(mark, self.theme, icon, role)
        text = " ".join(part for part in (said.notice.text, said.notice.detail) if part)
        time = QLocale().toString(said.at.time(), QLocale.FormatType.ShortFormat)
        words = TextLabel(self.theme, text, row, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(INSIDE)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1)
        when = TextLabel(self.theme, time, row, size=CAPTION, role="muted")
        layout.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        return row
