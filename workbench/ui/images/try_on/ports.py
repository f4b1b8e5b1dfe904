"""What the page needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import ImageSettings
from workbench.domain.images.try_on import TryOnDraft
from workbench.domain.models import Model
from workbench.services.images.try_on import Described, Prospect
from workbench.ui.images.form import ports as form
from workbench.ui.images.results.model import ImageSource, JobQueue


class Queue(form.Queue, JobQueue, Protocol):
    """services.images.queue.ImageQueue."""

    async def batches(self, limit: int = 50, before: str = "") -> list[ImageBatch]: ...


class Gallery(form.Pictures, ImageSource, Protocol):
    """services.images.gallery.Gallery."""


class TryOn(Protocol):
    """services.images.try_on.TryOn. describe and dress raise StepFailed, prospects raises InvalidInput."""

    def vision_models(self, target_id: str) -> Sequence[Model]: ...
    def image_models(self, target_id: str) -> Sequence[Model]: ...
    async def describe(self, model: str, photo: str, target_id: str = "") -> Described: ...
    async def dress(self, draft: TryOnDraft, target_id: str = "") -> ImageBatch: ...
    def prospects(
        self, draft: TryOnDraft, person: tuple[int, int], outfit: tuple[int, int]
    ) -> Sequence[Prospect]: ...
    def estimate(
        self, model_id: str, settings: ImageSettings, sizes: Sequence[tuple[int, int]]
    ) -> float | None: ...


class TryOnDesk(form.FormDesk, Protocol):
    """services.images.desk.ImagesDesk."""

    @property
    def queue(self) -> Queue: ...
    @property
    def gallery(self) -> Gallery: ...
    @property
    def try_on(self) -> TryOn: ...
