"""Which tasks are for a picture, and what of their prompt is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.models import TEXT_TO_IMAGE
from workbench.gateway.sandbox.faults import taken_from
from workbench.gateway.sandbox.media.task import Kind, Task


def draws(task: Task) -> bool:
    return task.kind in (Kind.IMAGES, Kind.IMAGE_EDITS) or (
        task.kind is Kind.RUN and task.model.task == TEXT_TO_IMAGE
    )


def described(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its prompt as it is drawn: without directives, unless nothing else is in it."""
    prompt: str = body["prompt"]
    return {**body, "prompt": taken_from(prompt)[0].strip() or prompt}
