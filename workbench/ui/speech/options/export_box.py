"""The text on its way out: form, rules, how it will look, and where it can go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from workbench.domain.speech.forms import TextForm
from workbench.ui.speech.options import words
from workbench.ui.speech.options.export_model import WITH_SPEAKERS, WITH_TIMES, ExportModel
from workbench.ui.speech.options.languages import named
from workbench.ui.speech.words import ltr
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import save_file
from workbench.ui.support.forms import Switch
from workbench.ui.support.icons import set_icon
from workbench.ui.support.notify import Notifier
from workbench.ui.support.plain_text import PlainText
from workbench.ui.support.shortcuts import on_keys
from workbench.ui.support.surfaces import CalmCombo
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme, follow
from workbench.ui.support.trouble_box import TroubleBox

_LINES = 11


class RuleField(QWidget):
    """One rule of captions: a label above, a number, what is wrong below. Signals: typed (text)."""

    typed = Signal(str)

    def __init__(self, theme: Theme, label: str, default: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(default)
        self.edit.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.edit.textEdited.connect(self.typed)
        name = TextLabel(theme, label, self, size=CAPTION, role="muted", wrap=True)
        name.setBuddy(self.edit)
        self.problem = TextLabel(theme, "", self, size=CAPTION, role="bad", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(name)
        column.addWidget(self.edit)
        column.addWidget(self.problem)

    def show_value(self, value: float, problem: str) -> None:
        if not problem and not self.edit.hasFocus():
            self.edit.setText(words.number(value))
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.edit.setAccessibleDescription(problem)
        if bool(self.edit.property("invalid")) != bool(problem):
            self.edit.setProperty("invalid", bool(problem))
            self.edit.style().unpolish(self.edit)
            self.edit.style().polish(self.edit)


class ExportBox(QWidget):
    """Shows an ExportModel. Ctrl+S saves. Signals: failed (Exception)."""

    failed = Signal(object)

    def __init__(
        self, theme: Theme, model: ExportModel, notifier: Notifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._make()
        self._lay_out()
        self._connect()
        follow(self, theme, self._dress)
        self.show_value()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @Slot()
    def save(self) -> None:
        """Ask where to, then write the file."""
        if not self.model.hindrance:
            self._tasks.start("save", self._save())

    @Slot()
    def show_value(self) -> None:
        model = self.model
        with QSignalBlocker(self.form):
            self.form.setCurrentIndex(self.form.findData(model.form))
        with QSignalBlocker(self.language):
            self.language.setCurrentIndex(max(0, self.language.findData(model.language)))
        self.rules.setVisible(model.captioned)
        problems = model.problems
        for name, field in self.fields.items():
            field.show_value(model.rule(name), problems.get(name, ""))
        for row, shown, switch, on in (
            (self._speakers_row, model.form in WITH_SPEAKERS, self.speakers, model.rules.speakers),
            (self._times_row, model.form in WITH_TIMES, self.times, model.rules.times),
        ):
            row.setVisible(shown)
            switch.setChecked(on)
        text = "" if model.empty else model.preview
        if text != self.preview.toPlainText():
            self.preview.setPlainText(text)
        hindrance = model.hindrance
        for act in (self.save_as, self.copy):
            act.setEnabled(not hindrance)
        for act in (self.chat, self.embed, self.translate):
            act.setEnabled(not model.empty)
            act.setAccessibleDescription(hindrance if model.empty else "")
        self.hindrance.setText(hindrance)
        self.hindrance.setVisible(bool(hindrance))
        self.trouble.show_trouble(model.trouble)

    def _make(self) -> None:
        theme = self._theme
        self.form = self._combo(self.tr("Format"))
        for form, said in (
            (TextForm.SRT, self.tr("Captions, SRT")),
            (TextForm.VTT, self.tr("Captions, WebVTT")),
            (TextForm.TXT, self.tr("Plain text")),
            (TextForm.MARKDOWN, self.tr("Markdown")),
            (TextForm.JSON, self.tr("JSON, words and speakers")),
            (TextForm.CSV, self.tr("Table, CSV")),
        ):
            self.form.addItem(said, form)
        self.rules = QWidget(self)
        defaults = type(self.model.rules.captions)()
        self.fields = {
            name: RuleField(theme, said, words.number(getattr(defaults, name)), self.rules)
            for name, said in (
                ("most_characters", self.tr("Characters in a line")),
                ("most_lines", self.tr("Lines at once")),
                ("least_s", self.tr("Seconds at least")),
                ("most_s", self.tr("Seconds at most")),
                ("gap_s", self.tr("Ended by a pause of")),
                ("most_cps", self.tr("Characters a second")),
            )
        }
        self.reset = button(self.tr("Usual rules"), "quiet", self.rules)
        self.speakers = Switch(theme, self.tr("Names of speakers"), self)
        self.times = Switch(theme, self.tr("Times"), self)
        self.preview = PlainText(self)
        self.preview.setReadOnly(True)
        self.preview.setProperty("kind", "field")
        self.preview.setAccessibleName(self.tr("How the file begins"))
        self.preview.setPlaceholderText(self.tr("The beginning of the file is shown here."))
        self.save_as = button(self.tr("Save as…"), "primary", self)
        self.save_as.setToolTip(self.tr("Save as a file (Ctrl+S)"))
        self.copy = button(self.tr("Copy"), "", self)
        self.copy.setToolTip(self.tr("Copy all of it in this format"))
        set_icon(self.copy, theme, "copy", "text", 14)
        self.hindrance = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        self.trouble = TroubleBox(theme, self)
        self.chat = button(self.tr("To chat"), "", self)
        set_icon(self.chat, theme, "message-square", "text", 14)
        self.chat.setToolTip(self.tr("Ask a model about this text"))
        self.embed = button(self.tr("To embeddings"), "", self)
        set_icon(self.embed, theme, "chart-scatter", "text", 14)
        self.embed.setToolTip(self.tr("See which of its segments are alike"))
        self.language = self._combo(self.tr("Translate into"))
        for code, name in named():
            self.language.addItem(name, code)
        self.translate = button(self.tr("Translate"), "", self)
        set_icon(self.translate, theme, "languages", "text", 14)
        self.translate.setToolTip(self.tr("Translate the text with m2m100"))

    def _combo(self, name: str) -> CalmCombo:
        combo = CalmCombo(self)
        combo.setAccessibleName(name)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(8)
        return combo

    def _lay_out(self) -> None:
        theme = self._theme
        grid = QGridLayout(self.rules)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(RELATED)
        grid.setVerticalSpacing(INSIDE)
        for place, field in enumerate(self.fields.values()):
            grid.addWidget(field, place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.reset, 3, 0, 1, 2, Qt.AlignmentFlag.AlignLeading)
        self._speakers_row = self._beside(self.tr("Names of speakers"), self.speakers)
        self._times_row = self._beside(self.tr("Times"), self.times)
        acts = QHBoxLayout()
        acts.setSpacing(INSIDE)
        acts.addWidget(self.save_as, 1)
        acts.addWidget(self.copy)
        hand = QHBoxLayout()
        hand.setSpacing(INSIDE)
        hand.addWidget(self.chat, 1)
        hand.addWidget(self.embed, 1)
        into = QHBoxLayout()
        into.setSpacing(INSIDE)
        into.addWidget(self.language, 1)
        into.addWidget(self.translate)
        column = QVBoxLayout(self)
        column.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        column.setSpacing(RELATED)
        column.addWidget(self._titled(self.tr("Format"), self.form))
        column.addWidget(self.rules)
        column.addWidget(self._speakers_row)
        column.addWidget(self._times_row)
        column.addWidget(self._titled(self.tr("How it begins"), self.preview))
        column.addWidget(self.hindrance)
        column.addWidget(self.trouble)
        column.addLayout(acts)
        column.addSpacing(INSIDE)
        column.addWidget(TextLabel(theme, self.tr("Hand on"), self, weight=SEMIBOLD))
        column.addLayout(hand)
        column.addLayout(into)
        column.addStretch(1)

    def _titled(self, title: str, body: QWidget) -> QWidget:
        made = QWidget(self)
        label = TextLabel(self._theme, title, made, weight=SEMIBOLD)
        label.setBuddy(body)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label)
        column.addWidget(body)
        return made

    def _beside(self, title: str, switch: Switch) -> QWidget:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(TextLabel(self._theme, title, made), 1)
        row.addWidget(switch)
        return made

    def _connect(self) -> None:
        model = self.model
        self.form.activated.connect(self._form_chosen)
        for name, field in self.fields.items():
            field.typed.connect(lambda text, name=name: model.type_rule(name, text))
        self.reset.clicked.connect(model.reset_rules)
        self.speakers.clicked.connect(model.set_speakers)
        self.times.clicked.connect(model.set_times)
        self.save_as.clicked.connect(self.save)
        self.copy.clicked.connect(model.copy)
        self.chat.clicked.connect(model.send_to_chat)
        self.embed.clicked.connect(model.send_to_embeddings)
        self.language.activated.connect(self._language_chosen)
        self.translate.clicked.connect(model.translate)
        self.trouble.retry_wanted.connect(self.save)
        on_keys("Ctrl+S", self, self.save)
        model.changed.connect(self.show_value)
        model.copied.connect(self._copied)
        model.saved.connect(self._saved)
        model.failed.connect(self.failed)

    def _dress(self) -> None:
        font = self._theme.mono(CAPTION)
        self.preview.setFont(font)
        self.preview.setStyleSheet(
            f"QTextEdit {{ font-family: '{font.family()}'; font-size: {font.pointSizeF()}pt; }}"
        )
        self.preview.setFixedHeight(round(QFontMetricsF(font).lineSpacing() * _LINES) + 2 * INSIDE)

    @Slot(int)
    def _form_chosen(self, row: int) -> None:
        self.model.set_form(TextForm(self.form.itemData(row)))

    @Slot(int)
    def _language_chosen(self, row: int) -> None:
        self.model.set_language(str(self.language.itemData(row)))

    @Slot(str)
    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._notifier.info(self.tr("Copied."), key="speech/copied")

    @Slot(str)
    def _saved(self, path: str) -> None:
        self._notifier.info(self.tr("Saved as {0}.").format(ltr(path)), key="speech/saved")

    async def _save(self) -> None:
        name = self.model.file_name
        pattern = self.tr("{0} files (*.{1})").format(self.model.form.upper(), self.model.form)
        path = await save_file(self, self.tr("Save the text"), name, filters=pattern)
        if path:
            self.model.save(Path(path))
