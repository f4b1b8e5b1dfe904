"""Which pictures are looked into, kept up to date, and what their files say of themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.abilities import Abilities
from workbench.domain.images.fitting import Change, fitted
from workbench.domain.images.gallery import GalleryImage, Origin
from workbench.domain.images.recipe import Recipe
from workbench.services.images.gallery import Added, Board, Changed, GalleryEvent, Gone
from workbench.services.images.repeat import Repeat
from workbench.ui.support.tasks import TaskScope


class Pictures(Protocol):
    """services.images.gallery.Gallery. May raise StorageFailed."""

    def on_change(self, listener: Callable[[GalleryEvent], None]) -> Callable[[], None]: ...
    async def images(self, ids: Sequence[str]) -> list[GalleryImage]: ...
    async def data(self, digest: str) -> bytes: ...
    async def tags(self) -> tuple[tuple[str, int], ...]: ...
    async def boards(self) -> tuple[Board, ...]: ...


class DetailsModel(QObject):
    """images: those that are shown. recipe: what the file of a single imported one says. tags, boards: all there are, to be offered.

    repeat: how the last “run exactly again” of the picture that is shown came out; repeating: it is under way.
    Signals: changed (another picture, or another state of it), known_changed (tags, recipe).
    """

    changed = Signal()
    known_changed = Signal()
    failed = Signal(object)

    def __init__(self, gallery: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self._fail)
        self._repeats: dict[str, Repeat] = {}
        self._repeating: set[str] = set()
        self.images: tuple[GalleryImage, ...] = ()
        self.recipe: Recipe | None = None
        self.tags: tuple[str, ...] = ()
        self.boards: tuple[str, ...] = ()
        self.model_name = ""
        self._abilities: Abilities | None = None
        self._end = gallery.on_change(self._hear)

    async def aclose(self) -> None:
        self._end()
        await self._tasks.aclose()

    @property
    def one(self) -> GalleryImage | None:
        """The picture, where only one is looked into."""
        return self.images[0] if len(self.images) == 1 else None

    @property
    def repeat(self) -> Repeat | None:
        return self._repeats.get(self.one.id) if self.one is not None else None

    @property
    def repeating(self) -> bool:
        return self.one is not None and self.one.id in self._repeating

    def show(self, images: Sequence[GalleryImage]) -> None:
        """Look into these. Needs the running loop."""
        before = self.one
        if tuple(images) == self.images:
            return
        self.images = tuple(images)
        if self.one is None or before is None or before.digest != self.one.digest:
            self.recipe = None
            self._tasks.start("known", self._read_known())
        self.changed.emit()

    def set_model(self, name: str, abilities: Abilities | None) -> None:
        """The model that the form has chosen: which settings would have no home there. None: nothing can be told."""
        if (name, abilities) != (self.model_name, self._abilities):
            self.model_name, self._abilities = name, abilities
            self.changed.emit()

    def without_home(self) -> tuple[Change, ...]:
        """What the form's model would not take of this picture's settings, or take otherwise."""
        image = self.one
        if image is None or self._abilities is None or not self._abilities.known:
            return ()
        if image.model == self.model_name and image.origin is Origin.GENERATED:
            return ()  # it was sent so
        return fitted(image.settings, self._abilities).changes

    def begin_repeat(self, image_id: str) -> None:
        self._repeating.add(image_id)
        self._repeats.pop(image_id, None)
        self.changed.emit()

    def end_repeat(self, image_id: str, repeat: Repeat | None = None) -> None:
        """repeat: how it came out; None where it failed or was stopped."""
        self._repeating.discard(image_id)
        if repeat is not None:
            self._repeats[image_id] = repeat
        self.changed.emit()

    async def _read_labels(self) -> None:
        self.tags = tuple(tag for tag, _ in await self._gallery.tags())
        self.boards = tuple(board.name for board in await self._gallery.boards())

    async def _read_known(self) -> None:
        await self._read_labels()
        image = self.one
        if image is not None and image.origin is Origin.IMPORTED:
            from workbench.domain.images.recipes import recipe_in

            data = await self._gallery.data(image.digest)
            recipe = await asyncio.to_thread(recipe_in, data)
            if self.one is not None and self.one.digest == image.digest:
                self.recipe = recipe
        self.known_changed.emit()

    async def _read_again(self) -> None:
        self.images = tuple(await self._gallery.images([image.id for image in self.images]))
        self.changed.emit()
        await self._read_labels()
        self.known_changed.emit()

    def _hear(self, event: GalleryEvent) -> None:
        shown = {image.id for image in self.images}
        match event:
            case Changed(ids) if shown and (not ids or shown & set(ids)):
                self._tasks.start("again", self._read_again())
            case Gone(ids) if shown & set(ids):
                gone = set(ids)
                self.show([image for image in self.images if image.id not in gone])
            case Added() | Changed() | Gone():
                pass

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, WorkbenchError):  # a file that is gone is told where its picture is shown
            self.failed.emit(error)
