"""Unified calls, and what becomes of a provider's answers to them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import Family
from workbench.gateway.replies import EVENT_STREAM, JSON, Cut, Reply
from workbench.gateway.translation.unified import native_call, unified_reply


def chat_call(provider: str, model: str, **body: Any) -> Call:
    whole = {"model": model, "messages": [{"role": "user", "content": "Hello"}], **body}
    return Call(
        family=Family.GATEWAY,
        gateway="default",
        provider=provider,
        endpoint="chat/completions",
        model=model,
        shape=Shape.CHAT,
        method="POST",
        headers={},
        body=json.dumps(whole).encode(),
        stream=bool(body.get("stream")),
        unified=True,
    )


class Pieces:
    """A provider's stream; ends cleanly after its last piece."""

    def __init__(self, data: bytes, size: int) -> None:
        self._pieces = [data[start : start + size] for start in range(0, len(data), size)]
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def answered(call: Call, native_answer: Any) -> dict[str, Any]:
    reply = Reply(200, [JSON], json.dumps(native_answer).encode())
    found: dict[str, Any] = json.loads(unified_reply(call, native_call(call), reply).body)
    return found


def collected(reply: Reply) -> tuple[bytes, bool]:
    """The body, and whether it was cut."""

    async def read() -> tuple[bytes, bool]:
        assert reply.stream is not None
        got: list[bytes] = []
        try:
            async for piece in reply.stream:
                got.append(piece)
        except Cut:
            return b"".join(got), True
        finally:
            await reply.stream.aclose()
        return b"".join(got), False

    return asyncio.run(read())


def streamed(call: Call, events: Sequence[Any], size: int) -> tuple[list[dict[str, Any]], bool]:
    """The frames of the unified answer to a provider's stream of events, delivered in pieces of size bytes."""
    data = b"".join(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n" for event in events)
    body, cut = collected(
        unified_reply(call, native_call(call), Reply(200, [EVENT_STREAM], stream=Pieces(data, size)))
    )
    lines = [line.removeprefix("data: ") for line in body.decode().split("\n") if line]
    if not cut:
        assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines], cut


@dataclass
class Told:
    text: str = ""
    reasoning: str = ""
    finish: str | None = None
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    usage: dict[str, Any] | None = None


def told(frames: Sequence[dict[str, Any]]) -> Told:
    """What an SDK would make of the chunks."""
    found = Told()
    for frame in frames:
        found.usage = frame.get("usage") or found.usage
        for choice in frame["choices"]:
            delta = choice["delta"]
            found.text += delta.get("content") or ""
            found.reasoning += delta.get("reasoning_content") or ""
            found.finish = choice["finish_reason"] or found.finish
            for call in delta.get("tool_calls", ()):
                if "id" in call:
                    found.calls.append((call["id"], call["function"]["name"], ""))
                call_id, name, arguments = found.calls[call["index"]]
                found.calls[call["index"]] = (call_id, name, arguments + call["function"]["arguments"])
    return found
