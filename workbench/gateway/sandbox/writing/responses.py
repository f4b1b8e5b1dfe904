"""OpenAI Responses: output items, and the events that build them (workers-ai §6)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.tokens import tokens_of
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
    return _ended(ask, answer, head, [item.done for item in _items(answer, request_id)])


@dataclass(frozen=True, slots=True)
class _Item:
    """An output item. kind: of its deltas' events, between `response.` and `.delta`. part: of a message, as it opens."""

    id: str
    kind: str
    opened: dict[str, Any]
    done: dict[str, Any]
    tokens: tuple[str, ...]
    part: dict[str, Any] | None = None


def _items(answer: Answer, request_id: str) -> list[_Item]:
    mark = request_id.replace("-", "")
    cut = "incomplete" if answer.finish == "length" else "completed"
    items = []
    if answer.reasoning:
        items.append(_reasoning(f"rs_{mark}", answer.reasoning))
    if answer.text or not answer.calls:
        make = _refusal if answer.refused else _message
        items.append(make(f"msg_{mark}", answer.text, cut))
    for number, call in enumerate(answer.calls):
        head = {"id": f"fc_{mark}{number}", "type": "function_call", "call_id": call.id, "name": call.name}
        opened = {**head, "arguments": "", "status": "in_progress"}
        done = {**head, "arguments": call.arguments, "status": cut}
        tokens = tuple(tokens_of(call.arguments))
        items.append(_Item(head["id"], "function_call_arguments", opened, done, tokens))
    return items


def _reasoning(item_id: str, tokens: tuple[str, ...]) -> _Item:
    head = {"id": item_id, "type": "reasoning", "summary": []}
    said = [{"type": "reasoning_text", "text": "".join(tokens)}]
    return _Item(
        item_id,
        "reasoning_text",
        {**head, "content": [], "status": "in_progress"},
        {**head, "content": said, "status": "completed"},
        tokens,
    )


def _message(item_id: str, tokens: tuple[str, ...], status: str) -> _Item:
    head = {"id": item_id, "type": "message", "role": "assistant"}
    part = {"type": "output_text", "annotations": [], "logprobs": []}
    return _Item(
        item_id,
        "output_text",
        {**head, "status": "in_progress", "content": []},
        {**head, "status": status, "content": [{**part, "text": "".join(tokens)}]},
        tokens,
        {**part, "text": ""},
    )


def _refusal(item_id: str, tokens: tuple[str, ...], status: str) -> _Item:
    head = {"id": item_id, "type": "message", "role": "assistant"}
    said = {"type": "refusal", "refusal": "".join(tokens)}
    return _Item(
        item_id,
        "refusal",
        {**head, "status": "in_progress", "content": []},
        {**head, "status": status, "content": [said]},
        tokens,
        {"type": "refusal", "refusal": ""},
    )


class Stream:
    """Each event has its number in the stream."""

    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        self._ask = ask
        self._answer = answer
        self._items = _items(answer, request_id)
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

    def _item(self, index: int, item: _Item) -> Iterator[bytes]:
        """The numbers count upwards, so each frame is made when its turn has come."""
        start = self._event("output_item.added", output_index=index, item=item.opened)
        at = {"item_id": item.id, "output_index": index}
        if item.part is not None:
            start += self._event("content_part.added", **at, content_index=0, part=item.part)
        return glued(start, self._deltas(item, at), lambda: self._closed(index, item, at))

    def _deltas(self, item: _Item, at: dict[str, Any]) -> Iterator[bytes]:
        kind = f"response.{item.kind}.delta"
        fields: dict[str, Any] = {"type": kind, **at}
        if item.kind != "function_call_arguments":
            fields["content_index"] = 0
        if item.kind == "output_text":
            fields["logprobs"] = []
        before = b"event: " + kind.encode() + b"\ndata: " + encode(fields)[:-1] + b',"delta":'
        for token in item.tokens:
            yield before + encode(token) + b',"sequence_number":%d}\n\n' % self._sent
            self._sent += 1

    def _closed(self, index: int, item: _Item, at: dict[str, Any]) -> bytes:
        text = "".join(item.tokens)
        match item.kind:
            case "function_call_arguments":
                done = self._event(f"{item.kind}.done", **at, name=item.done["name"], arguments=text)
            case "output_text":
                part = item.done["content"][0]
                done = self._event(f"{item.kind}.done", **at, content_index=0, text=text, logprobs=[])
                done += self._event("content_part.done", **at, content_index=0, part=part)
            case "refusal":
                part = item.done["content"][0]
                done = self._event(f"{item.kind}.done", **at, content_index=0, refusal=text)
                done += self._event("content_part.done", **at, content_index=0, part=part)
            case _:
                done = self._event(f"{item.kind}.done", **at, content_index=0, text=text)
        return done + self._event("output_item.done", output_index=index, item=item.done)


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
