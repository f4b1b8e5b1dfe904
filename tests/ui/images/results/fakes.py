"""Batches as a queue has them, and a queue in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from tests.ui.images.fakes import FakeGallery, entry
from workbench.domain.errors import StorageFailed
from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageBatch, ImageJob, JobState
from workbench.domain.images.planning import planned
from workbench.domain.images.settings import Axis, AxisField, Draft, ImageSettings
from workbench.domain.models import Cost
from workbench.domain.trouble import Trouble
from workbench.services.images.queue import BatchAdded, JobChanged, QueueChanged, QueueEvent

FLUX = "@cf/black-forest-labs/flux-1-schnell"
DREAM = "@cf/lykon/dreamshaper-8-lcm"
NOW = 1_764_000_000.0
REFUSED = Trouble(
    "The model refused the prompt.",
    why="Its filter takes it for something that must not be drawn (3030).",
    fix="Say it in other words.",
    status=400,
    code=3030,
)
LIMITED = Trouble(
    "Too many calls at once.", why="The provider asked to wait.", fix="", status=429, retryable=True
)


def draft_of(prompt: str = "a lighthouse at dusk, oil painting", **changes: object) -> Draft:
    made = Draft(models=(FLUX,), settings=ImageSettings(prompt=prompt, width=1024, height=768, steps=4))
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of Draft


def grid_draft(columns: int, rows: int, pages: int = 0) -> Draft:
    axes = [
        Axis(AxisField.SEED, tuple(str(1000 + at) for at in range(columns))),
        Axis(AxisField.STEPS, tuple(str(1 + at) for at in range(rows))),
    ]
    if pages:
        axes.append(Axis(AxisField.GUIDANCE, tuple(f"{3 + at * 2.5:g}" for at in range(pages))))
    return draft_of(axes=tuple(axes))


def batch_of(draft: Draft, id: str = "batch", **changes: object) -> tuple[ImageBatch, list[ImageJob]]:
    """A batch with all its calls waiting."""
    batch = ImageBatch(id, NOW - 100, draft, title=draft.settings.prompt)
    jobs = [
        ImageJob(f"{id}-{at}", id, one.model, one.settings, position=float(at), cell=one.cell)
        for at, one in enumerate(planned(draft, Random(3)))
    ]
    return replace(batch, **changes), jobs  # type: ignore[arg-type]  # fields of ImageBatch


def done(job: ImageJob, number: int, pictures: int = 1) -> tuple[ImageJob, list[GalleryImage]]:
    """The call as it is over, with its pictures."""
    images = [
        entry(
            number * 10 + at,
            id=f"{job.id}-image-{at}",
            model=job.model,
            settings=job.settings,
            batch_id=job.batch_id,
            cost=Cost(0.0011, charged=True),
            width=job.settings.width or 1024,
            height=job.settings.height or 1024,
        )
        for at in range(pictures)
    ]
    over = replace(
        job,
        state=JobState.DONE,
        attempts=1,
        images=tuple(image.id for image in images),
        exchange_id=f"exchange-{job.id}",
        started_at=NOW - 10,
        ended_at=NOW - 7,
    )
    return over, images


def failed(job: ImageJob, trouble: Trouble = REFUSED) -> ImageJob:
    return replace(
        job,
        state=JobState.FAILED,
        trouble=trouble,
        attempts=1,
        exchange_id=f"exchange-{job.id}",
        started_at=NOW - 9,
        ended_at=NOW - 5,
    )


def running(job: ImageJob, since_s: float = 12) -> ImageJob:
    return replace(job, state=JobState.RUNNING, attempts=1, started_at=NOW - since_s)


def held(job: ImageJob, for_s: float = 17) -> ImageJob:
    return replace(job, not_before=NOW + for_s, trouble=LIMITED, attempts=1)


class FakeQueue:
    """services.images.queue.ImageQueue with dicts in place of database and models. asked: what was called, in order."""

    def __init__(self) -> None:
        self.paused = False
        self.trouble: Trouble | None = None
        self.problem: StorageFailed | None = None
        self.asked: list[tuple[str, object]] = []
        self._batches: dict[str, ImageBatch] = {}
        self._jobs: dict[str, ImageJob] = {}
        self._listeners: list[Callable[[QueueEvent], None]] = []

    @property
    def jobs(self) -> tuple[ImageJob, ...]:
        alive = [job for job in self._jobs.values() if not job.state.over]
        return tuple(sorted(alive, key=lambda job: job.position))

    def add(self, batch: ImageBatch, jobs: Sequence[ImageJob]) -> None:
        """As an earlier run left it."""
        self._batches[batch.id] = batch
        self._jobs.update((job.id, job) for job in jobs)

    def submit(self, batch: ImageBatch, jobs: Sequence[ImageJob]) -> None:
        self.add(batch, jobs)
        self.tell(BatchAdded(batch))
        self.tell(QueueChanged())

    def put(self, job: ImageJob) -> None:
        self._jobs[job.id] = job
        self.tell(JobChanged(job))
        self.tell(QueueChanged())

    def tell(self, event: QueueEvent) -> None:
        for listener in list(self._listeners):
            listener(event)

    def on_change(self, listener: Callable[[QueueEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def batches(self, limit: int = 50, before: str = "") -> list[ImageBatch]:
        self._work()
        every = sorted(self._batches.values(), key=lambda one: one.created_at, reverse=True)
        ids = [batch.id for batch in every]
        first = ids.index(before) + 1 if before else 0
        return every[first : first + limit]

    async def batch(self, batch_id: str) -> ImageBatch | None:
        self._work()
        return self._batches.get(batch_id)

    async def batch_jobs(self, batch_id: str) -> list[ImageJob]:
        self._work()
        return [job for job in self._jobs.values() if job.batch_id == batch_id]

    async def pause(self) -> None:
        self._set_paused(True)

    async def resume(self) -> None:
        self.trouble = None
        self._set_paused(False)

    async def cancel(self, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        self.asked.append(("cancel", ids))
        for id in ids:
            self.put(replace(self._jobs[id], state=JobState.CANCELLED, ended_at=NOW))

    async def cancel_all(self, batch_id: str = "") -> None:
        self.asked.append(("cancel_all", batch_id))
        mine = [job.id for job in self.jobs if batch_id in ("", job.batch_id)]
        for id in mine:
            self.put(replace(self._jobs[id], state=JobState.CANCELLED, ended_at=NOW))

    async def retry(self, ids: Iterable[str]) -> None:
        ids = tuple(ids)
        self.asked.append(("retry", ids))
        for id in ids:
            self.put(
                replace(self._jobs[id], state=JobState.WAITING, trouble=None, started_at=0.0, ended_at=0.0)
            )

    async def retry_failed(self, batch_id: str) -> None:
        await self.retry([job.id for job in await self.batch_jobs(batch_id) if job.state is JobState.FAILED])

    async def move(self, job_id: str, before_id: str) -> None:
        self.asked.append(("move", (job_id, before_id)))
        order = [job.id for job in self.jobs if job.id != job_id]
        order.insert(order.index(before_id) if before_id else len(order), job_id)
        for at, id in enumerate(order):
            self._jobs[id] = replace(self._jobs[id], position=float(at))
        self.tell(QueueChanged())

    async def delete_batch(self, batch_id: str) -> None:
        self.asked.append(("delete", batch_id))
        del self._batches[batch_id]
        self._jobs = {id: job for id, job in self._jobs.items() if job.batch_id != batch_id}
        self.tell(QueueChanged())

    def _set_paused(self, paused: bool) -> None:
        self._work()
        self.paused = paused
        self.tell(QueueChanged())

    def _work(self) -> None:
        if self.problem is not None:
            raise self.problem


def a_batch_of_four(gallery: FakeGallery) -> tuple[ImageBatch, list[ImageJob]]:
    """Done, running, waited for, failed."""
    batch, jobs = batch_of(draft_of(count=4))
    over, images = done(jobs[0], 1)
    gallery.entries.update((image.id, image) for image in images)
    return batch, [over, running(jobs[1]), held(jobs[2]), failed(jobs[3])]


def half_done(draft: Draft, gallery: FakeGallery, id: str = "batch") -> tuple[ImageBatch, list[ImageJob]]:
    """A grid that is being made: most cells done, some failed, running, cancelled, waiting."""
    batch, jobs = batch_of(draft, id)
    made = []
    for at, job in enumerate(jobs):
        match at % 9:
            case 4:
                made.append(failed(job))
            case 6:
                made.append(running(job))
            case 7:
                made.append(replace(job, state=JobState.CANCELLED, ended_at=NOW))
            case 8:
                made.append(job)
            case _:
                over, images = done(job, at)
                gallery.entries.update((image.id, image) for image in images)
                made.append(over)
    return batch, made
