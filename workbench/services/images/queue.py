"""The queue of pictures: how many calls at a time, what is waited out, what is tried again, and what survives a restart."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from workbench.domain.errors import RequestFailed, StorageFailed, WorkbenchError
from workbench.domain.exchange import Exchange
from workbench.domain.ids import new_id
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.settings import Draft, PlannedImage
from workbench.domain.trouble import Trouble
from workbench.services.background import Background, to_the_end
from workbench.services.calls import AT_ONCE, PER_LANE, Calls, our_fault
from workbench.services.images.generation import Generated, PicturesNotStored
from workbench.services.images.open_jobs import OpenJobs
from workbench.services.listeners import Listeners
from workbench.services.retrying import is_of_the_model, pause_s
from workbench.services.waiting import Hold, Lane
from workbench.storage.image_jobs import Claim, Opened, QueueState

ATTEMPTS = 5
LOOK_S = 30.0
"""How often to look for what other windows left behind, or paused and resumed."""
_LONGEST_TITLE = 80

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchAdded:
    batch: ImageBatch


@dataclass(frozen=True, slots=True)
class JobChanged:
    job: ImageJob


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """Which jobs there are, their order, whether it is paused, or until when models are waited for."""


QueueEvent = BatchAdded | JobChanged | QueueChanged


class Store(Protocol):
    """storage.image_jobs.ImageJobStore."""

    async def add(self, batch: ImageBatch, jobs: Sequence[ImageJob]) -> list[ImageJob]: ...
    async def claim(self, job_id: str, now: float) -> Claim: ...
    async def save(self, jobs: Iterable[ImageJob]) -> None: ...
    async def place(self, positions: Iterable[tuple[str, float]]) -> None: ...
    async def cancel(self, ids: Iterable[str], now: float) -> list[ImageJob]: ...
    async def reopen(self, ids: Iterable[str]) -> Opened: ...
    async def adopt(self) -> Opened: ...
    async def release(self) -> None: ...
    async def state(self) -> QueueState: ...
    async def set_state(self, state: QueueState) -> None: ...
    async def hold(self, target_id: str, model: str, until: float, now: float) -> None: ...
    async def batches(self, limit: int, before: str = "") -> list[ImageBatch]: ...
    async def batch(self, batch_id: str) -> ImageBatch | None: ...
    async def jobs(self, batch_id: str) -> list[ImageJob]: ...
    async def tallies(self, batch_ids: Iterable[str]) -> dict[str, dict[JobState, int]]: ...
    async def delete_batch(self, batch_id: str) -> None: ...


class Generating(Protocol):
    """services.images.generation.Generation."""

    async def run(self, job: ImageJob, batch: ImageBatch, exchange: Exchange | None = None) -> Generated: ...
    def unstored(self, job_id: str) -> bool: ...
    def forget(self, job_id: str) -> None: ...


class ImageQueue:
    """Runs this window's jobs. Those of a window that is gone are taken over at `load`, and looked for now and then.

    clock: Unix seconds. per_model: calls at a time to one model of one target, asked before each; at_once: in all.
    attempts: calls that one job may take. A failure that can pass is tried again after a while; a 429, or
    whatever tells when to come back, holds back every job of its model. A disk that fails pauses the queue, `trouble` says
    why, and nothing is called until `resume`.

    Methods that change something raise StorageFailed when it could not be stored.
    """

    def __init__(
        self,
        store: Store,
        generation: Generating,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        per_model: Callable[[], int] = lambda: PER_LANE,
        at_once: int = AT_ONCE,
        attempts: int = ATTEMPTS,
        dice: random.Random | None = None,
    ) -> None:
        self._store = store
        self._generation = generation
        self._clock = clock
        self._sleep = sleep
        self._attempts = attempts
        self._dice = dice or random.Random()
        self._background = Background()
        self._calls = Calls(
            "image queue",
            self._run,
            clock=clock,
            sleep=sleep,
            per_lane=per_model,
            at_once=at_once,
            may_begin=lambda: not self._state.paused,
            rang=self._time_has_come,
        )
        self._waiting = self._calls.waiting
        self._listeners: Listeners[QueueEvent] = Listeners()
        self._open = OpenJobs()
        self._unwritten: dict[str, ImageJob] = {}
        self._unstored: dict[str, tuple[ImageJob, ImageBatch]] = {}
        self._state = QueueState()
        self._state_is_stored = True
        self._shown: tuple[ImageJob, ...] | None = None
        self._closed = False

    # looking

    @property
    def jobs(self) -> tuple[ImageJob, ...]:
        """This window's jobs that are not over, in the order of the queue. Those whose model is waited for say until when."""
        if self._shown is None:
            self._shown = tuple(map(self._as_shown, self._open))
        return self._shown

    @property
    def paused(self) -> bool:
        return self._state.paused

    @property
    def trouble(self) -> Trouble | None:
        """Why it paused; None while it runs, and where the user paused it."""
        return self._state.trouble

    async def batches(self, limit: int = 50, before: str = "") -> list[ImageBatch]:
        """Of all windows, the newest first; before: id of the last one known already."""
        return await self._store.batches(limit, before)

    async def batch(self, batch_id: str) -> ImageBatch | None:
        return self._open.batch(batch_id) or await self._store.batch(batch_id)

    async def batch_jobs(self, batch_id: str) -> list[ImageJob]:
        """All of them, over or not, in the order they were planned."""
        jobs = await self._store.jobs(batch_id)
        return [self._newest(job) for job in jobs]

    async def tallies(self, batch_ids: Iterable[str]) -> dict[str, dict[JobState, int]]:
        """How many jobs of each batch are in which state; cheap for many batches."""
        return await self._store.tallies(batch_ids)

    def on_change(self, listener: Callable[[QueueEvent], object]) -> Callable[[], None]:
        """Call listener with what happens; returns what ends that."""
        return self._listeners.add(listener)

    # changing

    async def load(self) -> None:
        """Take up what an earlier run left, and begin to work. Raises StorageFailed; may be called again then."""
        self._state = await self._store.state()
        self._take_in(await self._store.adopt())
        self._listeners.tell(QueueChanged())
        self._work()

    async def submit(
        self,
        draft: Draft,
        planned: Sequence[PlannedImage],
        *,
        target_id: str = "",
        title: str = "",
        recipe: str = "",
        notes: Mapping[str, str] | None = None,
    ) -> ImageBatch:
        """Queue the calls at the end. When they cannot be stored, nothing is queued."""
        batch = ImageBatch(
            new_id(), self._clock(), draft, target_id, title or _title(draft), recipe, dict(notes or {})
        )
        jobs = [ImageJob(new_id(), batch.id, one.model, one.settings, cell=one.cell) for one in planned]
        await to_the_end(self._add(batch, jobs))
        return batch

    async def pause(self) -> None:
        """Begin no more calls; those that run go on."""
        self._set_state(QueueState(paused=True))
        await self._store_state()

    async def resume(self) -> None:
        """Go on. Pictures that could not be stored are stored first of all, and their models are not asked again."""
        await self._write_again()
        await self._store.set_state(QueueState())
        self._set_state(QueueState())
        if self._unstored:
            self._take_in(await self._store.reopen(tuple(self._unstored)))
        self._work()

    async def cancel(self, ids: Iterable[str]) -> None:
        """What waits is given up, what runs is cut off at once. A picture that has come already is kept, and its job is DONE."""
        await to_the_end(self._cancel(tuple(ids)))

    async def cancel_all(self, batch_id: str = "") -> None:
        """Of a batch, or of this window."""
        if batch_id:
            await self.cancel([job.id for job in await self.batch_jobs(batch_id) if not job.state.over])
        else:
            await self.cancel([job.id for job in self._open])

    async def retry(self, ids: Iterable[str]) -> None:
        """Let those that failed or were cancelled wait again, in their old places. Ends a pause that the disk caused."""
        await self._write_again()
        self._take_in(await self._store.reopen(ids))
        if self.trouble is not None:
            await self.resume()
        self._work()

    async def retry_failed(self, batch_id: str) -> None:
        await self.retry([job.id for job in await self.batch_jobs(batch_id) if job.state is JobState.FAILED])

    async def move(self, job_id: str, before_id: str) -> None:
        """Put it before another job of the queue; "" is its end. A job that runs already stays where it is."""
        job = self._open.get(job_id)
        if job is None or job_id in self._calls or job_id == before_id:
            return
        moved = self._open.moved(job, before_id)
        for one in moved:
            if one.id in self._waiting:
                self._wait(one)
            else:
                self._put(one)
        self._listeners.tell(QueueChanged())
        await self._store.place([(one.id, one.position) for one in moved])

    async def delete_batch(self, batch_id: str) -> None:
        """Its open jobs are cancelled. The pictures stay in the gallery."""
        jobs = await self.batch_jobs(batch_id)
        await self.cancel([job.id for job in jobs if not job.state.over])
        for job in jobs:
            self._generation.forget(job.id)
            self._unstored.pop(job.id, None)
            self._unwritten.pop(job.id, None)
        await self._store.delete_batch(batch_id)
        self._listeners.tell(QueueChanged())

    async def aclose(self) -> None:
        """Cut off what runs, and leave what is not over to the next start. Pictures in memory are stored if that is possible by now."""
        self._closed = True
        await self._background.aclose()
        await self._calls.aclose()
        for job, batch in tuple(self._unstored.values()):
            await self._store_at_last(job, batch)
        try:
            await self._write_again()
            await self._store.release()
        except StorageFailed as error:  # whoever comes next sees that this window is gone
            _log.warning("The queue was left as it is: %s", error.why or error.what)

    # the jobs

    async def _add(self, batch: ImageBatch, jobs: Sequence[ImageJob]) -> None:
        placed = await self._store.add(batch, jobs)
        self._open.add((batch,), placed)
        self._listeners.tell(BatchAdded(batch))
        for job in placed:
            self._wait(job)
        self._listeners.tell(QueueChanged())
        self._work()

    def _take_in(self, opened: Opened) -> None:
        """Jobs that are this window's from now on, and wait."""
        if not opened.jobs:
            return
        self._open.add(opened.batches, opened.jobs)
        for job in opened.jobs:
            self._wait(job)
            self._listeners.tell(JobChanged(job))
        self._listeners.tell(QueueChanged())

    def _put(self, job: ImageJob) -> None:
        self._open.put(job)
        self._shown = None

    def _drop(self, job_id: str) -> None:
        """It is over, or not this window's any more."""
        self._waiting.discard(job_id)
        self._open.drop(job_id)
        self._shown = None

    def _wait(self, job: ImageJob) -> None:
        self._put(job)
        self._waiting.add(job, self._open.lane(job))

    def _newest(self, job: ImageJob) -> ImageJob:
        """What memory knows of a stored job."""
        if job.id in self._open:
            return self._as_shown(self._open[job.id])
        return self._unwritten.get(job.id, job)

    def _as_shown(self, job: ImageJob) -> ImageJob:
        if job.state is not JobState.WAITING:
            return job
        hold = self._waiting.held(self._open.lane(job), self._clock())
        if hold is None or hold.until <= job.not_before:
            return job
        return replace(job, not_before=hold.until, trouble=job.trouble or hold.trouble)

    async def _cancel(self, ids: tuple[str, ...]) -> None:
        await self._calls.cancel(ids)
        mine = [self._open[job_id] for job_id in ids if job_id in self._open]
        now = self._clock()
        try:
            cancelled = await self._store.cancel(ids, now)
        except StorageFailed as error:
            cancelled = [
                replace(job, state=JobState.CANCELLED, trouble=None, not_before=0.0, ended_at=now)
                for job in mine
            ]
            self._unwritten.update((job.id, job) for job in cancelled)
            await self._halt(error)
        for job in mine:
            self._drop(job.id)
        for job in cancelled:
            self._listeners.tell(JobChanged(job))
        self._listeners.tell(QueueChanged())

    # the calls

    def _work(self) -> None:
        """Begin what may begin now."""
        if not self._closed:
            self._background.start("image queue: look around", self._look_around())
            self._calls.wake()

    def _time_has_come(self) -> None:
        self._shown = None
        self._listeners.tell(QueueChanged())

    async def _look_around(self) -> None:
        while True:
            await self._sleep(LOOK_S)
            try:
                state = await self._store.state()
                if state != self._state and self._state_is_stored:
                    self._set_state(state)
                self._take_in(await self._store.adopt())
            except StorageFailed as error:
                _log.info("Other windows were not looked for: %s", error.why or error.what)
            self._calls.wake()

    async def _run(self, job_id: str, lane: Lane) -> None:
        job = self._open[job_id]
        try:
            if await self._claimed(job, lane):
                ended, error = await self._outcome(job.id, lane)
                await to_the_end(self._settle(ended, error))
        except Exception:  # noqa: BLE001  a bug in one call must not end the others
            _log.exception("A call for a picture went wrong")
            self._drop(job.id)
            self._listeners.tell(QueueChanged())

    async def _claimed(self, job: ImageJob, lane: Lane) -> bool:
        """Take the job in the database, where another window may have changed it. This also shows that the disk can be written."""
        try:
            claim = await self._store.claim(job.id, self._clock())
        except StorageFailed as error:
            self._waiting.add(job, lane)
            await self._halt(error)
            return False
        if claim.job is not None:
            self._put(replace(claim.job, position=self._open[job.id].position))
            return True
        if claim.paused is not None:
            self._waiting.add(job, lane)
            self._set_state(claim.paused)
        elif claim.held_until:
            self._waiting.add(job, lane)
            self._waiting.hold(lane, Hold(claim.held_until))
            self._shown = None
            self._listeners.tell(QueueChanged())
        else:
            self._drop(job.id)
            self._listeners.tell(QueueChanged())
        return False

    async def _outcome(self, job_id: str, lane: Lane) -> tuple[ImageJob, WorkbenchError | None]:
        """Call, and what the job is after it."""
        before = self._open[job_id]
        exchange = Exchange(new_id(), self._clock())
        job = replace(before, exchange_id=exchange.id)
        self._put(job)
        self._listeners.tell(JobChanged(job))
        error: WorkbenchError | None = None
        try:
            made = await self._generation.run(job, self._open.batch_of(job), exchange)
        except WorkbenchError as failed:
            error = failed
        except Exception:  # noqa: BLE001  it is told of this job, and logged
            _log.exception("A picture was not made")
            error = our_fault("the picture was made")
        else:
            return self._over(
                job,
                JobState.DONE,
                made.trouble,
                images=tuple(image.id for image in made.images),
                exchange_id=made.exchange_id,
            ), None
        if not exchange.method:
            job = replace(job, exchange_id=before.exchange_id)
        return await self._after(job, lane, error), error

    async def _after(self, job: ImageJob, lane: Lane, error: WorkbenchError) -> ImageJob:
        """A job whose call failed: waiting for another, or failed."""
        trouble = Trouble.of(error)
        if not isinstance(error, RequestFailed) or not error.retryable:
            return self._over(job, JobState.FAILED, trouble)
        now = self._clock()
        until = now + pause_s(error, job.attempts, self._dice)
        if is_of_the_model(error):
            self._waiting.hold(lane, Hold(until, trouble))
            self._shown = None
            with suppress(StorageFailed):  # it holds in this window
                await self._store.hold(*lane, until, now)
        if job.attempts >= self._attempts:
            return self._over(job, JobState.FAILED, trouble)
        return replace(job, state=JobState.WAITING, not_before=until, trouble=trouble, started_at=0.0)

    def _over(
        self,
        job: ImageJob,
        state: JobState,
        trouble: Trouble | None,
        *,
        images: tuple[str, ...] | None = None,
        exchange_id: str | None = None,
    ) -> ImageJob:
        return replace(
            job,
            state=state,
            trouble=trouble,
            images=job.images if images is None else images,
            exchange_id=job.exchange_id if exchange_id is None else exchange_id,
            ended_at=self._clock(),
        )

    async def _settle(self, job: ImageJob, error: WorkbenchError | None) -> None:
        """Store how the call ended, and go on from there."""
        if isinstance(error, PicturesNotStored):
            self._unstored[job.id] = (job, self._open.batch_of(job))
            await self._halt(error)
        else:
            self._unstored.pop(job.id, None)
        await self._save(job)
        if job.state.over:
            self._drop(job.id)
        else:
            self._wait(replace(job, position=self._open[job.id].position))
        self._listeners.tell(JobChanged(job))
        self._listeners.tell(QueueChanged())

    async def _store_at_last(self, job: ImageJob, batch: ImageBatch) -> None:
        try:
            made = await self._generation.run(job, batch)
        except WorkbenchError as error:
            _log.error("A picture that could not be stored is lost: %s %s", error.what, error.why)
            return
        images = tuple(image.id for image in made.images)
        self._unwritten[job.id] = self._over(
            job, JobState.DONE, made.trouble, images=images, exchange_id=made.exchange_id
        )

    # the disk

    async def _save(self, job: ImageJob) -> None:
        """What cannot be stored is known in memory, stored before the queue goes on, and pauses it until then."""
        try:
            await self._store.save((job,))
        except StorageFailed as error:
            self._unwritten[job.id] = job
            await self._halt(error)
        else:
            self._unwritten.pop(job.id, None)

    async def _write_again(self) -> None:
        if not self._unwritten:
            return
        jobs = tuple(self._unwritten.values())
        await self._store.save(jobs)
        for job in jobs:
            if self._unwritten.get(job.id) is job:
                del self._unwritten[job.id]

    async def _halt(self, error: StorageFailed) -> None:
        """Call nothing while what comes of it cannot be kept."""
        self._set_state(
            QueueState(
                paused=True,
                trouble=Trouble(
                    "The queue has paused itself, so that no call is wasted.",
                    why=f"{error.what} {error.why}".strip(),
                    fix=f"{error.fix} Then resume.".strip(),
                ),
            )
        )
        with suppress(StorageFailed):
            await self._store_state()

    def _set_state(self, state: QueueState) -> None:
        self._state = state
        self._state_is_stored = True
        self._listeners.tell(QueueChanged())

    async def _store_state(self) -> None:
        self._state_is_stored = False
        await self._store.set_state(self._state)
        self._state_is_stored = True


def _title(draft: Draft) -> str:
    """The first line of the prompt, shortened."""
    line = " ".join(draft.settings.prompt.strip().partition("\n")[0].split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1].rstrip()}…"
