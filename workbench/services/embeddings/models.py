"""Which models embed and which rerank on a target, and what each takes."""

from __future__ import annotations

from typing import Protocol

from workbench.domain.embeddings.abilities import EmbeddingAbilities, embedding_abilities_of
from workbench.domain.models import Model
from workbench.services.schemas import Connections, LearntSchemas, Schemas


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    def cached(self, target_id: str) -> tuple[Model, ...]: ...
    async def models(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...


class EmbeddingModels:
    """The schema of a model of Cloudflare's that little is known of is asked for once."""

    def __init__(self, catalogue: Catalogue, schemas: Schemas, targets: Connections) -> None:
        self._catalogue = catalogue
        self._schemas = LearntSchemas(schemas, targets)

    def embedding(self, target_id: str) -> tuple[Model, ...]:
        """Those that are known without asking anybody, as the catalogue orders them."""
        return tuple(model for model in self._catalogue.cached(target_id) if model.embeds)

    def reranking(self, target_id: str) -> tuple[Model, ...]:
        return tuple(model for model in self._catalogue.cached(target_id) if model.reranks)

    async def refresh(self, target_id: str) -> None:
        """Ask the target for its list. Raises RequestFailed; all stays as it was then."""
        await self._catalogue.models(target_id)

    def find(self, model_id: str) -> Model:
        """See Catalogue.find."""
        return self._catalogue.find(model_id)

    def abilities(self, model_id: str) -> EmbeddingAbilities:
        """What is known now."""
        return embedding_abilities_of(self.find(model_id), self._schemas.get(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities:
        """What is known after asking the target where it was little. What cannot be asked stays unknown."""
        if not self.abilities(model_id).known:
            await self._schemas.learn(model_id, target_id)
        return self.abilities(model_id)
