"""Work that goes on whichever tab is in front, also what an earlier start left: the header shows it and can stop it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from workbench.domain.embeddings.runs import EmbeddingRun
from workbench.domain.models import short_name
from workbench.domain.speech.takes import Take, TakeState
from workbench.ui.support import figures
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once
from workbench.ui.support.work import RunningWork, Work

if TYPE_CHECKING:
    from workbench.services.embeddings.runs import Runs
    from workbench.services.images.queue import ImageQueue
    from workbench.services.speech.takes import Takes

_GATHER_MS = 100
"""Events come by the hundred; the header is told at most this often."""


@dataclass(frozen=True, slots=True)
class Shown:
    """progress: 0–1, None when it cannot be told. stop: ends it; what is done stays."""

    id: str
    title: str
    progress: float | None
    stop: Callable[[], Coroutine[Any, Any, None]]


class LongWork(QObject):
    """Keeps the running work as `look` finds it, whenever `changed` is called.

    Signals: failed of its TaskScope is passed on by `tasks`.
    """

    def __init__(
        self, running: RunningWork, look: Callable[[], Iterable[Shown]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.tasks = TaskScope(self)
        self._running = running
        self._look = look
        self._works: dict[str, Work] = {}
        self._soon = once(self, _GATHER_MS, self._follow)

    def changed(self, _event: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    async def aclose(self) -> None:
        self._soon.stop()
        for work in self._works.values():
            work.done()
        self._works.clear()
        await self.tasks.aclose()

    @Slot()
    def _follow(self) -> None:
        there = {one.id: one for one in self._look()}
        for id in [id for id in self._works if id not in there]:
            self._works.pop(id).done()
        for id, one in there.items():
            if id not in self._works:
                self._works[id] = self._running.add(one.title, partial(self._stop, id))
            self._works[id].set_progress(one.progress)

    def _stop(self, id: str) -> None:
        found = next((one for one in self._look() if one.id == id), None)
        if found is not None:
            self.tasks.start(f"stop {id}", found.stop())


class HearingShown(QObject):
    """What `Takes` has open."""

    def __init__(self, takes: Takes) -> None:
        super().__init__()
        self._takes = takes

    def __call__(self) -> list[Shown]:
        return [
            Shown(
                take.id,
                self.tr("Transcribing with {0}").format(short_name(take.model)),
                _heard(take),
                partial(self._takes.stop, take.id),
            )
            for take in self._takes.open
        ]


class EmbeddingShown(QObject):
    """What `Runs` has open."""

    def __init__(self, runs: Runs) -> None:
        super().__init__()
        self._runs = runs

    def __call__(self) -> list[Shown]:
        return [
            Shown(run.id, self._title(run), _embedded(run), partial(self._runs.stop, run.id))
            for run in self._runs.open
        ]

    def _title(self, run: EmbeddingRun) -> str:
        if len(run.models) == 1:
            return self.tr("Embedding with {0}").format(short_name(run.models[0].choice.model))
        return self.tr("Embedding with {0} models").format(figures.count(len(run.models)))


class PicturesShown(QObject):
    """The queue of pictures as one thing, unless it pauses. Progress: of all that waited since it was empty last."""

    def __init__(self, queue: ImageQueue) -> None:
        super().__init__()
        self._queue = queue
        self._seen: set[str] = set()

    def __call__(self) -> list[Shown]:
        waiting = {job.id for job in self._queue.jobs}
        if not waiting:
            self._seen.clear()
        if not waiting or self._queue.paused:
            return []
        self._seen |= waiting
        title = self.tr("Making pictures")
        return [Shown("pictures", title, 1 - len(waiting) / len(self._seen), self._queue.cancel_all)]


def _heard(take: Take) -> float | None:
    """By the clock of the recording: parts are of different lengths."""
    whole = sum(part.end - part.start for part in take.parts)
    done = sum(part.end - part.start for part in take.parts if part.state is TakeState.DONE)
    return done / whole if whole else None


def _embedded(run: EmbeddingRun) -> float | None:
    whole = sum(model.rows for model in run.models)
    done = sum(model.done + model.bad_count for model in run.models)
    return done / whole if whole else None
