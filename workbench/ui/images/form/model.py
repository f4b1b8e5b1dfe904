"""What the form holds, what the chosen models make of it, and the way into the queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.abilities import MAX_SEED, Abilities
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.planning import (
    MOST_AXES,
    groups_in,
    planned,
    problem_with_axis,
    values_of,
)
from workbench.domain.images.recalling import Recall, recalled
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings, SeedMode
from workbench.ui.images.form import kept_draft
from workbench.ui.images.form.drawing_models import DrawingModels
from workbench.ui.images.form.intake import SOURCE, Incoming, LargePicture
from workbench.ui.images.form.kept_draft import DEFAULT_MODEL, MOST_PICTURES
from workbench.ui.images.form.numbers import read_number, read_whole
from workbench.ui.images.form.offer import Offer, offered
from workbench.ui.images.form.outlook import Outlook, Size, outlook, scaled_to
from workbench.ui.images.form.pictures import FormPictures
from workbench.ui.images.form.ports import FormDesk
from workbench.ui.images.form.recent import RecentPrompts
from workbench.ui.images.form.words import remark_on
from workbench.ui.support.tasks import TaskScope

WHOLE = frozenset({"width", "height", "steps", "seed"})
_TITLE = 80


class FormModel(QObject):
    """The draft is kept with every change. A picture's bytes are in the gallery before its digest is in the draft."""

    draft_changed = Signal()
    offer_changed = Signal()
    """Other models are chosen, or more is known of what they take."""
    plan_changed = Signal()
    """outlook or problems are others."""
    pictures_changed = Signal()
    """More is known of the pictures in the draft, or one is being taken in."""
    question_changed = Signal()
    busy_changed = Signal(bool)
    submitted = Signal(str)
    """Id of the batch."""
    failed = Signal(object)
    """Exception."""

    def __init__(
        self,
        desk: FormDesk,
        *,
        kept: str = "",
        keep: Callable[[str], object] | None = None,
        dice: Random | None = None,
        parent: QObject | None = None,
    ) -> None:
        """kept: what an earlier run gave to keep."""
        super().__init__(parent)
        self._desk = desk
        self._keep = keep
        self._dice = dice or SystemRandom()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._tasks.busy_changed.connect(self.busy_changed)
        self.models = DrawingModels(desk, self)
        self.models.failed.connect(self.failed)
        self._pictures = FormPictures(desk, self._input_side, self)
        self._pictures.changed.connect(self._know_more)
        self._pictures.question_changed.connect(self.question_changed)
        self._pictures.taken.connect(self.use_picture)
        self._pictures.failed.connect(self.failed)
        self._draft = kept_draft.read(kept)
        self._offer = Offer()
        self._outlook = Outlook()
        self._unreadable: dict[str, str] = {}
        self._axis_texts: list[str] = []
        self._asked_of: set[str] = set()
        self._submitting = False
        self._recent = RecentPrompts()
        self._recent_loaded = False
        self._settle()

    @property
    def draft(self) -> Draft:
        return self._draft

    @property
    def settings(self) -> ImageSettings:
        return self._draft.settings

    @property
    def offer(self) -> Offer:
        return self._offer

    @property
    def outlook(self) -> Outlook:
        return self._outlook

    @property
    def chosen(self) -> tuple[str, ...]:
        """Ids of the models that will be asked: those of the grid where an axis has them."""
        for axis in self._draft.axes:
            if axis.field is AxisField.MODEL and axis.values:
                return axis.values
        return self._draft.models

    @property
    def problems(self) -> Mapping[str, str]:
        """What keeps it from being sent, by field: "prompt", "steps", "axes.0" …; "" for what belongs to none."""
        found = dict(self._unreadable)
        if self._outlook.hindrance:
            found.setdefault(self._outlook.field, self._outlook.hindrance)
        for place, axis in enumerate(self._draft.axes):
            if axis.values and (problem := problem_with_axis(axis, self._draft)):
                found.setdefault(f"axes.{place}", problem)
        for field in (SOURCE, "mask", "references"):
            if any(map(self._pictures.gone, _digests(getattr(self.settings, field)))):
                found[field] = self.tr("This picture is not stored any more; remove it or choose another.")
        for receipt in self._outlook.receipts:
            if receipt.problem:
                found.setdefault(self._field_of(receipt.model.id), receipt.problem)
        return found

    @property
    def hindrance(self) -> str:
        """Why Generate cannot be pressed, in a sentence; "" when it can."""
        if self.submitting:
            return self.tr("Putting it in the queue…")
        for receipt in self._outlook.receipts:
            if receipt.problem and len(self._outlook.receipts) > 1:
                return f"{receipt.model.short_name}: {receipt.problem}"
        return next(iter(self.problems.values()), "")

    @property
    def submitting(self) -> bool:
        return self._submitting

    @property
    def taking_in(self) -> bool:
        """A picture is being read."""
        return self._pictures.coming

    @property
    def question(self) -> LargePicture | None:
        """A picture so large that it is kept smaller, if the user agrees."""
        return self._pictures.question

    def remark(self, field: str) -> str:
        """What the models get of this field where it is not what is wished."""
        return remark_on(field, self._outlook.receipts)

    def refused(self, field: str) -> str:
        """Why the last picture was not taken into this field."""
        return self._pictures.refused(field)

    def picture(self, digest: str) -> GalleryImage | None:
        """What is known of a picture in the draft, as soon as it is."""
        return self._pictures.find(digest)

    def sent_size(self, digest: str) -> Size | None:
        """The size a picture is sent in, where that is smaller than it is."""
        image, side = self._pictures.find(digest), self._offer.input_side
        if image is None or side is None:
            return None
        size = scaled_to((image.width, image.height), side)
        return size if size != (image.width, image.height) else None

    def examples(self) -> tuple[str, ...]:
        """Prompts to begin with."""
        return (
            self.tr("A lighthouse in a storm, oil on canvas, warm light in the windows"),
            self.tr("Product photo of a ceramic teapot on linen, soft morning light"),
            self.tr("Isometric drawing of a small {bakery|bookshop|flower shop} at dusk"),
        )

    def set_draft(self, draft: Draft) -> None:
        """Replace everything."""
        if draft != self._draft:
            self._unreadable.clear()
            self._pictures.forgive()
            self._axis_texts = []
            self._take(draft)

    def recall(self, image: GalleryImage, what: Recall) -> None:
        """Take settings of a picture over. A file from elsewhere may name a model that nobody here knows: the chosen one stays."""
        known = image.origin is Origin.GENERATED or self.models.known(image.model)
        self.set_draft(recalled(self._draft, image.model if known else "", image.settings, what))

    def use_prompt(self, prompt: str) -> None:
        self.change(prompt=prompt)

    def try_example(self, prompt: str = "") -> None:
        """Draw an example at once: the first, or the one given."""
        draft = replace(kept_draft.DEFAULT, models=self._draft.models or (DEFAULT_MODEL,))
        self.set_draft(replace(draft, settings=ImageSettings(prompt=prompt or self.examples()[0])))
        self.generate()

    def change(self, **settings: Any) -> None:
        """New values for attributes of ImageSettings. Another source takes its mask along."""
        if "source" in settings and settings["source"] != self.settings.source:
            settings.setdefault("mask", "")
        for name in settings:
            self._unreadable.pop(name, None)
        self._take(replace(self._draft, settings=replace(self.settings, **settings)))

    def type_number(self, field: str, text: str) -> None:
        """What is typed into the field of a number; nothing means “not sent”. What is no number is told in `problems`."""
        value: float | None = None
        if text.strip():
            value = read_whole(text) if field in WHOLE else read_number(text)
            problem = self._problem_with(field, value)
            if problem:
                self._unreadable[field] = problem
                self.plan_changed.emit()
                return
        self.change(**{field: value})

    def set_size(self, width: int | None, height: int | None) -> None:
        self.change(width=width, height=height, aspect_ratio="")

    def swap_size(self) -> None:
        """Upright instead of wide, or the other way round."""
        ratio = ":".join(reversed(self.settings.aspect_ratio.split(":")))
        width, height = self.settings.width, self.settings.height
        if width is None and height is None and not ratio:
            width, height = self._default_side("width"), self._default_side("height")
        self.change(width=height, height=width, aspect_ratio=ratio)

    def set_aspect_ratio(self, ratio: str) -> None:
        self.change(aspect_ratio=ratio, width=None, height=None)

    def set_count(self, count: int) -> None:
        self._take(replace(self._draft, count=min(MOST_PICTURES, max(1, count))))

    def set_seed_mode(self, mode: SeedMode) -> None:
        """A mode that needs a seed gets one."""
        self._unreadable.pop("seed", None)
        if mode is not SeedMode.RANDOM and self.settings.seed is None:
            self.change(seed=self._drawn_seed())
        self._take(replace(self._draft, seed_mode=mode))

    def roll_seed(self) -> None:
        """Another seed, which then stays."""
        mode = self._draft.seed_mode
        self.change(seed=self._drawn_seed())
        self._take(replace(self._draft, seed_mode=SeedMode.FIXED if mode is SeedMode.RANDOM else mode))

    def set_models(self, ids: Sequence[str]) -> None:
        self._take(replace(self._draft, models=tuple(dict.fromkeys(ids))))

    def toggle_model(self, model_id: str) -> None:
        models = self._draft.models
        others = tuple(one for one in models if one != model_id)
        self.set_models(others if model_id in models else (*models, model_id))

    def groups(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The `{a|b}` of the prompt that no axis has yet."""
        used = {axis.part for axis in self._draft.axes if axis.field is AxisField.PROMPT}
        return tuple(
            group for group in groups_in(self.settings.prompt) if group[0] not in used and len(group[1]) > 1
        )

    @property
    def free_axes(self) -> tuple[AxisField, ...]:
        """What a further axis could change; empty when there are three."""
        if len(self._draft.axes) >= MOST_AXES:
            return ()
        used = {axis.field for axis in self._draft.axes} - {AxisField.PROMPT}
        return tuple(field for field in self._offer.axes if field not in used)

    def free_fields(self, place: int) -> tuple[AxisField, ...]:
        """What this axis could change as well."""
        others = {axis.field for at, axis in enumerate(self._draft.axes) if at != place} - {AxisField.PROMPT}
        return tuple(field for field in self._offer.axes if field not in others)

    def axis_text(self, place: int) -> str:
        """The values of an axis as they were typed."""
        return self._axis_texts[place]

    def add_axis(self, field: AxisField) -> None:
        text = (
            "\n".join(self._draft.models) if field is AxisField.MODEL and len(self._draft.models) > 1 else ""
        )
        axis = Axis(field, values_of(field, text))
        self._set_axes((*self._draft.axes, axis), (*self._axis_texts, text))

    def add_group_axis(self, part: str) -> None:
        """An axis of what a `{a|b}` of the prompt stands for."""
        values = dict(self.groups()).get(part, ())
        axis = Axis(AxisField.PROMPT, values, part)
        self._set_axes((*self._draft.axes, axis), (*self._axis_texts, "\n".join(values)))

    def remove_axis(self, place: int) -> None:
        axes, texts = list(self._draft.axes), list(self._axis_texts)
        del axes[place], texts[place]
        self._set_axes(axes, texts)

    def set_axis_field(self, place: int, field: AxisField) -> None:
        if self._draft.axes[place].field is not field:
            self._replace_axis(place, Axis(field), "")

    def set_axis_text(self, place: int, text: str) -> None:
        """text: values as `planning.values_of` reads them."""
        axis = self._draft.axes[place]
        self._replace_axis(place, replace(axis, values=values_of(axis.field, text)), text)

    def set_axis_part(self, place: int, part: str) -> None:
        axis = replace(self._draft.axes[place], part=part)
        values = dict(groups_in(self.settings.prompt)).get(part, ())
        if values and not axis.values:
            self._replace_axis(place, replace(axis, values=values), "\n".join(values))
        else:
            self._replace_axis(place, axis, self._axis_texts[place])

    @Slot(str, str)
    def use_picture(self, digest: str, role: str) -> None:
        """A stored picture as source or as one more reference."""
        self._pictures.forgive()
        if role == SOURCE:
            self.change(source=digest)
        elif digest not in self.settings.references:
            self.change(references=(*self.settings.references, digest))

    def set_mask(self, digest: str) -> None:
        self.change(mask=digest)

    def remove_reference(self, digest: str) -> None:
        self.change(references=tuple(one for one in self.settings.references if one != digest))

    def move_reference(self, digest: str, place: int) -> None:
        others = [one for one in self.settings.references if one != digest]
        others.insert(max(0, min(len(others), place)), digest)
        self.change(references=tuple(others))

    def add_files(self, paths: Sequence[Path], role: str) -> None:
        """Files from elsewhere. Only the first is a source."""
        wanted = paths[:1] if role == SOURCE else paths
        self._pictures.bring([Incoming(role, path, path.name) for path in wanted])

    def add_data(self, data: bytes, role: str, name: str = "") -> None:
        """A picture of the clipboard, or dragged from another program."""
        self._pictures.bring([Incoming(role, data, name)])

    def answer(self, agreed: bool) -> None:
        """To `question`."""
        self._pictures.answer(agreed)

    def older_prompt(self) -> None:
        """The prompt of the run before; the way back is `newer_prompt`."""
        if self._recent_loaded:
            self.use_prompt(self._recent.older(self.settings.prompt))
        else:
            self._tasks.start("recent", self._load_recent())

    def newer_prompt(self) -> None:
        self.use_prompt(self._recent.newer(self.settings.prompt))

    @Slot()
    def refresh(self) -> None:
        """The target is another, or more is known of what models take."""
        self._asked_of.clear()
        self._renew()

    @Slot()
    def generate(self) -> None:
        """Put it all in the queue, if nothing stands in the way."""
        if not self.hindrance:
            self._submitting = True
            self._tasks.start("submit", self._submit(self._draft))
            self.plan_changed.emit()

    async def finish(self) -> None:
        """Wait until what was begun is done."""
        await self._pictures.finish()
        await self._tasks.finish()

    async def aclose(self) -> None:
        await self.models.aclose()
        await self._pictures.aclose()
        await self._tasks.aclose()

    def _renew(self) -> None:
        self._settle()
        self.offer_changed.emit()
        self.plan_changed.emit()
        self.models.changed.emit()

    async def _submit(self, draft: Draft) -> None:
        title = " ".join(draft.settings.prompt.split())
        title = f"{title[: _TITLE - 1]}…" if len(title) > _TITLE else title
        try:
            batch = await self._desk.queue.submit(
                draft, planned(draft, self._dice), target_id=self._desk.targets.current.id, title=title
            )
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        finally:
            self._submitting = False
            self.plan_changed.emit()
        self._recent.add(draft.settings.prompt)
        self.submitted.emit(batch.id)

    async def _load_recent(self) -> None:
        try:
            batches = await self._desk.queue.batches()
        except WorkbenchError as error:
            self.failed.emit(error)
            return
        self._recent.fill(
            (*self._recent.prompts, *(batch.draft.settings.prompt for batch in batches if not batch.recipe))
        )
        self._recent_loaded = True
        self.use_prompt(self._recent.older(self.settings.prompt))

    async def _learn(self, models: Sequence[str]) -> None:
        """Ask what these take; where that is news, offer it."""
        before = [self.models.abilities_of(model) for model in models]
        target_id = self._desk.targets.current.id
        if before != [await self._desk.abilities.learn(model, target_id) for model in models]:
            self._renew()

    def _take(self, draft: Draft) -> None:
        if draft == self._draft:
            self.plan_changed.emit()
            return
        before, self._draft = self.chosen, draft
        others = before != self.chosen
        if others:
            self._unreadable.clear()
        self._settle(offer=others)
        if self._keep is not None:
            self._keep(kept_draft.written(draft))
        if others:
            self.offer_changed.emit()
        self.draft_changed.emit()
        self.plan_changed.emit()

    def _settle(self, *, offer: bool = True) -> None:
        """Work out everything that follows from the draft."""
        if offer:
            self._offer = offered([self.models.abilities_of(model) for model in self.chosen])
            self._ask_of_unknown()
        if len(self._axis_texts) != len(self._draft.axes):
            self._axis_texts = [_axis_text(axis) for axis in self._draft.axes]
        self._count()
        self._pictures.look_up(self.settings.pictures)

    def _ask_of_unknown(self) -> None:
        asked = [
            model
            for model in self.chosen
            if model not in self._asked_of and not self.models.abilities_of(model).known
        ]
        if asked:
            self._asked_of.update(asked)
            self._tasks.start(f"learn-{asked[0]}", self._learn(asked))

    def _count(self) -> None:
        abilities: dict[str, Abilities] = {}

        def abilities_of(model_id: str) -> Abilities:
            if model_id not in abilities:
                abilities[model_id] = self.models.abilities_of(model_id)
            return abilities[model_id]

        self._outlook = outlook(self._draft, self.models.find, abilities_of, self._pictures.sizes)

    def _input_side(self) -> int | None:
        return self._offer.input_side

    @Slot()
    def _know_more(self) -> None:
        """The sizes of pictures may change what they cost."""
        self._count()
        self.pictures_changed.emit()
        self.plan_changed.emit()

    def _replace_axis(self, place: int, axis: Axis, text: str) -> None:
        axes, texts = list(self._draft.axes), list(self._axis_texts)
        axes[place], texts[place] = axis, text
        self._set_axes(axes, texts)

    def _set_axes(self, axes: Sequence[Axis], texts: Sequence[str]) -> None:
        self._axis_texts = list(texts)
        self._take(replace(self._draft, axes=tuple(axes)))

    def _drawn_seed(self) -> int:
        return self._dice.randint(0, MAX_SEED)

    def _default_side(self, field: str) -> int:
        limits = self._offer.width if field == "width" else self._offer.height
        return int((limits and limits.default) or 1024)

    def _field_of(self, model_id: str) -> str:
        """Where to say what keeps a model from drawing."""
        abilities = self.models.abilities_of(model_id)
        if abilities.prompt_limit is not None and len(self.settings.prompt) > abilities.prompt_limit:
            return "prompt"
        return SOURCE if abilities.source_required and not self.settings.source else "mask"

    def _problem_with(self, field: str, value: float | None) -> str:
        if value is None:
            whole = field in WHOLE
            return self.tr("This must be a whole number.") if whole else self.tr("This must be a number.")
        if value < 0:
            return self.tr("This must not be negative.")
        if field in ("width", "height", "steps") and value < 1:
            return self.tr("This must be at least 1.")
        if field == "seed" and value > MAX_SEED:
            return self.tr("This must be at most {0}.").format(MAX_SEED)
        return ""


def _digests(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _axis_text(axis: Axis) -> str:
    many = axis.field in (AxisField.PROMPT, AxisField.MODEL) or any("," in value for value in axis.values)
    return ("\n" if many else ", ").join(axis.values)
