"""The queue as a list: what runs, what waits in which order, and what is over since the list was cleared."""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from workbench.domain.images.jobs import ImageJob, JobState
from workbench.domain.trouble import Trouble
from workbench.services.calls import AT_ONCE
from workbench.services.images.queue import JobChanged, QueueEvent
from workbench.ui.images.apart import apart
from workbench.ui.images.results import words
from workbench.ui.images.results.queue_port import RunningQueue
from workbench.ui.images.results.result import Result
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once
from workbench.ui.support.tooltips import as_tip

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
JOB = Qt.ItemDataRole.UserRole + 1
MIME = "application/x-workbench-image-jobs"
KEPT_OVER = 300
_REMEMBERED = 20
_AGAIN = (JobState.FAILED, JobState.CANCELLED)


class Queue(RunningQueue, Protocol):
    """What this needs of services.images.queue.ImageQueue."""

    async def move(self, job_id: str, before_id: str) -> None: ...


class QueueModel(QAbstractListModel):
    """per_model: calls at a time to one model, as the user set it. clock: Unix seconds.

    Signals: changed (counts, whether it is paused, how long it will take), failed (Exception).
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        queue: Queue,
        *,
        per_model: Callable[[], int] = lambda: 1,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._per_model = per_model
        self.clock = clock
        self._jobs: list[ImageJob] = []
        self._apart: dict[str, str] = {}
        self._over: dict[str, ImageJob] = {}
        self._took: dict[str, deque[float]] = {}
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._timer = once(self, 0, self.refresh)
        self._leave = queue.on_change(self._said)
        self.refresh()

    # what there is

    @property
    def paused(self) -> bool:
        return self._queue.paused

    @property
    def trouble(self) -> Trouble | None:
        """Why the queue has paused itself; None where it has not."""
        return self._queue.trouble

    @property
    def running(self) -> int:
        return self._count(JobState.RUNNING)

    @property
    def waiting(self) -> int:
        return self._count(JobState.WAITING)

    @property
    def failures(self) -> int:
        return self._count(JobState.FAILED)

    @property
    def over(self) -> int:
        return sum(job.state.over for job in self._jobs)

    @property
    def ticking(self) -> bool:
        """Something is shown that changes with the time."""
        return any(
            job.state is JobState.RUNNING or (job.not_before and not job.state.over) for job in self._jobs
        )

    @property
    def left_s(self) -> float | None:
        """How long the rest will take if it goes on as it went; None before anything has ended, and while nothing is to do."""
        open_by_model: dict[str, int] = {}
        for job in self._jobs:
            if not job.state.over:
                open_by_model[job.model] = open_by_model.get(job.model, 0) + 1
        every = [took for known in self._took.values() for took in known]
        if not open_by_model or not every:
            return None
        usual = sum(every) / len(every)
        at_once = max(1, self._per_model())
        alone = []
        for model, count in open_by_model.items():
            known = self._took.get(model)
            each = sum(known) / len(known) if known else usual
            alone.append(math.ceil(count / at_once) * each)
        together = sum(open_by_model.values()) * usual / AT_ONCE
        held = max((job.not_before - self.clock() for job in self._jobs if not job.state.over), default=0.0)
        return max(*alone, together, held)

    def job(self, index: Index) -> ImageJob | None:
        return self._jobs[index.row()] if 0 <= index.row() < len(self._jobs) else None

    def apart(self, job_id: str) -> str:
        """What tells a call from the others of its batch; "" where there are none, or only their prompts differ."""
        return self._apart.get(job_id, "")

    def row_of(self, job_id: str) -> int:
        return next((at for at, job in enumerate(self._jobs) if job.id == job_id), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        job = self.job(index)
        if job is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(job.settings.prompt.split())
            case Qt.ItemDataRole.ToolTipRole:
                return as_tip(self._tip(job))
            case Qt.ItemDataRole.AccessibleTextRole:
                return words.spoken(Result(job), self.clock(), paused=self.paused)
        return job if role == JOB else None

    # what can be done

    @Slot()
    def toggle_pause(self) -> None:
        self._tasks.start("pause", self._queue.resume() if self.paused else self._queue.pause())

    @Slot()
    def cancel_all(self) -> None:
        self._tasks.start("cancel-all", self._queue.cancel_all())

    def cancel(self, ids: Iterable[str]) -> None:
        self._ask("cancel", self._queue.cancel, [job.id for job in self._of(ids) if not job.state.over])

    def retry(self, ids: Iterable[str]) -> None:
        self._ask("retry", self._queue.retry, [job.id for job in self._of(ids) if job.state in _AGAIN])

    @Slot()
    def clear_over(self) -> None:
        """Leave out of the list what is over. Batches and pictures stay where they are."""
        self._over = {}
        self.refresh()

    def move_by(self, ids: Iterable[str], down: bool) -> None:
        """One place up or down among those that wait; several move together."""
        order = self._waiting_ids()
        chosen = [id for id in order if id in set(ids)]
        moves: list[tuple[str, str]] = []
        for id in reversed(chosen) if down else chosen:
            at = order.index(id)
            beside = at + 1 if down else at - 1
            if not 0 <= beside < len(order) or order[beside] in chosen:
                continue
            order[at], order[beside] = order[beside], order[at]
            behind = order.index(id) + 1
            moves.append((id, order[behind] if behind < len(order) else ""))
        self._move(moves)

    def move_before(self, ids: Iterable[str], before_id: str) -> None:
        """Together, in the order they stand in; before_id: "" for the end."""
        wanted = set(ids)
        if before_id not in wanted:
            self._move([(id, before_id) for id in self._waiting_ids() if id in wanted])

    async def aclose(self) -> None:
        self._leave()
        self._timer.stop()
        await self._tasks.aclose()

    # dragging

    def flags(self, index: Index) -> Qt.ItemFlag:
        job = self.job(index)
        if job is None:
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsDragEnabled if job.state is JobState.WAITING else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        ids = [job.id for index in indexes if (job := self.job(index)) and job.state is JobState.WAITING]
        mime.setData(MIME, json.dumps(ids).encode())
        return mime

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Between two rows, or onto one. False: the view must not take away the rows that were dragged."""
        at = row if row >= 0 else parent.row() if parent.isValid() else len(self._jobs)
        below = [job.id for job in self._jobs[at:] if job.state is JobState.WAITING]
        above_all = at < len(self._jobs) and self._jobs[at].state is JobState.RUNNING
        before = self._waiting_ids()[:1] if above_all else below[:1]
        self.move_before(json.loads(bytes(data.data(MIME).data()) or b"[]"), before[0] if before else "")
        return False

    # following

    @Slot()
    def refresh(self) -> None:
        """Take over what the queue has, and keep the rows that stay."""
        alive = self._queue.jobs
        for job in alive:
            self._over.pop(job.id, None)
        alive = tuple(sorted(alive, key=lambda job: job.state is not JobState.RUNNING))
        wanted = [*alive, *reversed(self._over.values())]
        self._remove({job.id for job in wanted})
        known = {job.id for job in self._jobs}
        fresh = [job for job in wanted if job.id not in known]
        if fresh:
            self.beginInsertRows(ROOT, len(self._jobs), len(self._jobs) + len(fresh) - 1)
            self._jobs += fresh
            self.endInsertRows()
        self._arrange(wanted)
        self._tell_apart()
        self.changed.emit()

    def _tell_apart(self) -> None:
        batches: dict[str, list[ImageJob]] = {}
        for job in self._jobs:
            batches.setdefault(job.batch_id, []).append(job)
        self._apart = {
            job.id: said
            for batch in batches.values()
            for job, said in zip(batch, apart([(job.model, job.settings) for job in batch]), strict=True)
        }

    def _remove(self, staying: set[str]) -> None:
        last = len(self._jobs) - 1
        while last >= 0:
            if self._jobs[last].id in staying:
                last -= 1
                continue
            first = last
            while first > 0 and self._jobs[first - 1].id not in staying:
                first -= 1
            self.beginRemoveRows(ROOT, first, last)
            del self._jobs[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _arrange(self, wanted: list[ImageJob]) -> None:
        """The same jobs in this order, and as they are now."""
        if [job.id for job in self._jobs] != [job.id for job in wanted]:
            self.layoutAboutToBeChanged.emit()
            place = {job.id: at for at, job in enumerate(wanted)}
            old = self.persistentIndexList()
            new = [self.index(place[self._jobs[index.row()].id]) for index in old]
            self._jobs = wanted
            self.changePersistentIndexList(old, new)
            self.layoutChanged.emit()
            return
        changed = [at for at, job in enumerate(wanted) if job is not self._jobs[at]]
        self._jobs = wanted
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def _said(self, event: QueueEvent) -> None:
        if isinstance(event, JobChanged) and event.job.state.over:
            self._keep(event.job)
        if not self._timer.isActive():
            self._timer.start()

    def _keep(self, job: ImageJob) -> None:
        self._over.pop(job.id, None)
        self._over[job.id] = job
        if len(self._over) > KEPT_OVER:
            oldest = next(
                (id for id, one in self._over.items() if one.state is JobState.DONE), next(iter(self._over))
            )
            del self._over[oldest]
        if job.state is JobState.DONE and job.started_at and job.ended_at > job.started_at:
            self._took.setdefault(job.model, deque(maxlen=_REMEMBERED)).append(job.ended_at - job.started_at)

    def _count(self, state: JobState) -> int:
        return sum(job.state is state for job in self._jobs)

    def _of(self, ids: Iterable[str]) -> list[ImageJob]:
        wanted = set(ids)
        return [job for job in self._jobs if job.id in wanted]

    def _waiting_ids(self) -> list[str]:
        return [job.id for job in self._jobs if job.state is JobState.WAITING]

    def _ask(
        self, name: str, what: Callable[[Iterable[str]], Coroutine[Any, Any, None]], ids: list[str]
    ) -> None:
        if ids:
            self._tasks.start(f"{name}/{ids[0]}", what(ids))

    def _move(self, moves: Sequence[tuple[str, str]]) -> None:
        if moves:
            self._tasks.start(f"move/{moves[0][0]}", self._carry_out(moves))

    async def _carry_out(self, moves: Sequence[tuple[str, str]]) -> None:
        for job_id, before_id in moves:
            await self._queue.move(job_id, before_id)

    def _tip(self, job: ImageJob) -> str:
        result = Result(job)
        state = words.state(result, self.clock(), paused=self.paused)
        lines = [" · ".join(part for part in (state, job.model, words.seed(result)) if part)]
        lines += words.reasons(result)
        lines.append(job.settings.prompt)
        return "\n".join(lines)
