"""The embedding models of the current target, and what each takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.models import Model
from workbench.ui.support.models.target_models import TargetModels, Targets


class Known(Protocol):
    """services.embeddings.models.EmbeddingModels."""

    def embedding(self, target_id: str) -> Sequence[Model]: ...
    async def refresh(self, target_id: str) -> None: ...
    def find(self, model_id: str) -> Model: ...
    def abilities(self, model_id: str) -> EmbeddingAbilities: ...
    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities: ...


class OfferedModels(TargetModels):
    def __init__(self, known: Known, targets: Targets, parent: QObject | None = None) -> None:
        super().__init__(known.embedding, known.refresh, known.find, targets, parent)
        self._known = known

    def abilities(self, model_id: str) -> EmbeddingAbilities:
        return self._known.abilities(model_id)

    def learn(self, model_id: str) -> None:
        """Ask for the schema of a model of which little is known."""
        before = self.abilities(model_id)
        if not before.known:
            self._tasks.start(f"learn/{model_id}", self._learn(model_id, before))

    async def _learn(self, model_id: str, before: EmbeddingAbilities) -> None:
        if await self._known.learn(model_id, self.target_id) != before:
            self.changed.emit()
