"""What the text of a task tells the sandbox to do: a picture's prompt, what is to be spoken, the hint for a transcription.

Any other task's text is data.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.models import SPEECH_RECOGNITION, TEXT_TO_SPEECH
from workbench.gateway.sandbox.faults import taken_from
from workbench.gateway.sandbox.media.drawing import draws
from workbench.gateway.sandbox.media.multipart import BadForm, read_form
from workbench.gateway.sandbox.media.task import Kind, Task

_BY_KIND: Mapping[Kind, tuple[str, ...]] = {
    Kind.IMAGES: ("prompt",),
    Kind.IMAGE_EDITS: ("prompt",),
    Kind.SPEECH: ("input",),
    Kind.TRANSCRIPTIONS: ("prompt",),
    Kind.TRANSLATIONS: ("prompt",),
}
_BY_TASK: Mapping[str, tuple[str, ...]] = {
    TEXT_TO_SPEECH: ("text", "prompt"),
    SPEECH_RECOGNITION: ("initial_prompt", "keyterm"),
}


def orders_in(task: Task) -> str:
    """What its directive lines order, "" where there are none."""
    return taken_from("\n".join(_texts(task)))[1]


def without_orders(text: str) -> str:
    """What is left to be spoken; all of it where it holds nothing else."""
    return taken_from(text)[0].strip() or text


def _texts(task: Task) -> list[str]:
    names = _BY_KIND.get(task.kind, ())
    if task.kind is Kind.RUN:
        names = ("prompt",) if draws(task) else _BY_TASK.get(task.model.task, ())
    if not names:
        return []
    if task.json is not None:
        held = task.json
    elif task.content_type.startswith("multipart/"):
        try:
            held = read_form(task.body, task.content_type).texts()
        except BadForm:
            return []
    else:
        held = task.query
    return [text for name in names if isinstance(text := held.get(name), str)]
