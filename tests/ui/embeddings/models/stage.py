"""The models of the tab without a window: a real database and cache, and models that do as they are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from tests.services.embeddings.desk import Desk, FakeModels, window
from tests.waiting import until
from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.models import TEXT_EMBEDDINGS, Model, Price
from workbench.domain.targets import Target, TargetKind
from workbench.services.embeddings.desk import EmbeddingsDesk
from workbench.services.embeddings.own import Own
from workbench.storage.own_vectors import OwnVectorStore
from workbench.ui.embeddings.model import EmbeddingsModel
from workbench.ui.embeddings.models.model import ModelsModel

PRICES = (Price("per M input tokens", 1.0),)
M3 = Model("@cf/baai/bge-m3", TEXT_EMBEDDINGS, "baai", "Multilingual", prices=PRICES)
SMALL = Model("@cf/baai/bge-small-en-v1.5", TEXT_EMBEDDINGS, "baai", prices=PRICES)
GEMMA = Model("@cf/google/embeddinggemma-300m", TEXT_EMBEDDINGS, "google")
LARGE = Model("text-embedding-3-large", TEXT_EMBEDDINGS, "openai", prices=PRICES)
QWEN = Model("@cf/qwen/qwen3-embedding-0.6b", TEXT_EMBEDDINGS, "qwen", prices=PRICES)
BATCHES = EmbeddingAbilities(most_texts=10, most_tokens=50, dimensions=2)
ABILITIES = {
    M3.id: BATCHES,
    SMALL.id: EmbeddingAbilities(most_texts=10, most_tokens=50, dimensions=2, poolings=("mean", "cls")),
    GEMMA.id: BATCHES,
    LARGE.id: EmbeddingAbilities(most_texts=10, most_tokens=50, dimensions=2, shorter=True),
    QWEN.id: EmbeddingAbilities(most_texts=10, most_tokens=50, dimensions=2, instruction=True, queries=True),
}


class Targets:
    """upstream: who is behind the local gateway, "" for its sandbox."""

    def __init__(self) -> None:
        self.current = Target("t", "Desk", TargetKind.OPENAI, base_url="http://127.0.0.1:1/v1")
        self.upstream = ""

    @property
    def upstream_id(self) -> str:
        return self.upstream

    def get(self, target_id: str) -> Target:
        if target_id != self.current.id:
            raise InvalidInput("This connection is not there any more.")
        return self.current


class Models(FakeModels):
    def __init__(self, *models: Model) -> None:
        super().__init__()
        self.list: tuple[Model, ...] = models or (QWEN, LARGE, SMALL, GEMMA, M3)
        self.abilities_of = dict(ABILITIES)
        self.trouble: WorkbenchError | None = None
        self.asked = 0

    def embedding(self, target_id: str) -> Sequence[Model]:
        return self.list

    def reranking(self, target_id: str) -> Sequence[Model]:
        return ()

    async def refresh(self, target_id: str) -> None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble

    def find(self, model_id: str) -> Model:
        return next((model for model in self.list if model.id == model_id), Model(model_id, known=False))


class Stage:
    def __init__(self, desk: Desk, folder: Path, models: Models, kept: str) -> None:
        self.services = desk
        self.wire = desk.wire
        self.time = desk.time
        self.targets = Targets()
        self.models = models
        self.own = Own(OwnVectorStore(desk.database, folder / "own"))
        self.desk = EmbeddingsDesk(
            cast(Any, self.targets), cast(Any, models), desk.embedding, desk.texts, desk.runs, self.own
        )
        self.kept = kept
        self.shared = EmbeddingsModel(self.desk)
        self.model = ModelsModel(self.shared, self.desk, kept=kept, keep=self._keep, settle_s=0)

    def _keep(self, text: str) -> None:
        self.kept = text

    async def open(self, *texts: str, id: str = "s1") -> None:
        """A set of these texts."""
        rows = tuple(TextRow(str(number), text) for number, text in enumerate(texts, start=1))
        await self.services.texts.put(TextSet(id, "Texts", rows))
        self.shared.open(id)
        await until(lambda: self.shared.texts is not None and self.shared.texts.id == id)
        await self.settled()

    async def settled(self, met: Callable[[], object] = lambda: True) -> None:
        """Wait until nothing is reckoned or asked by the model, and this is so."""
        model = self.model
        await until(lambda: bool(met()) and not model._tasks.busy and not model.models.loading)

    async def embedded(self) -> None:
        """Embed, and wait for the end."""
        assert not self.model.hindrance, self.model.hindrance
        self.model.embed()
        await self.settled(lambda: self.model.entries and self.model.entries[0].run.state.over)

    async def aclose(self) -> None:
        await self.model.aclose()
        await self.shared.aclose()


@asynccontextmanager
async def stage(folder: Path, *models: Model, kept: str = "", **options: Any) -> AsyncIterator[Stage]:
    known = Models(*models)
    async with window(folder, models=known, **options) as desk:
        one = Stage(desk, folder, known, kept)
        one.model.load()
        await one.settled()
        try:
            yield one
        finally:
            await one.aclose()
