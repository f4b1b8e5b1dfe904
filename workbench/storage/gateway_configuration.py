"""What the local gateway is told, on disk: gateways, stored keys without the keys, custom providers, routes, modes."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from workbench.domain.errors import StorageFailed, WorkbenchError
from workbench.domain.gateways import (
    CustomProvider,
    DeployedRoute,
    GatewaySettings,
    Mode,
    ProviderConfig,
    RouteDeployment,
    RouteVersion,
)
from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.elements import Route
from workbench.storage.database import Database
from workbench.storage.migrations import Migration

_log = logging.getLogger(__name__)


def gateway_configuration(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE gateways (id TEXT PRIMARY KEY, document BLOB NOT NULL)")
    connection.execute(
        """CREATE TABLE provider_configs (
            id TEXT PRIMARY KEY, gateway_id TEXT NOT NULL REFERENCES gateways ON DELETE CASCADE,
            document BLOB NOT NULL)"""
    )
    connection.execute("CREATE TABLE custom_providers (id TEXT PRIMARY KEY, document BLOB NOT NULL)")
    connection.execute("CREATE TABLE modes (provider TEXT PRIMARY KEY, mode TEXT NOT NULL)")
    connection.execute(
        """CREATE TABLE routes (
            id TEXT PRIMARY KEY, gateway_id TEXT NOT NULL REFERENCES gateways ON DELETE CASCADE,
            name TEXT NOT NULL, created_at REAL NOT NULL, modified_at REAL NOT NULL, UNIQUE (gateway_id, name))"""
    )
    connection.execute(
        """CREATE TABLE route_versions (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            route_id TEXT NOT NULL REFERENCES routes ON DELETE CASCADE,
            created_at REAL NOT NULL, document BLOB NOT NULL)"""
    )
    connection.execute("CREATE INDEX route_versions_of ON route_versions (route_id)")
    connection.execute(
        """CREATE TABLE route_deployments (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            route_id TEXT NOT NULL REFERENCES routes ON DELETE CASCADE,
            version_id TEXT NOT NULL REFERENCES route_versions (id), created_at REAL NOT NULL)"""
    )
    connection.execute("CREATE INDEX route_deployments_of ON route_deployments (route_id)")


GATEWAY_MIGRATIONS: tuple[Migration, ...] = (gateway_configuration,)
"""For gateway.db, which belongs to the gateway alone; the window asks through the management API."""


@dataclass(frozen=True, slots=True)
class Stored:
    """All there is. unreadable: names of routes that this version cannot read; their rows are left as they are."""

    gateways: tuple[GatewaySettings, ...]
    provider_configs: tuple[ProviderConfig, ...]
    custom_providers: tuple[CustomProvider, ...]
    routes: tuple[DeployedRoute, ...]
    modes: Mapping[str, Mode]
    unreadable: tuple[str, ...] = ()


class GatewayConfigurationStore:
    """Each method is one transaction; raises StorageFailed and has then changed nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> Stored:
        try:
            return await self._database.read(_load)
        except (msgspec.DecodeError, ValueError) as error:
            raise StorageFailed(
                "The settings of the local gateway cannot be read.",
                why=f"{self._database.path} holds something that this version does not know ({error}).",
                fix="Install the version that wrote it, or move the file away to begin with a new one.",
            ) from error

    async def save_gateway(self, settings: GatewaySettings) -> None:
        """Add it, or replace the one with its id."""
        row = (settings.id, msgspec.json.encode(settings))
        await self._execute(
            "INSERT INTO gateways VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            row,
        )

    async def delete_gateway(self, gateway_id: str) -> None:
        """With its routes and stored keys."""
        await self._execute("DELETE FROM gateways WHERE id = ?", (gateway_id,))

    async def save_provider_configs(self, *configs: ProviderConfig) -> None:
        rows = [(config.id, config.gateway_id, msgspec.json.encode(config)) for config in configs]
        await self._database.write(
            lambda connection: connection.executemany(
                "INSERT OR REPLACE INTO provider_configs VALUES (?, ?, ?)", rows
            )
        )

    async def delete_provider_config(self, config_id: str) -> None:
        await self._execute("DELETE FROM provider_configs WHERE id = ?", (config_id,))

    async def save_custom_provider(self, provider: CustomProvider) -> None:
        row = (provider.id, msgspec.json.encode(provider))
        await self._execute("INSERT OR REPLACE INTO custom_providers VALUES (?, ?)", row)

    async def delete_custom_provider(self, provider_id: str, config_ids: tuple[str, ...]) -> None:
        """config_ids: the stored keys that were for it alone."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM custom_providers WHERE id = ?", (provider_id,))
            connection.executemany(
                "DELETE FROM provider_configs WHERE id = ?", [(config_id,) for config_id in config_ids]
            )

        await self._database.write(work)

    async def save_modes(self, modes: Mapping[str, Mode]) -> None:
        """These and no others."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM modes")
            connection.executemany("INSERT INTO modes VALUES (?, ?)", list(modes.items()))

        await self._database.write(work)

    async def save_route(self, route: DeployedRoute) -> None:
        """Add it, or bring it up to date. Its history only grows, one version and one deployment at a time."""
        row = (route.id, route.gateway_id, route.name, route.created_at, route.modified_at)
        version, deployment = route.versions[-1], route.deployments[-1]
        document = msgspec.json.encode(route_document(version.route))

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                """INSERT INTO routes VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)
                   DO UPDATE SET name = excluded.name, modified_at = excluded.modified_at""",
                row,
            )
            connection.execute(
                """INSERT INTO route_versions (id, route_id, created_at, document) VALUES (?, ?, ?, ?)
                   ON CONFLICT (id) DO NOTHING""",
                (version.id, route.id, version.created_at, document),
            )
            connection.execute(
                """INSERT INTO route_deployments (id, route_id, version_id, created_at) VALUES (?, ?, ?, ?)
                   ON CONFLICT (id) DO NOTHING""",
                (deployment.id, route.id, deployment.version_id, deployment.created_at),
            )

        await self._database.write(work)

    async def delete_route(self, route_id: str) -> None:
        """With its history."""
        await self._execute("DELETE FROM routes WHERE id = ?", (route_id,))

    async def _execute(self, statement: str, row: tuple[object, ...]) -> None:
        await self._database.write(lambda connection: connection.execute(statement, row))


def _load(connection: sqlite3.Connection) -> Stored:
    routes: list[DeployedRoute] = []
    unreadable: list[str] = []
    for row in connection.execute("SELECT * FROM routes ORDER BY created_at, id").fetchall():
        try:
            routes.append(_route(connection, row))
        except WorkbenchError as error:
            _log.warning("Route %s cannot be read: %s", row["name"], error)
            unreadable.append(row["name"])
    return Stored(
        gateways=tuple(_documents(connection, "gateways", GatewaySettings)),
        provider_configs=tuple(_documents(connection, "provider_configs", ProviderConfig)),
        custom_providers=tuple(_documents(connection, "custom_providers", CustomProvider)),
        routes=tuple(routes),
        modes={row["provider"]: Mode(row["mode"]) for row in connection.execute("SELECT * FROM modes")},
        unreadable=tuple(unreadable),
    )


def _route(connection: sqlite3.Connection, row: sqlite3.Row) -> DeployedRoute:
    versions = connection.execute(
        "SELECT * FROM route_versions WHERE route_id = ? ORDER BY key", (row["id"],)
    )
    deployments = connection.execute(
        "SELECT * FROM route_deployments WHERE route_id = ? ORDER BY key", (row["id"],)
    )
    return DeployedRoute(
        id=row["id"],
        gateway_id=row["gateway_id"],
        name=row["name"],
        versions=tuple(
            RouteVersion(one["id"], _read(one["document"], row["name"]), one["created_at"])
            for one in versions.fetchall()
        ),
        deployments=tuple(
            RouteDeployment(one["id"], one["version_id"], one["created_at"]) for one in deployments.fetchall()
        ),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )


def _read(document: bytes, name: str) -> Route:
    """A version under the name that its route has now."""
    return replace(read_route(document, name).route, name=name)


_Document = TypeVar("_Document", GatewaySettings, ProviderConfig, CustomProvider)


def _documents(connection: sqlite3.Connection, table: str, kind: type[_Document]) -> list[_Document]:
    rows = connection.execute(f"SELECT document FROM {table} ORDER BY id")
    return [msgspec.json.decode(row["document"], type=kind) for row in rows]
