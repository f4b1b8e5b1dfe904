"""Usage out of an answer as it passes: the bytes are searched for the key, and parsed only where it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec

from workbench.client.frames import number
from workbench.domain.chat import Usage
from workbench.domain.models import estimated_tokens
from workbench.gateway.calls import Shape

MAX_PARSED = 1024 * 1024
"""A body or a line of more bytes is not kept whole; its usage is looked for at its end, where all dialects have it."""
TAIL = 64 * 1024
SAMPLE = 256 * 1024
"""How much of a stream without usage is kept to estimate its tokens from."""
NEURONS = b"cf-ai-neurons"

_KEY = b'"usage'  # "usage" of most dialects, "usageMetadata" of Google's
_USAGE = re.compile(r'"usage(?:Metadata)?"\s*:\s*(?=\{)')
_TRIES = 8
_MOST = 2**53
_TEXT_KEYS: Mapping[Shape, bytes] = {
    Shape.RESPONSES: b"delta",  # the whole text comes again at the end, under other keys
    Shape.MESSAGES: b"text|thinking|partial_json",
    Shape.GENERATE: b"text",
}
_OTHER_TEXT_KEYS = b"content|text|response|reasoning_content|reasoning|arguments"
_ASKED_KEYS = b"content|text|input|prompt|system|instructions|arguments|description"


class Meter:
    """Feed it the answer's headers and bytes, split anywhere; `usage` may be asked at any time.

    It costs a search of each piece and never keeps more than MAX_PARSED bytes. streaming: an answer that is neither JSON nor
    announced as a stream, such as sound, is let pass. asked: the request's body, to estimate the prompt's tokens from when a
    stream ends without telling any; without it only what was answered is estimated.
    """

    def __init__(self, shape: Shape, provider: str, *, streaming: bool, asked: bytes = b"") -> None:
        self._shape = shape
        self._provider = provider
        self._streaming = streaming
        self._asked = asked
        self._neurons: float | None = None
        self._reader: _Reader | None = None

    def headers(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """What the upstream's headers tell: the neurons charged (workers-ai §3.3). Names in lower case."""
        for name, value in headers:
            if name == NEURONS:
                self._neurons = _amount(value.decode("latin-1"))

    def feed(self, piece: bytes) -> None:
        if self._reader is not None:
            self._reader.feed(piece)
        elif start := piece.lstrip(b" \t\r\n\xef\xbb\xbf")[:1]:
            self._reader = self._reader_for(start)
            self._reader.feed(piece)

    def usage(self) -> Usage:
        """What the answer told so far; where a stream told nothing, an estimate that is marked as one."""
        told = usage_of(self._reader.told()) if self._reader is not None else Usage()
        neurons = self._neurons if self._neurons is not None else told.neurons
        estimate = Usage()
        if told.completion_tokens is None and isinstance(self._reader, _Events):
            estimate = self._estimate(self._reader, told)
        return Usage(
            estimate.prompt_tokens if told.prompt_tokens is None else told.prompt_tokens,
            estimate.completion_tokens if told.completion_tokens is None else told.completion_tokens,
            told.cached_tokens,
            neurons,
            told.cache_write_tokens,
            estimate.estimated,
        )

    def _reader_for(self, start: bytes) -> _Reader:
        if start in (
            b"{",
            b"[",
        ):  # not by what was asked: a stream may be answered with JSON (workers-ai §5.3)
            return _Whole()
        return _Events() if self._streaming or start in (b"d", b"e", b":", b"i") else _Nothing()

    def _estimate(self, events: _Events, told: Usage) -> Usage:
        sample, total = events.sample()
        completion = _estimated(sample, _TEXT_KEYS.get(self._shape, _OTHER_TEXT_KEYS), total)
        if completion == 0:
            return Usage()
        prompt = None
        if told.prompt_tokens is None and self._asked:
            prompt = _estimated(self._asked[:SAMPLE], _ASKED_KEYS, len(self._asked))
        return Usage(prompt, completion, estimated=True)


class _Reader(Protocol):
    def feed(self, piece: bytes) -> None: ...

    def told(self) -> Mapping[str, Any]:
        """The usage object's members; empty where there was none."""
        ...


class _Nothing:
    def feed(self, piece: bytes) -> None:
        pass

    def told(self) -> Mapping[str, Any]:
        return {}


class _Kept:
    """Bytes in order: all of them up to MAX_PARSED, the last TAIL of them beyond."""

    __slots__ = ("_pieces", "_size", "cut")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self.cut = False

    def __bool__(self) -> bool:
        return self._size > 0

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > MAX_PARSED:
            tail = b"".join(self._pieces)[-TAIL:]
            self._pieces, self._size, self.cut = [tail], len(tail), True

    def take(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces, self._size, self.cut = [], 0, False
        return whole

    def bytes(self) -> bytes:
        return b"".join(self._pieces)


class _Whole:
    """One JSON reply; or, from Google without `alt=sse`, one array that grows while it streams."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._told: Mapping[str, Any] | None = None

    def feed(self, piece: bytes) -> None:
        self._kept.add(piece)
        self._told = None

    def told(self) -> Mapping[str, Any]:
        if self._told is None:
            body = self._kept.bytes()
            self._told = {}
            if _KEY in body:
                found = None if self._kept.cut else _in_reply(body)
                self._told = (_near_end(body) if found is None else found) or {}
        return self._told


class _Events:
    """Server-sent events. What is told later fills in what was told before, member by member: Anthropic tells the input at
    the start and the output at the end, others repeat a running count on every frame."""

    def __init__(self) -> None:
        self._rest = _Kept()
        self._told: dict[str, Any] = {}
        self._sample: list[bytes] = []
        self._sampled = 0
        self._total = 0

    def feed(self, piece: bytes) -> None:
        size = len(piece)
        self._total += size
        if self._sampled < SAMPLE and not self._told:
            self._sample.append(piece)
            self._sampled += size
        end = max(piece.rfind(b"\n"), piece.rfind(b"\r")) + 1
        if not end:
            self._rest.add(piece)
            return
        if self._rest:
            self._rest.add(piece[:end])
            cut = self._rest.cut
            self._lines(self._rest.take(), cut)
        else:
            self._lines(piece, False, end)
        if end < size:
            self._rest.add(piece[end:])

    def told(self) -> Mapping[str, Any]:
        if self._rest:  # servers do forget the last line's end
            self._lines(self._rest.bytes(), self._rest.cut)
        return self._told

    def sample(self) -> tuple[bytes, int]:
        """The stream's beginning, and how many bytes came in all."""
        return b"".join(self._sample), self._total

    def _lines(self, block: bytes, cut: bool, end: int | None = None) -> None:
        """The newest first: a running count on every frame is then read once for all frames that came together."""
        found: list[Mapping[str, Any]] = []
        at = block.rfind(_KEY, 0, end)
        while at >= 0:
            start = max(block.rfind(b"\n", 0, at), block.rfind(b"\r", 0, at)) + 1
            line = block[start : _line_end(block, at)]
            usage = _near_end(line) if cut and start == 0 else _in_frame(line)
            if usage:
                found.append(usage)
                if _is_complete(usage):
                    break
            at = block.rfind(_KEY, 0, start)
        for usage in reversed(found):
            self._told.update((name, value) for name, value in usage.items() if value is not None)
        if found:
            self._sample.clear()


def _line_end(block: bytes, at: int) -> int:
    newline = block.find(b"\n", at)
    stop = newline if newline >= 0 else len(block)
    carriage = block.find(b"\r", at, stop)
    return carriage if carriage >= 0 else stop


class _Frame(msgspec.Struct):
    """What of a frame or a reply may lead to its usage; everything else is skipped, not built."""

    type: msgspec.Raw = msgspec.Raw()
    usage: msgspec.Raw = msgspec.Raw()
    usageMetadata: msgspec.Raw = msgspec.Raw()
    result: msgspec.Raw = msgspec.Raw()
    response: msgspec.Raw = msgspec.Raw()
    message: msgspec.Raw = msgspec.Raw()


_FRAME = msgspec.json.Decoder(_Frame)
_FRAMES = msgspec.json.Decoder(list[_Frame])
_ANY = msgspec.json.Decoder()
_BROKEN = (msgspec.MsgspecError, UnicodeError, RecursionError)


def _in_frame(line: bytes) -> Mapping[str, Any] | None:
    try:
        return _in(_FRAME.decode(line[5:] if line.startswith(b"data:") else line))
    except _BROKEN:
        return None


def _in_reply(body: bytes) -> Mapping[str, Any] | None:
    """None where it cannot be read as a whole, such as an array that was cut."""
    try:
        if not body.lstrip().startswith(b"["):
            return _in(_FRAME.decode(body)) or {}
        return next((usage for frame in reversed(_FRAMES.decode(body)) if (usage := _in(frame))), {})
    except _BROKEN:
        return None if body.lstrip().startswith(b"[") else {}


def _in(frame: _Frame) -> Mapping[str, Any] | None:
    """The usage of a frame of any dialect. Whatever the model itself wrote, such as JSON under `response`, is not looked into."""
    for raw in (frame.usage, frame.usageMetadata):
        if bytes(raw).startswith(b"{") and (usage := _ANY.decode(raw)):
            return usage if isinstance(usage, dict) else None
    inner = frame.result  # the native envelope (workers-ai §3.1)
    kind = bytes(frame.type)
    if kind.startswith(b'"response.'):
        inner = frame.response
    elif kind == b'"message_start"':
        inner = frame.message
    return _in(_FRAME.decode(inner)) if bytes(inner).startswith(b"{") else None


def _near_end(body: bytes) -> Mapping[str, Any] | None:
    """The last usage object of what is too large, or too broken, to be parsed; looked for in few places."""
    end = len(body)
    for _ in range(_TRIES):
        at = body.rfind(_KEY, max(0, len(body) - TAIL), end)
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


def _is_complete(usage: Mapping[str, Any]) -> bool:
    return any(name in usage for name in _IN) and any(name in usage for name in _OUT)


def usage_of(raw: Mapping[str, Any]) -> Usage:
    """A usage object of any dialect: chat-completions, Responses, Anthropic messages, Google's usageMetadata, native."""
    details = raw.get("prompt_tokens_details") or raw.get("input_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else raw.get("cached_tokens")
    read = _first(raw, "cache_read_input_tokens", "cachedContentTokenCount")
    written = _first(raw, "cache_creation_input_tokens")
    into, out = _first(raw, *_IN), _first(raw, *_OUT)
    if "input_tokens" in raw and into is not None:
        # Anthropic counts what the cache gave and took beside the input (its members are its alone), others within it.
        into += (_first(raw, "cache_read_input_tokens") or 0) + (written or 0)
    if (thought := _first(raw, "thoughtsTokenCount")) is not None:
        out = (out or 0) + thought
    if (tools := _first(raw, "toolUsePromptTokenCount")) is not None:
        into = (into or 0) + tools
    known = _count(cached)
    return Usage(into, out, read if known is None else known, _amount(raw.get("neurons")), written)


def _first(raw: Mapping[str, Any], *names: str) -> int | None:
    return next((count for name in names if (count := _count(raw.get(name))) is not None), None)


def _count(value: Any) -> int | None:
    known = number(value)
    return None if known is None or known < 0 else int(min(known, _MOST))


def _amount(value: Any) -> float | None:
    known = number(value)
    return None if known is None or known < 0 else known


def _estimated(sample: bytes, keys: bytes, total: int) -> int:
    """Tokens of the texts under these keys, carried over from the sample to all of it."""
    texts = re.findall(rb'"(?:' + keys + rb')"\s*:\s*"((?:[^"\\]|\\.)*)"', sample)
    if not any(texts):
        return 0
    try:
        text = str(_ANY.decode(b'"' + b"".join(texts) + b'"'))
    except _BROKEN:
        text = b"".join(texts).decode("utf-8", "replace")
    return round(estimated_tokens(text) * max(1.0, total / len(sample)))
