"""Where the text is written that is to be said."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from workbench.ui.speech.speaking import words
from workbench.ui.speech.speaking.model import SpeakingModel
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.forms import Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.theme import CAPTION, INSIDE, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox


class Composer(QWidget):
    """Signals: record_wanted (exchange id), connection_wanted."""

    record_wanted = Signal(str)
    connection_wanted = Signal()

    def __init__(self, theme: Theme, model: SpeakingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.edit = PlainText(self)
        self.edit.setProperty("kind", "field")
        self.edit.setPlaceholderText(self.tr("Write what is to be said…"))
        self.edit.setAccessibleName(self.tr("Text to say"))
        self.count = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.trouble = TroubleBox(theme, self)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("It is being spoken"))
        self.checks = Switch(theme, self.tr("Check each text: have it heard again"), self)
        self.checks_label = TextLabel(
            theme, self.tr("Check: have it heard again"), self, size=CAPTION, wrap=True
        )
        self.checks_label.setBuddy(self.checks)
        tip = self.tr("A model that hears writes down what it understands; wrong words are coloured")
        self.checks.setToolTip(tip)
        self.checks_label.setToolTip(tip)
        self.stop = button(self.tr("Stop"), "", self)
        set_icon(self.stop, theme, "circle-stop", "text", 14)
        self.speak = button(self.tr("Speak"), "primary", self)
        self.speak.setToolTip(self.tr("Speak (Ctrl+Enter)"))
        foot = QHBoxLayout()
        foot.setSpacing(INSIDE)
        foot.addWidget(self.checks)
        foot.addWidget(self.checks_label, 1)
        foot.addWidget(self.stop)
        foot.addWidget(self.speak)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addWidget(self.edit, 1)
        column.addWidget(self.count)
        column.addWidget(self.progress)
        column.addWidget(self.trouble)
        column.addLayout(foot)
        self.edit.textChanged.connect(self._typed)
        self.checks.clicked.connect(model.set_checks)
        self.stop.clicked.connect(model.stop)
        self.speak.clicked.connect(model.speak)
        self.trouble.retry_wanted.connect(model.speak)
        self.trouble.record_wanted.connect(self.record_wanted)
        self.trouble.connection_wanted.connect(self.connection_wanted)
        model.changed.connect(self._show)
        follow(self, theme, lambda: self.edit.setMinimumHeight(theme.px(84)))
        self._show()

    def focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)

    @Slot()
    def _typed(self) -> None:
        self.model.set_text(self.edit.toPlainText())

    @Slot()
    def _show(self) -> None:
        model = self.model
        if model.text != self.edit.toPlainText():
            with QSignalBlocker(self.edit):
                self.edit.setPlainText(model.text)
        hindrance, most = model.hindrance, model.most_characters
        long = most is not None and len(model.text) > most
        counted = words.counted(len(model.text), most, model.estimate)
        self.count.setText(f"{counted} · {hindrance}" if hindrance else counted)
        self.count.set_role("bad" if long or model.problems or not model.model_id else "muted")
        self.checks.setChecked(model.draft.checks)
        self.stop.setVisible(model.speaking)
        self.progress.setVisible(model.speaking)
        self.speak.setEnabled(not hindrance and not model.speaking)
        self.speak.setAccessibleDescription(hindrance)
        tip = self.tr("Speak (Ctrl+Enter)")
        self.speak.setToolTip(f"{tip}\n{hindrance}" if hindrance else tip)
        self.trouble.show_trouble(model.trouble, model.exchange_id)
