"""The asynchronous batch: many inputs now, their answers when polled for (workers-ai §11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from workbench.domain.ids import new_id
from workbench.domain.models import Model
from workbench.gateway.replies import BAD_INPUT, TOO_LARGE, Reply, enveloped, json_reply
from workbench.gateway.sandbox.media.task import TaskRefused

MOST_BYTES = 10 << 20
_KEPT = 64
_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")
Each = Callable[[Mapping[str, Any]], Awaitable[Reply]]
"""Answers one input as `/ai/run` would have; may raise TaskRefused."""


@dataclass(slots=True)
class _Batch:
    model: str
    requests: list[Any]
    polls: int = 0
    result: dict[str, Any] | None = field(default=None, repr=False)


class Batches:
    """Batches in memory; the oldest is forgotten when there are too many.

    Nothing runs by itself: the first poll says `running`, the second does the work and has the answers, so that a client
    meets every state and every run of it is the same.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Batch] = {}

    async def answer(self, model: Model, body: Mapping[str, Any], size: int, each: Each) -> Reply:
        """Take a batch in, or tell what became of one. size: bytes of the body. Raises TaskRefused."""
        polled = body.get("request_id")
        if isinstance(polled, str):
            return json_reply(200, enveloped(await self._poll(model, polled, each)))
        return json_reply(200, enveloped(self._queue(model, body, size)))

    def _queue(self, model: Model, body: Mapping[str, Any], size: int) -> dict[str, Any]:
        if not (model.batch or model.properties.get("async_queue")):
            raise _refused(f"{model.id} takes no batches")  # code (inferred)
        if size > MOST_BYTES:
            raise TaskRefused(413, TOO_LARGE, "AiError: the batch is larger than 10 MB")
        requests = body.get("requests")
        if not isinstance(requests, list) or not requests:
            raise _refused("required properties at '/' are 'requests'", "/requests")
        while len(self._kept) >= _KEPT:
            del self._kept[next(iter(self._kept))]
        request_id = new_id()
        self._kept[request_id] = _Batch(model.id, requests)
        return {"status": "queued", "request_id": request_id, "model": model.id}

    async def _poll(self, model: Model, request_id: str, each: Each) -> dict[str, Any]:
        batch = self._kept.get(request_id)
        if batch is None or batch.model != model.id:
            raise _refused(f"no batch {request_id[:64]} of this model", "/request_id")
        batch.polls += 1
        if batch.polls == 1:
            return {"status": "running", "request_id": request_id, "model": model.id}
        if batch.result is None:
            batch.result = await _run(batch, each)
        return batch.result


async def _run(batch: _Batch, each: Each) -> dict[str, Any]:
    responses = [await _one(place, request, each) for place, request in enumerate(batch.requests)]
    usage = dict.fromkeys(_USAGE, 0)
    for response in responses:
        result = response.get("result")
        used = result.get("usage", {}) if isinstance(result, dict) else {}
        for name in _USAGE:
            usage[name] += used.get(name, 0)
    return {"responses": responses, "usage": usage}


async def _one(place: int, request: Any, each: Each) -> dict[str, Any]:
    reference = request.get("external_reference") if isinstance(request, Mapping) else None
    known = {"id": place, "external_reference": reference}
    if not isinstance(request, Mapping):
        return {**known, "success": False, "error": "AiError: Bad input: Error: a request is no object"}
    single = {name: value for name, value in request.items() if name not in ("external_reference", "stream")}
    try:
        reply = await each(single)
    except TaskRefused as refused:
        return {**known, "success": False, "error": refused.message}
    content_type = dict(reply.headers).get(b"content-type", b"")
    if content_type != b"application/json":
        return {**known, "success": False, "error": "AiError: a batch holds JSON answers only"}
    value = msgspec.json.decode(reply.body)
    if reply.status != 200:
        return {**known, "success": False, "error": value["errors"][0]["message"]}
    return {**known, "success": True, "result": value.get("result", value)}


def _refused(message: str, pointer: str = "") -> TaskRefused:
    return TaskRefused(400, BAD_INPUT, f"AiError: Bad input: Error: {message}", pointer)
