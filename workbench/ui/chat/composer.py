"""Where a question is written, with what it will be asked with."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from workbench.domain.conversations import ChatSettings
from workbench.domain.trouble import Trouble
from workbench.ui.chat.model import ChatModel
from workbench.ui.chat.prompt_edit import PromptEdit
from workbench.ui.support import figures
from workbench.ui.support.icons import icon, pixmap, set_icon
from workbench.ui.support.theme import CAPTION, CARD_RADIUS, GRID, INSIDE, SEMIBOLD, Theme, follow

_SHARE = 0.4
"""How much of the tab's height the field may take."""
_ESTIMATE_AFTER_MS = 150


class Strip(QFrame):
    """A line above the field: an icon, what it says, one quiet button."""

    pressed = Signal()

    def __init__(
        self, theme: Theme, mark: str, role: str, button: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._role = theme, mark, role
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._button = QPushButton(button)
        self._button.setProperty("kind", "quiet")
        self._button.clicked.connect(self.pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(INSIDE + GRID, GRID, GRID, GRID)
        layout.setSpacing(INSIDE)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        follow(self, theme, self._dress)

    @property
    def text(self) -> str:
        return self._text.text()

    def say(self, text: str) -> None:
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self.setVisible(bool(text))

    def _dress(self) -> None:
        self._mark.setPixmap(pixmap(self._theme, self._icon, self._role))
        self._mark.setContentsMargins(0, INSIDE - 2, 0, 0)
        self._text.setFont(self._theme.font(12))
        self._text.setContentsMargins(0, INSIDE - 3, 0, INSIDE - 3)


class Composer(QFrame):
    """The field, the model's name, the way to the parameters, an estimate, and Send, or Stop while an answer comes.

    Signals: model_wanted (open the picker), inspector_wanted (open the inspector).
    """

    model_wanted = Signal()
    inspector_wanted = Signal()

    def __init__(self, model: ChatModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.field = PromptEdit(theme)
        self.model_button = QPushButton()
        self.inspector_button = QToolButton()
        self.send_button = QPushButton(" " + self.tr("Send"))
        self.stop_button = QPushButton(" " + self.tr("Stop"))
        self.estimate_label = QLabel()
        self.problem = Strip(theme, "triangle-alert", "warn", self.tr("Dismiss"))
        self.editing = Strip(theme, "pencil", "muted", self.tr("Keep as it was"))
        self._estimate_timer = QTimer(self)
        self._build()
        self._connect()
        follow(self, theme, self._dress)
        self._show_draft(model.draft)
        self._show_settings(model.settings)
        self._show_busy()

    def focus(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Ask what is written."""
        self._model.send(self.field.toPlainText())

    def limit(self, height: int) -> None:
        """height: of the whole tab."""
        self.field.set_limit(round(height * _SHARE))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame(focused=event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.field.setPlaceholderText(self.tr("Ask anything"))
        self.field.setAccessibleName(self.tr("Question"))
        self.field.setAccessibleDescription(self.tr("Enter sends, Shift+Enter begins a new line."))
        self.field.installEventFilter(self)
        self.model_button.setProperty("kind", "quiet")
        set_icon(self.model_button, self._theme, "box", "muted")
        set_icon(self.inspector_button, self._theme, "sliders-horizontal", "muted")
        self.inspector_button.setToolTip(self.tr("System prompt, parameters and gateway options (Ctrl+I)"))
        self.inspector_button.setAccessibleName(self.tr("Inspector"))
        self.estimate_label.setProperty("role", "muted")
        self.estimate_label.setToolTip(
            self.tr("About what the prompt takes: system prompt, the conversation so far, and this question.")
        )
        self.send_button.setToolTip(self.tr("Send (Enter). Shift+Enter begins a new line."))
        self.stop_button.setToolTip(self.tr("Stop the answer; what has come is kept (Esc)"))
        set_icon(self.stop_button, self._theme, "square")
        self._estimate_timer.setSingleShot(True)
        self._estimate_timer.setInterval(_ESTIMATE_AFTER_MS)
        bar = QHBoxLayout()
        bar.setContentsMargins(INSIDE, 0, INSIDE, INSIDE)
        bar.setSpacing(GRID)
        bar.addWidget(self.model_button)
        bar.addWidget(self.inspector_button)
        bar.addStretch(1)
        bar.addWidget(self.estimate_label)
        bar.addSpacing(INSIDE)
        bar.addWidget(self.send_button)
        bar.addWidget(self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(GRID)
        layout.addWidget(self.problem)
        layout.addWidget(self.editing)
        field = QHBoxLayout()
        field.setContentsMargins(INSIDE, INSIDE - GRID, INSIDE - GRID, 0)
        field.addWidget(self.field)
        layout.addLayout(field)
        layout.addLayout(bar)
        self.problem.say("")
        self.editing.say("")

    def _connect(self) -> None:
        model = self._model
        self.field.submitted.connect(self.submit)
        self.field.escaped.connect(self._escape)
        self.field.recalled.connect(self._recall)
        self.field.textChanged.connect(self._typed)
        self.send_button.clicked.connect(self.submit)
        self.stop_button.clicked.connect(self._stop)
        self.model_button.clicked.connect(self.model_wanted)
        self.inspector_button.clicked.connect(self.inspector_wanted)
        self.problem.pressed.connect(self._dismiss)
        self.editing.pressed.connect(model.cancel_edit)
        self._estimate_timer.timeout.connect(self._show_estimate)
        model.draft_replaced.connect(self._show_draft)
        model.editing_changed.connect(self._show_editing)
        model.refused.connect(self._show_problem)
        model.settings_changed.connect(self._show_settings)
        model.catalogue.changed.connect(self._show_model)
        model.busy_changed.connect(self._show_busy)
        model.current_changed.connect(self._show_busy)

    def _dress(self) -> None:
        self._frame(focused=self.field.hasFocus())
        self.estimate_label.setFont(self._theme.font(CAPTION))
        self.model_button.setFont(self._theme.font(13, SEMIBOLD))
        self.send_button.setIcon(QIcon())
        self._show_ready()

    def _frame(self, *, focused: bool) -> None:
        tokens = self._theme.tokens
        edge = tokens.accent if focused else tokens.edge
        self.setStyleSheet(
            f"Composer {{ background: {tokens.raised}; border: 1px solid {edge};"
            f" border-radius: {CARD_RADIUS}px; }}"
        )

    def _typed(self) -> None:
        self._model.set_draft(self.field.toPlainText())
        self._show_ready()
        self._estimate_timer.start()
        if self.problem.text:
            self.problem.say("")

    def _escape(self) -> None:
        if self._model.busy:
            self._model.stop()
        else:
            self._model.cancel_edit()

    def _recall(self) -> None:
        question = self._model.last_question()
        if question is not None:
            self._model.edit(question.id)

    def _stop(self) -> None:
        self._model.stop()
        self.focus()

    def _dismiss(self) -> None:
        self.problem.say("")
        self.focus()

    def _show_draft(self, text: str) -> None:
        if text != self.field.toPlainText():
            with QSignalBlocker(self.field):
                self.field.setPlainText(text)
            self.field.moveCursor(QTextCursor.MoveOperation.End)
        self._show_ready()
        self._show_estimate()

    def _show_ready(self) -> None:
        """Send is the primary action once there is something to send; without, it works and says why nothing is sent."""
        kind = None if self.field.document().isEmpty() else "primary"
        changed = self.send_button.property("kind") != kind
        if changed:
            self.send_button.setProperty("kind", kind)
            self.send_button.style().unpolish(self.send_button)
            self.send_button.style().polish(self.send_button)
        if changed or self.send_button.icon().isNull():
            self.send_button.setIcon(icon(self._theme, "arrow-up", "on_accent" if kind else "muted"))

    def _show_editing(self, editing: bool) -> None:
        text = self.tr(
            "Editing an earlier question. Sending replaces it and what follows; both stay in the history."
        )
        self.editing.say(text if editing else "")
        if editing:
            self.focus()

    def _show_problem(self, trouble: Trouble | None) -> None:
        parts = (trouble.what, trouble.why, trouble.fix) if trouble else ()
        self.problem.say(" ".join(part for part in parts if part))

    def _show_settings(self, settings: ChatSettings) -> None:
        self._show_model()
        changed = ChatSettings(model=settings.model) != settings
        words = self.tr("Inspector; something is set") if changed else self.tr("Inspector")
        self.inspector_button.setAccessibleName(words)
        self.inspector_button.setProperty("set", changed)
        self._estimate_timer.start()

    def _show_model(self) -> None:
        model = self._model.catalogue.find(self._model.settings.model)
        self.model_button.setText(" " + (model.short_name or self.tr("Choose a model")))
        tip = model.id
        if model.deprecated:
            tip += "\n" + self.tr("Retired; use {0}.").format(model.replacement or self.tr("another one"))
        self.model_button.setToolTip(self.tr("{0}\nChoose another (Ctrl+M)").format(tip).strip())
        self.model_button.setAccessibleName(self.tr("Model: {0}").format(model.id or self.tr("none")))

    def _show_busy(self) -> None:
        busy = self._model.busy
        self.stop_button.setVisible(busy)
        self.send_button.setVisible(not busy)

    def _show_estimate(self) -> None:
        self._estimate_timer.stop()
        guess = self._model.estimate(self.field.toPlainText())
        text = ""
        if guess is not None:
            text = self.tr("≈ {0} tokens").format(figures.count(guess.tokens))
            if guess.usd is not None:
                text += f" · {figures.about_usd(guess.usd)}"
        self.estimate_label.setText(text)
