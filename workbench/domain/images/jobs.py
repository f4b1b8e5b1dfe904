"""The queue's vocabulary: a batch is what one press of a button asked for, a job is one of its calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.images.settings import Draft, ImageSettings
from workbench.domain.trouble import Trouble


class JobState(StrEnum):
    """WAITING also while a 429 is waited out. RUNNING found at start-up means the program died meanwhile: it waits again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class ImageJob:
    """settings: as wished. cell: see PlannedImage. position: the queue is served from the lowest.

    not_before: Unix seconds, when a 429 said to come back; 0 otherwise. trouble: why it failed, or what is waited for.
    images: ids in the gallery of what came of it. started_at, ended_at: Unix seconds, 0 until then.
    """

    id: str
    batch_id: str
    model: str
    settings: ImageSettings
    position: float = 0.0
    cell: tuple[int, ...] = ()
    state: JobState = JobState.WAITING
    attempts: int = 0
    not_before: float = 0.0
    trouble: Trouble | None = None
    images: tuple[str, ...] = ()
    exchange_id: str = ""
    started_at: float = 0.0
    ended_at: float = 0.0


@dataclass(frozen=True, slots=True)
class ImageBatch:
    """draft: what the form held. target_id: where it is sent. title: for lists; the prompt, shortened, or what was done.

    recipe: "" for the form's own; "try-on" for what a recipe asked for. notes: what the recipe needs to know again.
    """

    id: str
    created_at: float
    draft: Draft
    target_id: str = ""
    title: str = ""
    recipe: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
