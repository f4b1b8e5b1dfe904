"""Which job comes next: in the order of the queue, but past models that are busy or whose limit is waited out."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from workbench.domain.trouble import Trouble


class Job(Protocol):
    """position: the lowest comes first. not_before: Unix seconds, 0 for at once."""

    @property
    def id(self) -> str: ...
    @property
    def position(self) -> float: ...
    @property
    def not_before(self) -> float: ...


class Turn(NamedTuple):
    """A Job of which nothing else is known here."""

    id: str
    position: float
    not_before: float = 0.0


class Lane(NamedTuple):
    """Jobs that ask the same model of the same target share its limits."""

    target_id: str
    model: str


class Hold(NamedTuple):
    """until: Unix seconds. trouble: what is waited out."""

    until: float
    trouble: Trouble | None = None


Place = tuple[float, str]
"""A position in the queue; the id decides between equal ones."""


class WaitingJobs:
    """Costs the same for a thousand jobs as for ten. Times are passed in; nothing here waits."""

    def __init__(self) -> None:
        self._lanes: dict[Lane, list[Place]] = {}
        self._where: dict[str, tuple[Lane, Place]] = {}
        self._delayed: list[tuple[float, str]] = []
        self._until: dict[str, float] = {}
        self._holds: dict[Lane, Hold] = {}

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._where

    def add(self, job: Job, lane: Lane) -> None:
        """It is not handed out before its not_before. One that is there already gets its new place and time."""
        self.discard(job.id)
        place = (job.position, job.id)
        self._where[job.id] = (lane, place)
        if job.not_before > 0:
            self._until[job.id] = job.not_before
            heappush(self._delayed, (job.not_before, job.id))
        else:
            insort(self._lanes.setdefault(lane, []), place)

    def discard(self, job_id: str) -> None:
        found = self._where.pop(job_id, None)
        if found is not None and self._until.pop(job_id, None) is None:
            self._leave(*found)

    def hold(self, lane: Lane, hold: Hold) -> None:
        """Hand out nothing of the lane before then; a longer hold stays."""
        if hold.until > self._holds.get(lane, Hold(0.0)).until:
            self._holds[lane] = hold

    def held(self, lane: Lane, now: float) -> Hold | None:
        hold = self._holds.get(lane)
        return hold if hold is not None and hold.until > now else None

    def take(self, now: float, has_room: Callable[[Lane], bool]) -> tuple[str, Lane] | None:
        """The id and lane of the first job that may run now, which waits no longer; None where none may."""
        self._let_in(now)
        free = (
            (places[0], lane)
            for lane, places in self._lanes.items()
            if has_room(lane) and self.held(lane, now) is None
        )
        first = min(free, default=None)
        if first is None:
            return None
        (place, lane) = first
        self._leave(lane, place)
        del self._where[place[1]]
        return place[1], lane

    def next_change(self, now: float) -> float | None:
        """When `take` may give something that it does not give now, or a hold ends; None where no time is waited for."""
        self._let_in(now)
        self._holds = {lane: hold for lane, hold in self._holds.items() if hold.until > now}
        times = [hold.until for hold in self._holds.values()]
        if self._delayed:
            times.append(self._delayed[0][0])
        return min(times, default=None)

    def _let_in(self, now: float) -> None:
        """Put delayed jobs whose time has come into their lanes; forget entries that were superseded."""
        while self._delayed:
            until, job_id = self._delayed[0]
            if self._until.get(job_id) == until:
                if until > now:
                    return
                del self._until[job_id]
                lane, place = self._where[job_id]
                insort(self._lanes.setdefault(lane, []), place)
            heappop(self._delayed)

    def _leave(self, lane: Lane, place: Place) -> None:
        places = self._lanes[lane]
        del places[bisect_left(places, place)]
        if not places:
            del self._lanes[lane]
