"""What the try-on page holds, how far each step is, and what starts them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.images.abilities import MAX_SEED
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import ImageSettings
from workbench.domain.images.try_on import (
    DESCRIPTION,
    OUTFIT,
    PERSON,
    RECIPE,
    Description,
    StepFailed,
    StepReport,
    StepState,
    TryOnDraft,
    empty_description,
    is_told,
    kept_description,
    prompt_of,
)
from workbench.domain.models import Model
from workbench.domain.trouble import Trouble
from workbench.services.images.try_on import Prospect
from workbench.ui.images.form.drawing_models import DrawingModels
from workbench.ui.images.form.intake import Incoming, LargePicture
from workbench.ui.images.form.pictures import FormPictures
from workbench.ui.images.results.model import ResultsModel
from workbench.ui.images.try_on import kept as kept_page
from workbench.ui.images.try_on.ports import TryOnDesk
from workbench.ui.support.tasks import TaskScope

VISION_MODEL = "@cf/meta/llama-4-scout-17b-16e-instruct"
IMAGE_MODELS = ("@cf/black-forest-labs/flux-2-dev",)
"""What is chosen at first, where the target has it."""
_USUAL_SIZE = (1024, 1024)
_DICE = 3


class TryOnModel(QObject):
    """Everything is kept with every change. A photo's bytes are in the gallery before its digest is here.

    results: what step 2 brought, this time and before. models: the lists to choose from; to be asked to `refresh` when the page is shown.
    """

    changed = Signal()
    """Anything that is shown, but what is typed into the description."""
    description_replaced = Signal()
    """By something else than the form that shows it."""
    pictures_changed = Signal()
    """A photo is another, is being taken in, or was refused."""
    question_changed = Signal()
    failed = Signal(object)
    """Exception: a bug, or something that belongs to no step."""

    def __init__(
        self,
        desk: TryOnDesk,
        *,
        kept: str = "",
        keep: Callable[[str], object] | None = None,
        ticks: Callable[[], float] = time.monotonic,
        dice: Random | None = None,
        parent: QObject | None = None,
    ) -> None:
        """kept: what an earlier run gave to keep. ticks: seconds."""
        super().__init__(parent)
        self._desk = desk
        self._keep = keep
        self._ticks = ticks
        self._dice = dice or SystemRandom()
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._draft = kept_page.read(kept)
        self._began: float | None = None
        self._submitting = False
        self._submit_trouble: Trouble | None = None
        self._pictures = FormPictures(desk, lambda: None, self)
        self._pictures.changed.connect(self._know_more)
        self._pictures.question_changed.connect(self.question_changed)
        self._pictures.taken.connect(self.use_picture)
        self._pictures.failed.connect(self.failed)
        self.models = DrawingModels(desk, self)
        self.models.changed.connect(self.changed)
        self.models.failed.connect(self.failed)
        self.results = ResultsModel(
            desk.queue, desk.gallery, estimate=self._estimate, recipe=RECIPE, parent=self
        )
        self.results.failed.connect(self.failed)
        self.results.batch_changed.connect(self.changed)
        self.results.counts_changed.connect(self.changed)
        self._loaded = False

    # what there is

    @property
    def draft(self) -> TryOnDraft:
        return self._draft

    @property
    def description(self) -> Description:
        return self._draft.description

    @property
    def described(self) -> bool:
        return is_told(self._draft.description)

    @property
    def report(self) -> StepReport | None:
        """How step 1 went the last time."""
        return self._draft.report

    @property
    def empty(self) -> bool:
        """Nothing is here yet."""
        draft = self._draft
        return not (draft.person or draft.outfit or draft.description or self.results.batch)

    @property
    def vision_models(self) -> Sequence[Model]:
        return self._desk.try_on.vision_models(self._target_id)

    @property
    def image_models(self) -> Sequence[Model]:
        return self._desk.try_on.image_models(self._target_id)

    @property
    def vision_model(self) -> str:
        """Id of the chosen one; "" where there is none to choose."""
        known = [model.id for model in self.vision_models]
        for wanted in (self._draft.vision_model, VISION_MODEL):
            if wanted in known:
                return wanted
        return self._draft.vision_model or next(iter(known), "")

    @property
    def chosen_models(self) -> tuple[str, ...]:
        """Of step 2. Those that the target does not have are passed over."""
        known = [model.id for model in self.image_models]
        chosen = tuple(model for model in known if model in self._draft.models)
        if chosen or self._draft.models:
            return chosen
        return tuple(model for model in known if model in IMAGE_MODELS) or tuple(known[:1])

    @property
    def prompt(self) -> str:
        """What step 2 would ask for."""
        return prompt_of(self._draft.description, self._draft.wish)

    @property
    def first_step(self) -> StepState:
        draft, report = self._draft, self._draft.report
        if self._began is not None:
            return StepState.RUNNING
        if report is not None and report.trouble is not None:
            return StepState.FAILED
        if self.described:
            other = draft.described != draft.outfit and not draft.pinned
            return StepState.STALE if other and draft.outfit else StepState.DONE
        return StepState.BLOCKED if self.hindrance(1) else StepState.READY

    @property
    def second_step(self) -> StepState:
        counts = self.results.counts
        if self._submitting or counts.busy:
            return StepState.RUNNING
        if self._submit_trouble is not None or counts.failed:
            return StepState.FAILED
        if counts.done and self.results.batch is not None:
            return StepState.DONE if self._is_of(self.results.batch) else StepState.STALE
        return StepState.BLOCKED if self.hindrance(2) else StepState.READY

    @property
    def running(self) -> bool:
        return self._began is not None or self.second_step is StepState.RUNNING

    @property
    def elapsed_s(self) -> float:
        """Of step 1, while it runs."""
        return 0.0 if self._began is None else self._ticks() - self._began

    @property
    def submit_trouble(self) -> Trouble | None:
        """Why step 2 did not even begin."""
        return self._submit_trouble

    @property
    def skips_first(self) -> bool:
        """`run` would leave step 1 out: the description is pinned, or it is of this photo."""
        draft = self._draft
        return self.described and (draft.pinned or draft.described == draft.outfit)

    @property
    def prospects(self) -> Sequence[Prospect]:
        """What step 2 would ask of each model; empty while something is missing."""
        try:
            return self._prospects()
        except InvalidInput:
            return ()

    def hindrance(self, step: int) -> str:
        """Why a step cannot be run now, in a sentence; "" when it can."""
        if step == 1:
            if not self._draft.outfit:
                return self.tr("Choose photo B first: the outfit.")
            if not self.vision_model:
                return self.tr("This connection has no model that looks at pictures.")
            return ""
        if not self.image_models:
            return self.tr("This connection has no image model that takes two pictures.")
        try:
            self._prospects()
        except InvalidInput as error:
            return " ".join(part for part in (error.what, error.fix) if part)
        return ""

    @property
    def run_hindrance(self) -> str:
        """Why `run` cannot be pressed; "" when it can."""
        if self.running:
            return self.tr("It is running.")
        if not self._draft.person:
            return self.tr("Choose photo A first: the person.")
        return (
            self.hindrance(2) if self.skips_first else self.hindrance(1) or self._hindrance_but_description()
        )

    def problem(self, field: str) -> str:
        """What is wrong with one field of step 2, as one types."""
        try:
            self._prospects(complete=True)
        except InvalidInput as error:
            return " ".join(part for part in (error.what, error.fix) if part) if error.field == field else ""
        return ""

    def picture(self, role: str) -> GalleryImage | None:
        """What is known of a photo, as soon as it is."""
        return self._pictures.find(self._digest(role))

    def refused(self, role: str) -> str:
        """Why the last photo was not taken into this place."""
        return self._pictures.refused(role)

    @property
    def taking_in(self) -> bool:
        return self._pictures.coming

    @property
    def question(self) -> LargePicture | None:
        """A photo so large that it is kept smaller, if the user agrees."""
        return self._pictures.question

    # photos

    @Slot()
    def load(self) -> None:
        """When the page is first shown: the photos of an earlier run, its results, the lists of models."""
        self.models.refresh()
        if self._loaded:
            return
        self._loaded = True
        self.results.load()
        self._look_up()

    def use_picture(self, digest: str, role: str) -> None:
        """A stored picture as photo A (PERSON) or photo B (OUTFIT)."""
        draft = self._draft
        self._take(replace(draft, person=digest) if role == PERSON else replace(draft, outfit=digest))
        self._look_up()
        self.pictures_changed.emit()

    def remove(self, role: str) -> None:
        self.use_picture("", role)

    def swap(self) -> None:
        """They were dropped the wrong way round."""
        self._take(replace(self._draft, person=self._draft.outfit, outfit=self._draft.person))
        self.pictures_changed.emit()

    def add_files(self, paths: Sequence[Path], role: str) -> None:
        """The first of these files; where two are given, they are photo A and photo B."""
        roles = (role,) if len(paths) == 1 else (PERSON, OUTFIT)
        self._pictures.bring([Incoming(each, path) for each, path in zip(roles, paths, strict=False)])

    def add_data(self, data: bytes, role: str, name: str = "") -> None:
        """A picture of the clipboard, or dragged from another program."""
        self._pictures.bring([Incoming(role, data, name)])

    def answer(self, agreed: bool) -> None:
        """To `question`."""
        self._pictures.answer(agreed)

    # step 1

    def set_vision_model(self, model_id: str) -> None:
        self._take(replace(self._draft, vision_model=model_id))

    @Slot()
    def describe(self) -> None:
        """Run step 1; a pinned description is unpinned, for it is to be replaced."""
        if not self.hindrance(1) and self._began is None:
            self._take(replace(self._draft, pinned=False))
            self._tasks.start("step-1", self._only_describe())

    def edit(self, description: Description) -> None:
        """The user changed it in the form: it is pinned, so that no run of step 1 throws that away. How one failed is of no matter then."""
        draft = self._draft
        if description != draft.description:
            report = draft.report if draft.report is None or draft.report.trouble is None else None
            self._take(replace(draft, description=dict(description), pinned=True, report=report))

    @Slot()
    def write_by_hand(self) -> None:
        """An empty description to fill in, without step 1."""
        self._replace_description(empty_description(), pinned=True)

    @Slot(bool)
    def set_pinned(self, pinned: bool) -> None:
        self._take(replace(self._draft, pinned=pinned))

    # step 2

    def toggle_model(self, model_id: str) -> None:
        chosen = self.chosen_models
        others = tuple(one for one in chosen if one != model_id)
        self._take(replace(self._draft, models=others if model_id in chosen else (*chosen, model_id)))

    def set_seeds(self, text: str) -> None:
        self._take(replace(self._draft, seeds=text))

    @Slot()
    def roll_seeds(self) -> None:
        """Three others."""
        seeds = [self._dice.randint(0, MAX_SEED) for _ in range(_DICE)]
        self.set_seeds(", ".join(map(str, seeds)))

    def set_wish(self, text: str) -> None:
        self._take(replace(self._draft, wish=text))

    @Slot()
    def dress(self) -> None:
        """Run step 2 alone."""
        if not self.hindrance(2) and not self._submitting:
            self._tasks.start("step-2", self._dress())

    # both

    @Slot()
    def run(self) -> None:
        """Step 1, unless it can be left out, then step 2."""
        if not self.run_hindrance:
            self._tasks.start("step-1", self._run())

    @Slot()
    def stop(self) -> None:
        self._tasks.cancel("step-1")
        self.results.cancel_all()

    def try_example(self, read_photos: Callable[[], tuple[bytes, bytes]], name: str) -> None:
        """Take two photos and run both steps. read_photos: runs in a thread."""
        self._tasks.start("step-1", self._try_example(read_photos, name))

    @Slot()
    def start_over(self) -> None:
        """An empty page; what was made stays in the gallery and in the list of earlier runs."""
        self._tasks.cancel("step-1")
        draft = TryOnDraft(vision_model=self._draft.vision_model, models=self._draft.models)
        self._pictures.forgive()
        self._submit_trouble = None
        self._take(draft)
        self.results.close()
        self.description_replaced.emit()
        self.pictures_changed.emit()

    def recall(self, batch: ImageBatch) -> None:
        """Take over what an earlier run of step 2 was made from."""
        notes = batch.notes
        try:
            description = kept_description(json.loads(notes.get(DESCRIPTION, "")))
        except ValueError:
            description = {}
        seeds = next((axis.values for axis in batch.draft.axes if axis.field == "seed"), ())
        first = batch.draft.settings.seed
        self._take(
            replace(
                self._draft,
                person=notes.get(PERSON, ""),
                outfit=notes.get(OUTFIT, ""),
                description=description,
                described=notes.get(OUTFIT, ""),
                pinned=True,
                report=None,
                models=batch.draft.models,
                seeds=", ".join(seeds) or ("" if first is None else str(first)),
            )
        )
        self._look_up()
        self.description_replaced.emit()
        self.pictures_changed.emit()

    async def finish(self) -> None:
        """Wait until what was begun is done."""
        await self._pictures.finish()
        await self._tasks.finish()

    async def aclose(self) -> None:
        await self._tasks.aclose()
        await self._pictures.aclose()
        await self.models.aclose()
        await self.results.aclose()

    @property
    def _target_id(self) -> str:
        return self._desk.targets.current.id

    def _digest(self, role: str) -> str:
        return self._draft.person if role == PERSON else self._draft.outfit

    def _take(self, draft: TryOnDraft) -> None:
        if draft == self._draft:
            return
        self._draft = draft
        if self._keep is not None:
            self._keep(kept_page.written(draft))
        self.changed.emit()

    def _replace_description(self, description: Description, *, pinned: bool) -> None:
        self._take(
            replace(
                self._draft,
                description=dict(description),
                described=self._draft.outfit,
                pinned=pinned,
                report=None,
            )
        )
        self.description_replaced.emit()

    def _is_of(self, batch: ImageBatch) -> bool:
        """The batch was made from what the page holds now."""
        return (
            batch.notes.get(PERSON) == self._draft.person
            and batch.notes.get(OUTFIT) == self._draft.outfit
            and batch.draft.settings.prompt == self.prompt
        )

    def _prospects(self, *, complete: bool = False) -> Sequence[Prospect]:
        """complete: as if photos and description were there. Raises InvalidInput."""
        draft = replace(self._draft, models=self.chosen_models)
        if complete:
            draft = replace(draft, person=PERSON, outfit=OUTFIT, description={"summary": "x"})
        return self._desk.try_on.prospects(draft, self._size(PERSON), self._size(OUTFIT))

    def _hindrance_but_description(self) -> str:
        try:
            self._prospects(complete=True)
        except InvalidInput as error:
            return " ".join(part for part in (error.what, error.fix) if part)
        return ""

    def _size(self, role: str) -> tuple[int, int]:
        image = self.picture(role)
        return (image.width, image.height) if image is not None else _USUAL_SIZE

    def _estimate(self, model_id: str, settings: ImageSettings) -> float | None:
        return self._desk.try_on.estimate(model_id, settings, (self._size(PERSON), self._size(OUTFIT)))

    async def _only_describe(self) -> None:
        await self._describe()

    async def _describe(self) -> bool:
        """Whether there is a description now."""
        self._began = self._ticks()
        self.changed.emit()
        photo, model = self._draft.outfit, self.vision_model
        try:
            found = await self._desk.try_on.describe(model, photo, self._target_id)
        except StepFailed as error:
            self._take(replace(self._draft, report=error.report))
            return False
        finally:
            self._began = None
            self.changed.emit()
        draft = replace(
            self._draft,
            description=dict(found.description),
            described=photo,
            pinned=False,
            report=found.report,
        )
        self._take(draft)
        self.description_replaced.emit()
        return True

    async def _dress(self) -> None:
        self._submitting = True
        self._submit_trouble = None
        self.changed.emit()
        try:
            draft = replace(self._draft, models=self.chosen_models)
            await self._desk.try_on.dress(draft, self._target_id)
        except StepFailed as error:
            self._submit_trouble = error.report.trouble
        finally:
            self._submitting = False
            self.changed.emit()

    async def _run(self) -> None:
        if self.skips_first or await self._describe():
            await self._dress()

    async def _try_example(self, read_photos: Callable[[], tuple[bytes, bytes]], name: str) -> None:
        photos = await asyncio.to_thread(read_photos)
        kept: list[GalleryImage] = []
        for data in photos:
            try:
                kept.append(await self._desk.incoming.keep(data, name))
            except WorkbenchError as error:
                self.failed.emit(error)
                return
        person, outfit = kept
        self._take(
            replace(
                self._draft,
                person=person.digest,
                outfit=outfit.digest,
                description={},
                pinned=False,
                report=None,
            )
        )
        self._look_up()
        self.description_replaced.emit()
        self.pictures_changed.emit()
        if not self.hindrance(1):
            await self._run()

    def _look_up(self) -> None:
        self._pictures.look_up(digest for digest in (self._draft.person, self._draft.outfit) if digest)

    @Slot()
    def _know_more(self) -> None:
        for role in (PERSON, OUTFIT):
            if self._digest(role) and self._pictures.gone(self._digest(role)):
                self.remove(role)
        self.pictures_changed.emit()
        self.changed.emit()
