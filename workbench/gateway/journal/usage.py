"""Usage out of an answer as it passes: the bytes are searched for the key, and parsed only where it is."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec

from workbench.domain.chat import Usage
from workbench.domain.models import estimated_tokens
from workbench.gateway.calls import Shape
from workbench.gateway.journal.usage_dialects import (
    KEY,
    TAIL,
    amount,
    in_frame,
    in_reply,
    is_complete,
    near_end,
    usage_of,
)

MAX_PARSED = 1024 * 1024
"""A body or a line of more bytes is not kept whole; its usage is looked for at its end, where all dialects have it."""
SAMPLE = 64 * 1024
"""How much of a stream without usage is kept to estimate its tokens from."""
NEURONS = b"cf-ai-neurons"

_KEPT_LINES = 4
_MOST_LINES = 64
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
                self._neurons = amount(value.decode("latin-1"))

    def feed(self, piece: bytes) -> None:
        if self._reader is not None:
            self._reader.feed(piece)
        elif start := piece.lstrip(b" \t\r\n\xef\xbb\xbf")[:1]:
            self._reader = self._reader_for(start)
            self._reader.feed(piece)

    def usage(self) -> Usage:
        """What the answer told so far; where a stream told nothing, an estimate that is marked as one."""
        told = usage_of(self._reader.told()) if self._reader is not None else Usage()
        uncounted = self._reader if told.completion_tokens is None else None
        if self._neurons is None and not isinstance(uncounted, _Events):
            return told
        neurons = self._neurons if self._neurons is not None else told.neurons
        estimate = self._estimate(uncounted, told) if isinstance(uncounted, _Events) else Usage()
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


def told_whole(headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Usage | None:
    """What most answers tell, which are one JSON object that is here as a whole; None for one that needs a Meter."""
    if len(body) > MAX_PARSED or not body.startswith(b"{"):
        return None
    for name, _ in headers:
        if name == NEURONS:
            return None
    return usage_of(in_reply(body) or {}) if body.rfind(KEY) >= 0 else Usage()  # from the end, where it is


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
            if body.rfind(KEY) >= 0:  # from the end, where it is
                found = None if self._kept.cut else in_reply(body)
                self._told = (near_end(body) if found is None else found) or {}
        return self._told


class _Events:
    """Server-sent events. What is told later fills in what was told before, member by member: Anthropic tells the input at
    the start and the output at the end, others repeat a running count on every frame."""

    def __init__(self) -> None:
        self._rest = _Kept()
        self._told: dict[str, Any] = {}
        self._complete = False
        self._newer: deque[bytes] = deque(maxlen=_KEPT_LINES)  # once all was told, only the last word counts
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
        newest = next((usage for line in reversed(self._newer) if (usage := in_frame(line))), None)
        self._newer.clear()
        if newest:
            self._add(newest)
        return self._told

    def sample(self) -> tuple[bytes, int]:
        """The stream's beginning, and how many bytes came in all."""
        return b"".join(self._sample), self._total

    def _lines(self, block: bytes, cut: bool, end: int | None = None) -> None:
        """The newest first: a running count on every frame is then read once for all frames that came together."""
        found: list[Mapping[str, Any]] = []
        at = block.rfind(KEY, 0, end)
        for _ in range(_MOST_LINES):
            if at < 0:
                break
            start = max(block.rfind(b"\n", 0, at), block.rfind(b"\r", 0, at)) + 1
            line = block[start : _line_end(block, at)]
            if self._complete and not cut:
                self._newer.append(line)
                return
            usage = near_end(line) if cut and start == 0 else in_frame(line)
            if usage:
                found.append(usage)
                if is_complete(usage):
                    self._complete = True
                    break
            at = block.rfind(KEY, 0, start)
        for usage in reversed(found):
            self._add(usage)

    def _add(self, usage: Mapping[str, Any]) -> None:
        self._told.update((name, value) for name, value in usage.items() if value is not None)
        self._sample.clear()


def _line_end(block: bytes, at: int) -> int:
    newline = block.find(b"\n", at)
    stop = newline if newline >= 0 else len(block)
    carriage = block.find(b"\r", at, stop)
    return carriage if carriage >= 0 else stop


def _estimated(sample: bytes, keys: bytes, total: int) -> int:
    """Tokens of the texts under these keys, carried over from the sample to all of it."""
    texts = re.findall(rb'"(?:' + keys + rb')"\s*:\s*"((?:[^"\\]|\\.)*)"', sample)
    if not any(texts):
        return 0
    try:
        text = msgspec.json.decode(b'"' + b"".join(texts) + b'"', type=str)
    except (msgspec.MsgspecError, UnicodeError):
        text = b"".join(texts).decode("utf-8", "replace")
    return round(estimated_tokens(text) * max(1.0, total / len(sample)))
