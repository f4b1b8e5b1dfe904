"""One reply of a chat wire, read as it comes: events, or JSON in their place, into deltas with an end (workers-ai §5.2, §5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from workbench.client.addresses import WORKERS_AI
from workbench.client.bad_replies import empty, unreadable, web_page
from workbench.client.connection import Reply
from workbench.client.failures import Asked, Door, failure_in_frame, failure_of
from workbench.client.frames import BadFrame, ErrorFrame, FrameReader
from workbench.client.network import cut
from workbench.client.recording import Recorder
from workbench.client.sse import EventTooLarge, SseDecoder, SseEvent
from workbench.client.values import number
from workbench.domain.chat import (
    Delta,
    Finished,
    ReasoningDelta,
    Served,
    TextDelta,
    ToolCallDelta,
    Usage,
    UsageDelta,
)
from workbench.domain.errors import RequestFailed

MAX_ERROR_BYTES = 1024 * 1024
DONE = "[DONE]"
_SHOWN = (TextDelta, ReasoningDelta, ToolCallDelta)


class EmptyReply(Exception):
    """Events were asked for and an empty JSON reply came, as gpt-oss has done (workers-ai §5.3): worth asking once without."""


class Answer:
    """Reads one reply, a network chunk at a time: `start`, then `more` until `over`.

    shown: something of it has reached the caller; from then on the request is never sent again.
    """

    def __init__(
        self, asked: Asked, recorder: Recorder, *, thinks: bool, forced_tools: tuple[str, ...], streamed: bool
    ) -> None:
        self.shown = False
        self.over = False
        self._asked = asked
        self._recorder = recorder
        self._thinks = thinks
        self._forced_tools = forced_tools
        self._streamed = streamed
        self._decoder = SseDecoder()
        self._done = False
        self._error: RequestFailed | None = None

    async def start(self, reply: Reply) -> list[Delta]:
        """What the headers and the first bytes say. Raises RequestFailed, EmptyReply."""
        if reply.status >= 300:
            body = await reply.read(limit=MAX_ERROR_BYTES)
            raise failure_of(reply.status, reply.headers, body, self._asked)
        self._reply = reply
        served = served_by(reply.headers, self._asked)
        deltas: list[Delta] = [served] if served != Served() else []
        if (neurons := number(reply.headers.get("cf-ai-neurons"))) is not None:
            deltas.append(UsageDelta(Usage(neurons=neurons)))
        self._reader = FrameReader(
            thinks=self._thinks, forced_tools=self._forced_tools, name_model=not served.model
        )
        first = await self._first()
        match first.lstrip()[:1]:  # not the content type, which servers get wrong
            case b"{" | b"[" | b'"':
                return deltas + await self._whole(first)
            case b"<":
                raise web_page(self._asked)
        return joined(deltas + self._events(first))

    async def more(self) -> list[Delta]:
        """What the next bytes say; Finished last. A cut ends it, truncated, if something was shown, and else raises
        RequestFailed; so does an error frame, once what came before it has been given."""
        if self._error is not None:
            raise self._error
        try:
            chunk = await self._reply.next_chunk()
        except RequestFailed as problem:
            return self._ending(problem)
        return joined(self._events(chunk))

    async def drain(self) -> None:
        """Let the connection be used again, where the server closes what it has ended."""
        if self._done:
            await self._reply.drain()

    async def _first(self) -> bytes:
        first = b""
        while not first.strip():
            chunk = await self._reply.next_chunk()
            if chunk is None:
                raise cut(self._asked.place)
            first += chunk
        return first

    async def _whole(self, first: bytes) -> list[Delta]:
        body = first + await self._reply.read()
        try:
            deltas = self._reader.read_reply(body)
        except ErrorFrame:
            raise failure_of(self._reply.status, self._reply.headers, body, self._asked) from None
        except BadFrame:
            raise unreadable(self._asked) from None
        if not any(isinstance(delta, _SHOWN) for delta in deltas):
            if self._streamed:
                raise EmptyReply
            if not deltas:
                raise empty(self._asked)
        self.shown = self.over = True
        return deltas + self._reader.end()

    def _events(self, chunk: bytes | None) -> list[Delta]:
        """The deltas of the events that chunk completes; None is the end of the body."""
        batch: list[Delta] = []
        problem: RequestFailed | None = None
        try:
            events = self._decoder.end() if chunk is None else self._decoder.feed(chunk)
            self._read(events, batch)
        except ErrorFrame as error:
            self._error = failure_in_frame(error.frame, self._reply.status, self._reply.headers, self._asked)
        except (BadFrame, EventTooLarge):
            problem = unreadable(self._asked)
        self.shown = self.shown or any(isinstance(delta, _SHOWN) for delta in batch)
        if self._error is None and (self._done or problem or chunk is None):
            batch += self._ending(problem)
        return batch

    def _read(self, events: Iterable[SseEvent], batch: list[Delta]) -> None:
        for event in events:
            if event.data == DONE:
                self._done = True
                return
            if event.event == "error":
                raise ErrorFrame(_json_or_text(event.data))
            if event.data:
                batch += self._reader.read(event.data)

    def _ending(self, problem: RequestFailed | None) -> list[Delta]:
        """A finish reason makes an answer complete even without [DONE]; without either the stream was cut."""
        self.over = True
        if self._done or self._reader.finish_reason:
            return self._reader.end()
        problem = problem or cut(self._asked.place)
        if not self.shown:
            raise problem
        self._recorder.troubled(problem.what)
        return self._reader.end(truncated=True)


def joined(deltas: list[Delta]) -> list[Delta]:
    """The same, with neighbours of one kind made one: a burst of frames costs the views as little as one."""
    if len(deltas) < 2:
        return deltas
    usage: UsageDelta | None = None
    found: list[Delta] = []
    run: list[str] = []
    kind: type[TextDelta] | type[ReasoningDelta] = TextDelta
    for delta in deltas:
        if isinstance(delta, UsageDelta):
            usage = delta if usage is None else _newer(usage, delta)
            continue
        if isinstance(delta, TextDelta | ReasoningDelta):
            if run and kind is not type(delta):
                found.append(kind("".join(run)))
                run.clear()
            kind = type(delta)
            run.append(delta.text)
            continue
        if run:
            found.append(kind("".join(run)))
            run.clear()
        if usage is not None and isinstance(delta, Finished):
            found.append(usage)
            usage = None
        found.append(delta)
    if run:
        found.append(kind("".join(run)))
    if usage is not None:
        found.append(usage)
    return found


def served_by(headers: Mapping[str, str], asked: Asked) -> Served:
    """Who answered, as the headers tell (ai-gateway §2.2, workers-ai §3.3)."""
    provider = headers.get("cf-aig-provider", "")
    if not provider and asked.for_workers_ai and asked.door is not Door.SERVER:
        provider = WORKERS_AI  # nobody else runs them, and the REST family does not say
    cache = headers.get("cf-aig-cache-status", "").upper()
    return Served(
        model=headers.get("cf-aig-model") or headers.get("cf-aig-routed-model", ""),
        provider=provider,
        cache=cache if cache in ("HIT", "MISS") else "",
        log_id=headers.get("cf-aig-log-id", ""),
        request_id=headers.get("cf-aig-request-id")
        or headers.get("cf-ai-req-id")
        or headers.get("x-request-id", ""),
        sandbox=headers.get("x-workbench-upstream", "") == "sandbox",
        trace_id=headers.get("x-workbench-trace-id", ""),
    )


def _newer(older: UsageDelta, newer: UsageDelta) -> UsageDelta:
    """The newer counts; what only the older knew stays."""
    a, b = older.usage, newer.usage
    return UsageDelta(
        Usage(
            a.prompt_tokens if b.prompt_tokens is None else b.prompt_tokens,
            a.completion_tokens if b.completion_tokens is None else b.completion_tokens,
            a.cached_tokens if b.cached_tokens is None else b.cached_tokens,
            a.neurons if b.neurons is None else b.neurons,
        )
    )


def _json_or_text(data: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return data
