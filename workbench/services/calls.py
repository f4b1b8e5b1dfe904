"""Calls to models: begun in the order in which they wait, so many at a time, each as a task of its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from workbench.domain.errors import WorkbenchError
from workbench.services.background import Background
from workbench.services.waiting import Lane, WaitingJobs

PER_LANE = 2
AT_ONCE = 6

_log = logging.getLogger(__name__)


class Calls:
    """Whoever owns it puts jobs into `waiting`, says `wake`, and is asked to run each with its lane when its turn has come.

    run: one that is to run again puts itself into `waiting` before it ends. per_lane: so many at a time, asked before
    each; at_once: in all. may_begin: False while nothing may. rang: told when a time that was waited for has come.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[str, Lane], Awaitable[None]],
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        per_lane: Callable[[], int] = lambda: PER_LANE,
        at_once: int = AT_ONCE,
        may_begin: Callable[[], bool] = lambda: True,
        rang: Callable[[], None] = lambda: None,
    ) -> None:
        self.waiting = WaitingJobs()
        self._name = name
        self._run = run
        self._clock = clock
        self._sleep = sleep
        self._per_lane = per_lane
        self._at_once = at_once
        self._may_begin = may_begin
        self._rang = rang
        self._background = Background()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._busy: Counter[Lane] = Counter()
        self._changed = asyncio.Event()

    def __contains__(self, job_id: str) -> bool:
        """It runs."""
        return job_id in self._tasks

    def wake(self) -> None:
        """Begin what may begin now."""
        self._background.start(self._name, self._serve())
        self._changed.set()

    async def cancel(self, ids: Iterable[str]) -> None:
        """What waits does so no longer; what runs is cut off, and has ended when this returns."""
        ids = tuple(ids)
        for job_id in ids:
            self.waiting.discard(job_id)
        running = [self._tasks[job_id] for job_id in ids if job_id in self._tasks]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    async def aclose(self) -> None:
        """Cut off what runs."""
        await self._background.aclose()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            alarm: asyncio.Task[None] | None = None
            rings_at: float | None = None
            while True:
                self._changed.clear()
                while (turn := self._next()) is not None:
                    self._begin(group, *turn)
                if alarm is not None and alarm.done():
                    rings_at = None
                now = self._clock()
                soon = self.waiting.next_change(now)
                if soon != rings_at:
                    if alarm is not None:
                        alarm.cancel()
                    if soon is not None:
                        alarm = group.create_task(self._ring(soon - now), name=f"{self._name}: alarm")
                    rings_at = soon
                await self._changed.wait()

    async def _ring(self, after_s: float) -> None:
        await self._sleep(after_s)
        self._rang()
        self._changed.set()

    def _next(self) -> tuple[str, Lane] | None:
        if not self._may_begin() or len(self._tasks) >= self._at_once:
            return None
        most = max(1, self._per_lane())
        return self.waiting.take(self._clock(), lambda lane: self._busy[lane] < most)

    def _begin(self, group: asyncio.TaskGroup, job_id: str, lane: Lane) -> None:
        self._busy[lane] += 1
        task = group.create_task(self._guarded(job_id, lane), name=f"{self._name} {job_id}")
        self._tasks[job_id] = task
        task.add_done_callback(partial(self._ended, job_id, lane))

    def _ended(self, job_id: str, lane: Lane, task: asyncio.Task[None]) -> None:
        del self._tasks[job_id]
        self._busy[lane] -= 1
        if not self._busy[lane]:
            del self._busy[lane]
        self._changed.set()

    async def _guarded(self, job_id: str, lane: Lane) -> None:
        try:
            await self._run(job_id, lane)
        except Exception:  # noqa: BLE001  a bug in one call must not end the others
            _log.exception("“%s”: a call went wrong", self._name)


def our_fault(meanwhile: str) -> WorkbenchError:
    """What a call ends with where it is a bug of ours. meanwhile: such as "the picture was made"."""
    return WorkbenchError(
        f"Something in AI Workbench went wrong while {meanwhile}.",
        why="It is not the model's fault, nor yours; the log has the details.",
        fix="Retry; if it happens again, please report it.",
    )
