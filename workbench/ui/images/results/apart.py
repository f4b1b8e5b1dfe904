"""What tells the calls of a batch apart, in as few words as a row of the queue has room for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from workbench.domain.images.jobs import ImageJob
from workbench.ui.images.results import words


def apart(jobs: Iterable[ImageJob]) -> dict[str, str]:
    """By a call's id “steps 30 · seed 2”: its values of what is not the same in all these calls of its batch, prompts aside."""
    batches: dict[str, list[ImageJob]] = {}
    for job in jobs:
        batches.setdefault(job.batch_id, []).append(job)
    told: dict[str, str] = {}
    for batch in batches.values():
        parts: dict[str, list[str]] = {job.id: [] for job in batch}
        for tell in (_model, _size, _steps, _guidance, _strength, _seed):
            said = {job.id: tell(job) for job in batch}
            if len(set(said.values())) > 1:
                for job_id, part in said.items():
                    parts[job_id] += [part] if part else []
        told.update({job_id: " · ".join(each) for job_id, each in parts.items() if each})
    return told


def _model(job: ImageJob) -> str:
    return words.model(job.model)


def _size(job: ImageJob) -> str:
    settings = job.settings
    if settings.width is None and settings.height is None:
        return settings.aspect_ratio
    return words.figure(f"{settings.width or '?'} × {settings.height or '?'}")


def _steps(job: ImageJob) -> str:
    steps = job.settings.steps
    return "" if steps is None else QCoreApplication.translate("ImageResults", "steps {0}").format(steps)


def _guidance(job: ImageJob) -> str:
    return _number(QCoreApplication.translate("ImageResults", "guidance {0}"), job.settings.guidance)


def _strength(job: ImageJob) -> str:
    return _number(QCoreApplication.translate("ImageResults", "strength {0}"), job.settings.strength)


def _seed(job: ImageJob) -> str:
    return _number(QCoreApplication.translate("ImageResults", "seed {0}"), job.settings.seed)


def _number(text: str, value: float | None) -> str:
    return "" if value is None else text.format(value if isinstance(value, int) else f"{value:g}")
