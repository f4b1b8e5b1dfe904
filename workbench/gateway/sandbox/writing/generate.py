"""Google's generateContent: candidates of parts; a streamed event is a whole reply that goes on.

With `alt=sse` a stream is events, without it one JSON array that grows.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.attachments import PICTURE
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.toolcalls import Call
from workbench.gateway.sandbox.troubles import Trouble
from workbench.gateway.sandbox.writing.frames import each, encode

BROKEN = b'data: {"candidates":[{"content":{"parts":[{"text":"\r\n\r\n'
_FINISH = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS"}
PICTURE_TOKENS = 1290
"""What a drawn picture counts as (inferred)."""


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    if answer.reasoning:
        parts.append({"text": "".join(answer.reasoning), "thought": True})
    if answer.text:
        parts.append({"text": "".join(answer.text)})
    parts += [_call_part(call) for call in answer.calls]
    if answer.picture:
        parts.append(_picture_part(answer.picture))
    return _reply(ask, request_id, parts, _finish(answer), _usage(ask, answer))


def counted(ask: Ask) -> dict[str, Any]:
    """The reply of `countTokens`."""
    return {"totalTokens": ask.prompt_tokens, "promptTokensDetails": _prompt_details(ask)}


class Stream:
    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        self._ask = ask
        self._answer = answer
        self._id = request_id
        self._events = in_events(ask.endpoint)
        self._opened = False

    def opening(self) -> bytes:
        return b""

    def tokens(self) -> Iterator[bytes]:
        return self._parts() if self._events else map(self._listed, self._parts())

    def ending(self) -> bytes:
        usage = _usage(self._ask, self._answer)
        last = self._frame(_reply(self._ask, self._id, [{"text": ""}], _finish(self._answer), usage))
        return last if self._events else self._listed(last) + b"]"

    def failure(self, trouble: Trouble) -> bytes:
        last = self._frame(trouble.body())
        return last if self._events else self._listed(last) + b"]"

    def _parts(self) -> Iterator[bytes]:
        answer = self._answer
        if answer.reasoning:
            yield from each(lambda token: self._part({"text": token, "thought": True}), answer.reasoning)
        if answer.text:
            yield from each(lambda token: self._part({"text": token}), answer.text)
        for call in answer.calls:
            yield self._part(_call_part(call))
        if answer.picture:
            yield self._part(_picture_part(answer.picture))

    def _part(self, part: Mapping[str, Any]) -> bytes:
        return self._frame(_reply(self._ask, self._id, [part], None, None))

    def _frame(self, reply: Mapping[str, Any]) -> bytes:
        return b"data: " + encode(reply) + b"\r\n\r\n" if self._events else encode(reply)

    def _listed(self, item: bytes) -> bytes:
        """The item with what joins it to the array so far."""
        before = b",\r\n" if self._opened else b"["
        self._opened = True
        return before + item


def in_events(endpoint: str) -> bool:
    return "alt=sse" in endpoint.partition("?")[2]


def _reply(
    ask: Ask,
    request_id: str,
    parts: list[Any],
    finish: str | None,
    usage: Mapping[str, Any] | None,
) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    told = {} if usage is None else {"usageMetadata": usage}
    return {"candidates": [candidate], **told, "modelVersion": ask.wire_model, "responseId": request_id}


def _finish(answer: Answer) -> str:
    return "SAFETY" if answer.refused else _FINISH[answer.finish]


def _call_part(call: Call) -> dict[str, Any]:
    try:
        arguments = msgspec.json.decode(call.arguments)
    except msgspec.DecodeError:  # cut by maxOutputTokens
        arguments = {}
    return {"functionCall": {"id": call.id, "name": call.name, "args": arguments}}


def _picture_part(picture: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/png", "data": b64encode(picture).decode()}}


def _usage(ask: Ask, answer: Answer) -> dict[str, Any]:
    """Thoughts count apart from the candidates, as the API has it."""
    thoughts = len(answer.reasoning)
    drawn = PICTURE_TOKENS if answer.picture else 0
    usage: dict[str, Any] = {
        "promptTokenCount": answer.prompt_tokens,
        "candidatesTokenCount": answer.completion_tokens - thoughts + drawn,
        "totalTokenCount": answer.prompt_tokens + answer.completion_tokens + drawn,
        "promptTokensDetails": _prompt_details(ask),
    }
    if thoughts:
        usage["thoughtsTokenCount"] = thoughts
    if drawn:
        usage["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": drawn}]
    return usage


def _prompt_details(ask: Ask) -> list[dict[str, Any]]:
    pictures = ask.picture_tokens
    details = [{"modality": "TEXT", "tokenCount": ask.prompt_tokens - pictures}]
    if any(a.kind == PICTURE for a in ask.attachments):
        details.append({"modality": "IMAGE", "tokenCount": pictures})
    return details
