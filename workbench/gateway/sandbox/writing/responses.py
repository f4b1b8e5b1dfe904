"""OpenAI Responses: output items, and the events that build them (workers-ai §6)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.tokens import tokens_of
from workbench.gateway.sandbox.toolcalls import Call
from workbench.gateway.sandbox.troubles import Trouble
from workbench.gateway.sandbox.writing.frames import encode, event, glued

BROKEN = b'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","delta":"\n\n'
_ECHOED: Mapping[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "reasoning": {"effort": None, "summary": None},
    "store": False,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
"""What a response tells back of its request, and what it says where the request said nothing."""


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    head = _head(ask, request_id)
    return _ended(ask, answer, head, [item.done for item in _items(ask, answer, request_id)])


@dataclass(frozen=True, slots=True)
class _Item:
    """An output item, and how the events tell it. kind: of its deltas, between `response.` and `.delta`.

    opened, done: the item itself. index: which part of it the deltas are of. part: as it opens and as it is done, with the
    name of its events. told: the field that holds all of it in the end. more: further fields of deltas and end.
    """

    id: str
    kind: str
    opened: dict[str, Any]
    done: dict[str, Any]
    tokens: tuple[str, ...]
    index: Mapping[str, int] = field(default_factory=dict)
    part: tuple[str, dict[str, Any], dict[str, Any]] | None = None
    told: str = "text"
    more: Mapping[str, Any] = field(default_factory=dict)


_CONTENT, _SUMMARY = {"content_index": 0}, {"summary_index": 0}


def _items(ask: Ask, answer: Answer, request_id: str) -> list[_Item]:
    mark = request_id.replace("-", "")
    status = "incomplete" if answer.finish == "length" else "completed"
    items = []
    if answer.reasoning:
        make = _summary if _wants_summary(ask) else _reasoning
        items.append(make(f"rs_{mark}", answer.reasoning))
    if answer.text or not answer.calls:
        items.append(_message(f"msg_{mark}", answer, status))
    for number, call in enumerate(answer.calls):
        items.append(_call(f"fc_{mark}{number}", call, status))
    return items


def _wants_summary(ask: Ask) -> bool:
    """OpenAI tells a summary of its models' thoughts, where one is asked for; gpt-oss here tells the thoughts themselves."""
    wanted = ask.body.get("reasoning")
    return ask.provider != "workers-ai" and isinstance(wanted, dict) and bool(wanted.get("summary"))


def _reasoning(item_id: str, tokens: tuple[str, ...]) -> _Item:
    head = {"id": item_id, "type": "reasoning", "summary": []}
    said = [{"type": "reasoning_text", "text": "".join(tokens)}]
    opened = {**head, "content": [], "status": "in_progress"}
    done = {**head, "content": said, "status": "completed"}
    return _Item(item_id, "reasoning_text", opened, done, tokens, _CONTENT)


def _summary(item_id: str, tokens: tuple[str, ...]) -> _Item:
    head = {"id": item_id, "type": "reasoning"}
    part = {"type": "summary_text", "text": ""}
    whole = {**part, "text": "".join(tokens)}
    opened = {**head, "summary": [], "status": "in_progress"}
    done = {**head, "summary": [whole], "status": "completed"}
    parts = ("reasoning_summary_part", part, whole)
    return _Item(item_id, "reasoning_summary_text", opened, done, tokens, _SUMMARY, parts)


def _message(item_id: str, answer: Answer, status: str) -> _Item:
    kind, told = ("refusal", "refusal") if answer.refused else ("output_text", "text")
    more: dict[str, Any] = {} if answer.refused else {"logprobs": []}
    part = {"type": kind, **({} if answer.refused else {"annotations": []}), **more}
    head = {"id": item_id, "type": "message", "role": "assistant"}
    whole = {**part, told: "".join(answer.text)}
    opened = {**head, "status": "in_progress", "content": []}
    done = {**head, "status": status, "content": [whole]}
    parts = ("content_part", {**part, told: ""}, whole)
    return _Item(item_id, kind, opened, done, answer.text, _CONTENT, parts, told, more)


def _call(item_id: str, call: Call, status: str) -> _Item:
    head = {"id": item_id, "type": "function_call", "call_id": call.id, "name": call.name}
    opened = {**head, "arguments": "", "status": "in_progress"}
    done = {**head, "arguments": call.arguments, "status": status}
    tokens = tuple(tokens_of(call.arguments))
    return _Item(item_id, "function_call_arguments", opened, done, tokens, told="arguments")


class Stream:
    """Each event has its number in the stream."""

    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        self._ask = ask
        self._answer = answer
        self._items = _items(ask, answer, request_id)
        self._head = _head(ask, request_id)
        self._sent = 0

    def opening(self) -> bytes:
        begun = {**self._head, "status": "in_progress", "output": [], "usage": None, **_NOTHING_WRONG}
        return self._event("created", response=begun) + self._event("in_progress", response=begun)

    def tokens(self) -> Iterator[bytes]:
        for index, item in enumerate(self._items):
            yield from self._item(index, item)

    def ending(self) -> bytes:
        response = _ended(self._ask, self._answer, self._head, [item.done for item in self._items])
        return self._event(response["status"], response=response)

    def failure(self, trouble: Trouble) -> bytes:
        """Both ways in which a failure is told (workers-ai §6): clients of either kind understand it."""
        told = {"code": trouble.name or "server_error", "message": trouble.message}
        error = event({"type": "error", **told, "param": None, "sequence_number": self._sent})
        self._sent += 1
        failed = {**self._head, "status": "failed", "output": [], "usage": None, **_NOTHING_WRONG}
        return error + self._event("failed", response={**failed, "error": told})

    def _event(self, kind: str, **fields: Any) -> bytes:
        self._sent += 1
        return event({"type": f"response.{kind}", **fields, "sequence_number": self._sent - 1})

    def _item(self, place: int, item: _Item) -> Iterator[bytes]:
        """The numbers count upwards, so each frame is made when its turn has come."""
        at = {"item_id": item.id, "output_index": place, **item.index}
        start = self._event("output_item.added", output_index=place, item=item.opened)
        if item.part is not None:
            name, opened, _ = item.part
            start += self._event(f"{name}.added", **at, part=opened)
        return glued(start, self._deltas(item, at), lambda: self._closed(place, item, at))

    def _deltas(self, item: _Item, at: Mapping[str, Any]) -> Iterator[bytes]:
        kind = f"response.{item.kind}.delta"
        fields = encode({"type": kind, **at, **item.more})
        before = b"event: " + kind.encode() + b"\ndata: " + fields[:-1] + b',"delta":'
        for token in item.tokens:
            yield before + encode(token) + b',"sequence_number":%d}\n\n' % self._sent
            self._sent += 1

    def _closed(self, place: int, item: _Item, at: Mapping[str, Any]) -> bytes:
        frames = self._event(f"{item.kind}.done", **at, **item.more, **{item.told: "".join(item.tokens)})
        if item.part is not None:
            name, _, whole = item.part
            frames += self._event(f"{name}.done", **at, part=whole)
        return frames + self._event("output_item.done", output_index=place, item=item.done)


_NOTHING_WRONG = {"error": None, "incomplete_details": None}


def _head(ask: Ask, request_id: str) -> dict[str, Any]:
    told = {name: ask.body.get(name, default) for name, default in _ECHOED.items()}
    return {
        "id": f"resp_{request_id.replace('-', '')}",
        "object": "response",
        "created_at": int(time.time()),
        "model": ask.wire_model,
        "background": False,
        **{name: _ECHOED[name] if value is None else value for name, value in told.items()},
    }


def _ended(ask: Ask, answer: Answer, head: Mapping[str, Any], output: list[dict[str, Any]]) -> dict[str, Any]:
    cut = answer.finish == "length"
    response = {
        **head,
        "status": "incomplete" if cut else "completed",
        **_NOTHING_WRONG,
        "output": output,
        "usage": _usage(answer),
    }
    if cut:
        response["incomplete_details"] = {"reason": "max_output_tokens"}
    if ask.provider == "workers-ai":  # workers-ai §6
        response["output_text"] = "".join(answer.text)
    return response


def _usage(answer: Answer) -> dict[str, Any]:
    return {
        "input_tokens": answer.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": answer.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": len(answer.reasoning)},
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
    }
