"""Which models embed and which rerank on a target, and what each takes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from workbench.domain.embeddings.abilities import EmbeddingAbilities, embedding_abilities_of
from workbench.domain.errors import RequestFailed
from workbench.domain.models import Model
from workbench.domain.targets import Connection

_log = logging.getLogger(__name__)
_OURS = ("@cf/", "@hf/")


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    def cached(self, target_id: str) -> tuple[Model, ...]: ...
    async def models(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...


class Schemas(Protocol):
    """client.catalogue.CatalogueClient."""

    async def input_schema(self, connection: Connection, model_id: str) -> Mapping[str, Any] | None: ...


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class EmbeddingModels:
    """The schema of a model of Cloudflare's that little is known of is asked for once."""

    def __init__(self, catalogue: Catalogue, schemas: Schemas, targets: Connections) -> None:
        self._catalogue = catalogue
        self._schemas = schemas
        self._targets = targets
        self._learnt: dict[str, Mapping[str, Any] | None] = {}

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
        return embedding_abilities_of(self.find(model_id), self._learnt.get(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities:
        """What is known after asking the target where it was little. What cannot be asked stays unknown."""
        known = self.abilities(model_id)
        if not known.known and model_id not in self._learnt and model_id.startswith(_OURS):
            try:
                connection = await self._targets.connection(target_id)
                self._learnt[model_id] = await self._schemas.input_schema(connection, model_id)
            except RequestFailed as error:
                _log.info("The schema of %s did not come: %s", model_id, error.what)
        return self.abilities(model_id)
