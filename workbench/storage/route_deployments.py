"""Who deployed which version of a route from here, when and why: what no gateway keeps."""

from __future__ import annotations

import sqlite3
from dataclasses import astuple

from workbench.domain.gateways import DeploymentRecord
from workbench.storage.database import Database


class DeploymentRecords:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, record: DeploymentRecord) -> None:
        row = astuple(record)
        await self._database.write(
            lambda connection: connection.execute(
                """INSERT INTO route_deployments (target_id, gateway, route, version_id, at, who, note)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                row,
            )
        )

    async def of(self, target_id: str, gateway: str, route: str) -> tuple[DeploymentRecord, ...]:
        """Oldest first."""

        def work(connection: sqlite3.Connection) -> tuple[DeploymentRecord, ...]:
            rows = connection.execute(
                """SELECT target_id, gateway, route, version_id, at, who, note FROM route_deployments
                WHERE target_id = ? AND gateway = ? AND route = ? ORDER BY at, key""",
                (target_id, gateway, route),
            )
            return tuple(DeploymentRecord(*row) for row in rows)

        return await self._database.read(work)
