"""The client of embeddings and reranking (see `ways` for which request goes where)."""

from __future__ import annotations

import asyncio

from workbench.client.connection import HttpClient, Timeouts
from workbench.client.embeddings.bodies import embedding_payload, reranking_payload
from workbench.client.embeddings.replies import scores_in, vectors_in
from workbench.client.embeddings.ways import embedding_way_of, reranking_way_of
from workbench.client.failures import ModelOf, replacing
from workbench.client.media_calls import KEPT_BYTES, called
from workbench.client.recording import recorded
from workbench.domain.embeddings.requests import (
    EmbeddingReply,
    EmbeddingRequest,
    RerankReply,
    RerankRequest,
)
from workbench.domain.exchange import Exchange
from workbench.domain.targets import Connection

PATIENCE = Timeouts(first_byte_s=120.0, idle_s=60.0)
"""A machine of one's own may take a minute over a hundred long texts."""


class EmbeddingClient:
    """model_of: facts of a model by its id, for the successor of a retired one; None where nothing is known."""

    def __init__(
        self,
        http: HttpClient,
        *,
        model_of: ModelOf | None = None,
        timeouts: Timeouts = PATIENCE,
    ) -> None:
        self._http = http
        self._replacement_of = replacing(model_of)
        self._timeouts = timeouts

    async def embed(
        self, connection: Connection, request: EmbeddingRequest, exchange: Exchange
    ) -> EmbeddingReply:
        """One attempt: who waits and asks again is the caller. Cancel it to stop; the connection goes at once.

        exchange is filled in as it happens, masked, also on failure and cancel; in place of each vector that came it keeps a
        word. Raises RequestFailed, also for vectors that cannot be used, and InvalidInput.
        """
        with recorded(exchange, self._http.clock, max_body_bytes=KEPT_BYTES) as recorder:
            request.gateway.check()
            way = embedding_way_of(connection, request, self._replacement_of)
            payload = await asyncio.to_thread(embedding_payload, request, way)
            came = await called(self._http, way, payload, recorder, self._timeouts)
            found = await asyncio.to_thread(
                vectors_in, came.status, came.headers, came.body, way.asked, len(request.texts)
            )
            recorder.shortened(found.shown)
            engine = came.headers.get("x-workbench-engine", "")
            return EmbeddingReply(found.vectors, found.tokens, found.neurons, came.served, engine)

    async def rerank(self, connection: Connection, request: RerankRequest, exchange: Exchange) -> RerankReply:
        """One attempt, as `embed` makes it."""
        with recorded(exchange, self._http.clock) as recorder:
            request.gateway.check()
            way = reranking_way_of(connection, request, self._replacement_of)
            payload = await asyncio.to_thread(reranking_payload, request, way)
            came = await called(self._http, way, payload, recorder, self._timeouts)
            found = scores_in(came.status, came.headers, came.body, way.asked, len(request.texts))
            return RerankReply(found.scores, found.tokens, found.neurons, came.served)
