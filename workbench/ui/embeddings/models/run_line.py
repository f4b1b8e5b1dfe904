"""What one model has done of a run: whether it is compared, how far it is, what it has cost, what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from workbench.domain.embeddings.runs import BadRows, ModelRun, RunState
from workbench.domain.errors import Failure
from workbench.services.waiting import Hold
from workbench.ui.embeddings.models import words
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import pixmap
from workbench.ui.support.surfaces import emptied
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_STEPS = 1000
_TOMORROW = (Failure.OUT_OF_NEURONS, Failure.SPEND_LIMIT, Failure.PAYMENT)
"""Failures that pass with time or money: what is done is kept until then."""


class RunLine(QWidget):
    """Signals: compare_wanted (bool), resume_wanted, record_wanted (exchange id), rows_wanted (rows)."""

    compare_wanted = Signal(bool)
    resume_wanted = Signal()
    record_wanted = Signal(str)
    rows_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = RunState.WAITING
        self._exchange_id = ""
        self._bad: tuple[BadRows, ...] = ()
        self.box = QCheckBox(self)
        self.box.setToolTip(self.tr("Compare these vectors on all pages"))
        self._mark = QLabel(self)
        self.name = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self.word = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.facts = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.record = button(self.tr("Request"), "quiet", self)
        self.record.setToolTip(self.tr("What was sent and what came back"))
        self.trouble = TroubleBox(theme, self, retry=self.tr("Resume"))
        self.later = TextLabel(
            theme,
            self.tr(
                "What is done is kept. Resume when there is something to spend again, tomorrow for one; nothing is paid twice."
            ),
            self,
            size=CAPTION,
            role="muted",
            wrap=True,
        )
        self._lay_out()
        self.box.clicked.connect(self.compare_wanted)
        self.record.clicked.connect(self._show_record)
        self.trouble.retry_wanted.connect(self.resume_wanted)
        self.trouble.record_wanted.connect(self.record_wanted)
        follow(self, theme, self._dress)

    def show_model(
        self, model: ModelRun, title: str, *, column: bool, compared: bool, hold: Hold | None, now: float
    ) -> None:
        """column: there are vectors of it to be compared. now: Unix seconds."""
        self._state, self._exchange_id = model.state, model.exchange_id
        self.name.setText(title)
        self.bar.setAccessibleName(self.tr("Progress of {0}").format(title))
        self.box.setAccessibleName(self.tr("Compare {0}").format(title))
        self.box.setEnabled(column)
        self.box.setChecked(column and compared)
        self.word.setText(words.progress(model, hold, now))
        held = (hold is not None or model.trouble is not None) and not model.state.over
        failed = model.state is RunState.FAILED
        self.word.set_role("bad" if failed else "warn" if held else "muted")
        self.bar.setVisible(not model.state.over)
        self.bar.setValue(round(_STEPS * model.done / model.rows) if model.rows else 0)
        self.facts.setText(words.spent(model))
        self.facts.setVisible(bool(self.facts.text()))
        self.record.setVisible(bool(model.exchange_id) and not failed)
        self.trouble.show_trouble(model.trouble if failed else None, model.exchange_id)
        failure = model.trouble.failure if failed and model.trouble is not None else ""
        self.later.setVisible(failure in _TOMORROW)
        if model.bad != self._bad:
            self._bad = model.bad
            self._show_bad()
        self._again.setVisible(bool(model.bad) and model.state.over and not failed)
        self._dress()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(self.box)
        head.addWidget(self.name, 1)
        head.addWidget(self.record)
        state = QHBoxLayout()
        state.setSpacing(INSIDE)
        state.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        state.addWidget(self.word, 1)
        self._bads = QVBoxLayout()
        self._bads.setSpacing(GRID)
        self._again = button(self.tr("Try these again"), "", self)
        self._again.clicked.connect(self.resume_wanted)
        acts = FlowLayout(spacing=INSIDE)
        acts.addWidget(self._again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addLayout(state)
        column.addWidget(self.facts)
        column.addLayout(self._bads)
        column.addLayout(acts)
        column.addWidget(self.trouble)
        column.addWidget(self.later)

    def _show_bad(self) -> None:
        """A line for each reason."""
        emptied(self._bads)
        for bad in self._bad:
            line = QWidget(self)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(GRID)
            row.addWidget(
                TextLabel(self._theme, words.bad(bad), line, size=CAPTION, role="warn", wrap=True), 1
            )
            show = button(self.tr("Show"), "quiet", line)
            show.setToolTip(self.tr("Select these texts on the page “Texts”"))
            show.clicked.connect(lambda _=False, rows=bad.rows: self.rows_wanted.emit(rows))
            row.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
            self._bads.addWidget(line)

    @Slot()
    def _show_record(self) -> None:
        self.record_wanted.emit(self._exchange_id)

    def _dress(self) -> None:
        icon, role = words.STATES[self._state]
        if self._state is RunState.DONE and self._bad:
            icon, role = "triangle-alert", "warn"
        self._mark.setPixmap(pixmap(self._theme, icon, role, 14))
