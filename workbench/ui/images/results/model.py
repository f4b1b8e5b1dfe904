"""The batch that is open: its calls and pictures as they come, and the batches before it."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from workbench.domain.errors import WorkbenchError
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.trouble import Trouble
from workbench.services.images.gallery import Added, Changed, GalleryEvent, Gone
from workbench.services.images.queue import BatchAdded, JobChanged, QueueChanged, QueueEvent
from workbench.ui.images.results.queue_port import RunningQueue
from workbench.ui.images.results.result import Counts, Estimate, Result, counted
from workbench.ui.support.tasks import TaskScope
from workbench.ui.support.timers import once

PAGE = 50
_FACES = 4


class JobQueue(RunningQueue, Protocol):
    """What this needs of services.images.queue.ImageQueue."""

    async def retry_failed(self, batch_id: str) -> None: ...
    async def batches(self, limit: int = 50, before: str = "") -> list[ImageBatch]: ...
    async def batch(self, batch_id: str) -> ImageBatch | None: ...
    async def batch_jobs(self, batch_id: str) -> list[ImageJob]: ...
    async def delete_batch(self, batch_id: str) -> None: ...


class ImageSource(Protocol):
    """What this needs of services.images.gallery.Gallery."""

    async def images(self, ids: Sequence[str]) -> list[GalleryImage]: ...
    def on_change(self, listener: Callable[[GalleryEvent], None]) -> Callable[[], None]: ...


class Face:
    """What a list shows of a batch: its first pictures' digests, and how it ended."""

    def __init__(self, digests: tuple[str, ...], counts: Counts) -> None:
        self.digests = digests
        self.counts = counts


class ResultsModel(QObject):
    """Opens a new batch by itself as it is submitted. estimate: see Estimate. clock: Unix seconds.

    recipe: there are only the batches of this one. Without, there are all, and those of a recipe are not opened by themselves.
    loading: the list of batches is read; reading: the open one is. problem: why that could not be.

    Signals: batch_changed (another one is open, or it has been read), job_changed (its id), counts_changed, history_changed,
    face_changed (batch id), paused_changed, failed (Exception).
    """

    batch_changed = Signal()
    job_changed = Signal(str)
    counts_changed = Signal()
    history_changed = Signal()
    face_changed = Signal(str)
    paused_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        queue: JobQueue,
        gallery: ImageSource,
        *,
        estimate: Estimate = lambda model, settings: None,
        clock: Callable[[], float] = time.time,
        recipe: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = queue
        self._recipe = recipe
        self._gallery = gallery
        self._estimate = estimate
        self._estimates: dict[str, float | None] = {}
        self.clock = clock
        self.batch: ImageBatch | None = None
        self.loading = False
        self.loaded = False
        self.reading = False
        self._fetching = False
        self.problem: WorkbenchError | None = None
        self.batches: tuple[ImageBatch, ...] = ()
        self.has_more = False
        self._jobs: dict[str, ImageJob] = {}
        self._meanwhile: dict[str, ImageJob] = {}
        self._images: dict[str, GalleryImage] = {}
        self._gone: set[str] = set()
        self._wanted: set[str] = set()
        self._job_of: dict[str, str] = {}
        self._faces: dict[str, Face] = {}
        self._paused = queue.paused
        self._tasks = TaskScope(self)
        self._tasks.failed.connect(self.failed)
        self._counting = once(self, 0, self._catch_up)
        self._leave = (queue.on_change(self._queue_said), gallery.on_change(self._gallery_said))

    # what there is

    @property
    def jobs(self) -> tuple[ImageJob, ...]:
        """Of the open batch, in the order they were planned in."""
        return tuple(self._jobs.values())

    @property
    def counts(self) -> Counts:
        mine = (self._images[id] for job in self._jobs.values() for id in job.images if id in self._images)
        return counted(self.jobs, mine, self._estimated)

    @property
    def paused(self) -> bool:
        return self._queue.paused

    @property
    def trouble(self) -> Trouble | None:
        """Why the queue has paused itself; None where it has not."""
        return self._queue.trouble

    @property
    def ticking(self) -> bool:
        """Something is shown that changes with the time: what runs, and what a 429 holds up."""
        return any(
            job.state is JobState.RUNNING or (job.state is JobState.WAITING and job.not_before)
            for job in self._jobs.values()
        )

    def job(self, job_id: str) -> ImageJob | None:
        return self._jobs.get(job_id)

    def results(self, job_id: str) -> tuple[Result, ...]:
        """One for each picture of a call; one without a picture while it has none."""
        job = self._jobs[job_id]
        if not job.images:
            return (Result(job),)
        return tuple(
            Result(job, self._images.get(id), number, id in self._gone)
            for number, id in enumerate(job.images)
        )

    @property
    def place(self) -> int:
        """Where the open batch stands in `batches`, -1 where it does not."""
        ids = [batch.id for batch in self.batches]
        return ids.index(self.batch.id) if self.batch and self.batch.id in ids else -1

    def face(self, batch_id: str) -> Face | None:
        """None: it is read now, and `face_changed` follows."""
        known = self._faces.get(batch_id)
        if known is None and not self._tasks.running(f"face/{batch_id}"):
            self._tasks.start(f"face/{batch_id}", self._read_face(batch_id))
        return known

    # what can be done

    @Slot()
    def load(self) -> None:
        """Read the batches there are, and open the newest."""
        self.loaded = False
        self._tasks.start("history", self._load())

    def load_more(self) -> None:
        if self.has_more and self.batches and not self._tasks.running("history"):
            self._tasks.start("history", self._load_more())

    def open(self, batch_id: str) -> None:
        """Any batch there is, also one that the list has not come to yet."""
        known = next((batch for batch in self.batches if batch.id == batch_id), None)
        if known is not None:
            self._show(known)
        else:
            self._tasks.start("open", self._find(batch_id))

    def close(self) -> None:
        """Show no batch."""
        self._show(None)

    @Slot()
    def open_older(self) -> None:
        if 0 <= self.place < len(self.batches) - 1:
            self._show(self.batches[self.place + 1])

    @Slot()
    def open_newer(self) -> None:
        if self.place > 0:
            self._show(self.batches[self.place - 1])

    @Slot()
    def toggle_pause(self) -> None:
        self._start("pause", self._queue.resume() if self._queue.paused else self._queue.pause())

    def cancel(self, ids: Iterable[str]) -> None:
        alive = [id for id in ids if (job := self._jobs.get(id)) and not job.state.over]
        if alive:
            self._start(f"cancel/{alive[0]}", self._queue.cancel(alive))

    @Slot()
    def cancel_all(self) -> None:
        if self.batch is not None:
            self._start("cancel-all", self._queue.cancel_all(self.batch.id))

    def retry(self, ids: Iterable[str]) -> None:
        """Those of ids that failed or were cancelled."""
        again = (JobState.FAILED, JobState.CANCELLED)
        dead = [id for id in ids if (job := self._jobs.get(id)) and job.state in again]
        if dead:
            self._start(f"retry/{dead[0]}", self._queue.retry(dead))

    @Slot()
    def retry_failed(self) -> None:
        if self.batch is not None:
            self._start("retry-failed", self._queue.retry_failed(self.batch.id))

    @Slot()
    def resume_cancelled(self) -> None:
        """Ask for what was cancelled after all."""
        self.retry(job.id for job in self._jobs.values() if job.state is JobState.CANCELLED)

    def delete(self, batch_id: str) -> None:
        """The batch and its calls; the pictures stay in the gallery."""
        self._start(f"delete/{batch_id}", self._delete(batch_id))

    async def aclose(self) -> None:
        for leave in self._leave:
            leave()
        self._counting.stop()
        await self._tasks.aclose()

    def _estimated(self, job: ImageJob) -> float | None:
        if job.id not in self._estimates:
            self._estimates[job.id] = self._estimate(job.model, job.settings)
        return self._estimates[job.id]

    def _start(self, name: str, coro: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(name, coro)

    # reading

    async def _load(self) -> None:
        self.problem = None
        self.loading = True
        self.history_changed.emit()
        try:
            found = await self._queue.batches(PAGE)
        except WorkbenchError as error:
            self.problem = error
            return
        finally:
            self.loading = False
            self.loaded = True
            self.history_changed.emit()
        self._take(found)
        if self.batch is None and self.batches:
            self._show(self.batches[0])
        self.history_changed.emit()

    async def _find(self, batch_id: str) -> None:
        batch = await self._queue.batch(batch_id)
        if batch is not None:
            self._show(batch)

    async def _load_more(self) -> None:
        self._take(await self._queue.batches(PAGE, self.batches[-1].id))
        self.history_changed.emit()

    def _take(self, found: Sequence[ImageBatch]) -> None:
        known = {batch.id for batch in self.batches}
        fresh = [batch for batch in found if batch.id not in known and self._is_mine(batch)]
        self.batches = tuple(sorted((*self.batches, *fresh), key=lambda one: one.created_at, reverse=True))
        self.has_more = len(found) == PAGE and bool(fresh)

    def _show(self, batch: ImageBatch | None) -> None:
        if batch is not None and self.batch is not None and batch.id == self.batch.id:
            return
        self.batch = batch
        self._jobs, self._meanwhile, self._images = {}, {}, {}
        self._gone, self._wanted, self._job_of, self._estimates = set(), set(), {}, {}
        self.problem = None
        self.reading = batch is not None
        if batch is not None:
            self._tasks.start("batch", self._read(batch))
        else:
            self._tasks.cancel("batch")
        self.batch_changed.emit()
        self.counts_changed.emit()

    async def _read(self, batch: ImageBatch) -> None:
        try:
            jobs = await self._queue.batch_jobs(batch.id)
        except WorkbenchError as error:
            self.problem = error
            self.batch_changed.emit()
            return
        finally:
            self.reading = False
        self._jobs = {job.id: job for job in jobs}
        self._jobs.update(self._meanwhile)
        self._meanwhile = {}
        for job in self._jobs.values():
            self._look_at(job)
        self.batch_changed.emit()
        self.counts_changed.emit()

    async def _read_face(self, batch_id: str) -> None:
        jobs = await self._queue.batch_jobs(batch_id)
        ids = [id for job in jobs for id in job.images][:_FACES]
        images = await self._gallery.images(ids) if ids else []
        digests = tuple(image.digest for image in images)
        self._faces[batch_id] = Face(digests, counted(jobs, (), lambda job: None))
        self.face_changed.emit(batch_id)

    async def _fetch(self) -> None:
        try:
            await self._fetch_wanted()
        finally:
            self._fetching = False

    async def _fetch_wanted(self) -> None:
        while self._wanted:
            ids, self._wanted = sorted(self._wanted), set()
            found = {image.id: image for image in await self._gallery.images(ids)}
            mine = [id for id in ids if id in self._job_of]
            for id in mine:
                if id in found:
                    self._images[id] = found[id]
                    self._gone.discard(id)
                else:
                    self._images.pop(id, None)
                    self._gone.add(id)
            for job_id in dict.fromkeys(self._job_of[id] for id in mine):
                self.job_changed.emit(job_id)
            self._count_soon()

    async def _delete(self, batch_id: str) -> None:
        await self._queue.delete_batch(batch_id)
        place = self.place
        was_open = self.batch is not None and self.batch.id == batch_id
        self.batches = tuple(batch for batch in self.batches if batch.id != batch_id)
        self._faces.pop(batch_id, None)
        if was_open:
            self._show(self.batches[min(place, len(self.batches) - 1)] if self.batches else None)
        self.history_changed.emit()

    # following

    def _queue_said(self, event: QueueEvent) -> None:
        match event:
            case BatchAdded(batch):
                self._take_in(batch)
            case JobChanged(job):
                self._put(job)
            case QueueChanged():
                if self._paused != self._queue.paused:
                    self._paused = self._queue.paused
                    self.paused_changed.emit()
                self._count_soon()

    def _gallery_said(self, event: GalleryEvent) -> None:
        match event:
            case Added(image):
                if self.batch is not None and image.batch_id == self.batch.id:
                    self._images[image.id] = image
                    self._gone.discard(image.id)
                    self._say_changed((image.id,))
            case Changed(ids):
                self._want(id for id in ids or self._job_of if id in self._job_of)
            case Gone(ids):
                mine = [id for id in ids if id in self._job_of]
                self._gone.update(mine)
                for id in mine:
                    self._images.pop(id, None)
                self._say_changed(mine)

    def _take_in(self, batch: ImageBatch) -> None:
        if batch.id in {known.id for known in self.batches} or not self._is_mine(batch):
            return
        self.batches = (batch, *self.batches)
        self.history_changed.emit()
        if batch.recipe == self._recipe:
            self._show(batch)

    def _is_mine(self, batch: ImageBatch) -> bool:
        return not self._recipe or batch.recipe == self._recipe

    def _put(self, job: ImageJob) -> None:
        self._faces.pop(job.batch_id, None)
        if self.batch is None or job.batch_id != self.batch.id:
            return
        if self.reading:
            self._meanwhile[job.id] = job
            return
        self._jobs[job.id] = job
        self._look_at(job)
        self.job_changed.emit(job.id)
        self._count_soon()

    def _look_at(self, job: ImageJob) -> None:
        for id in job.images:
            self._job_of[id] = job.id
        self._want(id for id in job.images if id not in self._images and id not in self._gone)

    def _want(self, ids: Iterable[str]) -> None:
        self._wanted.update(ids)
        if self._wanted and not self._fetching:
            self._fetching = True
            self._tasks.start("images", self._fetch())

    def _say_changed(self, image_ids: Iterable[str]) -> None:
        for job_id in dict.fromkeys(self._job_of[id] for id in image_ids if id in self._job_of):
            self.job_changed.emit(job_id)
        self._count_soon()

    @Slot()
    def _catch_up(self) -> None:
        """A model that is waited for holds calls up that the queue says nothing of one by one."""
        if self.batch is not None and not self.reading:
            for job in self._queue.jobs:
                mine = self._jobs.get(job.id)
                if mine is not None and job.state is mine.state and job.not_before != mine.not_before:
                    self._jobs[job.id] = job
                    self.job_changed.emit(job.id)
        self.counts_changed.emit()

    def _count_soon(self) -> None:
        if not self._counting.isActive():
            self._counting.start()
