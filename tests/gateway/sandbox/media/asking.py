"""Tasks as the doors would make them, for the real models of the offline catalogue."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from workbench.domain.models import Model
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media.tasks import Kind, Task, TaskRefused, answer
from workbench.storage.catalogue import offline_models

CATALOGUE: dict[str, Model] = {model.short_name: model for model in offline_models()}


def ran(name: str, body: Any = None, *, raw: bytes | None = None, **more: Any) -> Task:
    """A request to `/ai/run/{model}`: JSON, or raw bytes."""
    model = CATALOGUE[name]
    if raw is None:
        more.setdefault("content_type", "application/json")
        data, decoded = json.dumps(body).encode(), body
    else:
        data, decoded = raw, None
    return Task(Kind.RUN, "workers-ai", model, data, decoded, envelope=True, wire_model=model.id, **more)


def asked(kind: Kind, model: str, body: Any = None, *, raw: bytes = b"", **more: Any) -> Task:
    """A request at one of OpenAI's doors."""
    data = json.dumps(body).encode() if body is not None else raw
    made_up = Model(f"openai/{model}", known=False)
    return Task(kind, "openai", made_up, data, body, wire_model=model, **more)


def answered(task: Task) -> Reply:
    return asyncio.run(answer(task))


def refused(task: Task) -> TaskRefused:
    with pytest.raises(TaskRefused) as caught:
        answered(task)
    return caught.value


def result(task: Task) -> Any:
    """The decoded JSON answer, out of its envelope."""
    value = json.loads(answered(task).body)
    return value["result"] if task.envelope else value


def header(reply: Reply, name: str) -> str:
    return dict(reply.headers).get(name.encode(), b"").decode()


def form(*parts: tuple[str, Any] | tuple[str, Any, str]) -> tuple[bytes, str]:
    """A multipart body and its content type; a third member of a part is a file name."""
    lines = []
    for part in parts:
        name = f'; filename="{part[2]}"' if len(part) == 3 else ""
        data = part[1] if isinstance(part[1], bytes) else str(part[1]).encode()
        lines.append(
            b'--BB\r\nContent-Disposition: form-data; name="'
            + part[0].encode()
            + b'"'
            + name.encode()
            + b"\r\n\r\n"
            + data
            + b"\r\n"
        )
    return b"".join(lines) + b"--BB--\r\n", "multipart/form-data; boundary=BB"
