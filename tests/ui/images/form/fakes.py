"""A desk in memory, with three models that take different things, and a form's model over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPixmap

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.images.abilities import Abilities, Range, Shape, abilities_of
from workbench.domain.images.formats import digest_of, size_of
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import Draft, ImageSettings, PlannedImage
from workbench.domain.models import TEXT_TO_IMAGE, Model, Price
from workbench.domain.targets import Target, TargetKind
from workbench.services.images.incoming import LargerThanTaken
from workbench.services.images.pixels import Look
from workbench.ui.images.form.model import FormModel

SCHNELL = Model(
    "@cf/black-forest-labs/flux-1-schnell",
    TEXT_TO_IMAGE,
    "black-forest-labs",
    "Fast 12B; prompt and steps only",
    prices=(Price("per 512x512 tile", 0.00005), Price("per step", 0.0001)),
    image=Abilities(prompt_limit=2048, steps=Range(1, 8, 4)),
)
PHOENIX = Model(
    "@cf/leonardo/phoenix-1.0",
    TEXT_TO_IMAGE,
    "leonardo",
    "Strong prompt adherence and legible text",
    prices=(Price("per 512x512 tile", 0.0058), Price("per step", 0.0001)),
    image=Abilities(
        negative_prompt=True,
        width=Range(1, 2048, 1024),
        height=Range(1, 2048, 1024),
        steps=Range(1, 50, 25),
        guidance=Range(2, 10, 2, 0.1),
        seed=True,
    ),
)
FLUX_2 = Model(
    "@cf/black-forest-labs/flux-2-dev",
    TEXT_TO_IMAGE,
    "black-forest-labs",
    "Multi-reference image generation and editing",
    prices=(
        Price("per input 512x512 tile, per step", 0.0002),
        Price("per output 512x512 tile, per step", 0.0004),
    ),
    image=Abilities(
        shape=Shape.RUN_FORM,
        width=Range(256, 1920, 1024),
        height=Range(256, 1920, 768),
        steps=Range(1, 50, 25),
        guidance=Range(0, 20, step=0.1),
        seed=True,
        references=4,
        input_side=512,
    ),
)
INPAINTING = Model(
    "@cf/runwayml/stable-diffusion-v1-5-inpainting",
    TEXT_TO_IMAGE,
    "runwayml",
    "Repaints a masked region",
    image=Abilities(
        negative_prompt=True,
        width=Range(256, 2048),
        height=Range(256, 2048),
        steps=Range(1, 20, 20),
        guidance=Range(0, 20, 7.5, 0.1),
        seed=True,
        strength=Range(0, 1, 1, 0.01),
        source=True,
        mask=True,
        source_required=True,
        mask_required=True,
    ),
)
GEMINI = Model(
    "google-ai-studio/gemini-2.5-flash-image",
    TEXT_TO_IMAGE,
    "google",
    "Gemini image generation and editing",
    image=Abilities(shape=Shape.GENERATE, aspect_ratios=("1:1", "2:3", "16:9"), references=3),
)
CHAT = Model("@cf/zai-org/glm-4.7-flash", "Text Generation")
MODELS = (SCHNELL, PHOENIX, FLUX_2, INPAINTING, GEMINI, CHAT)
LOCAL = Target("local", "Local gateway", TargetKind.LOCAL)
OTHER = Target("other", "Elsewhere", TargetKind.CLOUDFLARE)


def png(width: int = 64, height: int = 48, seed: int = 0) -> bytes:
    """The head of a picture, which is all that the form looks at."""
    return (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
        + width.to_bytes(4, "big")
        + height.to_bytes(4, "big")
        + b"\x08\x02\0\0\0"
        + seed.to_bytes(4, "big")
    )


class FakeTargets:
    current = LOCAL


class FakeCatalogue:
    def __init__(self) -> None:
        self.list: tuple[Model, ...] = MODELS
        self.favourites: tuple[str, ...] = ()
        self.error: WorkbenchError | None = None
        self.asked: list[str] = []

    def cached(self, target_id: str) -> tuple[Model, ...]:
        return self.list

    async def models(self, target_id: str) -> tuple[Model, ...]:
        self.asked.append(target_id)
        if self.error is not None:
            raise self.error
        return self.list

    def find(self, model_id: str) -> Model:
        return next((model for model in self.list if model.id == model_id), Model(model_id, known=False))

    def set_favourite(self, model_id: str, favourite: bool) -> None:
        others = tuple(one for one in self.favourites if one != model_id)
        self.favourites = (*others, model_id) if favourite else others


class FakeAbilities:
    def __init__(self, catalogue: FakeCatalogue) -> None:
        self._catalogue = catalogue
        self.learnt: dict[str, Abilities] = {}
        self.news: dict[str, Abilities] = {}

    def of(self, model_id: str) -> Abilities:
        return self.learnt.get(model_id) or abilities_of(self._catalogue.find(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> Abilities:
        self.learnt.update({model_id: self.news[model_id]} if model_id in self.news else {})
        return self.of(model_id)


@dataclass
class Submission:
    draft: Draft
    planned: tuple[PlannedImage, ...]
    target_id: str
    title: str


class FakeQueue:
    def __init__(self) -> None:
        self.sent: list[Submission] = []
        self.error: WorkbenchError | None = None
        self.earlier: list[ImageBatch] = []

    async def submit(
        self,
        draft: Draft,
        planned: Sequence[PlannedImage],
        *,
        target_id: str = "",
        title: str = "",
        recipe: str = "",
        notes: Mapping[str, str] | None = None,
    ) -> ImageBatch:
        if self.error is not None:
            raise self.error
        self.sent.append(Submission(draft, tuple(planned), target_id, title))
        return ImageBatch(f"batch-{len(self.sent)}", 1.0, draft)

    async def batches(self, limit: int = 50, before: str = "") -> list[ImageBatch]:
        return self.earlier

    def ran(self, *prompts: str) -> None:
        """Prompts of earlier runs, newest first."""
        self.earlier = [
            ImageBatch(f"old-{at}", -at, Draft(settings=ImageSettings(prompt=prompt)))
            for at, prompt in enumerate(prompts)
        ]


class FakeGallery:
    def __init__(self) -> None:
        self.images: dict[str, GalleryImage] = {}

    async def find(self, digest: str) -> GalleryImage | None:
        return self.images.get(digest)

    def put(self, data: bytes, width: int = 64, height: int = 48, name: str = "") -> GalleryImage:
        digest = digest_of(data)
        image = GalleryImage(
            digest[:8], 1.0, digest, "image/png", width, height, len(data), Origin.INPUT, name=name
        )
        self.images[digest] = image
        return image


def _bytes_of(source: Path | bytes) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source


class FakeIncoming:
    def __init__(self, gallery: FakeGallery) -> None:
        self._gallery = gallery
        self.error: WorkbenchError | None = None

    async def keep(
        self, source: Path | bytes, name: str = "", *, side: int | None = None, agreed: bool = False
    ) -> GalleryImage:
        if self.error is not None:
            raise self.error
        data = _bytes_of(source)
        size = size_of(data)
        if size is None:
            raise InvalidInput("This is no picture.", fix="Choose a PNG, JPEG or WebP file.")
        longest = max(size)
        if side is not None and longest > side:
            if not agreed:
                raise LargerThanTaken(name, Look(*size, "image/png"), len(data), side)
            size = round(size[0] * side / longest), round(size[1] * side / longest)
        return self._gallery.put(data, *size, name)


@dataclass
class FakeDesk:
    targets: FakeTargets = field(default_factory=FakeTargets)
    catalogue: FakeCatalogue = field(default_factory=FakeCatalogue)
    queue: FakeQueue = field(default_factory=FakeQueue)
    gallery: FakeGallery = field(default_factory=FakeGallery)

    def __post_init__(self) -> None:
        self.abilities = FakeAbilities(self.catalogue)
        self.incoming = FakeIncoming(self.gallery)


class FakeThumbnails(QObject):
    """Every picture in a colour of its own, at once."""

    ready = Signal(str)

    def pixmap(self, digest: str, side: int = 256) -> QPixmap | None:
        made = QPixmap(side, round(side * 0.75))
        made.fill(QColor(f"#{digest[:6]}"))
        return made


class Desk:
    """A form's model on a desk, closed at the end of the block."""

    def __init__(self, *models: Model, kept: str = "", **settings: Any) -> None:
        self.desk = FakeDesk()
        self.kept: list[str] = []
        self.model = FormModel(self.desk, kept=kept, keep=self.kept.append, dice=Random(7))
        self.submitted: list[str] = []
        self.failed: list[Exception] = []
        self.model.submitted.connect(self.submitted.append)
        self.model.failed.connect(self.failed.append)
        if models:
            draft = replace(self.model.draft, models=tuple(model.id for model in models))
            self.model.set_draft(replace(draft, settings=ImageSettings(**settings)))

    async def __aenter__(self) -> Desk:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.model.aclose()
