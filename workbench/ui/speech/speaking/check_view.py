"""A round trip: what a model understood of what another one said, its wrong words coloured."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from workbench.domain.models import short_name
from workbench.domain.speech.takes import TakeState
from workbench.services.speech.comparison import Difference, Shown
from workbench.ui.speech import words as speech
from workbench.ui.speech.options import words as option_words
from workbench.ui.speech.speaking import words
from workbench.ui.speech.speaking.model import Heard
from workbench.ui.support.buttons import ElidedLabel, TextLabel, button
from workbench.ui.support.icons import pixmap, set_icon
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox


class CheckView(QFrame):
    """One check. Signals: stop_wanted, resume_wanted, record_wanted (exchange id), connection_wanted."""

    stop_wanted = Signal()
    resume_wanted = Signal()
    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heard: Heard | None = None
        self.setProperty("kind", "card")
        self._mark = QLabel(self)
        self.title = ElidedLabel(theme, "", self, weight=SEMIBOLD)
        self.word = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.verdict = TextLabel(theme, "", self, wrap=True)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.trouble = TroubleBox(theme, self)
        self.stop = button(self.tr("Stop"), "", self)
        self.resume = button(self.tr("Resume"), "", self)
        self.record = button(self.tr("Request"), "quiet", self)
        self.record.setToolTip(self.tr("What was sent and what came back"))
        set_icon(self.stop, theme, "circle-stop", "text", 14)
        head = QHBoxLayout()
        head.setSpacing(INSIDE)
        head.addWidget(self._mark)
        head.addWidget(self.title, 1)
        for act in (self.stop, self.resume, self.record):
            head.addWidget(act)
        column = QVBoxLayout(self)
        column.setContentsMargins(RELATED, INSIDE, RELATED, INSIDE + 2)
        column.setSpacing(GRID + 2)
        column.addLayout(head)
        for widget in (self.word, self.progress, self.verdict, self.text, self.trouble):
            column.addWidget(widget)
        self.stop.clicked.connect(self.stop_wanted)
        self.resume.clicked.connect(self.resume_wanted)
        self.record.clicked.connect(self._show_record)
        self.trouble.retry_wanted.connect(self.resume_wanted)
        self.trouble.record_wanted.connect(self.record_wanted)
        self.trouble.connection_wanted.connect(self.connection_wanted)
        follow(self, theme, self._show)

    def show_heard(self, heard: Heard) -> None:
        self._heard = heard
        self._show()

    def _show(self) -> None:
        heard = self._heard
        if heard is None:
            return
        take, errors = heard.check.take, heard.check.words
        icon, role = speech.STATES[take.state]
        self._mark.setPixmap(pixmap(self._theme, icon, role, 14))
        self.title.setText(short_name(take.model))
        self.word.setText(
            option_words.spent(take) if take.state is TakeState.DONE else speech.state(take.state)
        )
        self.verdict.setText(words.errors(errors) if errors else "")
        self.verdict.set_role("good" if errors and not errors.count else "")
        self.verdict.setVisible(errors is not None)
        self.text.setText(coloured(heard.words, self._theme))
        self.text.setAccessibleName(take.heard.text)
        self.text.setVisible(bool(heard.words))
        self.progress.setVisible(not take.state.over)
        self.stop.setVisible(not take.state.over)
        self.resume.setVisible(take.state is TakeState.STOPPED)
        failed = take.trouble if take.state is TakeState.FAILED else None
        self.trouble.show_trouble(failed, self._exchange_id)
        self.record.setVisible(bool(self._exchange_id) and failed is None)

    @property
    def _exchange_id(self) -> str:
        parts = self._heard.check.take.parts if self._heard else ()
        return next((part.exchange_id for part in reversed(parts) if part.exchange_id), "")

    @Slot()
    def _show_record(self) -> None:
        self.record_wanted.emit(self._exchange_id)


def coloured(shown: tuple[Shown, ...], theme: Theme) -> str:
    """As rich text: a wrong word with the right one struck out before it, one too many underlined, a missing one struck out."""
    tokens = theme.tokens
    parts = []
    for word in shown:
        text = escape(word.text)
        match word.difference:
            case Difference.NONE:
                parts.append(text)
            case Difference.OTHER:
                instead = f"<s style='color:{tokens.bad}'>{escape(word.instead)}</s> " if word.instead else ""
                parts.append(f"{instead}<b style='color:{tokens.warn}'>{text}</b>")
            case Difference.MORE:
                parts.append(f"<u style='color:{tokens.warn}'>{text}</u>")
            case Difference.MISSING:
                parts.append(f"<s style='color:{tokens.bad}'>{text}</s>")
    return f"<p style='line-height:140%'>{' '.join(parts)}</p>" if parts else ""
