"""What went wrong, why, and what to do, in place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.trouble import Trouble
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.sentences import in_words
from workbench.ui.support.theme import CARD_RADIUS, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow


class TroubleBox(QFrame):
    """Hidden while there is none. Signals: retry_wanted, record_wanted (exchange id), connection_wanted."""

    retry_wanted = Signal()
    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, retry: str = "") -> None:
        """retry: what the button says, in place of “Try again”."""
        super().__init__(parent)
        self._theme = theme
        self._exchange_id = ""
        self._mark = QLabel(self)
        self.what = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, wrap=True)
        self.fix = TextLabel(theme, "", self, role="muted", wrap=True)
        for label in (self.what, self.why, self.fix):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setMinimumWidth(1)  # a long word must not widen the list it stands in
        self.retry = button(retry or self.tr("Try again"), "", self)
        set_icon(self.retry, theme, "rotate-ccw")
        self.details = button(self.tr("Details"), "quiet", self)
        self.details.setToolTip(self.tr("What was sent and what came back"))
        self.connection = button(self.tr("Open the connection"), "", self)
        set_icon(self.connection, theme, "plug")
        self.retry.clicked.connect(self.retry_wanted)
        self.connection.clicked.connect(self.connection_wanted)
        self.details.clicked.connect(self._show_record)
        acts = FlowLayout(spacing=INSIDE)
        acts.addWidget(self.connection)
        acts.addWidget(self.retry)
        acts.addWidget(self.details)
        said = QVBoxLayout()
        said.setSpacing(GRID)
        for label in (self.what, self.why, self.fix):
            said.addWidget(label)
        said.addLayout(acts)
        row = QHBoxLayout(self)
        row.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        follow(self, theme, self._dress)
        self.hide()

    def show_trouble(self, trouble: Trouble | None, exchange_id: str = "", *, retryable: bool = True) -> None:
        self.setVisible(trouble is not None)
        if trouble is None:
            return
        self._exchange_id = exchange_id
        for label, text in ((self.what, trouble.what), (self.why, trouble.why), (self.fix, trouble.fix)):
            label.setText(text)
            label.setVisible(bool(text))
        self.connection.setVisible(trouble.mended_by_connection)
        self.retry.setVisible(retryable)
        self.details.setVisible(bool(exchange_id))
        self.setAccessibleName(in_words(trouble))

    @Slot()
    def _show_record(self) -> None:
        self.record_wanted.emit(self._exchange_id)

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, "circle-alert", "bad"))
        self.setStyleSheet(
            f"TroubleBox {{ background: {self._theme.tint('bad', 'raised')};"
            f" border-radius: {CARD_RADIUS - 2}px; }}"
        )
