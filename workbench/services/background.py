"""Work that outlives the call that caused it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Background:
    """Tasks that live no longer than the service that owns them: named, kept, cancelled by `aclose`.

    A TaskGroup belongs to the task that entered it; a service is first used from whichever task needs it first.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run work as the task called name; when one runs already, work is dropped."""
        if self.runs(name):
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(_report)

    def runs(self, name: str) -> bool:
        task = self._tasks.get(name)
        return task is not None and not task.done()

    async def ended(self, name: str) -> None:
        """Wait until the task called name has come to its end, however it ends."""
        task = self._tasks.get(name)
        if task is not None and not task.done():
            await asyncio.wait((task,))

    async def cancel(self, name: str) -> None:
        """End the task called name and wait until it has ended."""
        task = self._tasks.pop(name, None)
        if task is not None and not task.done():
            task.cancel()
            await asyncio.wait((task,))

    async def aclose(self) -> None:
        for name in tuple(self._tasks):
            await self.cancel(name)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("“%s” ended with an error", task.get_name(), exc_info=error)


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Await work to its end even when this task is cancelled meanwhile; the cancellation is passed on after it.

    For the last write of what must not be lost. Work must be short.
    """
    task = asyncio.get_running_loop().create_task(work)  # kept by this frame until it has ended
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if not task.cancelled():
                cancelled = error
        except Exception:  # noqa: BLE001  raised below, by result()
            break
    if cancelled is not None:
        if not task.cancelled() and task.exception() is not None:
            _log.error("A last write failed", exc_info=task.exception())
        raise cancelled
    return task.result()
