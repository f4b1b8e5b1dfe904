"""The two steps: the description of the outfit, and the pictures made from it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from workbench.domain.images.jobs import ImageJob, JobState
from workbench.domain.images.try_on import FIELDS, StepState, as_json, in_step
from workbench.domain.models import short_name
from workbench.domain.trouble import Trouble
from workbench.services.images.try_on import Prospect
from workbench.ui.images.form.frame import FieldFrame
from workbench.ui.images.form.words import changes_text
from workbench.ui.images.results import words as results
from workbench.ui.images.try_on import words
from workbench.ui.images.try_on.description_form import LongText, ObjectForm
from workbench.ui.images.try_on.model import TryOnModel
from workbench.ui.images.try_on.step_card import StepCard
from workbench.ui.support import figures
from workbench.ui.support.buttons import IconButton, TextLabel, button
from workbench.ui.support.code_block import CodeBlock
from workbench.ui.support.forms import Segments
from workbench.ui.support.icons import set_icon
from workbench.ui.support.section import Section
from workbench.ui.support.surfaces import CalmCombo, emptied, small
from workbench.ui.support.theme import CAPTION, GRID, INSIDE, Theme
from workbench.ui.support.ticking import Ticking

_TICK_MS = 200
_INDENT = 19
_FORM, _JSON = "form", "json"


class DescribeCard(StepCard):
    """Step 1."""

    def __init__(self, theme: Theme, model: TryOnModel, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            1,
            self.tr("Describe"),
            self.tr("A vision model describes the outfit in photo B. You can change what it says."),
            parent,
        )
        self._model = model
        self._theme = theme
        self._shown_models: tuple[str, ...] = ()
        self.models = CalmCombo()
        self.models.setAccessibleName(self.tr("Vision model"))
        self.models.setMinimumContentsLength(10)
        self.models.activated.connect(self._chosen)
        self.by_hand = button(self.tr("Write it by hand"), "quiet")
        set_icon(self.by_hand, theme, "pencil", "muted", 14)
        self.by_hand.clicked.connect(model.write_by_hand)
        self.views = Segments(
            self.tr("View of the description"), [(_FORM, self.tr("Form")), (_JSON, self.tr("JSON"))]
        )
        self.views.set_value(_FORM)
        self.views.chosen.connect(self._show_view)
        self.pin = QToolButton()
        self.pin.setText(self.tr("Pin"))
        self.pin.setCheckable(True)
        self.pin.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.pin.setAccessibleName(self.tr("Pin the description"))
        self.pin.setToolTip(self.tr("Keep this description, also for another photo B, and leave out step 1"))
        self.pin.clicked.connect(model.set_pinned)
        self.note = TextLabel(theme, "", size=CAPTION, role="muted", wrap=True)
        self.form: ObjectForm | None = None
        self._form_place = QVBoxLayout()
        self.json = CodeBlock(theme, self.tr("Description"), quiet=True)
        self.json.hide()
        self.description = QWidget()
        bar = QHBoxLayout()
        bar.setSpacing(INSIDE)
        bar.addWidget(self.views)
        bar.addStretch(1)
        bar.addWidget(self.pin)
        column = QVBoxLayout(self.description)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(INSIDE)
        column.addLayout(bar)
        column.addWidget(self.note)
        column.addLayout(self._form_place)
        column.addWidget(self.json)
        self.body.addWidget(FieldFrame(theme, self.tr("Vision model"), self.models))
        self.body.addWidget(self.by_hand, 0, Qt.AlignmentFlag.AlignLeading)
        self.body.addWidget(self.description)
        self._tick = Ticking(self, _TICK_MS, self._runs, self._show_elapsed)
        self.run_wanted.connect(model.describe)
        self.stop_wanted.connect(model.stop)
        model.changed.connect(self.refresh)
        model.description_replaced.connect(self.rebuild)
        self.rebuild()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self._model
        state, report = model.first_step, model.report
        self._show_models()
        self.show_state(state, model.hindrance(1))
        self.run.setText(self.tr("Run again") if model.described else self.tr("Run"))
        self.show_progress(0, 0)
        if state is StepState.RUNNING:
            self._show_elapsed()
        elif report is not None:
            self.show_facts(words.report(report), report.exchange_ids[-1] if report.exchange_ids else "")
        else:
            self.show_facts("")
        exchange_id = report.exchange_ids[-1] if report is not None and report.exchange_ids else ""
        self.trouble.show_trouble(
            report.trouble if report and state is StepState.FAILED else None, exchange_id
        )
        self.by_hand.setVisible(not model.description)
        self.description.setVisible(bool(model.description))
        with QSignalBlocker(self.pin):
            self.pin.setChecked(model.draft.pinned)
        set_icon(self.pin, self._theme, "pin", "accent" if model.draft.pinned else "muted", 14)
        self._show_note(state)
        if self.json.isVisible():
            self.json.set_text(as_json(model.description))
        self._tick.look()

    @Slot()
    def rebuild(self) -> None:
        """The form anew: the description is another."""
        emptied(self._form_place)
        self.form = None
        if self._model.description:
            self.form = ObjectForm(self._theme, FIELDS, self._model.description)
            self.form.edited.connect(self._edited)
            self._form_place.addWidget(self.form)
            self.form.setVisible(self.json.isHidden())
        self.json.set_text(as_json(self._model.description))

    def _show_models(self) -> None:
        models = self._model.vision_models
        ids = tuple(model.id for model in models)
        with QSignalBlocker(self.models):
            if ids != self._shown_models:
                self._shown_models = ids
                self.models.clear()
                for model in models:
                    self.models.addItem(model.short_name, model.id)
                    self.models.setItemData(
                        self.models.count() - 1,
                        "\n".join(filter(None, (model.id, model.description))),
                        Qt.ItemDataRole.ToolTipRole,
                    )
            self.models.setCurrentIndex(self.models.findData(self._model.vision_model))
        self.models.setEnabled(bool(ids))
        self.models.setToolTip(self._model.vision_model)

    def _show_note(self, state: StepState) -> None:
        draft = self._model.draft
        if draft.pinned:
            text = self.tr("Pinned: it stays, and a run begins with step 2.")
        elif state is StepState.STALE:
            text = self.tr("This describes another photo. The next run describes photo B anew.")
        elif self._model.report is not None and self._model.report.sandbox:
            text = self.tr("The sandbox made this up: no model has seen the photo.")
        else:
            text = ""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.note.set_role("warn" if state is StepState.STALE else "muted")

    @Slot()
    def _show_elapsed(self) -> None:
        name = short_name(self._model.vision_model)
        self.show_facts(
            self.tr("Asking {0}… {1}").format(name, figures.seconds(self._model.elapsed_s * 1000))
        )

    def _runs(self) -> bool:
        return self._model.first_step is StepState.RUNNING

    @Slot(int)
    def _chosen(self, row: int) -> None:
        self._model.set_vision_model(self.models.itemData(row))

    @Slot(str)
    def _show_view(self, view: str) -> None:
        self.json.set_text(as_json(self._model.description))
        self.json.setVisible(view == _JSON)
        if self.form is not None:
            self.form.setVisible(view == _FORM)

    @Slot()
    def _edited(self) -> None:
        if self.form is not None:
            self._model.edit(self.form.value)


class ModelLine(QWidget):
    """A model of step 2 to tick, with what it would not get."""

    def __init__(self, theme: Theme, model: TryOnModel, model_id: str, name: str, help_text: str) -> None:
        super().__init__()
        self._model = model
        self._model_id = model_id
        self.box = QCheckBox(name)
        self.box.setToolTip(f"{model_id}\n{help_text}".strip())
        self.box.clicked.connect(self._toggled)
        self.remark = TextLabel(theme, "", self, size=CAPTION, role="muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        below = QHBoxLayout()
        below.addSpacing(_INDENT)
        below.addWidget(self.remark)
        column.addWidget(self.box)
        column.addLayout(below)

    def show_value(self, chosen: bool, prospect: Prospect | None) -> None:
        with QSignalBlocker(self.box):
            self.box.setChecked(chosen)
        told = "" if prospect is None else prospect.problem or ", ".join(changes_text(prospect.changes))
        self.remark.setText(told)
        self.remark.set_role("bad" if prospect is not None and prospect.problem else "muted")
        self.remark.setVisible(bool(told))
        self.box.setAccessibleDescription(told)

    @Slot()
    def _toggled(self) -> None:
        self._model.toggle_model(self._model_id)


class DressCard(StepCard):
    """Step 2."""

    def __init__(self, theme: Theme, model: TryOnModel, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            2,
            self.tr("Dress"),
            self.tr("Image models get both photos and the description, once for each seed."),
            parent,
        )
        self._model = model
        self._theme = theme
        self._lines: dict[str, ModelLine] = {}
        self._shown_models: tuple[str, ...] = ()
        lines = QWidget()
        self._column = QVBoxLayout(lines)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)
        self.models = FieldFrame(theme, self.tr("Image models"), lines)
        self.seeds = QLineEdit()
        self.seeds.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.seeds.setAccessibleName(self.tr("Seeds"))
        self.seeds.setPlaceholderText("1, 2, 3")
        self.seeds.setToolTip(self.tr("One picture of each model for each: 1, 2, 7 or 1-4"))
        self.seeds.textEdited.connect(model.set_seeds)
        self.dice = small(IconButton(theme, "dices", self.tr("Three other seeds")))
        self.dice.clicked.connect(model.roll_seeds)
        self.seeds_field = FieldFrame(theme, self.tr("Seeds"), self.seeds, beside=(self.dice,))
        self.wish = LongText(theme)
        self.wish.setAccessibleName(self.tr("Also"))
        self.wish.setPlaceholderText(
            self.tr("What else the picture is to show: on a rainy street, from the side…")
        )
        self.wish.textChanged.connect(self._wished)
        self.prompt = TextLabel(theme, "", size=CAPTION + 1, role="muted", wrap=True)
        self.prompt.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        copy = button(self.tr("Copy the prompt"), "quiet")
        set_icon(copy, theme, "copy", "muted", 14)
        copy.clicked.connect(self._copy)
        sent = QWidget()
        column = QVBoxLayout(sent)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.prompt)
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeading)
        for widget in (
            self.models,
            self.seeds_field,
            FieldFrame(theme, self.tr("Also"), self.wish),
            Section(theme, self.tr("Prompt that is sent"), sent),
        ):
            self.body.addWidget(widget)
        self.run_wanted.connect(model.dress)
        self.stop_wanted.connect(model.stop)
        self.trouble.retry_wanted.disconnect()
        self.trouble.retry_wanted.connect(self._retry)
        model.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        model = self._model
        state, draft = model.second_step, model.draft
        self._show_models()
        self.show_state(state, model.hindrance(2))
        if not self.seeds.hasFocus():
            self.seeds.setText(draft.seeds)
        self.seeds_field.say(model.problem("seeds"))
        self.models.say(model.problem("models"))
        if self.wish.toPlainText() != draft.wish:
            with QSignalBlocker(self.wish):
                self.wish.setPlainText(draft.wish)
        self.prompt.setText(model.prompt)
        counts = model.results.counts
        self.show_progress(counts.over, max(1, counts.total))
        self.show_facts(*self._facts())
        self._show_trouble()

    def _show_models(self) -> None:
        models = self._model.image_models
        ids = tuple(model.id for model in models)
        if ids != self._shown_models:
            self._shown_models = ids
            emptied(self._column)
            self._lines = {
                each.id: ModelLine(self._theme, self._model, each.id, each.short_name, each.description)
                for each in models
            }
            for line in self._lines.values():
                self._column.addWidget(line)
        chosen = self._model.chosen_models
        prospects = {prospect.model.id: prospect for prospect in self._model.prospects}
        for model_id, line in self._lines.items():
            line.show_value(model_id in chosen, prospects.get(model_id))

    def _facts(self) -> tuple[str, str]:
        """How the last run went, and a record of it to look at."""
        jobs, counts = self._model.results.jobs, self._model.results.counts
        if not jobs or self._model.submit_trouble is not None:
            return "", ""
        parts = [*results.facts(counts)]
        began = [job.started_at for job in jobs if job.started_at]
        ended = [job.ended_at for job in jobs if job.ended_at]
        if began and ended and not counts.busy:
            parts.append(results.took(max(ended) - min(began)))
        sent = next((job.exchange_id for job in reversed(jobs) if job.exchange_id), "")
        return " · ".join(part for part in parts if part), sent

    def _show_trouble(self) -> None:
        refused = self._model.submit_trouble
        failed = [job for job in self._model.results.jobs if job.state is JobState.FAILED and job.trouble]
        if refused is not None:
            self.trouble.show_trouble(refused)
        elif failed:
            self.trouble.show_trouble(_trouble_of(failed), failed[0].exchange_id)
        else:
            self.trouble.show_trouble(None)

    @Slot()
    def _retry(self) -> None:
        if self._model.submit_trouble is not None:
            self._model.dress()
        else:
            self._model.results.retry_failed()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._model.prompt)

    @Slot()
    def _wished(self) -> None:
        self._model.set_wish(self.wish.toPlainText())


def _trouble_of(failed: list[ImageJob]) -> Trouble:
    """Of the first; whose it is, and how many more there are, is said."""
    first = failed[0]
    assert first.trouble is not None
    whose = short_name(first.model)
    if first.settings.seed is not None:
        whose = QCoreApplication.translate("TryOn", "{0}, seed {1}").format(whose, first.settings.seed)
    what = in_step(2, f"{whose}: {first.trouble.what}")
    if len(failed) > 1:
        more = QCoreApplication.translate("TryOn", "{0} more failed.").format(figures.count(len(failed) - 1))
        what = f"{what} {more}"
    return replace(first.trouble, what=what)
