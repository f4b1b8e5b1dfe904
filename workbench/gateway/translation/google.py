"""Chat completions as Google's generateContent and back.

No place there, and left out: logit_bias, user and vendor options. Google signs its calls (`thoughtSignature`) and wants the
signature back with the result; chat completions have no field for it, so it travels in the call's id, after a "~".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from workbench.client.frames import BadFrame, ErrorFrame
from workbench.client.toolcalls import invented_id
from workbench.domain.chat import Delta, Finished, ReasoningDelta, TextDelta, ToolCallDelta, Usage, UsageDelta
from workbench.gateway.translation.conversation import (
    Called,
    Media,
    Part,
    Result,
    Text,
    Turn,
    max_tokens_of,
    passed,
    read_conversation,
    read_tools,
    stops_of,
    tool_choice_of,
    wanted_schema,
)

_SETTINGS = {
    "temperature": "temperature",
    "top_p": "topP",
    "top_k": "topK",
    "n": "candidateCount",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
_FINISH = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "IMAGE_SAFETY": "content_filter",
}


def endpoint_of(model: str, *, stream: bool) -> str:
    """Path after the slug (ai-gateway §1.3)."""
    return (
        f"v1beta/models/{model}:streamGenerateContent?alt=sse"
        if stream
        else f"v1beta/models/{model}:generateContent"
    )


def request_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The generateContent request for a chat-completions body. Raises BadBody."""
    conversation = read_conversation(body)
    request: dict[str, Any] = {"contents": [_content(turn) for turn in conversation.turns]}
    if conversation.system:
        request["systemInstruction"] = {"parts": [{"text": conversation.system}]}
    if settings := _settings(body):
        request["generationConfig"] = settings
    return request | _tools(body)


def _settings(body: Mapping[str, Any]) -> dict[str, Any]:
    settings = passed(body, _SETTINGS)
    if (limit := max_tokens_of(body)) is not None:
        settings["maxOutputTokens"] = limit
    if stops := stops_of(body):
        settings["stopSequences"] = stops
    schema = wanted_schema(body)
    if schema is not None:
        settings["responseMimeType"] = "application/json"
        if schema != {"type": "object"}:
            settings["responseJsonSchema"] = schema
    return settings


def _tools(body: Mapping[str, Any]) -> dict[str, Any]:
    declared = [
        {
            "name": tool.name,
            "description": tool.description,
            **({"parametersJsonSchema": tool.parameters} if tool.parameters else {}),
        }
        for tool in read_tools(body)
    ]
    if not declared:
        return {}
    found: dict[str, Any] = {"tools": [{"functionDeclarations": declared}]}
    choice = tool_choice_of(body)
    if choice:
        mode = {"auto": "AUTO", "none": "NONE"}.get(choice, "ANY")
        forced = {"allowedFunctionNames": [choice[1:]]} if choice.startswith("=") else {}
        found["toolConfig"] = {"functionCallingConfig": {"mode": mode, **forced}}
    return found


def _content(turn: Turn) -> dict[str, Any]:
    role = "model" if turn.role == "assistant" else "user"
    return {"role": role, "parts": [_part(part) for part in turn.parts] or [{"text": ""}]}


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Text(text):
            return {"text": text}
        case Media():
            if part.url:
                return {"fileData": {"fileUri": part.url}}
            return {"inlineData": {"mimeType": part.media_type, "data": part.data}}
        case Called():
            _, _, signature = part.id.partition("~")
            signed = {"thoughtSignature": signature} if signature else {}
            return {"functionCall": {"name": part.name, "args": part.arguments}, **signed}
        case Result():
            return {"functionResponse": {"name": part.name, "response": _response(part.text)}}


def _response(text: str) -> dict[str, Any]:
    """A function's response has to be an object; anything else is put into one."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        found = text
    return found if isinstance(found, dict) else {"result": found}


class Reader:
    """Reads one answer; a streamed event is a whole reply that goes on. The interface of client.frames.FrameReader."""

    def __init__(self) -> None:
        self._calls = 0
        self._reason = ""

    def read(self, data: str | bytes) -> list[Delta]:
        """Raises BadFrame, ErrorFrame."""
        reply = _decoded(data)
        deltas: list[Delta] = []
        candidates = reply.get("candidates")
        if isinstance(candidates, list) and candidates and isinstance(candidates[0], Mapping):
            deltas += self._candidate(candidates[0])
        feedback = reply.get("promptFeedback")
        if isinstance(feedback, Mapping) and feedback.get("blockReason"):
            self._reason = "content_filter"
        if (usage := _usage(reply.get("usageMetadata"))) is not None:
            deltas.append(UsageDelta(usage))
        return deltas

    read_reply = read

    def end(self, *, truncated: bool = False) -> list[Delta]:
        reason = "tool_calls" if self._calls and self._reason == "stop" else self._reason
        return [Finished(reason, truncated or not reason)]

    def _candidate(self, candidate: Mapping[str, Any]) -> Iterator[Delta]:
        content = candidate.get("content")
        parts = content.get("parts") if isinstance(content, Mapping) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, Mapping):
                yield from self._part(part)
        if reason := candidate.get("finishReason"):
            self._reason = _FINISH.get(str(reason), "stop")

    def _part(self, part: Mapping[str, Any]) -> Iterator[Delta]:
        text, call, inline = part.get("text"), part.get("functionCall"), part.get("inlineData")
        if isinstance(text, str) and text:
            yield ReasoningDelta(text) if part.get("thought") else TextDelta(text)
        if isinstance(call, Mapping):
            signature = part.get("thoughtSignature")
            call_id = str(call.get("id") or invented_id()) + (f"~{signature}" if signature else "")
            arguments = msgspec.json.encode(call.get("args") or {}).decode()
            yield ToolCallDelta(self._calls, call_id, str(call.get("name") or ""), arguments)
            self._calls += 1
        if isinstance(inline, Mapping):
            # Chat completions have no field for a picture; as markdown it can at least be seen.
            yield TextDelta(
                f"![image](data:{inline.get('mimeType', 'image/png')};base64,{inline.get('data', '')})"
            )


def _usage(told: Any) -> Usage | None:
    """Thinking is billed as output, and chat completions count it there."""
    if not isinstance(told, Mapping):
        return None
    prompt, answer = told.get("promptTokenCount"), told.get("candidatesTokenCount")
    thoughts, cached = told.get("thoughtsTokenCount"), told.get("cachedContentTokenCount")
    completion = None
    if isinstance(answer, int) or isinstance(thoughts, int):
        completion = (answer if isinstance(answer, int) else 0) + (
            thoughts if isinstance(thoughts, int) else 0
        )
    return Usage(
        prompt_tokens=prompt if isinstance(prompt, int) else None,
        completion_tokens=completion,
        cached_tokens=cached if isinstance(cached, int) else None,
    )


def _decoded(data: str | bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadFrame("not JSON") from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise BadFrame("not a JSON object")
    if "error" in found:
        raise ErrorFrame(found)
    return found
