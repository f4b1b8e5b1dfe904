"""services.updates.Updates for tests of the window: nobody is asked."""

from __future__ import annotations

import asyncio

from workbench.domain.errors import WorkbenchError
from workbench.domain.releases import Release


class FakeUpdates:
    """newest: what is found, None where ours is. failure: raised instead. waiting: set while look waits for it. asked: addresses."""

    version = "0.1.0"

    def __init__(self, newest: Release | None = None) -> None:
        self.newest = newest
        self.failure: WorkbenchError | None = None
        self.waiting: asyncio.Event | None = None
        self.asked: list[str] = []
        self.time = 1_000_000

    def now(self) -> int:
        return self.time

    def is_due(self, last_check: int) -> bool:
        return self.time - last_check >= 86_400

    async def look(self, address: str) -> Release | None:
        self.asked.append(address)
        if self.waiting is not None:
            await self.waiting.wait()
        if self.failure is not None:
            raise self.failure
        return self.newest
