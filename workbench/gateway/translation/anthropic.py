"""Chat completions as Anthropic Messages (`v1/messages`) and back.

No place there, and left out: seed, penalties, logprobs, logit_bias, n, user and vendor options. A JSON schema for the
answer becomes a forced tool whose input is given back as the text, since a tool's input is what the API holds to a schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from workbench.client.frames import BadFrame, ErrorFrame
from workbench.domain.chat import Delta, Finished, ReasoningDelta, TextDelta, ToolCallDelta, Usage, UsageDelta
from workbench.gateway.protocol import BadBody
from workbench.gateway.translation.conversation import (
    Called,
    Conversation,
    Media,
    Part,
    Result,
    Text,
    max_tokens_of,
    passed,
    read_conversation,
    read_tools,
    stops_of,
    tool_choice_of,
    wanted_schema,
)

ENDPOINT = "v1/messages"
DEFAULT_MAX_TOKENS = 4096
"""The API has no default and chat completions need none; this one fits every model (inferred)."""
ANSWER_TOOL = "structured_answer"
_FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


def request_of(body: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The Messages request for a chat-completions body. Raises BadBody."""
    conversation = read_conversation(body)
    schema = wanted_schema(body)
    request: dict[str, Any] = {
        "model": model,
        "max_tokens": max_tokens_of(body) or DEFAULT_MAX_TOKENS,
        "messages": _messages(conversation),
        **passed(
            body, {"temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "stream": "stream"}
        ),
    }
    if conversation.system:
        request["system"] = conversation.system
    if stops := stops_of(body):
        request["stop_sequences"] = stops
    if isinstance(user := body.get("user"), str):
        request["metadata"] = {"user_id": user}
    return request | _tools(body, schema)


def _tools(body: Mapping[str, Any], schema: Mapping[str, Any] | None) -> dict[str, Any]:
    tools = [
        {
            "name": tool.name,
            **({"description": tool.description} if tool.description else {}),
            "input_schema": tool.parameters or {"type": "object", "properties": {}},
        }
        for tool in read_tools(body)
    ]
    choice = _choice(tool_choice_of(body))
    if schema is not None and not tools:
        tools.append({"name": ANSWER_TOOL, "description": "Give the answer.", "input_schema": schema})
        choice = {"type": "tool", "name": ANSWER_TOOL}
    if not tools:
        return {}
    if body.get("parallel_tool_calls") is False:
        choice = {**(choice or {"type": "auto"}), "disable_parallel_tool_use": True}
    return {"tools": tools, **({"tool_choice": choice} if choice else {})}


def _choice(choice: str) -> dict[str, Any] | None:
    if choice.startswith("="):
        return {"type": "tool", "name": choice[1:]}
    return {"auto": {"type": "auto"}, "none": {"type": "none"}, "required": {"type": "any"}}.get(choice)


def _messages(conversation: Conversation) -> list[dict[str, Any]]:
    return [
        {
            "role": turn.role,
            "content": [_block(part) for part in turn.parts] or [{"type": "text", "text": " "}],
        }
        for turn in conversation.turns
    ]


def _block(part: Part) -> dict[str, Any]:
    match part:
        case Text(text):
            return {"type": "text", "text": text}
        case Media():
            return _media_block(part)
        case Called():
            return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.arguments}
        case Result():
            return {"type": "tool_result", "tool_use_id": part.id, "content": part.text}


def _media_block(media: Media) -> dict[str, Any]:
    if media.kind == "audio":
        raise BadBody("Anthropic takes no audio")
    kind = "image" if media.kind == "image" else "document"
    if media.url:
        return {"type": kind, "source": {"type": "url", "url": media.url}}
    return {"type": kind, "source": {"type": "base64", "media_type": media.media_type, "data": media.data}}


class Reader:
    """Reads one answer; the interface of client.frames.FrameReader."""

    def __init__(self) -> None:
        self._calls: dict[int, int] = {}
        self._as_text: set[int] = set()
        self._prompt: Usage = Usage()
        self._reason = ""

    def read_reply(self, data: bytes) -> list[Delta]:
        """Raises BadFrame, ErrorFrame."""
        reply = _decoded(data)
        blocks = reply.get("content")
        if reply.get("type") != "message" or not isinstance(blocks, list):
            raise BadFrame("no Anthropic message")
        deltas: list[Delta] = []
        for index, block in enumerate(blocks):
            deltas += self._opened(index, block, whole=True)
        deltas += self._counted(reply.get("usage"))
        self._stopped(reply.get("stop_reason"))
        return deltas

    def read(self, data: str) -> list[Delta]:
        """One event of a stream. Raises BadFrame, ErrorFrame."""
        event = _decoded(data)
        index = event.get("index", 0)
        match event.get("type"):
            case "message_start":
                return self._counted(_object(event, "message").get("usage"))
            case "content_block_start":
                return list(self._opened(index, event.get("content_block"), whole=False))
            case "content_block_delta":
                return list(self._grown(index, _object(event, "delta")))
            case "message_delta":
                self._stopped(_object(event, "delta").get("stop_reason"))
                return self._counted(event.get("usage"))
        return []

    def end(self, *, truncated: bool = False) -> list[Delta]:
        return [Finished(self._reason, truncated or not self._reason)]

    def _opened(self, index: int, block: Any, *, whole: bool) -> Iterator[Delta]:
        if not isinstance(block, Mapping):
            return
        match block.get("type"):
            case "text":
                if text := block.get("text"):
                    yield TextDelta(str(text))
            case "thinking":
                if thought := block.get("thinking"):
                    yield ReasoningDelta(str(thought))
            case "tool_use":
                given = msgspec.json.encode(block.get("input") or {}).decode() if whole else ""
                if block.get("name") == ANSWER_TOOL:
                    self._as_text.add(index)
                    if given:
                        yield TextDelta(given)
                    return
                number = self._calls.setdefault(index, len(self._calls))
                yield ToolCallDelta(number, str(block.get("id") or ""), str(block.get("name") or ""), given)

    def _grown(self, index: int, delta: Mapping[str, Any]) -> Iterator[Delta]:
        match delta.get("type"):
            case "text_delta":
                yield TextDelta(str(delta.get("text") or ""))
            case "thinking_delta":
                yield ReasoningDelta(str(delta.get("thinking") or ""))
            case "input_json_delta":
                piece = str(delta.get("partial_json") or "")
                if index in self._as_text:
                    yield TextDelta(piece)
                elif index in self._calls:
                    yield ToolCallDelta(self._calls[index], arguments=piece)

    def _counted(self, usage: Any) -> list[Delta]:
        """Anthropic counts cached tokens apart from input tokens; chat completions count them in."""
        if not isinstance(usage, Mapping):
            return []
        read, written = usage.get("cache_read_input_tokens"), usage.get("cache_creation_input_tokens")
        fresh = usage.get("input_tokens")
        if isinstance(fresh, int):
            cached = read if isinstance(read, int) else None
            made = written if isinstance(written, int) else 0
            self._prompt = Usage(prompt_tokens=fresh + (cached or 0) + made, cached_tokens=cached)
        out = usage.get("output_tokens")
        return [
            UsageDelta(
                Usage(
                    prompt_tokens=self._prompt.prompt_tokens,
                    completion_tokens=out if isinstance(out, int) else None,
                    cached_tokens=self._prompt.cached_tokens,
                )
            )
        ]

    def _stopped(self, reason: Any) -> None:
        if not reason:
            return
        self._reason = _FINISH.get(str(reason), "stop")
        if self._reason == "tool_calls" and not self._calls:
            self._reason = "stop"


def _object(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = event.get(name)
    return found if isinstance(found, Mapping) else {}


def _decoded(data: str | bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadFrame("not JSON") from error
    if not isinstance(found, dict):
        raise BadFrame("not a JSON object")
    if found.get("type") == "error":
        raise ErrorFrame(found)
    return found
