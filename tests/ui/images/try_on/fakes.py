"""A desk in memory: models, a queue, a gallery, and a try-on whose answers are given to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any

from tests.ui.images.fakes import FakeGallery
from tests.ui.images.results.fakes import FakeQueue
from tests.waiting import until
from workbench.domain.errors import InvalidInput
from workbench.domain.images.abilities import Abilities, Range, abilities_of
from workbench.domain.images.fitting import fitted
from workbench.domain.images.formats import digest_of, size_of
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.domain.images.settings import Draft, ImageSettings, PlannedImage
from workbench.domain.images.try_on import (
    DESCRIPTION,
    OUTFIT,
    PERSON,
    RECIPE,
    StepFailed,
    StepReport,
    StepState,
    TryOnDraft,
    as_json,
    dressed,
)
from workbench.domain.models import TEXT_GENERATION, TEXT_TO_IMAGE, Cost, Model
from workbench.domain.targets import Target, TargetKind
from workbench.services.images.incoming import LargerThanTaken
from workbench.services.images.pixels import Look
from workbench.services.images.try_on import Described, Prospect
from workbench.ui.images.try_on.model import TryOnModel

EYES = Model("@cf/meta/llama-4-scout-17b-16e-instruct", TEXT_GENERATION, vision=True)
OTHER_EYES = Model("@cf/google/gemma-4-26b-a4b-it", TEXT_GENERATION, vision=True)
FLUX = Model(
    "@cf/black-forest-labs/flux-2-dev",
    TEXT_TO_IMAGE,
    image=Abilities(width=Range(256, 1920), height=Range(256, 1920), seed=True, references=4, input_side=512),
)
GEMINI = Model(
    "google-ai-studio/gemini-2.5-flash-image",
    TEXT_TO_IMAGE,
    image=Abilities(aspect_ratios=("1:1", "3:4"), references=3),
)
LOCAL = Target("local", "Local gateway", TargetKind.LOCAL)
GARMENT = {
    "kind": "raincoat", "place": "whole body", "colour": "yellow", "material": "", "pattern": "plain", "fit": "loose",
    "details": "",
}  # fmt: skip
COAT: dict[str, Any] = {"summary": "A yellow raincoat.", "garments": [GARMENT], "style": "practical"}
REPORT = StepReport(EYES.id, ("exchange-1",), 1234.0, Cost(0.0003, charged=True), 830, 120)


def png(width: int = 600, height: int = 800, seed: int = 0) -> bytes:
    """The head of a picture, which is all that the page looks at."""
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\x08\x02\0\0\0" + seed.to_bytes(4, "big")


class FakeTargets:
    current = LOCAL


class FakeCatalogue:
    favourites: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.list: tuple[Model, ...] = (EYES, OTHER_EYES, FLUX, GEMINI)

    def cached(self, target_id: str) -> tuple[Model, ...]:
        return self.list

    async def models(self, target_id: str) -> tuple[Model, ...]:
        return self.list

    def find(self, model_id: str) -> Model:
        return next((model for model in self.list if model.id == model_id), Model(model_id, known=False))

    def set_favourite(self, model_id: str, favourite: bool) -> None: ...


class FakeAbilities:
    def __init__(self, catalogue: FakeCatalogue) -> None:
        self._catalogue = catalogue

    def of(self, model_id: str) -> Abilities:
        return abilities_of(self._catalogue.find(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> Abilities:
        return self.of(model_id)


def _bytes_of(source: Path | bytes) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source


class FakeIncoming:
    def __init__(self, gallery: FakeGallery) -> None:
        self._gallery = gallery
        self.error: InvalidInput | None = None

    async def keep(
        self, source: Path | bytes, name: str = "", *, side: int | None = None, agreed: bool = False
    ) -> GalleryImage:
        if self.error is not None:
            raise self.error
        data = _bytes_of(source)
        size = size_of(data)
        if size is None:
            raise InvalidInput("This is no picture.")
        if side is not None and max(size) > side and not agreed:
            raise LargerThanTaken(name, Look(*size, "image/png"), len(data), side)
        digest = digest_of(data)
        image = GalleryImage(digest[:8], 1.0, digest, "image/png", *size, origin=Origin.INPUT, name=name)
        self._gallery.entries[image.id] = image
        return image


class FakeTryOn:
    """answers: what `describe` brings in turn, a description or an error. gate: what it waits for. sent: what `dress` was given."""

    def __init__(self, catalogue: FakeCatalogue, queue: QueueOfOne) -> None:
        self._catalogue = catalogue
        self._queue = queue
        self.answers: list[Mapping[str, Any] | StepFailed] = [COAT]
        self.gate: asyncio.Event | None = None
        self.asked: list[tuple[str, str]] = []
        self.sent: list[TryOnDraft] = []
        self.refusal: StepFailed | None = None

    def vision_models(self, target_id: str) -> list[Model]:
        return [model for model in self._catalogue.list if model.vision]

    def image_models(self, target_id: str) -> list[Model]:
        return [model for model in self._catalogue.list if model.image is not None]

    async def describe(self, model: str, photo: str, target_id: str = "") -> Described:
        self.asked.append((model, photo))
        if self.gate is not None:
            await self.gate.wait()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, StepFailed):
            raise answer
        return Described(answer, REPORT)

    async def dress(self, draft: TryOnDraft, target_id: str = "") -> ImageBatch:
        if self.refusal is not None:
            raise self.refusal
        self.sent.append(draft)
        form, planned = dressed(draft, (600, 800))
        return self._queue.run(form, planned, draft)

    def prospects(
        self, draft: TryOnDraft, person: tuple[int, int], outfit: tuple[int, int]
    ) -> list[Prospect]:
        _, planned = dressed(draft, person)
        found = []
        for model_id in draft.models:
            calls = [call for call in planned if call.model == model_id]
            model = self._catalogue.find(model_id)
            fits = [fitted(call.settings, abilities_of(model)) for call in calls]
            changes = tuple(change for fit in fits for change in fit.changes)
            found.append(Prospect(model, len(calls), changes, 0.01 * len(calls)))
        return found

    def estimate(
        self, model_id: str, settings: ImageSettings, sizes: Sequence[tuple[int, int]]
    ) -> float | None:
        return 0.01


class QueueOfOne(FakeQueue):
    """Also takes batches, as the form and the try-on hand them in."""

    def run(self, draft: Draft, planned: Sequence[PlannedImage], of: TryOnDraft) -> ImageBatch:
        number = len(self._batches) + 1
        notes = {PERSON: of.person, OUTFIT: of.outfit, DESCRIPTION: as_json(of.description)}
        batch = ImageBatch(
            f"batch-{number}", float(number), draft, "local", "A yellow raincoat.", RECIPE, notes
        )
        jobs = [
            ImageJob(f"{batch.id}-{at}", batch.id, one.model, one.settings, float(at), one.cell)
            for at, one in enumerate(planned)
        ]
        FakeQueue.submit(self, batch, jobs)
        return batch

    async def submit(  # type: ignore[override]  # the results' tests hand in batches as they are
        self,
        draft: Draft,
        planned: Sequence[PlannedImage],
        *,
        target_id: str = "",
        title: str = "",
        recipe: str = "",
        notes: Mapping[str, str] | None = None,
    ) -> ImageBatch:
        raise AssertionError("the try-on does that")


class FakeDesk:
    def __init__(self) -> None:
        self.targets = FakeTargets()
        self.catalogue = FakeCatalogue()
        self.abilities = FakeAbilities(self.catalogue)
        self.queue = QueueOfOne()
        self.gallery = FakeGallery()
        self.incoming = FakeIncoming(self.gallery)
        self.try_on = FakeTryOn(self.catalogue, self.queue)


class Stage:
    """A model over a desk, closed at the end of the block."""

    def __init__(self, kept: str = "", *, desk: FakeDesk | None = None) -> None:
        self.desk = desk or FakeDesk()
        self.kept: list[str] = []
        self.now = 0.0
        self.model = TryOnModel(
            self.desk, kept=kept, keep=self.kept.append, ticks=lambda: self.now, dice=Random(3)
        )
        self.failed: list[Exception] = []
        self.model.failed.connect(self.failed.append)

    def state(self, step: int) -> StepState:
        return self.model.first_step if step == 1 else self.model.second_step

    async def photos(self) -> None:
        self.model.add_data(png(seed=1), PERSON, "me.jpg")
        self.model.add_data(png(seed=2), OUTFIT, "coat.jpg")
        await self.model.finish()

    async def described(self) -> None:
        await self.photos()
        self.model.describe()
        await self.model.finish()

    async def settled(self, condition: Callable[[], object] = lambda: True) -> None:
        await self.model.finish()
        await until(condition)

    async def __aenter__(self) -> Stage:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()


def broken(what: str = "the answer is no JSON.") -> StepFailed:
    cause = InvalidInput(what, why="It says “nothing”.", fix="Try again, or choose another vision model.")
    return StepFailed(1, cause, REPORT)
