"""A window that embeds: a real database and cache, and models that do as they are told."""

from __future__ import annotations

import asyncio
import random
from array import array
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.services.fakes import FULL, FakeConnections, refused
from tests.services.virtual_time import VirtualTime
from tests.waiting import until
from workbench.domain.chat import Served
from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.requests import (
    EmbeddingReply,
    EmbeddingRequest,
    RerankReply,
    RerankRequest,
)
from workbench.domain.embeddings.runs import EmbeddingRun, ModelChoice
from workbench.domain.embeddings.texts import TextRow, TextSet
from workbench.domain.errors import Failure
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model, Price
from workbench.domain.targets import Connection
from workbench.services.embeddings.embedding import Embedding
from workbench.services.embeddings.runs import Runs, RunsEvent
from workbench.storage.database import Database
from workbench.storage.exchanges import ExchangeStore
from workbench.storage.text_sets import EmbeddingRunStore, TextSetStore
from workbench.storage.vector_cache import VectorCache

ABILITIES = EmbeddingAbilities(most_texts=10, most_tokens=50, dimensions=2, poolings=("mean", "cls"))
M, N = ModelChoice("m"), ModelChoice("n")


LIMIT = refused(Failure.RATE_LIMITED, 429, retry_after_s=30.0)
CUT = refused(Failure.CUT)
BAD = refused(Failure.BAD_REQUEST, 400)
SPENT = refused(Failure.OUT_OF_NEURONS, 429)


def vector_of(model: str, text: str) -> list[float]:
    return [float(len(text)), float(sum(map(ord, model + text)) % 1000 + 1)]


class FakeModels:
    def __init__(self) -> None:
        self.abilities_of: dict[str, EmbeddingAbilities] = {}

    def find(self, model_id: str) -> Model:
        return Model(model_id, prices=(Price("per M input tokens", 1.0),))

    def abilities(self, model_id: str) -> EmbeddingAbilities:
        return self.abilities_of.get(model_id, ABILITIES)

    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities:
        return self.abilities(model_id)


class FakeWire:
    """calls: the texts of each, in the order they were asked for. script: what happens to the next calls, one each; None for all is
    well. bad: texts that no call may carry, and what it fails with then. allowed: calls of a
    model before its quota is used up. gate: calls wait for it.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.models: list[str] = []
        self.script: list[Exception | None] = []
        self.bad: Mapping[str, Exception] = {}
        self.always: Exception | None = None
        self.allowed: dict[str, int] = {}
        self.gate: asyncio.Event | None = None
        self.running = 0
        self.most = 0
        self.cut = 0
        self.engine = ""
        self.dimensions = 2

    async def embed(
        self, connection: Connection, request: EmbeddingRequest, exchange: Exchange
    ) -> EmbeddingReply:
        self.calls.append(request.texts)
        self.models.append(request.model)
        exchange.method = "POST"
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.gate is not None:
                await self.gate.wait()
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cut += 1
            raise
        finally:
            self.running -= 1
        if request.model in self.allowed and self.models.count(request.model) > self.allowed[request.model]:
            raise SPENT
        if self.script and (error := self.script.pop(0)) is not None:
            raise error
        error = next((self.bad[text] for text in request.texts if text in self.bad), self.always)
        if error is not None:
            raise error
        vectors = (vector_of(request.model, text)[: self.dimensions] for text in request.texts)
        return EmbeddingReply(
            tuple(array("f", vector) for vector in vectors),
            tokens=len(request.texts),
            served=Served(sandbox=bool(self.engine)),
            engine=self.engine,
        )

    async def rerank(self, connection: Connection, request: RerankRequest, exchange: Exchange) -> RerankReply:
        exchange.method = "POST"
        return RerankReply(tuple(float(len(text)) for text in request.texts))

    @property
    def sent(self) -> list[str]:
        """All texts, in the order in which they were asked for."""
        return [text for call in self.calls for text in call]


class FullDisk(EmbeddingRunStore):
    """The real store, which fails every write while `failing`."""

    failing = False

    async def put(self, run: EmbeddingRun) -> None:
        if self.failing:
            raise FULL
        await super().put(run)


class FullCache:
    """The real cache, which fails every write while `failing`."""

    def __init__(self, cache: VectorCache) -> None:
        self._cache = cache
        self.failing = False
        self.get = cache.get
        self.has = cache.has

    async def put(self, vectors: Mapping[bytes, bytes]) -> None:
        if self.failing:
            raise FULL
        await self._cache.put(vectors)


class Desk:
    """One window, on the database of a folder."""

    def __init__(self, database: Database, cache: VectorCache, **options: Any) -> None:
        self.database = database
        self.cache = FullCache(cache)
        self.store = FullDisk(database)
        self.texts = TextSetStore(database)
        self.wire: FakeWire = options.pop("wire", None) or FakeWire()
        self.time: VirtualTime = options.pop("time", None) or VirtualTime()
        self.models: FakeModels = options.pop("models", None) or FakeModels()
        self.connections: FakeConnections = options.pop("connections", None) or FakeConnections()
        self.embedding = Embedding(
            self.connections, self.models, self.wire, self.cache, ExchangeStore(database), clock=self.time
        )
        self.runs = Runs(
            self.store,
            self.texts,
            self.embedding,
            clock=self.time,
            sleep=self.time.sleep,
            dice=random.Random(1),
            **options,
        )
        self.events: list[RunsEvent] = []
        self.runs.on_change(self.events.append)

    async def begin(self, texts: list[str], *choices: ModelChoice) -> EmbeddingRun:
        """Of a set that is stored first."""
        rows = tuple(TextRow(str(number), text) for number, text in enumerate(texts, start=1))
        await self.texts.put(TextSet("s1", "texts", rows))
        return await self.runs.begin("s1", choices or (M,))

    async def over(self, run: EmbeddingRun) -> EmbeddingRun:
        """Wait until the run is over, and as it is then."""
        await until(lambda: all(one.id != run.id for one in self.runs.open))
        return await self.get(run)

    async def get(self, run: EmbeddingRun) -> EmbeddingRun:
        found = await self.runs.get(run.id)
        assert found is not None
        return found

    async def rest(self) -> None:
        """Give everything that could go on the time to do so."""
        for _ in range(12):
            await self.database.read(lambda connection: None)
            await asyncio.sleep(0.001)

    async def vectors(self, run: EmbeddingRun, number: int = 0) -> list[list[float]]:
        found = await self.runs.vectors(run.id, number)
        return [list(map(float, row)) for row in found.values]

    def told(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def window(folder: Path, **options: Any) -> AsyncIterator[Desk]:
    database = await Database.open(folder / "workbench.db")
    cache = VectorCache(folder / "vectors.db")
    loads = options.pop("loads", True)
    one = Desk(database, cache, **options)
    try:
        if loads:
            await one.runs.load()
        yield one
    finally:
        one.store.failing = one.cache.failing = False
        await one.runs.aclose()
        await cache.aclose()
        await database.aclose()


def numbered(many: int) -> list[str]:
    return [f"text {number}" for number in range(many)]
