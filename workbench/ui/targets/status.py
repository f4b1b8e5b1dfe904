"""How a connection is doing: a line, and on a bad day what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from workbench.domain.targets import TargetStatus
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.sentences import reason
from workbench.ui.support.theme import GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow
from workbench.ui.targets.words import ICONS, Words


class StatusCard(QFrame):
    """Signals: test_wanted, doctor_wanted."""

    test_wanted = Signal()
    doctor_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = Words(self)
        self._status = TargetStatus()
        self.setProperty("kind", "card")
        self._icon = QLabel(self)
        self.state = TextLabel(theme, "", self, weight=SEMIBOLD)
        self.test = button(self.tr("Test"), "", self)
        self.test.setToolTip(self.tr("Ask it for the cheapest thing it answers"))
        self.test.clicked.connect(self.test_wanted)
        self.doctor = button(self.tr("Run the doctor"), "quiet", self)
        self.doctor.setToolTip(self.tr("Check every step on the way, and name the first that fails"))
        self.doctor.clicked.connect(self.doctor_wanted)
        self._what = TextLabel(theme, "", self, wrap=True)
        self._why = TextLabel(theme, "", self, role="muted", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(INSIDE)
        row.addWidget(self._icon)
        row.addWidget(self.state, 1)
        row.addWidget(self.doctor)
        row.addWidget(self.test)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, INSIDE, INSIDE)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self._what)
        column.addWidget(self._why)
        self._let_select()
        follow(self, theme, self._dress)

    def _let_select(self) -> None:
        for label in (self._what, self._why):
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )

    def show_status(self, status: TargetStatus, *, tested: bool) -> None:
        """tested: False for a connection that is not stored yet, which cannot be asked anything."""
        self._status = status
        self.state.setText(self._words.status(status))
        self._what.setText(status.what)
        self._why.setText(reason(status))
        self._what.setVisible(bool(status.what))
        self._why.setVisible(bool(self._why.text()))
        self.doctor.setVisible(tested)
        self._dress()

    def _dress(self) -> None:
        name, role = ICONS[self._status.reach]
        self._icon.setPixmap(pixmap(self._theme, name, role))
