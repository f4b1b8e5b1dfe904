"""The gateways of the local gateway and the routes in them: read, set, created, deleted, rolled back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from workbench.domain.errors import InvalidInput
from workbench.domain.gateways import RouteEntry
from workbench.domain.routes.imports import Imported, import_route
from workbench.domain.targets import Connection
from workbench.services.deployments import Deployed, Deployments, Version

LOCAL_ID = "local"
MAX_FILE = 1024 * 1024
_TOLD_ONLY = frozenset({"created_at", "modified_at", "is_default"})
NEW: Mapping[str, Any] = {
    "cache_ttl": 0,
    "cache_invalidate_on_update": False,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
}
"""What a new gateway is created with: the fields the API demands (ai-gateway §9.1)."""

Document = Mapping[str, Any]


class Targets(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Client(Protocol):
    """client.gateway_desk.GatewayDesk."""

    async def gateways(self, connection: Connection) -> tuple[Document, ...]: ...
    async def create_gateway(self, connection: Connection, document: Document) -> Document: ...
    async def replace_gateway(
        self, connection: Connection, gateway_id: str, document: Document
    ) -> Document: ...
    async def delete_gateway(self, connection: Connection, gateway_id: str) -> None: ...


class Routes(Protocol):
    """client.management.ManagementClient."""

    async def routes(self, connection: Connection, gateway: str) -> tuple[RouteEntry, ...]: ...
    async def route(self, connection: Connection, gateway: str, route_id: str) -> RouteEntry: ...
    async def create(
        self,
        connection: Connection,
        gateway: str,
        name: str,
        elements: Sequence[Any],
        sidecar: Mapping[str, Any] | None = None,
    ) -> RouteEntry: ...
    async def delete(self, connection: Connection, gateway: str, route_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class RouteState:
    """A route and its versions, newest first."""

    entry: RouteEntry
    versions: tuple[Version, ...]


class GatewaySettingsDesk:
    """Everything raises RequestFailed, and InvalidFields where a field is refused."""

    def __init__(self, targets: Targets, client: Client, routes: Routes, deployments: Deployments) -> None:
        self._targets = targets
        self._client = client
        self._routes = routes
        self._deployments = deployments

    async def all(self) -> tuple[Document, ...]:
        """As the API tells them, the default one first."""
        found = await self._client.gateways(await self._here())
        return tuple(sorted(found, key=lambda one: (not one.get("is_default"), str(one.get("id")))))

    async def create(self, gateway_id: str) -> Document:
        """With everything off that can be off."""
        return await self._client.create_gateway(await self._here(), {**NEW, "id": gateway_id})

    async def save(self, document: Document) -> Document:
        """The whole of it: what it leaves out goes back to its default."""
        sent = {name: value for name, value in document.items() if name not in _TOLD_ONLY}
        return await self._client.replace_gateway(await self._here(), str(document["id"]), sent)

    async def delete(self, document: Document) -> Callable[[], Awaitable[object]]:
        """Remove it with its routes; what comes back makes it anew with both. Its stored keys do not come back."""
        here, gateway_id = await self._here(), str(document["id"])
        routes = [
            await self._routes.route(here, gateway_id, entry.id)
            for entry in await self._routes.routes(here, gateway_id)
        ]
        await self._client.delete_gateway(here, gateway_id)

        async def restore() -> None:
            sent = {name: value for name, value in document.items() if name not in _TOLD_ONLY}
            await self._client.create_gateway(await self._here(), sent)
            for entry in routes:
                await self._create_again(gateway_id, entry)

        return restore

    async def routes(self, gateway_id: str) -> tuple[RouteState, ...]:
        """By name."""
        entries = await self._routes.routes(await self._here(), gateway_id)
        return tuple(
            [
                RouteState(entry, await self._deployments.versions(LOCAL_ID, entry.name, gateway_id))
                for entry in sorted(entries, key=lambda one: one.name)
            ]
        )

    async def roll_back(self, gateway_id: str, name: str, version: Version) -> None:
        """Let this version run from the next request on."""
        await self._deployments.roll_back(LOCAL_ID, name, version.id, gateway_id)

    async def delete_route(self, gateway_id: str, entry: RouteEntry) -> Callable[[], Awaitable[object]]:
        """Remove it; what comes back makes it anew, with the version that ran as its only one."""
        here = await self._here()
        whole = await self._routes.route(here, gateway_id, entry.id)
        await self._routes.delete(here, gateway_id, entry.id)
        return lambda: self._create_again(gateway_id, whole)

    async def deploy(
        self, gateway_id: str, imported: Imported, *, in_spite_of_errors: bool = False
    ) -> Deployed:
        """Create the route, or add a version to the one of its name, and let it run."""
        return await self._deployments.deploy(
            LOCAL_ID, imported.route, gateway_id, in_spite_of_errors=in_spite_of_errors
        )

    async def _create_again(self, gateway_id: str, entry: RouteEntry) -> None:
        here = await self._here()
        await self._routes.create(here, gateway_id, entry.name, entry.graph or (), entry.sidecar)

    async def _here(self) -> Connection:
        return await self._targets.connection(LOCAL_ID)


def read_route_file(path: Path) -> Imported:
    """A route file in any of the shapes that can be read; may block. Raises RouteError, and InvalidInput for the file itself."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise InvalidInput(
                f"{path.name} is too large for a route.", why="A route file has a few kilobytes."
            )
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read.", why=error.strerror or str(error)) from error
    return import_route(content, path.name.removesuffix(".json").removesuffix(".route"))
