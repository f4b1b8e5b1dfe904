"""The jobs of a window that are not over, in the order of the queue, each with its batch."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from workbench.domain.images.jobs import ImageBatch, ImageJob
from workbench.services.waiting import Lane, Place


class OpenJobs:
    """A batch is known as long as one of its jobs is open. Changing one job costs the same whether there are ten or a thousand."""

    def __init__(self) -> None:
        self._jobs: dict[str, ImageJob] = {}
        self._order: list[Place] = []
        self._batches: dict[str, ImageBatch] = {}
        self._of_batch: Counter[str] = Counter()

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._jobs

    def __getitem__(self, job_id: str) -> ImageJob:
        return self._jobs[job_id]

    def __iter__(self) -> Iterator[ImageJob]:
        """In the order of the queue."""
        return (self._jobs[job_id] for _, job_id in self._order)

    def get(self, job_id: str) -> ImageJob | None:
        return self._jobs.get(job_id)

    def batch(self, batch_id: str) -> ImageBatch | None:
        return self._batches.get(batch_id)

    def batch_of(self, job: ImageJob) -> ImageBatch:
        return self._batches[job.batch_id]

    def lane(self, job: ImageJob) -> Lane:
        return Lane(self._batches[job.batch_id].target_id, job.model)

    def add(self, batches: Iterable[ImageBatch], jobs: Iterable[ImageJob]) -> None:
        """batches: at least those of the jobs."""
        known = {batch.id: batch for batch in batches}
        for job in jobs:
            self._batches.setdefault(job.batch_id, known[job.batch_id])
            self.put(job)

    def put(self, job: ImageJob) -> None:
        """Set what is known of a job, and where it stands. Its batch is known already."""
        known = self._jobs.get(job.id)
        if known is None:
            self._of_batch[job.batch_id] += 1
        if known is None or known.position != job.position:
            if known is not None:
                self._take_out(known)
            insort(self._order, (job.position, job.id))
        self._jobs[job.id] = job

    def drop(self, job_id: str) -> None:
        job = self._jobs.pop(job_id, None)
        if job is None:
            return
        self._take_out(job)
        self._of_batch[job.batch_id] -= 1
        if not self._of_batch[job.batch_id]:
            del self._of_batch[job.batch_id]
            del self._batches[job.batch_id]

    def moved(self, job: ImageJob, before_id: str) -> list[ImageJob]:
        """What changes when the job goes before another one, or to the end: it, and where there is no room between its new
        neighbours all others, newly numbered.
        """
        others = [place for place in self._order if place[1] != job.id]
        before = self._jobs.get(before_id)
        at = len(others) if before is None else bisect_left(others, (before.position, before.id))
        if not others:
            return []
        if at == len(others):
            return [replace(job, position=others[-1][0] + 1)]
        if at == 0:
            return [replace(job, position=others[0][0] - 1)]
        low, high = others[at - 1][0], others[at][0]
        if low < (middle := (low + high) / 2) < high:
            return [replace(job, position=middle)]
        ids = [job_id for _, job_id in others]
        ids.insert(at, job.id)
        return [replace(self._jobs[job_id], position=float(place)) for place, job_id in enumerate(ids, 1)]

    def _take_out(self, job: ImageJob) -> None:
        del self._order[bisect_left(self._order, (job.position, job.id))]
