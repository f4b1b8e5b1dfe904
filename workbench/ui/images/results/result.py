"""What is shown for one call: its picture, or how far it has got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.images.gallery import GalleryImage
from workbench.domain.images.jobs import ImageJob, JobState
from workbench.domain.images.settings import ImageSettings

Estimate = Callable[[str, ImageSettings], float | None]
"""What a model would charge for these settings, in USD; None where it cannot be told."""


class Phase(StrEnum):
    """HELD: a 429 is waited out. COMING: the picture is there, and being read. GONE: deleted from the gallery since."""

    WAITING = "waiting"
    HELD = "held"
    RUNNING = "running"
    COMING = "coming"
    DONE = "done"
    GONE = "gone"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Result:
    """One picture of a call, or the call while it has none. number: which of the call's pictures. gone: see Phase."""

    job: ImageJob
    image: GalleryImage | None = None
    number: int = 0
    gone: bool = False
    phase: Phase = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "phase", self._phase())  # once, for it is asked at every painting

    def _phase(self) -> Phase:
        if self.job.state is JobState.WAITING:
            return Phase.HELD if self.job.not_before else Phase.WAITING
        if self.job.state is not JobState.DONE:
            return Phase(self.job.state.value)
        if self.image is not None:
            return Phase.DONE
        return Phase.GONE if self.gone else Phase.COMING

    @property
    def image_id(self) -> str:
        return self.image.id if self.image else ""

    @property
    def took_s(self) -> float | None:
        """From sending to the last byte; None where nobody knows."""
        if self.image is not None and self.image.took_ms is not None:
            return self.image.took_ms / 1000
        job = self.job
        return job.ended_at - job.started_at if job.started_at and job.ended_at >= job.started_at else None

    @property
    def ratio(self) -> float:
        """Width to height, of the picture or of what is wished; 1 where nobody knows."""
        if self.image is not None and self.image.height:
            return self.image.width / self.image.height
        return ratio_of(self.job.settings)


def ratio_of(settings: ImageSettings) -> float:
    if settings.width and settings.height:
        return settings.width / settings.height
    wide, _, high = settings.aspect_ratio.partition(":")
    try:
        return float(wide) / float(high)
    except (ValueError, ZeroDivisionError):
        return 1.0


@dataclass(frozen=True, slots=True)
class Counts:
    """How a batch is doing. charged: USD, of what is done; exact: all of it told by the provider; estimated: of the whole batch.

    Both are None where nothing is known.
    """

    total: int = 0
    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    charged: float | None = None
    exact: bool = False
    estimated: float | None = None

    @property
    def over(self) -> int:
        return self.done + self.failed + self.cancelled

    @property
    def busy(self) -> bool:
        return self.over < self.total

    @property
    def share(self) -> float:
        return self.over / self.total if self.total else 0.0


def counted(
    jobs: Sequence[ImageJob], images: Iterable[GalleryImage], estimate: Callable[[ImageJob], float | None]
) -> Counts:
    states = [job.state for job in jobs]
    costs = [image.cost for image in images if image.cost is not None]
    known = [cost.usd for cost in costs if cost.usd is not None]
    guesses = [estimate(job) for job in jobs]
    sure = [guess for guess in guesses if guess is not None]
    return Counts(
        total=len(jobs),
        waiting=states.count(JobState.WAITING),
        running=states.count(JobState.RUNNING),
        done=states.count(JobState.DONE),
        failed=states.count(JobState.FAILED),
        cancelled=states.count(JobState.CANCELLED),
        charged=sum(known) if known else None,
        exact=bool(costs) and all(cost.charged for cost in costs),
        estimated=sum(sure) if jobs and len(sure) == len(guesses) else None,
    )
