"""Deployments remembered in memory."""

from __future__ import annotations

from workbench.domain.gateways import DeploymentRecord


class MemoryRecords:
    def __init__(self) -> None:
        self.all: list[DeploymentRecord] = []

    async def add(self, record: DeploymentRecord) -> None:
        self.all.append(record)

    async def of(self, target_id: str, gateway: str, route: str) -> tuple[DeploymentRecord, ...]:
        place = (target_id, gateway, route)
        return tuple(one for one in self.all if (one.target_id, one.gateway, one.route) == place)
