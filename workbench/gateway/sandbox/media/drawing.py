"""Which tasks are for a picture, and what their prompt tells the sandbox to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.models import TEXT_TO_IMAGE
from workbench.gateway.sandbox.faults import taken_from
from workbench.gateway.sandbox.media.multipart import BadForm, read_form
from workbench.gateway.sandbox.media.task import Kind, Task


def draws(task: Task) -> bool:
    return task.kind in (Kind.IMAGES, Kind.IMAGE_EDITS) or (
        task.kind is Kind.RUN and task.model.task == TEXT_TO_IMAGE
    )


def orders_in(task: Task) -> str:
    """What directive lines in the prompt of a picture order; "" for any other task, whose text is data."""
    return taken_from(_prompt(task))[1] if draws(task) else ""


def described(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body with its prompt as it is drawn: without directives, unless nothing else is in it."""
    prompt: str = body["prompt"]
    return {**body, "prompt": taken_from(prompt)[0].strip() or prompt}


def _prompt(task: Task) -> str:
    if task.json is not None:
        prompt = task.json.get("prompt")
    else:
        try:
            prompt = read_form(task.body, task.content_type).texts().get("prompt")
        except BadForm:
            return ""
    return prompt if isinstance(prompt, str) else ""
