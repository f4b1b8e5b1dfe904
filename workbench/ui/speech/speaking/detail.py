"""One that was spoken: its text, what can be done with it, and how well it was understood."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from workbench.domain.speech.spoken import Spoken
from workbench.services.speech.reuse import name_of
from workbench.ui.speech.options.model_field import ModelField
from workbench.ui.speech.speaking import words
from workbench.ui.speech.speaking.check_view import CheckView
from workbench.ui.speech.speaking.model import SpeakingModel
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.dialogs import save_file
from workbench.ui.support.flow import FlowLayout
from workbench.ui.support.icons import set_icon
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, PADDING, RELATED, SEMIBOLD, Theme
from workbench.ui.support.trouble_box import TroubleBox


class Detail(QScrollArea):
    """Shows the chosen one. Signals: record_wanted (exchange id), connection_wanted, failed (Exception)."""

    record_wanted = Signal(str)
    connection_wanted = Signal()
    failed = Signal(object)

    def __init__(self, theme: Theme, model: SpeakingModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.model = model
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.views: dict[str, CheckView] = {}
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._make()
        model.chosen_changed.connect(self._show)
        model.playing_changed.connect(self._show)
        model.changed.connect(self._show)
        self._show()

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @Slot()
    def save(self) -> None:
        if self.model.chosen is not None:
            self._tasks.start("save", self._save(self.model.chosen))

    def _make(self) -> None:
        theme, model = self._theme, self.model
        inner = self.inner = QWidget()
        self.text = TextLabel(theme, "", inner, wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = TextLabel(theme, "", inner, size=CAPTION, role="muted", wrap=True)
        self.play = button(self.tr("Play"), "", inner)
        self.save_as = button(self.tr("Save as…"), "", inner)
        self.use = button(self.tr("Use as recording"), "", inner)
        self.use.setToolTip(self.tr("Take a copy into the list, to transcribe and compare"))
        self.again = button(self.tr("Say again"), "quiet", inner)
        self.again.setToolTip(self.tr("Take over its text, model, voice and options"))
        self.record = button(self.tr("Request"), "quiet", inner)
        self.record.setToolTip(self.tr("What was sent and what came back"))
        self.delete = button(self.tr("Delete"), "quiet", inner)
        self.delete.setToolTip(self.tr("Delete (Del)"))
        for act, icon in (
            (self.save_as, "download"),
            (self.use, "audio-lines"),
            (self.again, "repeat"),
            (self.delete, "trash-2"),
        ):
            set_icon(act, theme, icon, "text", 14)
        acts = FlowLayout(spacing=GRID)
        for act in (self.play, self.save_as, self.use, self.again, self.record, self.delete):
            acts.addWidget(act)
        self.hearer = ModelField(
            theme,
            model.hearers,
            model.describe_hearing,
            lambda: (model.hearing_id,) if model.hearing_id else (),
        )
        self.check = button(self.tr("Have it heard again"), "", inner)
        set_icon(self.check, theme, "text-search", "text", 14)
        self.check_trouble = TroubleBox(theme, inner)
        self._checks = QVBoxLayout()
        self._checks.setSpacing(INSIDE)
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        column.setSpacing(RELATED)
        column.addWidget(self.text)
        column.addWidget(self.facts)
        column.addLayout(acts)
        column.addSpacing(GRID)
        column.addWidget(
            TextLabel(theme, self.tr("How well it is understood"), inner, weight=SEMIBOLD, wrap=True)
        )
        column.addWidget(self.hearer)
        column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self.check_trouble)
        column.addLayout(self._checks)
        column.addStretch(1)
        self.setWidget(inner)
        self.play.clicked.connect(self._toggle)
        self.save_as.clicked.connect(self.save)
        self.use.clicked.connect(self._use)
        self.again.clicked.connect(self._say_again)
        self.record.clicked.connect(self._show_record)
        self.delete.clicked.connect(self._delete)
        self.hearer.chosen.connect(model.set_hearing)
        self.check.clicked.connect(model.check)
        self.check_trouble.retry_wanted.connect(model.check)
        self.check_trouble.connection_wanted.connect(self.connection_wanted)

    @Slot()
    def _show(self) -> None:
        model, spoken = self.model, self.model.chosen
        if spoken is None:
            return
        self.text.setText(spoken.text)
        self.facts.setText(words.facts(spoken))
        plays = model.plays == spoken.id
        self.play.setText(self.tr("Pause") if plays else self.tr("Play"))
        set_icon(self.play, self._theme, "pause" if plays else "play", "text", 14)
        self.record.setVisible(bool(spoken.exchange_id))
        self.hearer.show_value()
        self.check.setEnabled(bool(model.hearing_id) and not model.checking)
        why = self.tr("It is being heard just now.") if model.checking else ""
        if not model.hearing_id:
            why = self.tr("This connection has no model that hears.")
        self.check.setToolTip(why or self.tr("A round trip: wrong words are counted and coloured"))
        self.check.setAccessibleDescription(why)
        self.check_trouble.show_trouble(model.check_trouble)
        ids = [one.check.take.id for one in model.checks]
        for id in [id for id in self.views if id not in ids]:
            view = self.views.pop(id)
            self._checks.removeWidget(view)
            view.hide()
            view.deleteLater()
        for one in model.checks:
            id = one.check.take.id
            if id not in self.views:
                self.views[id] = self._view(id)
            self.views[id].show_heard(one)

    def _view(self, take_id: str) -> CheckView:
        view = CheckView(self._theme)
        view.stop_wanted.connect(lambda: self.model.stop_check(take_id))
        view.resume_wanted.connect(lambda: self.model.resume_check(take_id))
        view.record_wanted.connect(self.record_wanted)
        view.connection_wanted.connect(self.connection_wanted)
        self._checks.insertWidget(0, view)
        return view

    @Slot()
    def _toggle(self) -> None:
        if self.model.chosen is not None:
            self.model.toggle(self.model.chosen)

    @Slot()
    def _use(self) -> None:
        if self.model.chosen is not None:
            self.model.use(self.model.chosen)

    @Slot()
    def _say_again(self) -> None:
        if self.model.chosen is not None:
            self.model.say_again(self.model.chosen)

    @Slot()
    def _delete(self) -> None:
        if self.model.chosen is not None:
            self.model.delete([self.model.chosen])

    @Slot()
    def _show_record(self) -> None:
        if self.model.chosen is not None:
            self.record_wanted.emit(self.model.chosen.exchange_id)

    async def _save(self, spoken: Spoken) -> None:
        ending = Path(spoken.file).suffix
        name = "".join(char if char.isalnum() or char in " -_" else "" for char in name_of(spoken)).strip()
        pattern = self.tr("Sound (*{0})").format(ending)
        path = await save_file(
            self, self.tr("Save the sound"), f"{name or 'speech'}{ending}", filters=pattern
        )
        if path:
            self.model.save(spoken, Path(path))
