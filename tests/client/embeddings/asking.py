"""Requests for vectors and scores, and replies that carry them."""

from __future__ import annotations

from typing import Any

import httpx

from workbench.client.connection import HttpClient
from workbench.client.embeddings.client import EmbeddingClient
from workbench.domain.chat import GatewayOptions
from workbench.domain.embeddings.abilities import EmbeddingAbilities, EmbeddingShape
from workbench.domain.embeddings.requests import (
    EmbeddingOptions,
    EmbeddingReply,
    EmbeddingRequest,
    RerankReply,
    RerankRequest,
)
from workbench.domain.exchange import Exchange
from workbench.domain.targets import Connection

BGE = "@cf/baai/bge-base-en-v1.5"
QWEN = "@cf/qwen/qwen3-embedding-0.6b"
SMALL = "openai/text-embedding-3-small"
RERANKER = "@cf/baai/bge-reranker-base"
MODELS = {EmbeddingShape.TEXT: BGE, EmbeddingShape.QUERIES: QWEN, EmbeddingShape.OPENAI: SMALL}


def embedding(
    *texts: str,
    shape: EmbeddingShape = EmbeddingShape.TEXT,
    model: str = "",
    abilities: EmbeddingAbilities | None = None,
    gateway: GatewayOptions | None = None,
    **options: Any,
) -> EmbeddingRequest:
    return EmbeddingRequest(
        model or MODELS[shape],
        texts or ("one", "two"),
        abilities or EmbeddingAbilities(shape, poolings=("mean", "cls")),
        EmbeddingOptions(**options),
        gateway or GatewayOptions(),
    )


def ranking(query: str = "which?", *texts: str, model: str = RERANKER) -> RerankRequest:
    return RerankRequest(model, query, texts or ("one", "two", "three"))


async def embedded(
    http: HttpClient,
    request: EmbeddingRequest,
    connection: Connection,
    record: Exchange | None = None,
    **more: Any,
) -> EmbeddingReply:
    try:
        return await EmbeddingClient(http, **more).embed(connection, request, record or Exchange("x1", 0.0))
    finally:
        await http.aclose()


async def ranked(
    http: HttpClient,
    request: RerankRequest,
    connection: Connection,
    record: Exchange | None = None,
    **more: Any,
) -> RerankReply:
    try:
        return await EmbeddingClient(http, **more).rerank(connection, request, record or Exchange("x1", 0.0))
    finally:
        await http.aclose()


def native(result: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(
        200, headers=named, json={"result": result, "success": True, "errors": [], "messages": []}
    )
