"""Deltas as chat completions: one whole reply, or the chunks of a stream (workers-ai §5.3, §6)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import msgspec

from workbench.domain.chat import (
    ChatReply,
    Delta,
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageDelta,
)

DONE = b"data: [DONE]\n\n"
_encode = msgspec.json.encode


def usage_json(usage: Usage) -> dict[str, Any]:
    prompt, completion = usage.prompt_tokens or 0, usage.completion_tokens or 0
    told: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    if usage.cached_tokens is not None:
        told["prompt_tokens_details"] = {"cached_tokens": usage.cached_tokens}
    return told


def completion(deltas: Iterable[Delta], *, model: str, request_id: str) -> bytes:
    """The whole answer as one `chat.completion`."""
    reply = ChatReply()
    for delta in deltas:
        reply.add(delta, 0)
    reply.settle()
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments or "{}"},
        }
        for call in reply.tool_calls
    ]
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or (None if calls else "")}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    message["refusal"] = None
    if calls:
        message["tool_calls"] = calls
    choice = {
        "index": 0,
        "message": message,
        "logprobs": None,
        "finish_reason": reply.finish_reason or "stop",
    }
    return _encode(
        {
            "id": f"chatcmpl-{request_id}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": model,
            "choices": [choice],
            "usage": usage_json(reply.usage),
        }
    )


class Chunks:
    """Writes one stream. with_usage: the closing frame that `stream_options.include_usage` asks for."""

    def __init__(self, *, model: str, request_id: str, with_usage: bool) -> None:
        self._head = {
            "id": f"chatcmpl-{request_id}",
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        self._with_usage = with_usage
        self._usage = Usage()
        self._opened = False
        self._called: set[int] = set()

    def write(self, deltas: Iterable[Delta]) -> bytes:
        """The frames for these deltas; b"" where they only count."""
        return b"".join([self._frame(delta) for delta in deltas])

    def close(self) -> bytes:
        """The end of a stream that came to its end."""
        usage = b""
        if self._with_usage:
            usage = _sse({**self._head, "choices": [], "usage": usage_json(self._usage)})
        return usage + DONE

    def _frame(self, delta: Delta) -> bytes:
        match delta:
            case TextDelta(text):
                return self._chunk({"content": text})
            case ReasoningDelta(text):
                return self._chunk({"reasoning_content": text})
            case ToolCallDelta():
                return self._chunk({"tool_calls": [self._call(delta)]})
            case UsageDelta(usage):
                merged = ChatReply(usage=self._usage)
                merged.add(UsageDelta(usage), 0)
                self._usage = merged.usage
            case Finished(reason, truncated):
                return b"" if truncated else self._chunk({}, reason or "stop")
        return b""

    def _call(self, delta: ToolCallDelta) -> dict[str, Any]:
        function: dict[str, Any] = {"arguments": delta.arguments}
        if delta.index in self._called:
            return {"index": delta.index, "function": function}
        self._called.add(delta.index)
        return {
            "index": delta.index,
            "id": delta.id,
            "type": "function",
            "function": {"name": delta.name, **function},
        }

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        if not self._opened:
            self._opened = True
            delta = {"role": "assistant", **delta}
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _sse({**self._head, "choices": [choice]})


def error_frame(message: str, code: str) -> bytes:
    """An error after the stream has opened."""
    return _sse({"error": {"message": message, "type": "upstream_error", "param": None, "code": code}})


def _sse(value: Any) -> bytes:
    return b"data: " + _encode(value) + b"\n\n"
