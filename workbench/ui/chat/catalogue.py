"""The models one may choose from: the offline list at once, then what the target has, narrowed as the picker asks."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workbench.domain.errors import WorkbenchError
from workbench.domain.model_filter import ModelFilter, narrowed, tasks_of
from workbench.domain.models import Model
from workbench.domain.trouble import Trouble
from workbench.ui.chat.ports import CatalogueBackend
from workbench.ui.support.notify import Notifier
from workbench.ui.support.tasks import TaskScope

if TYPE_CHECKING:
    from workbench.domain.parameters import ParameterSpec

EVERYTHING = ModelFilter(chats=True)
"""What the picker shows before anything is narrowed."""


class Freshness(StrEnum):
    """What the list is: the one shipped or kept from last time, or with what the target has just told."""

    OFFLINE = "offline"
    LOADING = "loading"
    MERGED = "merged"
    FAILED = "failed"


class CatalogueModel(QObject):
    """The models of the current target, narrowed by a filter. There is a list from the first moment."""

    changed = Signal()
    """models or shown are others."""
    freshness_changed = Signal(object)
    """Freshness."""
    filter_changed = Signal(object)
    """ModelFilter."""
    favourites_changed = Signal()

    def __init__(self, backend: CatalogueBackend, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._backend = backend
        self._notifier = notifier
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(notifier.error)
        self._target_id = ""
        self._models: tuple[Model, ...] = ()
        self._filter = EVERYTHING
        self._freshness = Freshness.OFFLINE
        self._trouble: Trouble | None = None

    @property
    def models(self) -> tuple[Model, ...]:
        return self._models

    @property
    def shown(self) -> tuple[Model, ...]:
        """What matches the filter, in the picker's order."""
        return narrowed(self._models, self._filter, frozenset(self.favourites))

    @property
    def tasks(self) -> tuple[tuple[str, int], ...]:
        """The tasks that occur, with the number of models of each."""
        return tasks_of(self._models)

    @property
    def filter(self) -> ModelFilter:
        return self._filter

    @property
    def freshness(self) -> Freshness:
        return self._freshness

    @property
    def trouble(self) -> Trouble | None:
        """Why the target's list did not come, when FAILED; the older list stays."""
        return self._trouble

    @property
    def favourites(self) -> tuple[str, ...]:
        return tuple(self._backend.favourites)

    def set_target(self, target_id: str) -> None:
        if target_id != self._target_id:
            self._target_id = target_id
            self._take(tuple(self._backend.cached(target_id)), Freshness.OFFLINE)
            self._tasks.start("load", self._load(target_id))

    def refresh(self) -> None:
        """Ask the target for its list; the picker does it when it opens and nothing newer is there."""
        if self._freshness is not Freshness.LOADING:
            self._set_freshness(Freshness.LOADING)
            self._tasks.start("models", self._refresh(self._target_id))

    def set_filter(self, wanted: ModelFilter) -> None:
        if wanted != self._filter:
            self._filter = wanted
            self.filter_changed.emit(wanted)
            self.changed.emit()

    def toggle_favourite(self, model_id: str) -> None:
        try:
            self._backend.set_favourite(model_id, model_id not in self._backend.favourites)
        except WorkbenchError as error:
            self._notifier.error(error, key="favourite")
        self.favourites_changed.emit()
        self.changed.emit()

    def find(self, model_id: str) -> Model:
        """The model of that id; one that no list has is known=False."""
        return next((each for each in self._models if each.id == model_id), None) or self._backend.find(
            model_id
        )

    def parameters_of(self, model_id: str) -> tuple[ParameterSpec, ...]:
        return tuple(self._backend.parameters_of(self.find(model_id)))

    def default_model(self) -> str:
        """A model to begin with; "" where the target has none that chats."""
        return self._backend.default_model(self._target_id) if self._target_id else ""

    async def aclose(self) -> None:
        await self._tasks.aclose()

    async def _load(self, target_id: str) -> None:
        """The list the target gave in an earlier run; where it cannot be read, the offline one will do."""
        try:
            models = tuple(await self._backend.load(target_id))
        except WorkbenchError:
            return
        if target_id == self._target_id and self._freshness is not Freshness.MERGED:
            self._models = models
            self.changed.emit()

    async def _refresh(self, target_id: str) -> None:
        try:
            models = tuple(await self._backend.models(target_id))
        except WorkbenchError as error:
            if target_id == self._target_id:
                self._trouble = Trouble.of(error)
                self._set_freshness(Freshness.FAILED)
            return
        if target_id == self._target_id:
            self._take(models, Freshness.MERGED)

    def _take(self, models: tuple[Model, ...], freshness: Freshness) -> None:
        self._models = models
        self._trouble = None
        self._set_freshness(freshness)
        self.changed.emit()

    def _set_freshness(self, freshness: Freshness) -> None:
        if freshness is not self._freshness:
            self._freshness = freshness
            self.freshness_changed.emit(freshness)
