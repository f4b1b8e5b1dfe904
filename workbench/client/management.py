"""The management API of a gateway: its routes, their versions and deployments (ai-gateway §7.4).

The same calls for Cloudflare and for the local gateway. Nothing is read out of a graph here: what a version holds is
given on as JSON, so that one that nobody can read does not hide the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from workbench.client.addresses import api_token, api_url, asked_of, bearer, secrets_of
from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Door, failure_of
from workbench.client.management_replies import (
    decoded,
    deployment_of,
    entries_in,
    object_in,
    page_size_of,
    route_of,
    text_of,
    unreadable,
    version_of,
)
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.gateways import CUSTOM, RouteDeployment, RouteEntry, VersionEntry
from workbench.domain.targets import Connection

PER_PAGE = 50
"""The most a client is known to ask for (ai-gateway §8.3)."""
_MOST_PAGES = 100
_TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=30.0, idle_s=30.0)
_PERMISSION = "Give the connection a token with “AI Gateway – Read” and “AI Gateway – Edit”."


@dataclass(frozen=True, slots=True)
class Sending:
    """A change as it is sent: what `ManagementClient` sends, and what can be shown before. The token is not in it."""

    method: str
    url: str
    document: Mapping[str, Any]


def creating(
    connection: Connection,
    gateway: str,
    name: str,
    elements: Sequence[Any],
    sidecar: Mapping[str, Any] | None = None,
) -> Sending:
    return _sending(connection, "POST", _path(gateway), {"name": name, **_document(elements, sidecar)})


def adding_version(
    connection: Connection,
    gateway: str,
    route_id: str,
    elements: Sequence[Any],
    sidecar: Mapping[str, Any] | None = None,
) -> Sending:
    return _sending(connection, "POST", _path(gateway, route_id, "versions"), _document(elements, sidecar))


def deploying(connection: Connection, gateway: str, route_id: str, version_id: str) -> Sending:
    return _sending(connection, "POST", _path(gateway, route_id, "deployments"), {"version_id": version_id})


class ManagementClient:
    """Reading is tried again as the retries have it; a change is sent once. Everything raises RequestFailed.

    gateway: a gateway's id. elements: in the API's dialect. sidecar: what the desk adds, for targets with desk_routes only.
    """

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def routes(self, connection: Connection, gateway: str) -> tuple[RouteEntry, ...]:
        found = await self._listed(connection, _path(gateway), "routes")
        return tuple(route_of(entry) for entry in found)

    async def route(self, connection: Connection, gateway: str, route_id: str) -> RouteEntry:
        body = await self._read(connection, _path(gateway, route_id))
        return route_of(object_in(body))

    async def create(
        self,
        connection: Connection,
        gateway: str,
        name: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> RouteEntry:
        """A new route, whose first version is deployed at once."""
        body = await self._made(connection, creating(connection, gateway, name, elements, sidecar))
        return route_of(object_in(body))

    async def rename(self, connection: Connection, gateway: str, route_id: str, name: str) -> RouteEntry:
        body = await self._changed(connection, "PATCH", _path(gateway, route_id), {"name": name})
        return route_of(object_in(body))

    async def delete(self, connection: Connection, gateway: str, route_id: str) -> None:
        await self._changed(connection, "DELETE", _path(gateway, route_id))

    async def versions(self, connection: Connection, gateway: str, route_id: str) -> tuple[VersionEntry, ...]:
        """Oldest first."""
        found = await self._listed(connection, _path(gateway, route_id, "versions"), "versions")
        return tuple(sorted((version_of(entry) for entry in found), key=lambda one: one.created_at))

    async def version(
        self, connection: Connection, gateway: str, route_id: str, version_id: str
    ) -> VersionEntry:
        """With its graph."""
        body = await self._read(connection, _path(gateway, route_id, "versions", version_id))
        return version_of(object_in(body), version_id)

    async def add_version(
        self,
        connection: Connection,
        gateway: str,
        route_id: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> str:
        """Save a version, which does not run before it is deployed; gives its id.

        Where the reply does not tell it (the documents leave it out), it is the newest one (inferred).
        """
        change = adding_version(connection, gateway, route_id, elements, sidecar)
        body = await self._made(connection, change)
        if told := text_of(object_in(body).get("version_id")):
            return told
        versions = await self.versions(connection, gateway, route_id)
        if not versions:
            raise unreadable("the new version")
        return versions[-1].id

    async def deployments(
        self, connection: Connection, gateway: str, route_id: str
    ) -> tuple[RouteDeployment, ...]:
        """Oldest first; the newest one's version runs."""
        found = await self._listed(connection, _path(gateway, route_id, "deployments"), "deployments")
        return tuple(sorted((deployment_of(entry) for entry in found), key=lambda one: one.created_at))

    async def deploy(self, connection: Connection, gateway: str, route_id: str, version_id: str) -> None:
        """Have this version run from now on; an older one is a roll-back."""
        await self._made(connection, deploying(connection, gateway, route_id, version_id))

    async def custom_providers(self, connection: Connection) -> dict[str, str]:
        """Base URL of each custom provider of the account, by slug without `custom-` (ai-gateway §9.5)."""
        found = await self._listed(connection, "/ai-gateway/custom-providers", "custom_providers")
        told = ((text_of(entry.get("slug")), text_of(entry.get("base_url"))) for entry in found)
        return {slug.removeprefix(CUSTOM): base_url for slug, base_url in told if slug}

    async def _listed(self, connection: Connection, path: str, name: str) -> list[Mapping[str, Any]]:
        """All pages; no reply tells how many there are, so a page that is short or brings nothing new is the last."""
        entries: dict[str, Mapping[str, Any]] = {}
        for page in range(1, _MOST_PAGES + 1):
            query = urlencode({"page": page, "per_page": PER_PAGE})
            body = await self._read(connection, f"{path}?{query}")
            found = entries_in(body, name)
            fresh = {
                msgspec.json.encode(entry).decode(): entry for entry in found if isinstance(entry, Mapping)
            }
            before = len(entries)
            entries |= fresh
            if len(found) < page_size_of(body, PER_PAGE) or len(entries) == before:
                break
        return list(entries.values())

    async def _read(self, connection: Connection, path: str) -> dict[str, Any]:
        attempt = 1
        while True:
            try:
                return await self._sent(connection, "GET", api_url(connection.target, path))
            except RequestFailed as error:
                wait_s = self._http.retries.wait_s(error, attempt)
                if wait_s is None:
                    raise
                await self._http.sleep(wait_s)
                attempt += 1

    async def _made(self, connection: Connection, change: Sending) -> dict[str, Any]:
        return await self._sent(connection, change.method, change.url, msgspec.json.encode(change.document))

    async def _changed(
        self, connection: Connection, method: str, path: str, document: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = b"" if document is None else msgspec.json.encode(document)
        return await self._sent(connection, method, api_url(connection.target, path), body)

    async def _sent(self, connection: Connection, method: str, url: str, body: bytes = b"") -> dict[str, Any]:
        asked = asked_of(connection, Door.API)
        headers = [("authorization", bearer(api_token(connection)))]
        if body:
            headers.append(("content-type", "application/json"))
        call = Call(method, url, asked, tuple(headers), body, secrets_of(connection))
        reply = await self._http.fetch(call, _TIMEOUTS)
        found = decoded(reply.body)
        if reply.status >= 300 or (found is not None and found.get("success") is False):
            failed = failure_of(reply.status, reply.headers, reply.body, asked)
            raise _told_better(failed, url, local=asked.local)
        if found is None:
            raise unreadable("the reply")
        return found


def _path(gateway: str, *steps: str) -> str:
    parts = ("ai-gateway", "gateways", gateway, "routes", *steps)
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _sending(connection: Connection, method: str, path: str, document: Mapping[str, Any]) -> Sending:
    return Sending(method, api_url(connection.target, path), document)


def _document(elements: Sequence[Any], sidecar: Mapping[str, Any] | None) -> dict[str, Any]:
    """`data` in the place of `elements` is refused with 7001 (ai-gateway §7.4)."""
    return {"elements": list(elements), **({"workbench": dict(sidecar)} if sidecar else {})}


def _told_better(failed: RequestFailed, url: str, *, local: bool) -> RequestFailed:
    """What these doors mean by a status that elsewhere is about models or addresses."""
    if failed.failure in (Failure.UNAUTHORIZED, Failure.FORBIDDEN) and not local:
        return failed.reworded(fix=_PERMISSION)
    if failed.status == 404 and "/routes/" in url:  # 7002 is said of gateways and of what is in them
        what = "This route, or this version of it, is not there."
        return failed.reworded(what, fix="List them again.", failure=Failure.NOT_FOUND)
    return failed
