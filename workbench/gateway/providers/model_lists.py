"""The models of a live upstream at our catalogue doors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec

from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.models import TEXT_GENERATION, Model
from workbench.gateway.catalogue import BadQuery, Catalogue
from workbench.gateway.protocol import Action, Door
from workbench.gateway.providers.forwarding import Transport, forward, is_json
from workbench.gateway.providers.outgoing import Outgoing, bearer
from workbench.gateway.replies import NO_SUCH_MODEL, PROVIDER_FAILED, Reply, error_reply, json_reply


class _NoList(Exception):
    """The answer is not a list of models; the text says why."""


async def upstream_models(upstream: Upstream, transport: Transport, door: Door, query: str) -> Reply:
    """Cloudflare's catalogue as it is; an OpenAI-compatible server's list in the catalogue's form."""
    cloudflare = upstream.kind is UpstreamKind.CLOUDFLARE
    outgoing = list_outgoing(upstream, door, query)
    reply = await forward(transport, outgoing, door.family, cloudflare=cloudflare)
    if reply.status != 200 or (cloudflare and door.action is not Action.MODELS):
        return reply
    try:
        if not is_json(reply.headers):
            raise _NoList("it is no JSON")
        return _as_catalogue(_models_in(reply.body), door, query)
    except (_NoList, BadQuery) as wrong:
        message = f"{outgoing.place} gave no list of models: {wrong}"
        return error_reply(door.family, 502, PROVIDER_FAILED, message)
    finally:
        if reply.stream is not None:
            await reply.stream.aclose()


def list_outgoing(upstream: Upstream, door: Door, query: str) -> Outgoing:
    headers = {"accept": "application/json", "accept-encoding": "identity", **bearer(upstream)}
    if upstream.kind is UpstreamKind.OPENAI:
        return Outgoing("GET", f"{upstream.base_url}/models", headers, b"", upstream.base_url)
    tail = "models/schema" if door.action is Action.SCHEMA else "models/search"
    url = f"{upstream.api_base}/accounts/{quote(upstream.account, safe='')}/ai/{tail}"
    if query and door.action is not Action.MODELS:
        url += f"?{query}"
    return Outgoing("GET", url, headers, b"", upstream.api_base)


def _models_in(body: bytes) -> tuple[Model, ...]:
    """Models from OpenAI's list, or from `models/search`."""
    try:
        reply = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise _NoList(str(error)) from error
    entries: Any = reply.get("data", reply.get("result")) if isinstance(reply, Mapping) else None
    if not isinstance(entries, list):
        raise _NoList("there is neither data nor result in it")
    named = [entry for entry in entries if isinstance(entry, Mapping)]
    ids = [entry.get("name") if "properties" in entry else entry.get("id") for entry in named]
    return tuple(
        Model(id=model_id, task=TEXT_GENERATION, author=str(entry.get("owned_by") or ""))
        for model_id, entry in zip(ids, named, strict=True)
        if isinstance(model_id, str) and model_id
    )


def _as_catalogue(models: tuple[Model, ...], door: Door, query: str) -> Reply:
    catalogue = Catalogue(models)
    match door.action:
        case Action.MODELS:
            return json_reply(200, catalogue.plain_list())
        case Action.SEARCH:
            return json_reply(200, catalogue.search(dict(parse_qsl(query))))
    return error_reply(door.family, 404, NO_SUCH_MODEL, "This upstream publishes no schemas")
