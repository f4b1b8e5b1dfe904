"""All that the embeddings tab can do, put together: sets of texts, runs, vectors that were brought along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from workbench.domain.embeddings.texts import TextSet
from workbench.services.embeddings.embedding import Embedding
from workbench.services.embeddings.maps import Maps
from workbench.services.embeddings.models import EmbeddingModels
from workbench.services.embeddings.own import Own
from workbench.services.embeddings.runs import Runs
from workbench.services.embeddings.study import Study
from workbench.services.targets import TargetService
from workbench.storage.text_sets import TextSetStore


@dataclass(frozen=True)
class EmbeddingsDesk:
    """targets: who is asked. calls: single ones, such as for a query that somebody types. closing: what is closed with the desk, in this order."""

    targets: TargetService
    models: EmbeddingModels
    calls: Embedding
    sets: TextSetStore
    runs: Runs
    own: Own
    maps: Maps = field(default_factory=Maps)
    closing: tuple[Callable[[], Awaitable[object]], ...] = ()

    async def load(self) -> None:
        """Go on with what an earlier run left. Raises StorageFailed; may be called again."""
        await self.runs.load()
        await self.own.tidy()

    def study(self, texts: TextSet) -> Study:
        """Look at a set; `Study.load` says what there is of it."""
        return Study(texts, self.runs, self.own)

    async def aclose(self) -> None:
        """What runs is stopped and goes on with the next start."""
        for close in self.closing:
            await close()
