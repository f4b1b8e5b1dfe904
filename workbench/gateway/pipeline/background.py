"""Work that outlives the request that began it, and not the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Background:
    """Entered once by the gateway. When it is left, what is brief (a write) is finished and the rest is cancelled."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._endless: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Background:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        for task in self._endless:
            task.cancel()
        await self._group.__aexit__(None, None, None)

    def start(self, work: Coroutine[Any, Any, None], *, brief: bool = False) -> asyncio.Task[None]:
        """A failure costs this piece of work only, and is logged."""
        task = self._group.create_task(_alone(work))
        if not brief:
            self._endless.add(task)
            task.add_done_callback(self._endless.discard)
        task.add_done_callback(
            lambda _: work.close()
        )  # one cancelled before its first step was never awaited
        return task


async def _alone(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # the edge of what nobody waits for
        log.exception("Work in the background failed")
