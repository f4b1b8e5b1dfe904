"""Cohere's own chat, version 2: a message with content, `tool_plan` and calls; a stream of named events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.tokens import tokens_of
from workbench.gateway.sandbox.toolcalls import Call
from workbench.gateway.sandbox.troubles import Trouble
from workbench.gateway.sandbox.writing.frames import data, each, event, glued

BROKEN = b'event: content-delta\ndata: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"\n\n'
_FINISH = {"stop": "COMPLETE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL"}


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    del ask
    message: dict[str, Any] = {"role": "assistant"}
    content = [{"type": "thinking", "thinking": "".join(answer.reasoning)}] if answer.reasoning else []
    if answer.text:
        content.append({"type": "text", "text": "".join(answer.text)})
    if content:
        message["content"] = content
    if answer.calls:
        message["tool_calls"] = [_call(call, call.arguments) for call in answer.calls]
    return {
        "id": request_id,
        "finish_reason": _finish(answer),
        "message": message,
        "usage": _usage(answer),
    }


class Stream:
    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        del ask
        self._answer = answer
        self._id = request_id

    def opening(self) -> bytes:
        message = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
        return event({"type": "message-start", "id": self._id, "delta": {"message": message}})

    def tokens(self) -> Iterator[bytes]:
        answer = self._answer
        index = 0
        for kind, name, tokens in (("thinking", "thinking", answer.reasoning), ("text", "text", answer.text)):
            if tokens:
                yield from _content(index, kind, name, tokens)
                index += 1
        for number, call in enumerate(answer.calls):
            yield from _call_frames(number, call)

    def ending(self) -> bytes:
        delta = {"finish_reason": _finish(self._answer), "usage": _usage(self._answer)}
        return event({"type": "message-end", "delta": delta})

    def failure(self, trouble: Trouble) -> bytes:
        return data(trouble.body())


def _content(index: int, kind: str, name: str, tokens: tuple[str, ...]) -> Iterator[bytes]:
    def framed(step: str, content: dict[str, Any]) -> bytes:
        return event({"type": f"content-{step}", "index": index, "delta": {"message": {"content": content}}})

    start = framed("start", {"type": kind, name: ""})
    pieces = each(lambda token: framed("delta", {name: token}), tokens)
    return glued(start, pieces, lambda: event({"type": "content-end", "index": index}))


def _call_frames(index: int, call: Call) -> Iterator[bytes]:
    def framed(step: str, calls: dict[str, Any]) -> bytes:
        return event(
            {"type": f"tool-call-{step}", "index": index, "delta": {"message": {"tool_calls": calls}}}
        )

    pieces = each(
        lambda token: framed("delta", {"function": {"arguments": token}}), tokens_of(call.arguments)
    )
    end = event({"type": "tool-call-end", "index": index})
    return glued(framed("start", _call(call, "")), pieces, lambda: end)


def _call(call: Call, arguments: str) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _finish(answer: Answer) -> str:
    return "STOP_SEQUENCE" if answer.stopped_by else _FINISH[answer.finish]


def _usage(answer: Answer) -> dict[str, Any]:
    counted = {"input_tokens": answer.prompt_tokens, "output_tokens": answer.completion_tokens}
    return {"billed_units": counted, "tokens": counted}
