"""Where texts to be embedded or ranked go (workers-ai §1, §7)."""

from __future__ import annotations

from workbench.client.addresses import (
    Wire,
    api_headers,
    api_url,
    gateway_headers,
    gateway_url,
    server_headers,
    server_url,
    spelt,
)
from workbench.client.failures import Door, Replacing
from workbench.client.media_ways import MediaWay, check_model, completed, run_way, way_to
from workbench.domain.embeddings.abilities import EmbeddingShape
from workbench.domain.embeddings.requests import EmbeddingRequest, RerankRequest
from workbench.domain.targets import Connection


def embedding_way_of(
    connection: Connection, request: EmbeddingRequest, replacement_of: Replacing = lambda _: None
) -> MediaWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    check_model(request.model, wanted="asked for vectors", fitting="makes vectors")
    if request.abilities.shape is EmbeddingShape.OPENAI:
        way = _openai_way(connection, request.model)
    else:
        way = run_way(connection, request.model)
    return completed(way, connection, request.model, request.gateway, replacement_of)


def reranking_way_of(
    connection: Connection, request: RerankRequest, replacement_of: Replacing = lambda _: None
) -> MediaWay:
    """Raises RequestFailed (NOT_CONFIGURED), InvalidInput."""
    check_model(request.model, wanted="asked to rank texts", fitting="ranks texts")
    way = run_way(connection, request.model)
    return completed(way, connection, request.model, request.gateway, replacement_of)


def _openai_way(connection: Connection, model: str) -> MediaWay:
    """A server's own address; Cloudflare's for its own models; the gateway's unified one for those of others, and where there is
    no API token.
    """
    target = connection.target
    if not target.can.cloudflare_api:
        url = server_url(target, "/embeddings")
        return way_to(connection, Door.SERVER, url, model, server_headers(connection))
    own = model.removeprefix("workers-ai/").startswith(("@cf/", "@hf/"))
    if own and connection.credentials.api_token:
        url = api_url(target, "/ai/v1/embeddings")
        return way_to(connection, Door.API, url, spelt(model, Wire.V1), api_headers(connection))
    name = spelt(model, Wire.COMPAT)
    headers = gateway_headers(connection, name.partition("/")[0])
    return way_to(connection, Door.GATEWAY, gateway_url(target, "/compat/embeddings"), name, headers)
