"""The embedding models of the current target: what is known at once, then what the target tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.errors import WorkbenchError
from workbench.domain.models import Model
from workbench.domain.targets import Target
from workbench.domain.trouble import Trouble
from workbench.ui.support.tasks import TaskScope


class Known(Protocol):
    """services.embeddings.models.EmbeddingModels."""

    def embedding(self, target_id: str) -> Sequence[Model]: ...
    async def refresh(self, target_id: str) -> None: ...
    def find(self, model_id: str) -> Model: ...
    def abilities(self, model_id: str) -> EmbeddingAbilities: ...
    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities: ...


class Targets(Protocol):
    """services.targets.TargetService."""

    @property
    def current(self) -> Target: ...


class OfferedModels(QObject):
    """trouble: why the target's own list did not come; the older one stays. Signals: changed, failed (Exception)."""

    changed = Signal()
    failed = Signal(object)

    def __init__(self, known: Known, targets: Targets, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._known = known
        self._targets = targets
        self._asked_for = ""
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self.loading = False
        self.trouble: Trouble | None = None

    async def aclose(self) -> None:
        await self._tasks.aclose()

    @property
    def all(self) -> tuple[Model, ...]:
        """Those that can be chosen; retired ones come last."""
        known = self._known.embedding(self._targets.current.id)
        return tuple(sorted(known, key=lambda model: model.deprecated))

    def found(self, text: str) -> tuple[Model, ...]:
        """Those with all of these words in their ids."""
        words = text.casefold().split()
        return tuple(model for model in self.all if all(word in model.id.casefold() for word in words))

    def find(self, model_id: str) -> Model:
        return self._known.find(model_id)

    def abilities(self, model_id: str) -> EmbeddingAbilities:
        return self._known.abilities(model_id)

    def refresh(self, *, again: bool = False) -> None:
        """Ask the target for its list, once for each target unless again."""
        target_id = self._targets.current.id
        if again or target_id != self._asked_for:
            self._asked_for = target_id
            self.loading, self.trouble = True, None
            self._tasks.start("models", self._refresh(target_id))
            self.changed.emit()

    def learn(self, model_id: str) -> None:
        """Ask for the schema of a model of which little is known."""
        before = self.abilities(model_id)
        if not before.known:
            self._tasks.start(f"learn/{model_id}", self._learn(model_id, before))

    async def _refresh(self, target_id: str) -> None:
        try:
            await self._known.refresh(target_id)
        except WorkbenchError as error:
            self.trouble = Trouble.of(error)
        finally:
            self.loading = False
        self.changed.emit()

    async def _learn(self, model_id: str, before: EmbeddingAbilities) -> None:
        if await self._known.learn(model_id, self._targets.current.id) != before:
            self.changed.emit()
