"""The models a target offers: Cloudflare's catalogue, or the list of an OpenAI-compatible server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec

from workbench.client.addresses import (
    api_token,
    api_url,
    asked_of,
    bearer,
    secrets_of,
    server_headers,
    server_url,
)
from workbench.client.catalogue_entries import model_of_entry, model_of_listing
from workbench.client.connection import Call, HttpClient, Timeouts, Whole
from workbench.client.failures import Door, failure_of
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Model
from workbench.domain.targets import Connection

PER_PAGE = 100
_MOST_PAGES = 50
_TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=30.0, idle_s=30.0)


class CatalogueClient:
    """Lists models. A page that fails is asked for again as the retries have it; one that stays away fails the whole list."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def models(self, connection: Connection) -> tuple[Model, ...]:
        """All models of the target, in its own order, each once. Raises RequestFailed."""
        if connection.target.can.catalogue:
            entries = await self._searched(connection)
            models = (model_of_entry(entry) for entry in entries)
        else:
            models = (model_of_listing(entry) for entry in await self._listed(connection))
        return tuple({model.id: model for model in models if model is not None}.values())

    async def input_schema(self, connection: Connection, model_id: str) -> dict[str, Any] | None:
        """The JSON Schema of what a model takes (workers-ai §1, §12.1); None where the target keeps none. Raises RequestFailed."""
        if not connection.target.can.catalogue:
            return None
        url = api_url(connection.target, f"/ai/models/schema?{urlencode({'model': model_id})}")
        headers = (("authorization", bearer(api_token(connection))),)
        asked = asked_of(connection, Door.API)
        reply = await self._get(Call("GET", url, asked, headers, secrets=secrets_of(connection)))
        result = reply.get("result")
        schema = result.get("input") if isinstance(result, dict) else None
        return schema if isinstance(schema, dict) else None

    async def _searched(self, connection: Connection) -> list[Any]:
        """`models/search`, page by page (workers-ai §3.1, §12)."""
        asked = asked_of(connection, Door.API)
        headers = (("authorization", bearer(api_token(connection))),)
        entries: list[Any] = []
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({"per_page": PER_PAGE, "page": page, "include_deprecated": "true"})
            url = api_url(connection.target, f"/ai/models/search?{query}")
            reply = await self._get(Call("GET", url, asked, headers, secrets=secrets_of(connection)))
            found = reply.get("result")
            if not isinstance(found, list):
                raise unreadable_list()
            entries += found
            info = reply.get("result_info")
            total = info.get("total_count") if isinstance(info, dict) else None
            if not found or (len(entries) >= total if isinstance(total, int) else len(found) < PER_PAGE):
                break
        return entries

    async def _listed(self, connection: Connection) -> list[Any]:
        url = server_url(connection.target, "/models")
        asked = asked_of(connection, Door.SERVER)
        call = Call("GET", url, asked, server_headers(connection), secrets=secrets_of(connection))
        found = (await self._get(call)).get("data")
        if found is None:
            return []  # Ollama without any model
        if not isinstance(found, list):
            raise unreadable_list()
        return found

    async def _get(self, call: Call) -> dict[str, Any]:
        attempt = 1
        while True:
            try:
                return decoded(await self._http.fetch(call, _TIMEOUTS), call)
            except RequestFailed as error:
                wait_s = self._http.retries.wait_s(error, attempt)
                if wait_s is None:
                    raise
                await self._http.sleep(wait_s)
                attempt += 1


def decoded(reply: Whole, call: Call) -> dict[str, Any]:
    """The JSON object of a reply that went well; anything else is raised as RequestFailed."""
    try:
        body = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeError):
        body = None
    if reply.status >= 300 or (isinstance(body, dict) and body.get("success") is False):
        raise failure_of(reply.status, reply.headers, reply.body, call.asked)
    if isinstance(body, list):
        return {"data": body}  # some servers list their models bare
    if not isinstance(body, dict):
        raise unreadable_list()
    return body


def unreadable_list() -> RequestFailed:
    return RequestFailed(
        "The reply could not be read.",
        why="It is not what Cloudflare or an OpenAI-compatible server answers here.",
        fix="Check the connection's address; an OpenAI-compatible one usually ends in /v1.",
        failure=Failure.PROTOCOL,
        maker=Maker.PROVIDER,
    )
