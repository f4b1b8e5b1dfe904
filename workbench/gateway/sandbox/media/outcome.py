"""Replies of media tasks: enveloped JSON, bare JSON or bytes, with what was charged and who made it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.models import USD_PER_NEURON, Model
from workbench.gateway.replies import EVENT_STREAM, NO_STORE, Headers, Reply, enveloped, json_reply
from workbench.gateway.sandbox.media.task import Task

ENGINE = b"x-workbench-engine"
NOTE = b"x-workbench-note"
SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class Made:
    """How an answer came about. engine: who made it. used: how many of each price unit (workers-ai §12) it took.

    note: what the caller should know that the wire has no place for, such as another format than asked for; "" for none.
    """

    engine: str = SIMULATED
    used: Mapping[str, float] | None = None
    note: str = ""


def neurons(model: Model, used: Mapping[str, float]) -> float:
    """What a call costs by the price facts (workers-ai §16); 0 for unpriced models."""
    return sum(
        used.get(price.unit, 0) * (price.usd / USD_PER_NEURON if price.neurons is None else price.neurons)
        for price in model.prices
    )


def _headers(task: Task, made: Made) -> Headers:
    headers: Headers = [(ENGINE, made.engine.encode())]
    if task.native:
        headers.append((b"cf-ai-neurons", f"{neurons(task.model, made.used or {}):.2f}".encode()))
    if made.note:
        headers.append((NOTE, made.note.encode("ascii", "replace")))
    return headers


def told(task: Task, result: Any, made: Made) -> Reply:
    """A JSON answer, inside `result` where the door has an envelope."""
    return json_reply(200, enveloped(result) if task.envelope else result, _headers(task, made))


def sent(task: Task, data: bytes, content_type: str, made: Made) -> Reply:
    """An answer that is the thing itself; no envelope (workers-ai §3.2)."""
    return Reply(200, [(b"content-type", content_type.encode()), *_headers(task, made)], data)


def streamed(task: Task, frames: Sequence[bytes], made: Made) -> Reply:
    """Server-sent events, one frame after another."""
    return Reply(200, [EVENT_STREAM, NO_STORE, *_headers(task, made)], stream=_one_by_one(frames))


async def _one_by_one(frames: Sequence[bytes]) -> AsyncGenerator[bytes, None]:
    for frame in frames:
        yield frame
        await asyncio.sleep(0)


def base64_text(data: bytes) -> str:
    return base64.b64encode(data).decode()
