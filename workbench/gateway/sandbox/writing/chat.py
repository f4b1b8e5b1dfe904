"""Chat completions, whole and streamed (workers-ai §5.2–§5.4, §6)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.tokens import tokens_of
from workbench.gateway.sandbox.toolcalls import Call
from workbench.gateway.sandbox.troubles import Trouble
from workbench.gateway.sandbox.writing.frames import data, each

DONE = b"data: [DONE]\n\n"
BROKEN = b'data: {"choices":[{"index":0,"delta":{"content":"\n\n'


def usage_of(answer: Answer) -> dict[str, int]:
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
    }


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    content = "".join(answer.text)
    message: dict[str, Any] = {"role": "assistant", "content": content or (None if answer.calls else "")}
    if answer.reasoning:
        message["reasoning_content"] = "".join(answer.reasoning)
    message["refusal"] = None
    if answer.refused:
        message |= {"content": None, "refusal": content}
    if answer.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in answer.calls
        ]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish}
    return {
        **_head(ask, request_id, "chat.completion"),
        "choices": [choice],
        "usage": {
            **usage_of(answer),
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": len(answer.reasoning)},
        },
    }


class Stream:
    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        self._head = _head(ask, request_id, "chat.completion.chunk")
        self._answer = answer
        self._workers_ai = ask.provider == "workers-ai"
        options = ask.body.get("stream_options")
        # Workers AI tells usage whether asked or not (workers-ai §5.3).
        self._with_usage = self._workers_ai or bool(
            isinstance(options, dict) and options.get("include_usage")
        )

    def opening(self) -> bytes:
        return self._chunk({"role": "assistant", "content": ""})

    def tokens(self) -> Iterator[bytes]:
        answer = self._answer
        if answer.reasoning:
            yield from each(lambda token: self._chunk({"reasoning_content": token}), answer.reasoning)
        if answer.text:
            name = "refusal" if answer.refused else "content"
            yield from each(lambda token: self._chunk({name: token}), answer.text)
        for index, call in enumerate(answer.calls):
            for piece in call_pieces(index, call):
                yield self._chunk({"tool_calls": [piece]})

    def ending(self) -> bytes:
        last = self._chunk({"content": ""} if self._workers_ai else {}, self._answer.finish)
        if self._with_usage:
            last += data({**self._head, "choices": [], "usage": usage_of(self._answer)})
        return last + DONE

    def failure(self, trouble: Trouble) -> bytes:
        """Workers AI's in its own envelope, everybody else's as OpenAI has it (workers-ai §5.3)."""
        return data(trouble.body())

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return data({**self._head, "choices": [choice]})


def call_pieces(index: int, call: Call) -> Iterator[dict[str, Any]]:
    yield {
        "index": index,
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": ""},
    }
    for token in tokens_of(call.arguments):
        yield {"index": index, "function": {"arguments": token}}


def _head(ask: Ask, request_id: str, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{request_id}",
        "object": kind,
        "created": int(time.time()),
        "model": ask.wire_model,
    }
