"""Below the pictures: why the chosen one failed, and what mends it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.ui.images.results import words
from workbench.ui.images.results.result import Phase, Result
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow


class TroubleBar(Ground):
    """Hidden while there is nothing to tell. Signals: retry_wanted (id of the call), record_wanted (exchange id), connection_wanted."""

    retry_wanted = Signal(str)
    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "top", "surface", parent)
        self._theme = theme
        self._result: Result | None = None
        self._mark = QLabel(self)
        self.what = TextLabel(theme, "", self, weight=SEMIBOLD, wrap=True)
        self.why = TextLabel(theme, "", self, role="muted", wrap=True)
        self.what.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retry = button(self.tr("Try again"), "", self)
        set_icon(self.retry, theme, "rotate-ccw")
        self.connection = button(self.tr("Open the connection"), "", self)
        set_icon(self.connection, theme, "plug")
        self.details = button(self.tr("Details"), "quiet", self)
        self.details.setToolTip(self.tr("What was sent and what came back (D)"))
        self.retry.clicked.connect(self._retry)
        self.connection.clicked.connect(self.connection_wanted)
        self.details.clicked.connect(self._show_record)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.what)
        said.addWidget(self.why)
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addSpacing(GRID)
        row.addWidget(self.details, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.connection, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignVCenter)
        follow(self, theme, self._dress)
        self.hide()

    def show_result(self, result: Result | None) -> None:
        """Tell of this one, where it has a trouble to tell of."""
        reasons = words.reasons(result) if result is not None else ()
        self._result = result if reasons else None
        if result is not None and reasons:
            self.what.setText(reasons[0])
            self.why.setText(" ".join(reasons[1:]))
            self.why.setVisible(len(reasons) > 1)
            self.setAccessibleName(" ".join(reasons))
            self.retry.setVisible(result.phase is Phase.FAILED)
            self.connection.setVisible(bool(result.job.trouble and result.job.trouble.mended_by_connection))
            self.details.setVisible(bool(result.job.exchange_id))
            self._dress()
        self.setVisible(bool(reasons))

    @Slot()
    def _retry(self) -> None:
        if self._result is not None:
            self.retry_wanted.emit(self._result.job.id)

    @Slot()
    def _show_record(self) -> None:
        if self._result is not None:
            self.record_wanted.emit(self._result.job.exchange_id)

    def _dress(self) -> None:
        phase = self._result.phase if self._result else Phase.FAILED
        icon, role = ("triangle-alert", "warn") if phase is Phase.DONE else words.ICONS[phase]
        self._mark.setPixmap(pixmap(self._theme, icon, role))
