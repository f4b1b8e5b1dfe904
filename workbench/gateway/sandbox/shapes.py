"""An answer in the wire's shapes: frames and whole replies, OpenAI's and Workers AI's own (workers-ai §5.2–§5.4)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from workbench.gateway.replies import enveloped
from workbench.gateway.sandbox.ask import Ask, Dialect
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.tokens import tokens_of
from workbench.gateway.sandbox.toolcalls import Call

DONE = b"data: [DONE]\n\n"
BROKEN = b'data: {"choices":[{"index":0,"delta":{"content":"\n\n'
"""A frame whose JSON ends too early, for `malformed-after`."""

_encode = msgspec.json.encode


def frame(value: Any) -> bytes:
    return b"data: " + _encode(value) + b"\n\n"


def usage_of(answer: Answer) -> dict[str, int]:
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
    }


def frames(ask: Ask, answer: Answer, request_id: str) -> Iterator[bytes]:
    """All frames of the stream but `[DONE]`; each token is a frame."""
    if ask.dialect is Dialect.NATIVE:
        return _native_frames(ask, answer)
    return _openai_frames(ask, answer, request_id)


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    """The answer as one JSON reply."""
    if ask.dialect is Dialect.NATIVE:
        return enveloped(_native_whole(ask, answer))
    completion = _completion(ask, answer, request_id)
    return enveloped(completion) if ask.envelope else completion


def error_frame(ask: Ask, code: int, message: str) -> bytes:
    """An error after the stream has opened (workers-ai §5.3)."""
    if ask.provider == "workers-ai":
        return frame(
            {"errors": [{"code": code, "message": message}], "success": False, "result": {}, "messages": []}
        )
    return frame({"error": {"message": message, "type": "server_error", "param": None, "code": str(code)}})


def _openai_frames(ask: Ask, answer: Answer, request_id: str) -> Iterator[bytes]:
    head = _chunk_head(ask, request_id)
    workers_ai = ask.provider == "workers-ai"
    yield _chunk(head, {"role": "assistant", "content": ""})
    if answer.reasoning:
        yield from _token_chunks(head, "reasoning_content", answer.reasoning)
    yield from _token_chunks(head, "content", answer.text)
    for index, call in enumerate(answer.calls):
        for piece in _call_pieces(index, call):
            yield _chunk(head, {"tool_calls": [piece]})
    yield _chunk(head, {"content": ""} if workers_ai else {}, answer.finish)
    if ask.include_usage or workers_ai:
        yield b"data: " + _encode({**head, "choices": [], "usage": usage_of(answer)}) + b"\n\n"


def _chunk_head(ask: Ask, request_id: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{request_id}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": ask.wire_model,
    }


def _chunk(head: Mapping[str, Any], delta: Mapping[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return frame({**head, "choices": [choice]})


def _token_chunks(head: Mapping[str, Any], key: str, tokens: tuple[str, ...]) -> Iterator[bytes]:
    """One frame a token, cut from one template: the hot path of a long answer."""
    before, after = _chunk(head, {key: "\x00"}).split(_encode("\x00"))
    for token in tokens:
        yield before + _encode(token) + after


def _call_pieces(index: int, call: Call) -> Iterator[dict[str, Any]]:
    yield {
        "index": index,
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": ""},
    }
    for token in tokens_of(call.arguments):
        yield {"index": index, "function": {"arguments": token}}


def _native_frames(ask: Ask, answer: Answer) -> Iterator[bytes]:
    padding = _Padding(ask.seed)
    for token in (*answer.reasoning, *answer.text):
        yield b'data: {"response":' + _encode(token) + b',"p":"' + padding.next() + b'"}\n\n'
    for index, call in enumerate(answer.calls):
        for piece in _call_pieces(index, call):
            yield frame({"tool_calls": [piece], "p": padding.next().decode()})
        end = {"index": index, "id": None, "type": None, "function": {"name": None, "arguments": ""}}
        yield frame({"tool_calls": [end], "p": padding.next().decode()})
    yield frame({"response": "", "usage": usage_of(answer), "finish_reason": answer.finish})


class _Padding:
    """The `p` of native frames, which hides the length of a token."""

    _LETTERS = b"abdefghijklmnopqrstuvwxyz0123456789" * 2

    def __init__(self, seed: int) -> None:
        self._state = seed

    def next(self) -> bytes:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        start = self._state >> 59
        return self._LETTERS[start : start + 1 + (self._state >> 40) % 16]


def _native_whole(ask: Ask, answer: Answer) -> dict[str, Any]:
    text: Any = "".join(answer.reasoning + answer.text)
    if ask.schema is not None and answer.finish == "stop" and not answer.calls:
        text = msgspec.json.decode(text)
    result: dict[str, Any] = {"response": None if answer.calls else text, "usage": usage_of(answer)}
    result["tool_calls"] = [
        {"name": call.name, "arguments": _object_or_text(call.arguments)} for call in answer.calls
    ]
    return result


def _object_or_text(arguments: str) -> Any:
    try:
        return msgspec.json.decode(arguments)
    except msgspec.DecodeError:  # cut by max_tokens
        return arguments


def _completion(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.text) if answer.text else None}
    if not answer.calls and message["content"] is None:
        message["content"] = ""
    if answer.reasoning:
        message["reasoning_content"] = "".join(answer.reasoning)
    message["refusal"] = None
    if answer.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in answer.calls
        ]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": answer.finish}
    return {
        "id": f"chatcmpl-{request_id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": ask.wire_model,
        "choices": [choice],
        "usage": {**usage_of(answer), "prompt_tokens_details": {"cached_tokens": 0}},
    }
