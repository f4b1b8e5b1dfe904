"""Anthropic Messages: content blocks, opened, grown and closed one after the other in a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.tokens import tokens_of
from workbench.gateway.sandbox.toolcalls import Call
from workbench.gateway.sandbox.troubles import Trouble
from workbench.gateway.sandbox.writing.frames import each, event, glued

BROKEN = b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"text":"\n\n'
_STOP = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}
_PING = event({"type": "ping"})


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    return {
        **_head(ask, request_id),
        "content": [block.whole for block in _blocks(answer)],
        **_stopped(answer),
        "usage": _usage(answer.prompt_tokens, answer.completion_tokens),
    }


def counted(ask: Ask) -> dict[str, Any]:
    """The reply of `count_tokens`."""
    return {"input_tokens": ask.prompt_tokens}


class Stream:
    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        self._answer = answer
        self._blocks = _blocks(answer)
        self._head = _head(ask, request_id)

    def opening(self) -> bytes:
        message = {
            **self._head,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": _usage(self._answer.prompt_tokens, 1),
        }
        return event({"type": "message_start", "message": message})

    def tokens(self) -> Iterator[bytes]:
        for index, block in enumerate(self._blocks):
            yield from _block_frames(index, block)

    def ending(self) -> bytes:
        usage = {"output_tokens": self._answer.completion_tokens}
        return event({"type": "message_delta", "delta": _stopped(self._answer), "usage": usage}) + event(
            {"type": "message_stop"}
        )

    def failure(self, trouble: Trouble) -> bytes:
        return event(trouble.body())


@dataclass(frozen=True, slots=True)
class _Block:
    """whole: as it stands in a whole message. empty: as it opens in a stream. kind, name: of its deltas, and their field."""

    whole: dict[str, Any]
    empty: dict[str, Any]
    kind: str
    name: str
    tokens: tuple[str, ...]


def _blocks(answer: Answer) -> list[_Block]:
    blocks = []
    if answer.reasoning:
        blocks.append(_thinking(answer.reasoning))
    if answer.text or not answer.calls:
        whole = {"type": "text", "text": "".join(answer.text)}
        blocks.append(_Block(whole, {"type": "text", "text": ""}, "text_delta", "text", answer.text))
    return blocks + [_tool_use(call) for call in answer.calls]


def _thinking(reasoning: tuple[str, ...]) -> _Block:
    text = "".join(reasoning)
    signature = blake2b(text.encode(), digest_size=48).hexdigest()
    return _Block(
        {"type": "thinking", "thinking": text, "signature": signature},
        {"type": "thinking", "thinking": "", "signature": ""},
        "thinking_delta",
        "thinking",
        reasoning,
    )


def _tool_use(call: Call) -> _Block:
    head = {"type": "tool_use", "id": call.id.replace("call_", "toolu_"), "name": call.name}
    return _Block(
        {**head, "input": _object(call.arguments)},
        {**head, "input": {}},
        "input_json_delta",
        "partial_json",
        tuple(tokens_of(call.arguments)),
    )


def _object(arguments: str) -> Any:
    """The input as an object; what max_tokens has cut in the middle is none any more."""
    try:
        return msgspec.json.decode(arguments)
    except msgspec.DecodeError:
        return {}


def _block_frames(index: int, block: _Block) -> Iterator[bytes]:
    def delta(token: str) -> bytes:
        return event(
            {
                "type": "content_block_delta",
                "index": index,
                "delta": {"type": block.kind, block.name: token},
            }
        )

    start = event({"type": "content_block_start", "index": index, "content_block": block.empty})
    stop = event({"type": "content_block_stop", "index": index})
    if index == 0:
        start += _PING
    if block.kind == "thinking_delta":
        signed = {"type": "signature_delta", "signature": block.whole["signature"]}
        stop = event({"type": "content_block_delta", "index": index, "delta": signed}) + stop
    return glued(start, each(delta, block.tokens), lambda: stop)


def _head(ask: Ask, request_id: str) -> dict[str, Any]:
    return {
        "id": f"msg_{request_id.replace('-', '')}",
        "type": "message",
        "role": "assistant",
        "model": ask.wire_model,
    }


def _stopped(answer: Answer) -> dict[str, Any]:
    reason = "stop_sequence" if answer.stopped_by else _STOP[answer.finish]
    if answer.refused:
        reason = "refusal"
    return {"stop_reason": reason, "stop_sequence": answer.stopped_by or None}


def _usage(input_tokens: int, output_tokens: int) -> dict[str, Any]:
    return {
        "input_tokens": input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
        "service_tier": "standard",
    }
