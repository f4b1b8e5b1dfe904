"""The asynchronous batch: many inputs now, their answers when polled for (workers-ai §11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from workbench.domain.ids import new_id
from workbench.domain.models import Model
from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import BadBody
from workbench.gateway.replies import BAD_INPUT, TOO_LARGE, Reply, enveloped, json_reply
from workbench.gateway.sandbox.media.task import TaskRefused

MOST_BYTES = 10 << 20
_KEPT = 64
_USAGE = ("prompt_tokens", "completion_tokens", "total_tokens")
_POLL_BYTES = 200
Each = Callable[[Call], Awaitable[Reply]]
"""Answers one input as `/ai/run` would have; never raises for a bad one."""


def asks_for_batch(call: Call) -> bool:
    """A call that hands in a batch, or asks what became of one; the latter's whole body is a `request_id`."""
    if call.shape is not Shape.RUN:
        return False
    if "queueRequest=" in call.endpoint:
        return dict(parse_qsl(call.endpoint.partition("?")[2])).get("queueRequest") == "true"
    return len(call.body) < _POLL_BYTES and b'"request_id"' in call.body


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

    async def answer(self, call: Call, model: Model, each: Each) -> Reply:
        """Take a batch in, or tell what became of one. Raises TaskRefused."""
        try:
            body = call.json
        except BadBody as bad:
            raise _refused(str(bad)) from bad
        if isinstance(body.get("request_id"), str):
            return json_reply(200, enveloped(await self._poll(call, body["request_id"], each)))
        return json_reply(200, enveloped(self._queue(call, model, body)))

    def _queue(self, call: Call, model: Model, body: Mapping[str, Any]) -> dict[str, Any]:
        if not (model.batch or model.properties.get("async_queue")):
            raise _refused(f"{model.id} takes no batches")  # code (inferred)
        if len(call.body) > MOST_BYTES:
            raise TaskRefused(413, TOO_LARGE, "AiError: the batch is larger than 10 MB")
        requests = body.get("requests")
        if not isinstance(requests, list) or not requests:
            raise _refused("required properties at '/' are 'requests'", "/requests")
        while len(self._kept) >= _KEPT:
            del self._kept[next(iter(self._kept))]
        request_id = new_id()
        self._kept[request_id] = _Batch(call.model, requests)
        return {"status": "queued", "request_id": request_id, "model": call.model}

    async def _poll(self, call: Call, request_id: str, each: Each) -> dict[str, Any]:
        batch = self._kept.get(request_id)
        if batch is None or batch.model != call.model:
            raise _refused(f"no batch {request_id[:64]} of this model", "/request_id")
        batch.polls += 1
        if batch.polls == 1:
            return {"status": "running", "request_id": request_id, "model": call.model}
        if batch.result is None:
            batch.result = await _run(batch, call, each)
        return batch.result


async def _run(batch: _Batch, call: Call, each: Each) -> dict[str, Any]:
    responses = [await _one(place, request, call, each) for place, request in enumerate(batch.requests)]
    usage = dict.fromkeys(_USAGE, 0)
    for response in responses:
        result = response.get("result")
        used = result.get("usage", {}) if isinstance(result, dict) else {}
        for name in _USAGE:
            usage[name] += used.get(name, 0)
    return {"responses": responses, "usage": usage}


async def _one(place: int, request: Any, call: Call, each: Each) -> dict[str, Any]:
    """One input; its error is its own, in plain text (inferred)."""
    reference = request.get("external_reference") if isinstance(request, dict) else None
    known = {"id": place, "external_reference": reference}
    if not isinstance(request, dict):
        return {**known, "success": False, "error": "AiError: Bad input: Error: a request is no object"}
    reply = await each(_single(call, request))
    if dict(reply.headers).get(b"content-type") != b"application/json":
        return {**known, "success": False, "error": "AiError: a batch holds JSON answers only"}
    value = msgspec.json.decode(reply.body)
    if reply.status != 200:
        return {**known, "success": False, "error": value["errors"][0]["message"]}
    return {**known, "success": True, "result": value["result"]}


def _single(call: Call, request: Mapping[str, Any]) -> Call:
    body = {name: value for name, value in request.items() if name not in ("external_reference", "stream")}
    encoded = msgspec.json.encode(body)
    return msgspec.structs.replace(
        call,
        endpoint=call.endpoint.partition("?")[0],
        body=encoded,
        parsed=(encoded, body),
        stream=False,
        envelope=True,
    )


def _refused(message: str, pointer: str = "") -> TaskRefused:
    return TaskRefused(400, BAD_INPUT, f"AiError: Bad input: Error: {message}", pointer)
