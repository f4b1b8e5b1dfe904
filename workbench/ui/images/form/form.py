"""The form at the left of the tab: what is asked of the chosen models, and no more than they can do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.ui.images.form.grid_section import GridSection
from workbench.ui.images.form.intake import REFERENCE, SOURCE
from workbench.ui.images.form.model import FormModel
from workbench.ui.images.form.model_field import ModelField
from workbench.ui.images.form.picture_field import ReferencesField, SourceField, take
from workbench.ui.images.form.ports import Thumbnails
from workbench.ui.images.form.prompt_field import NegativeField, PromptField
from workbench.ui.images.form.receipt_view import Foot
from workbench.ui.images.form.seed_field import CountField, SeedField
from workbench.ui.images.form.size_field import RatioField, SizeField
from workbench.ui.images.form.slider_field import SliderField
from workbench.ui.images.form.words import outlook_text, pictures_text
from workbench.ui.support.buttons import button
from workbench.ui.support.surfaces import Ground, scrolled
from workbench.ui.support.theme import INSIDE, PADDING, Theme

_BETWEEN = 14


class ImageForm(Ground):
    """Shows a FormModel. Ctrl+Enter generates, Ctrl+M opens the model picker.

    Signals: paint_wanted (digest of the source, of the mask or ""); picture_opened (digest).
    """

    paint_wanted = Signal(str, str)
    picture_opened = Signal(str)

    def __init__(
        self, theme: Theme, model: FormModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, "right", "surface", parent)
        self._model = model
        self.models = ModelField(theme, model)
        self.prompt = PromptField(theme, model)
        self.negative = NegativeField(theme, model)
        self.source = SourceField(theme, model, thumbnails)
        self.references = ReferencesField(theme, model, thumbnails)
        self.size_field = SizeField(theme, model)
        self.ratio = RatioField(theme, model)
        self.steps = SliderField(theme, model, "steps", self.tr("Steps"))
        self.guidance = SliderField(theme, model, "guidance", self.tr("Guidance"))
        self.strength = SliderField(theme, model, "strength", self.tr("Strength"))
        self.seed = SeedField(theme, model)
        self.count = CountField(theme, model)
        self.grid = GridSection(theme, model)
        self.generate = button(self.tr("Generate"), "primary")
        self.foot = Foot(theme, self.generate)
        self._build()
        self._connect()
        self._show_offer()

    def focus(self) -> None:
        self.prompt.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    async def aclose(self) -> None:
        await self.source.aclose()
        await self.references.aclose()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._show()

    def _build(self) -> None:
        self.setAccessibleName(self.tr("What is asked for"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        column.setSpacing(_BETWEEN)
        for widget in (
            self.models,
            self.prompt,
            self.negative,
            self.source,
            self.references,
            self.size_field,
            self.ratio,
            self.steps,
            self.guidance,
            self.strength,
            self.seed,
            self.count,
            self.grid,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self.fields = scrolled(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 0)
        layout.setSpacing(0)
        layout.addWidget(self.fields, 1)
        layout.addWidget(self.foot)
        self.generate.setToolTip(self.tr("Generate (Ctrl+Enter)"))
        self.steps.label.setToolTip(self.tr("More steps: finer, slower and dearer."))
        self.guidance.label.setToolTip(self.tr("How closely the prompt is followed."))
        self.strength.label.setToolTip(self.tr("How much of the source picture may change."))

    def _connect(self) -> None:
        model = self._model
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(model.generate)
        choose = QShortcut(QKeySequence("Ctrl+M"), self)
        choose.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        choose.activated.connect(self.models.open)
        self.generate.clicked.connect(model.generate)
        self.prompt.picture_pasted.connect(self._take_pasted)
        self.source.paint_wanted.connect(self.paint_wanted)
        self.source.opened.connect(self.picture_opened)
        self.references.opened.connect(self.picture_opened)
        self.grid.added.connect(self._keep_axis_in_view)
        self.fields.verticalScrollBar().rangeChanged.connect(self._keep_axis_in_view)
        model.offer_changed.connect(self._show_offer)
        model.plan_changed.connect(self._show)
        model.pictures_changed.connect(self._show_pictures)
        model.question_changed.connect(self._show_pictures)

    def _keep_axis_in_view(self) -> None:
        """The axis that has the keyboard, and below it the button for the next: a new one gets its place little by little."""
        inside = self.focusWidget()
        for row in self.grid.rows:
            if inside is not None and row.isAncestorOf(inside):
                self.fields.ensureWidgetVisible(self.grid.add, 0, INSIDE)
                self.fields.ensureWidgetVisible(row)

    def _take_pasted(self, mime: QMimeData) -> None:
        """A picture that is pasted into the prompt goes where the models take one."""
        take(self._model, mime, SOURCE if self._model.offer.source else REFERENCE)

    def _show_offer(self) -> None:
        """Which fields there are, and within which limits."""
        offer = self._model.offer
        for field, limits in (
            (self.steps, offer.steps),
            (self.guidance, offer.guidance),
            (self.strength, offer.strength),
        ):
            field.setVisible(limits is not None)
            if limits is not None:
                field.show_offer(limits)
        self.negative.setVisible(offer.negative_prompt)
        self.size_field.setVisible(offer.sized)
        self.size_field.show_offer()
        self.ratio.setVisible(bool(offer.aspect_ratios))
        self.ratio.show_offer()
        self.seed.setVisible(offer.seed)
        self._show()

    def _show(self) -> None:
        settings = self._model.settings
        for field in (self.models, self.prompt, self.negative, self.size_field, self.ratio, self.seed):
            field.show_value()
        self.steps.show_value(settings.steps)
        self.guidance.show_value(settings.guidance)
        self.strength.show_value(settings.strength)
        self.count.show_value()
        self.grid.show_value()
        self._show_pictures()
        self._show_foot()

    def _show_pictures(self) -> None:
        offer, settings = self._model.offer, self._model.settings
        self.source.setVisible(offer.source or bool(settings.source))
        self.references.setVisible(bool(offer.references or settings.references))
        self.source.show_value()
        self.references.show_value()

    def _show_foot(self) -> None:
        model, settings = self._model, self._model.settings
        seen = model.outlook
        self.foot.receipt.show_receipts(seen.receipts)
        self.foot.total.setText(outlook_text(seen) if seen.count else "")
        self.foot.total.setVisible(bool(seen.count))
        self.foot.hindrance.say(model.hindrance, wrong=bool(model.problems and settings.prompt.strip()))
        many = seen.count > 1
        self.generate.setText(
            self.tr("Generate {0}").format(pictures_text(seen.count)) if many else self.tr("Generate")
        )
