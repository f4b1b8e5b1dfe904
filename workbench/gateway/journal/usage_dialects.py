"""The usage in a frame or a reply, in every dialect: chat-completions, Responses, Anthropic messages, Google, native."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from workbench.client.values import number
from workbench.domain.chat import Usage

KEY = b'"usage'  # "usage" of most dialects, "usageMetadata" of Google's
TAIL = 64 * 1024
"""How much of an end is searched; all dialects have their usage there."""

_USAGE = re.compile(r'"usage(?:Metadata)?"\s*:\s*(?=\{)')
_TRIES = 8
_MOST = 2**53


class _Frame(msgspec.Struct):
    """What of a frame or a reply may lead to its usage; everything else is skipped, not built."""

    type: msgspec.Raw = msgspec.Raw()
    usage: Any = None
    usageMetadata: Any = None
    result: msgspec.Raw = msgspec.Raw()
    response: msgspec.Raw = msgspec.Raw()
    message: msgspec.Raw = msgspec.Raw()


_FRAME = msgspec.json.Decoder(_Frame)
_FRAMES = msgspec.json.Decoder(list[_Frame])
_BROKEN = (msgspec.MsgspecError, UnicodeError, RecursionError)


def in_frame(line: bytes) -> Mapping[str, Any] | None:
    try:
        return _in(_FRAME.decode(line[5:] if line.startswith(b"data:") else line))
    except _BROKEN:
        return None


def in_reply(body: bytes) -> Mapping[str, Any] | None:
    """None where it cannot be read as a whole, such as an array that was cut."""
    try:
        if not body.lstrip().startswith(b"["):
            return _in(_FRAME.decode(body)) or {}
        return next((usage for frame in reversed(_FRAMES.decode(body)) if (usage := _in(frame))), {})
    except _BROKEN:
        return None if body.lstrip().startswith(b"[") else {}


def _in(frame: _Frame) -> Mapping[str, Any] | None:
    """The usage of a frame of any dialect. Whatever the model itself wrote, such as JSON under `response`, is not looked into."""
    for usage in (frame.usage, frame.usageMetadata):
        if usage and isinstance(usage, dict):
            return usage
    inner = frame.result  # the native envelope (workers-ai §3.1)
    kind = bytes(frame.type)
    if kind.startswith(b'"response.'):
        inner = frame.response
    elif kind == b'"message_start"':
        inner = frame.message
    return _in(_FRAME.decode(inner)) if bytes(inner).startswith(b"{") else None


def near_end(body: bytes) -> Mapping[str, Any] | None:
    """The last usage object of what is too large, or too broken, to be parsed; looked for in few places."""
    end = len(body)
    for _ in range(_TRIES):
        at = body.rfind(KEY, max(0, len(body) - TAIL), end)
        if at < 0:
            break
        text = body[at:].decode("utf-8", "replace")
        if (match := _USAGE.match(text)) is not None:
            try:
                usage, _ = json.JSONDecoder().raw_decode(text, match.end())
            except (ValueError, RecursionError):
                usage = None
            if isinstance(usage, dict) and usage_of(usage) != Usage():
                return usage
        end = at
    return None


_IN = ("prompt_tokens", "input_tokens", "promptTokenCount")
_OUT = ("completion_tokens", "output_tokens", "candidatesTokenCount")
_BEYOND_CHAT = frozenset(
    {
        "input_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "cachedContentTokenCount",
        "thoughtsTokenCount",
        "toolUsePromptTokenCount",
        "neurons",
    }
)
"""Members that chat completions do not have."""


def is_complete(usage: Mapping[str, Any]) -> bool:
    return any(name in usage for name in _IN) and any(name in usage for name in _OUT)


def usage_of(raw: Mapping[str, Any]) -> Usage:
    """A usage object of any dialect: chat-completions, Responses, Anthropic messages, Google's usageMetadata, native."""
    details = raw.get("prompt_tokens_details") or raw.get("input_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else raw.get("cached_tokens")
    into, out = _first(raw, _IN), _first(raw, _OUT)
    if _BEYOND_CHAT.isdisjoint(raw):  # most answers: this is the hot path
        return Usage(into, out, None if cached is None else _count(cached))
    read = _first(raw, ("cache_read_input_tokens", "cachedContentTokenCount"))
    written = _first(raw, ("cache_creation_input_tokens",))
    if "input_tokens" in raw and into is not None:
        # Anthropic counts what the cache gave and took beside the input (its members are its alone), others within it.
        into += (_first(raw, ("cache_read_input_tokens",)) or 0) + (written or 0)
    if (thought := _first(raw, ("thoughtsTokenCount",))) is not None:
        out = (out or 0) + thought
    if (tools := _first(raw, ("toolUsePromptTokenCount",))) is not None:
        into = (into or 0) + tools
    known = read if cached is None else _count(cached)
    neurons = amount(raw["neurons"]) if "neurons" in raw else None
    return Usage(into, out, known, neurons, written)


def _first(raw: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        if name in raw and (count := _count(raw[name])) is not None:
            return count
    return None


def _count(value: Any) -> int | None:
    if type(value) is int:
        return None if value < 0 else value if value < _MOST else _MOST
    known = number(value)
    return None if known is None or known < 0 else int(min(known, _MOST))


def amount(value: Any) -> float | None:
    known = number(value)
    return None if known is None or known < 0 else known
