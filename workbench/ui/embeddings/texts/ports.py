"""What the page of texts needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from workbench.domain.embeddings.abilities import EmbeddingAbilities


class Models(Protocol):
    """services.embeddings.models.EmbeddingModels."""

    def abilities(self, model_id: str) -> EmbeddingAbilities: ...


class Calls(Protocol):
    """services.embeddings.embedding.Embedding."""

    async def known(self, origin: str, texts: Iterable[str]) -> list[bool]: ...


class Desk(Protocol):
    """services.embeddings.desk.EmbeddingsDesk."""

    @property
    def models(self) -> Models: ...
    @property
    def calls(self) -> Calls: ...
