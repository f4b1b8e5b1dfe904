"""The frame of a step: its number and name, how far it is, what it cost, why it failed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workbench.domain.images.try_on import StepState
from workbench.ui.images.try_on import words
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.theme import (
    CAPTION,
    GRID,
    INSIDE,
    RELATED,
    SECTION,
    SEMIBOLD,
    Theme,
    follow,
)
from workbench.ui.support.trouble_box import TroubleBox


class Number(QWidget):
    """A number in a circle."""

    def __init__(self, theme: Theme, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        follow(self, theme, self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(22), self._theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tint("accent", "raised")))
        painter.drawEllipse(QRectF(self.rect()))
        painter.setPen(QColor(self._theme.tokens.accent))
        painter.setFont(self._theme.font(CAPTION + 1, SEMIBOLD))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))


def show_run_or_stop(run: QPushButton, stop: QPushButton, *, running: bool, can_run: bool) -> None:
    """One in place of the other. The keyboard goes from one to the other too: else it would go wherever comes next, and scroll there."""
    if not running:
        run.setEnabled(can_run)
    shown, hidden = (stop, run) if running else (run, stop)
    shown.show()
    if hidden.hasFocus():
        shown.setFocus()
    hidden.hide()
    if running:
        run.setEnabled(can_run)


class StepCard(QFrame):
    """Put what belongs to the step into `body`. Signals: run_wanted, stop_wanted, record_wanted (exchange id),
    connection_wanted.
    """

    run_wanted = Signal()
    stop_wanted = Signal()
    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(
        self, theme: Theme, number: int, title: str, help_text: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = StepState.READY
        self._exchange_id = ""
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Step {0}: {1}").format(number, title))
        self.setAccessibleDescription(help_text)
        self._mark = QLabel(self)
        self.word = TextLabel(theme, "", self, size=CAPTION, role="muted")
        self.run = button(self.tr("Run"), "", self)
        self.run.setAccessibleName(self.tr("Run step {0}").format(number))
        set_icon(self.run, theme, "play", "text", 14)
        self.stop = button(self.tr("Stop"), "", self)
        self.stop.setAccessibleName(self.tr("Stop step {0}").format(number))
        set_icon(self.stop, theme, "circle-stop", "text", 14)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.record = button(self.tr("Request"), "quiet", self)
        self.record.setToolTip(self.tr("What was sent and what came back"))
        self.trouble = TroubleBox(theme, self)
        self.body = QVBoxLayout()
        self.body.setSpacing(RELATED)
        self.run.clicked.connect(self.run_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.record.clicked.connect(self._show_record)
        self.trouble.retry_wanted.connect(self.run_wanted)
        self.trouble.record_wanted.connect(self.record_wanted)
        self.trouble.connection_wanted.connect(self.connection_wanted)
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(Number(theme, number, self))
        head.addWidget(TextLabel(theme, title, self, size=SECTION, weight=SEMIBOLD))
        head.addStretch(1)
        head.addWidget(self._mark)
        head.addWidget(self.word)
        head.addWidget(self.run)
        head.addWidget(self.stop)
        foot = QHBoxLayout()
        foot.setSpacing(GRID)
        foot.addWidget(self.facts, 1)
        foot.addWidget(self.record)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED + 2, RELATED, RELATED + 2, RELATED)
        column.setSpacing(RELATED)
        column.addLayout(head)
        column.addWidget(TextLabel(theme, help_text, self, role="muted", wrap=True))
        column.addWidget(self.progress)
        column.addWidget(self.trouble)
        column.addLayout(self.body)
        column.addLayout(foot)
        follow(self, theme, self._dress)

    def show_state(self, state: StepState, hindrance: str) -> None:
        """hindrance: why it cannot be run, told by the button."""
        self._state = state
        running = state is StepState.RUNNING
        self.word.setText(words.state(state))
        show_run_or_stop(self.run, self.stop, running=running, can_run=not hindrance)
        self.progress.setVisible(running)
        self.run.setToolTip(hindrance)
        self._dress()

    def show_progress(self, over: int, total: int) -> None:
        """total 0: nobody knows how long it takes."""
        self.progress.setRange(0, total)
        self.progress.setValue(over)

    def show_facts(self, text: str, exchange_id: str = "") -> None:
        self._exchange_id = exchange_id
        self.facts.setText(text)
        self.facts.setVisible(bool(text))
        self.record.setVisible(bool(exchange_id))

    @Slot()
    def _show_record(self) -> None:
        self.record_wanted.emit(self._exchange_id)

    def _dress(self) -> None:
        icon, role = words.STATES[self._state]
        self._mark.setPixmap(pixmap(self._theme, icon, role, 14))
        self.word.set_role(role)
