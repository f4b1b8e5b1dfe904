"""The text that takes are measured against: pasted, typed or loaded."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from workbench.ui.speech.transcript.compare.model import CompareModel
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import open_files
from workbench.ui.support.icons import set_icon
from workbench.ui.support.own_keys import OwnKeys
from workbench.ui.support.surfaces import Ground
from workbench.ui.support.theme import GRID, INSIDE, PADDING, Theme, follow


class _Field(QPlainTextEdit):
    """Signals: measure_wanted (Ctrl+Enter), leave_wanted (Esc)."""

    measure_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        measure = self.measure_wanted.emit
        OwnKeys(self, {"Ctrl+Return": measure, "Ctrl+Enter": measure, "Esc": self.leave_wanted.emit})


class ReferencePanel(Ground):
    """Hidden until it is opened. Signals: closed."""

    closed = Signal()

    def __init__(self, theme: Theme, model: CompareModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, "bottom", "canvas", parent)
        self._theme, self._model = theme, model
        self.help = TextLabel(
            theme,
            self.tr("What is really said. Takes are measured against it; case and punctuation do not count."),
            self,
            role="muted",
            wrap=True,
        )
        self.text = _Field(self)
        self.text.setProperty("kind", "field")
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Reference"))
        self.text.setPlaceholderText(self.tr("Paste the text here"))
        self.problem = TextLabel(theme, "", self, role="bad", wrap=True)
        self.load = button(self.tr("Load file…"), "", self)
        self.load.setToolTip(self.tr("Plain text, SRT, WebVTT, or a transcript as JSON"))
        set_icon(self.load, theme, "folder-open")
        self.clear_button = button(self.tr("Measure against nothing"), "quiet", self)
        self.measure = button(self.tr("Measure"), "primary", self)
        self.measure.setToolTip(self.tr("Measure the takes against this text (Ctrl+Enter)"))
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        acts.addWidget(self.load)
        acts.addStretch(1)
        acts.addWidget(self.clear_button)
        acts.addWidget(self.measure)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, INSIDE, PADDING, INSIDE)
        column.setSpacing(GRID)
        for widget in (self.help, self.text, self.problem):
            column.addWidget(widget)
        column.addLayout(acts)
        self.load.clicked.connect(self._load)
        self.measure.clicked.connect(self._measure)
        self.clear_button.clicked.connect(self._clear)
        self.text.measure_wanted.connect(self._measure)
        self.text.leave_wanted.connect(self.leave)
        model.reference_changed.connect(self._show)
        model.problem_changed.connect(self._tell)
        follow(self.text, theme, lambda: self.text.setFixedHeight(theme.px(120)))
        self._show()
        self._tell()
        self.hide()

    def open(self) -> None:
        self.show()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        self.hide()
        self.closed.emit()

    @Slot()
    def _load(self) -> None:
        self._model.tasks.start("pick", self._pick())

    async def _pick(self) -> None:
        filters = self.tr("Texts (*.txt *.md *.srt *.vtt *.json)") + ";;" + self.tr("All files (*)")
        picked = await open_files(self, self.tr("Load what is really said"), filters=filters)
        if picked:
            self._model.load(picked[0])

    @Slot()
    def _measure(self) -> None:
        self._model.measure(self.text.toPlainText())
        self.leave()

    @Slot()
    def _clear(self) -> None:
        self._model.measure("")
        self.leave()

    @Slot()
    def _show(self) -> None:
        if self.text.toPlainText() != self._model.reference:
            self.text.setPlainText(self._model.reference)
        self.clear_button.setVisible(bool(self._model.reference))

    @Slot()
    def _tell(self) -> None:
        problem = self._model.problem
        said = [problem.what, problem.why, problem.fix] if problem is not None else []
        self.problem.setText(" ".join(part for part in said if part))
        self.problem.setVisible(bool(said))
