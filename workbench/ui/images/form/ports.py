"""What the form needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QPixmap

from workbench.domain.images.abilities import Abilities
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch
from workbench.domain.images.settings import Draft, PlannedImage
from workbench.domain.models import Model
from workbench.domain.targets import Target


class Targets(Protocol):
    """services.targets.TargetService."""

    @property
    def current(self) -> Target: ...


class Catalogue(Protocol):
    """services.catalogue.Catalogue. cached answers at once, models asks the target and may raise RequestFailed."""

    def cached(self, target_id: str) -> Sequence[Model]: ...
    async def models(self, target_id: str) -> Sequence[Model]: ...
    def find(self, model_id: str) -> Model: ...
    @property
    def favourites(self) -> Sequence[str]: ...
    def set_favourite(self, model_id: str, favourite: bool) -> None: ...


class AbilitiesSource(Protocol):
    """services.images.models.ImageAbilities: what a model takes, as far as it is known now, and after asking."""

    def of(self, model_id: str) -> Abilities: ...
    async def learn(self, model_id: str, target_id: str = "") -> Abilities: ...


class Queue(Protocol):
    """services.images.queue.ImageQueue. May raise StorageFailed."""

    async def submit(
        self,
        draft: Draft,
        planned: Sequence[PlannedImage],
        *,
        target_id: str = "",
        title: str = "",
        recipe: str = "",
        notes: Mapping[str, str] = ...,
    ) -> ImageBatch: ...
    async def batches(self, limit: int = 50, before: str = "") -> Sequence[ImageBatch]: ...


class Pictures(Protocol):
    """services.images.gallery.Gallery. May raise StorageFailed."""

    async def find(self, digest: str) -> GalleryImage | None: ...


class Intake(Protocol):
    """services.images.incoming.IncomingPictures. Raises LargerThanTaken, InvalidInput, StorageFailed."""

    async def keep(
        self, source: Path | bytes, name: str = "", *, side: int | None = None, agreed: bool = False
    ) -> GalleryImage: ...


class FormDesk(Protocol):
    """services.images.desk.ImagesDesk."""

    @property
    def targets(self) -> Targets: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def abilities(self) -> AbilitiesSource: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def gallery(self) -> Pictures: ...
    @property
    def incoming(self) -> Intake: ...


class Thumbnails(Protocol):
    """ui.images.thumbnails.Thumbnails: None where it is asked for just now; `ready` (digest) follows."""

    @property
    def ready(self) -> SignalInstance: ...
    def pixmap(self, digest: str, side: int = 256) -> QPixmap | None: ...
