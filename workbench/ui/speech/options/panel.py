"""The right side of the tab: what is asked of the models and how far they are, and what becomes of the text."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from workbench.ui.speech.options import words
from workbench.ui.speech.options.export_box import ExportBox
from workbench.ui.speech.options.export_model import ExportModel
from workbench.ui.speech.options.model import OptionsModel
from workbench.ui.speech.options.model_field import ModelField
from workbench.ui.speech.options.option_form import OptionForm
from workbench.ui.speech.options.part_field import PartField
from workbench.ui.speech.options.take_progress import TakeProgress
from workbench.ui.support.buttons import TextLabel, button
from workbench.ui.support.forms import Segments, Switch
from workbench.ui.support.hindrance import Hindrance
from workbench.ui.support.notify import Notifier
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.theme import CAPTION, INSIDE, PADDING, RELATED, Theme
from workbench.ui.support.trouble_box import TroubleBox

HEAR, EXPORT = "hear", "export"


class OptionsPanel(Ground):
    """Ctrl+Enter transcribes, Ctrl+M opens the model picker. Signals: record_wanted (exchange id),
    connection_wanted, failed (Exception).
    """

    record_wanted = Signal(str)
    connection_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self,
        theme: Theme,
        model: OptionsModel,
        export: ExportModel,
        notifier: Notifier,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(theme, "left", "surface", parent)
        self._theme = theme
        self.model = model
        self._clock = clock
        self.cards: dict[str, TakeProgress] = {}
        self.setAccessibleName(self.tr("Options and export"))
        self.pages = Segments(
            self.tr("Page"), ((HEAR, self.tr("Transcribe")), (EXPORT, self.tr("Export"))), self
        )
        self.export = ExportBox(theme, export, notifier, self)
        self._make()
        self._lay_out()
        self._connect()
        self._show_offer()
        self._show_progress()
        self.show_page(HEAR)

    async def aclose(self) -> None:
        await self.export.aclose()

    def show_page(self, page: str) -> None:
        """HEAR or EXPORT."""
        self.pages.set_value(page)
        self._stack.setCurrentIndex(0 if page == HEAR else 1)

    def focus(self) -> None:
        self.transcribe.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self) -> None:
        theme, model = self._theme, self.model
        self.models = ModelField(theme, model.models, model.describe, lambda: model.chosen, many=True)
        self.form = OptionForm(theme)
        self.longest = PartField(theme, model)
        self.cutting = TextLabel(theme, "", size=CAPTION, role="muted", wrap=True)
        self.halted = TroubleBox(theme, retry=self.tr("Go on"))
        self.trouble = TroubleBox(theme)
        self.only = Switch(theme, self.tr("Only the selection"))
        self.only_label = TextLabel(theme, self.tr("Only the selection"))
        self.only_label.setBuddy(self.only)
        self.total = TextLabel(theme, "", size=CAPTION, role="muted", wrap=True)
        self.transcribe = button(self.tr("Transcribe"), "primary")
        self.transcribe.setToolTip(self.tr("Transcribe (Ctrl+Enter)"))
        self.hindrance = Hindrance(theme, self.transcribe)

    def _lay_out(self) -> None:
        self._progress = QVBoxLayout()
        self._progress.setSpacing(INSIDE)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, RELATED, PADDING, PADDING)
        column.setSpacing(RELATED)
        column.addWidget(self.halted)
        column.addLayout(self._progress)
        for widget in (self.models, self.form, self.longest, self.cutting):
            column.addWidget(widget)
        column.addStretch(1)
        self.hear = QWidget(self)
        whole = QVBoxLayout(self.hear)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled(inner), 1)
        whole.addWidget(self._foot())
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.hear)
        self._stack.addWidget(scrolled(self.export))
        top = QHBoxLayout()
        top.setContentsMargins(PADDING, RELATED, PADDING, 0)
        top.addWidget(self.pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    def _foot(self) -> QWidget:
        foot = Ground(self._theme, "top", "surface", self)
        only = QHBoxLayout()
        only.addWidget(self.only_label, 1)
        only.addWidget(self.only)
        column = QVBoxLayout(foot)
        column.setContentsMargins(PADDING, RELATED, PADDING, RELATED)
        column.setSpacing(INSIDE)
        column.addWidget(self.trouble)
        column.addLayout(only)
        column.addWidget(self.total)
        column.addWidget(self.hindrance)
        column.addWidget(self.transcribe)
        return foot

    def _connect(self) -> None:
        model = self.model
        self.pages.chosen.connect(self.show_page)
        self.models.chosen.connect(self._choose_model)
        self.models.toggled.connect(model.toggle_model)
        self.form.edited.connect(model.set_value)
        self.form.typed.connect(model.type_number)
        self.only.clicked.connect(model.set_only_selection)
        self.transcribe.clicked.connect(model.transcribe)
        self.trouble.retry_wanted.connect(model.transcribe)
        for box in (self.trouble, self.halted):
            box.connection_wanted.connect(self.connection_wanted)
        self.halted.retry_wanted.connect(model.go_on)
        self.export.failed.connect(self.failed)
        model.changed.connect(self._show)
        model.offer_changed.connect(self._show_offer)
        model.progress_changed.connect(self._show_progress)
        model.failed.connect(self.failed)
        # From anywhere on the page: while the panel is in sight, it has the primary action.
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, model.transcribe)
        QShortcut(QKeySequence("Ctrl+M"), self, self.models.open)

    @Slot(str)
    def _choose_model(self, model_id: str) -> None:
        self.model.set_models([model_id])

    @Slot()
    def _show_offer(self) -> None:
        self.form.show_offer(self.model.offer, self.model.languages)
        self._show()

    @Slot()
    def _show(self) -> None:
        model = self.model
        self.models.show_value()
        self.form.show_values(model.values, model.problems)
        outlooks = model.outlooks
        self.cutting.setText(words.cutting(outlooks))
        self.cutting.setVisible(bool(outlooks))
        self.total.setText(words.total(outlooks, model.seconds))
        self.total.setVisible(bool(outlooks))
        selected = model.selection is not None
        self.only.setVisible(selected)
        self.only_label.setVisible(selected)
        self.only.setChecked(model.only_selection)
        self.hindrance.say(model.hindrance, wrong=bool(model.problems))
        count = len(model.chosen)
        self.transcribe.setText(
            self.tr("Transcribe with {0} models").format(count) if count > 1 else self.tr("Transcribe")
        )
        self.trouble.show_trouble(model.trouble)
        self.halted.show_trouble(model.halted)

    @Slot()
    def _show_progress(self) -> None:
        """A card for each take; cards of takes that are gone go."""
        followed = self.model.followed
        ids = [take.id for take in followed]
        for id in [id for id in self.cards if id not in ids]:
            card = self.cards.pop(id)
            self._progress.removeWidget(card)
            card.hide()
            card.deleteLater()
        for take in followed:
            if take.id not in self.cards:
                self.cards[take.id] = self._card(take.id)
            self.cards[take.id].show_take(take, self.model.preparing.get(take.id))

    def _card(self, take_id: str) -> TakeProgress:
        card = TakeProgress(self._theme, self.hear, clock=self._clock)
        card.stop_wanted.connect(lambda: self.model.stop(take_id))
        card.resume_wanted.connect(lambda: self.model.resume(take_id))
        card.record_wanted.connect(self.record_wanted)
        card.connection_wanted.connect(self.connection_wanted)
        self._progress.insertWidget(0, card)
        return card
