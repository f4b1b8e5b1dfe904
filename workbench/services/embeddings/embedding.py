"""One call for vectors or scores, and the vectors that are known already."""

from __future__ import annotations

import asyncio
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.batching import batches
from workbench.domain.embeddings.costs import embedding_cost, read_tokens, token_estimates
from workbench.domain.embeddings.origins import keys_of, origin_of, source_of
from workbench.domain.embeddings.requests import (
    EmbeddingReply,
    EmbeddingRequest,
    RerankReply,
    RerankRequest,
)
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.errors import InvalidInput
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.models import Cost, Model
from workbench.domain.targets import Connection, Target
from workbench.services.wire_records import Store, WireRecords

PROBE = "What answers here?"


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Models(Protocol):
    """services.embeddings.models.EmbeddingModels."""

    def find(self, model_id: str) -> Model: ...
    def abilities(self, model_id: str) -> EmbeddingAbilities: ...
    async def learn(self, model_id: str, target_id: str = "") -> EmbeddingAbilities: ...


class Wire(Protocol):
    """client.embeddings.client.EmbeddingClient."""

    async def embed(
        self, connection: Connection, request: EmbeddingRequest, exchange: Exchange
    ) -> EmbeddingReply: ...
    async def rerank(
        self, connection: Connection, request: RerankRequest, exchange: Exchange
    ) -> RerankReply: ...


class Cache(Protocol):
    """storage.vector_cache.VectorCache."""

    async def get(self, keys: Sequence[bytes]) -> list[bytes | None]: ...
    async def has(self, keys: Sequence[bytes]) -> list[bool]: ...
    async def put(self, vectors: Mapping[bytes, bytes]) -> None: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """A model with its options, as it is asked now. origin: what its vectors are kept under."""

    target_id: str
    choice: ModelChoice
    model: Model
    abilities: EmbeddingAbilities
    origin: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """vectors: float32, the lowest byte first, one for each text. tokens: as they were counted, else estimated."""

    vectors: tuple[bytes, ...] = field(repr=False)
    dimensions: int
    tokens: int
    cost: Cost
    took_ms: float
    sandbox: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """scores: one for each text."""

    scores: tuple[float, ...]
    cost: Cost
    took_ms: float
    sandbox: bool = False


class Embedding:
    """Everything but when to call, which is up to Runs. Raises RequestFailed, InvalidInput, StorageFailed.

    A call that is cancelled closes its connection at once.
    """

    def __init__(
        self,
        connections: Connections,
        models: Models,
        wire: Wire,
        cache: Cache,
        records: Store,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._models = models
        self._wire = wire
        self._cache = cache
        self._records = WireRecords(records, ticks)
        self._clock = clock
        self._sources: dict[tuple[str, str], str] = {}

    async def asking(self, target_id: str, choice: ModelChoice) -> Asking:
        """The local gateway is asked for one vector, once for each model, to learn who is behind it."""
        connection = await self._connections.connection(target_id)
        abilities = await self._models.learn(choice.model, target_id)
        source = await self._source(connection, choice.model, abilities)
        model = self._models.find(choice.model)
        origin = origin_of(source, choice, abilities)
        return Asking(connection.target.id, choice, model, abilities, origin)

    def offline(self, target_id: str, choice: ModelChoice) -> Asking:
        """As `asking`, of what is known without asking anybody; it has no origin."""
        return Asking(
            target_id, choice, self._models.find(choice.model), self._models.abilities(choice.model), ""
        )

    async def embed(
        self, asking: Asking, texts: Sequence[str], exchange: Exchange, of: str, *, recorded: bool = True
    ) -> Embedded:
        """Ask for vectors; nothing is looked up or kept. exchange: filled in as it happens, also when it fails; its `method` is
        "" if nothing was sent. of: the id of what it is for. recorded: keep the record even when all is well.
        """
        connection = await self._connections.connection(asking.target_id)
        choice = asking.choice
        request = EmbeddingRequest(choice.model, tuple(texts), asking.abilities, choice.options)
        estimate = await asyncio.to_thread(lambda: read_tokens(token_estimates(texts), asking.abilities))
        async with self._records.call(exchange, of, only_failed=not recorded) as call:
            reply = await self._wire.embed(connection, request, exchange)
            self._check_source(connection, asking, reply)
        return Embedded(
            tuple(map(_bytes_of, reply.vectors)),
            len(reply.vectors[0]),
            estimate if reply.tokens is None else reply.tokens,
            embedding_cost(asking.model, reply, estimate),
            call.took_ms,
            reply.served.sandbox,
        )

    async def rerank(
        self, target_id: str, model: str, query: str, texts: Sequence[str], exchange: Exchange, of: str
    ) -> Ranked:
        """How well each text fits the query, as a reranker sees it; exchange and of as for `embed`."""
        connection = await self._connections.connection(target_id)
        request = RerankRequest(model, query, tuple(texts))
        async with self._records.call(exchange, of) as call:
            reply = await self._wire.rerank(connection, request, exchange)
        estimate = sum(token_estimates((query, *texts)))
        cost = embedding_cost(self._models.find(model), reply, estimate)
        return Ranked(reply.scores, cost, call.took_ms, reply.served.sandbox)

    async def known(self, origin: str, texts: Iterable[str]) -> list[bool]:
        """Which texts have their vector kept; none is read."""
        return await self._cache.has(await asyncio.to_thread(keys_of, origin, texts))

    async def kept(self, origin: str, texts: Iterable[str]) -> list[bytes | None]:
        """The vectors of these texts that are kept."""
        return await self._cache.get(await asyncio.to_thread(keys_of, origin, texts))

    async def keep(self, origin: str, texts: Sequence[str], vectors: Sequence[bytes]) -> None:
        await self._cache.put(dict(zip(keys_of(origin, texts), vectors, strict=True)))

    async def vectors(self, asking: Asking, texts: Sequence[str], of: str) -> list[bytes]:
        """Of a few texts, such as queries somebody types, at once: those that are kept, and the others asked for. One attempt."""
        found = await self.kept(asking.origin, texts)
        missing = [place for place, vector in enumerate(found) if vector is None]
        tokens = token_estimates(texts)
        for batch in batches(missing, tokens, asking.abilities):
            wanted = [texts[place] for place in batch]
            came = await self.embed(asking, wanted, Exchange(new_id(), self._clock()), of)
            await self.keep(asking.origin, wanted, came.vectors)
            for place, vector in zip(batch, came.vectors, strict=True):
                found[place] = vector
        return [vector for vector in found if vector is not None]

    async def exchange(self, exchange_id: str) -> Exchange | None:
        """The wire record of a call, also of one that runs. Raises StorageFailed."""
        return await self._records.get(exchange_id)

    async def _source(self, connection: Connection, model: str, abilities: EmbeddingAbilities) -> str:
        target = connection.target
        if not target.can.sandbox:
            return "cloudflare" if target.can.cloudflare_api else target.base_url.rstrip("/")
        known = self._sources.get((target.id, model))
        if known is None:
            request = EmbeddingRequest(model, (PROBE,), abilities)
            known = _behind(await self._wire.embed(connection, request, Exchange(new_id(), self._clock())))
            self._sources[target.id, model] = known
        return known

    def _check_source(self, connection: Connection, asking: Asking, reply: EmbeddingReply) -> None:
        """Vectors of two makers are not to lie side by side."""
        if not connection.target.can.sandbox:
            return
        now = _behind(reply)
        if origin_of(now, asking.choice, asking.abilities) != asking.origin:
            self._sources[connection.target.id, asking.choice.model] = now
            raise changed_source(connection.target)


def changed_source(target: Target) -> InvalidInput:
    return InvalidInput(
        f"“{target.name}” is answered by somebody else now.",
        why="Its vectors could not be compared with those that came before.",
        fix="Begin again; vectors of the one who answers now are made anew.",
    )


def sandbox_engine(origin: str) -> str:
    """Who stood in, in the sandbox, for the model of vectors of this origin; "" where the sandbox did not make them."""
    source = source_of(origin)
    return source.removeprefix(_SANDBOX) if source.startswith(_SANDBOX) else ""


_SANDBOX = "sandbox, "


def _behind(reply: EmbeddingReply) -> str:
    """Who answers behind the local gateway."""
    return f"{_SANDBOX}{reply.engine}" if reply.served.sandbox else "behind the local gateway"


def _bytes_of(vector: array[float]) -> bytes:
    if sys.byteorder == "big":
        vector = array("f", vector)
        vector.byteswap()
    return vector.tobytes()
