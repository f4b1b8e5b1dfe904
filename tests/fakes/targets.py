"""A target service without storage or network."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workbench.domain.targets import Reach, Target, TargetKind, TargetStatus

LOCAL = Target("local", "Local gateway", TargetKind.LOCAL)
CLOUD = Target("cf", "Acme production", TargetKind.CLOUDFLARE, account="acme", gateway="default")


class FakeTargets:
    """statuses: what `status` answers, by id; an exception is raised instead."""

    def __init__(self, targets: Sequence[Target] = (LOCAL, CLOUD)) -> None:
        self.targets: list[Target] = list(targets)
        self.current: Target = self.targets[0]
        self.statuses: dict[str, TargetStatus | Exception] = {}

    async def load(self) -> None:
        await asyncio.sleep(0)

    async def select(self, target_id: str) -> None:
        await asyncio.sleep(0)
        self.current = next(target for target in self.targets if target.id == target_id)

    async def status(self, target_id: str) -> TargetStatus:
        await asyncio.sleep(0)
        status = self.statuses.get(target_id, TargetStatus(Reach.READY, latency_ms=3.0))
        if isinstance(status, Exception):
            raise status
        return status
