"""One notice as it is shown. Imported when the first one comes, after the first paint."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.icons import pixmap
from workbench.ui.support.notify import Level, Notice
from workbench.ui.support.theme import BODY, CARD_RADIUS, GRID, INSIDE, PADDING, SEMIBOLD, Theme, follow
from workbench.ui.support.timers import once

_BRIEF_MS, _ACTION_MS = 6_000, 12_000
LOOKS = {
    Level.INFO: ("info", "accent"),
    Level.GOOD: ("circle-check", "good"),
    Level.WARN: ("triangle-alert", "warn"),
    Level.BAD: ("circle-alert", "bad"),
}
"""Icon and role of each level."""


class NoticeRow(QWidget):
    """One notice: icon, what, why and what to do, a button, a cross. Signals: closed."""

    closed = Signal()

    def __init__(self, theme: Theme, notice: Notice, parent: QWidget, *, floats: bool = False) -> None:
        """floats: it lies over the page, as a card, and not as a line of the bar."""
        super().__init__(parent)
        self.notice = notice
        self._floats = floats
        self._theme = theme
        icon, self._role = LOOKS[notice.level]
        self.setAccessibleName(notice.text)
        self.setAccessibleDescription(notice.detail)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        mark = QLabel(self)
        follow(mark, theme, lambda: dress_mark(mark, theme, icon, self._role))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(TextLabel(theme, notice.text, self, weight=SEMIBOLD, wrap=True))
        if notice.detail:
            words.addWidget(TextLabel(theme, notice.detail, self, wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(PADDING, INSIDE, INSIDE, INSIDE)
        row.setSpacing(INSIDE + GRID)
        # Beside one line the icon stands in the middle; beside more it belongs to the first.
        place = Qt.AlignmentFlag.AlignTop if notice.detail else Qt.AlignmentFlag.AlignVCenter
        row.addWidget(mark, 0, place)
        row.addLayout(words, 1)
        if notice.action is not None:
            act = button(notice.action_label, parent=self)
            act.clicked.connect(self._act)
            row.addWidget(act, 0, Qt.AlignmentFlag.AlignVCenter)
        close = IconButton(theme, "x", self.tr("Dismiss"), self)
        close.clicked.connect(self.closed)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = once(self, _ACTION_MS if notice.action is not None else _BRIEF_MS, self.closed)
        self._rest()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._floats:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._theme.tokens.colour(self._role)), 1))
            painter.setBrush(QColor(self._theme.tint(self._role, "raised")))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), CARD_RADIUS, CARD_RADIUS
            )
            return
        painter.fillRect(self.rect(), QColor(self._theme.tint(self._role)))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(self._theme.tokens.line))

    def _rest(self) -> None:
        if not self.notice.lasting:
            self._timer.start()

    @Slot()
    def _act(self) -> None:
        self.closed.emit()
        if self.notice.action is not None:
            self.notice.action()


def dress_mark(mark: QLabel, theme: Theme, icon: str, role: str) -> None:
    """The icon, centred on the first line of the words beside it."""
    mark.setPixmap(pixmap(theme, icon, role))
    mark.setFixedHeight(QFontMetrics(theme.font(BODY, SEMIBOLD)).height())
