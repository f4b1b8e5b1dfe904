"""Workers AI's own shape: `response`, flat tool calls, padded frames (workers-ai §5.2–§5.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer
from workbench.gateway.sandbox.troubles import Trouble
from workbench.gateway.sandbox.writing.chat import DONE, call_pieces, usage_of
from workbench.gateway.sandbox.writing.frames import data, encode

BROKEN = b'data: {"response":"\n\n'


def whole(ask: Ask, answer: Answer, request_id: str) -> dict[str, Any]:
    del request_id
    text: Any = "".join(answer.reasoning + answer.text)
    if ask.options.schema is not None:  # already parsed (workers-ai §5.5)
        text = _object_or_text(text)
    return {
        "response": None if answer.calls else text,
        "usage": usage_of(answer),
        "tool_calls": [
            {"name": call.name, "arguments": _object_or_text(call.arguments)} for call in answer.calls
        ],
    }


def _object_or_text(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:  # cut by max_tokens, or thinking stands before it
        return text


class Stream:
    def __init__(self, ask: Ask, answer: Answer, request_id: str) -> None:
        del request_id
        self._answer = answer
        self._padding = _Padding(ask.seed)

    def opening(self) -> bytes:
        return b""

    def tokens(self) -> Iterator[bytes]:
        padding = self._padding
        for token in (*self._answer.reasoning, *self._answer.text):
            yield b'data: {"response":' + encode(token) + b',"p":"' + padding.next() + b'"}\n\n'
        for index, call in enumerate(self._answer.calls):
            for piece in call_pieces(index, call):
                yield data({"tool_calls": [piece], "p": padding.next().decode()})
            end = {"index": index, "id": None, "type": None, "function": {"name": None, "arguments": ""}}
            yield data({"tool_calls": [end], "p": padding.next().decode()})

    def ending(self) -> bytes:
        last = {"response": "", "usage": usage_of(self._answer), "finish_reason": self._answer.finish}
        return data(last) + DONE

    def failure(self, trouble: Trouble) -> bytes:
        return data(trouble.body())


class _Padding:
    """The `p` of native frames, which hides the length of a token."""

    _LETTERS = b"abdefghijklmnopqrstuvwxyz0123456789" * 2

    def __init__(self, seed: int) -> None:
        self._state = seed

    def next(self) -> bytes:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        start = self._state >> 59
        return self._LETTERS[start : start + 1 + (self._state >> 40) % 16]
