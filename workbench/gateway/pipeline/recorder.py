"""The end of every request: its tokens are counted, its cost is booked, its row is written. Once, whatever happened."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from typing import Protocol

from workbench.domain.chat import Usage
from workbench.domain.journal import CostSource, LogRow
from workbench.domain.routes.trace import Trace
from workbench.gateway.calls import Call
from workbench.gateway.journal.cost import priced
from workbench.gateway.journal.usage import Meter
from workbench.gateway.pipeline.attempts import Begun, is_success
from workbench.gateway.pipeline.limits import Ledger, RouteLimits
from workbench.gateway.pipeline.passage import MAX_KEPT_BYTES, Outcome, Passage, row_of, trace_of
from workbench.gateway.pipeline.spend import Spending
from workbench.gateway.replies import Cut, Headers, Reply, Stream

CUT_UPSTREAM = "The answer broke off in the middle."
STOPPED = "The gateway was stopped."
BROKEN = "An error inside the gateway; its log has the details."


class Rows(Protocol):
    """Where rows go (gateway.journal.Journal)."""

    def add(self, row: LogRow, trace: Trace | None = None) -> None: ...


class Recorder:
    """stopping: whether the gateway is, so that a request it ends is not told as one whose client left."""

    def __init__(
        self,
        rows: Rows,
        ledger: Ledger,
        *,
        stopping: Callable[[], bool],
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._rows = rows
        self._ledger = ledger
        self._spending = Spending(ledger)
        self._stopping = stopping
        self._clock = clock
        self._now = now

    def whole(self, passage: Passage, reply: Reply) -> None:
        """A reply that is here with its whole body."""
        at = self._clock()
        asked = passage.upstream != ""
        body = reply.body
        outcome = Outcome(
            reply.status,
            reply.headers,
            at,
            at if asked else None,
            at if asked else None,
            len(body),
            body if len(body) <= MAX_KEPT_BYTES else None,
        )
        meter = self.meter(passage, reply)
        if meter is not None:
            meter.feed(body)
        self.end(passage, outcome, meter)

    def unanswered(self, passage: Passage) -> None:
        """The caller left, or the gateway stops, before there was a reply."""
        gone = not self._stopping()
        passage.error = passage.error or ("" if gone else STOPPED)
        self.end(passage, Outcome(0, [], self._clock(), client_gone=gone, cut=True), None)

    def tapped(self, passage: Passage, reply: Reply, stream: Stream) -> Tap:
        return Tap(self, passage, reply, stream, self.meter(passage, reply), self._clock, self._stopping)

    def meter(self, passage: Passage, reply: Reply) -> Meter | None:
        """None where nothing is to be counted, or nobody wants to know."""
        call = passage.call
        wanted = passage.logged or passage.settings.spend_rules or passage.budgets
        if call is None or passage.tokens is not None or not wanted or not is_success(reply.status):
            return None
        return meter_of(call, reply.headers, streaming=reply.stream is not None)

    def end(self, passage: Passage, outcome: Outcome, meter: Meter | None) -> None:
        usage = meter.usage() if meter is not None else passage.tokens or Usage()
        cost, source = None, CostSource.UNKNOWN
        if passage.call is not None and is_success(outcome.status) and outcome.status:
            cost, source = priced(
                usage,
                provider=passage.call.provider,
                model=passage.call.model,
                custom=passage.options.custom_cost,
                cached=passage.cached,
            )
            if cost:
                self._book(passage, passage.call, cost)
        if passage.logged:
            self._rows.add(row_of(passage, outcome, usage, cost, source), trace_of(passage))

    def _book(self, passage: Passage, call: Call, usd: float) -> None:
        if passage.settings.spend_rules:
            self._spending.book(passage.settings, call, passage.options.metadata, usd, self._now())
        if passage.budgets:
            limits = RouteLimits(self._ledger, passage.settings.id, self._now)
            for key, rate in passage.budgets:
                limits.book(key, rate, usd)


def meter_of(call: Call, headers: Headers, *, streaming: bool) -> Meter:
    meter = Meter(call.shape, call.provider, streaming=streaming, asked=call.body)
    meter.headers(headers)
    return meter


class Tap:
    """A stream on its way out, and its row at the end: finished, cut by the upstream, or left by its reader."""

    def __init__(
        self,
        recorder: Recorder,
        passage: Passage,
        reply: Reply,
        stream: Stream,
        meter: Meter | None,
        clock: Callable[[], float],
        stopping: Callable[[], bool],
    ) -> None:
        self._recorder = recorder
        self._passage = passage
        self._stream = stream
        self._meter = meter
        self._clock = clock
        self._stopping = stopping
        self._outcome = Outcome(reply.status, reply.headers, 0.0, clock())
        self._keeps = passage.logged and passage.options.collect_payload
        self._kept: list[bytes] = []
        self._finished = False
        self._ended = False
        self._pieces = self._run()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        """Ends the call behind it and writes the row; a second call does nothing."""
        if self._ended:
            return
        self._ended = True
        try:
            await self._pieces.aclose()
            await self._stream.aclose()
        finally:
            self._end()

    async def _run(self) -> AsyncGenerator[bytes, None]:
        outcome = self._outcome
        stream = self._stream
        rest: AsyncIterable[bytes] = stream
        try:
            if isinstance(
                stream, Begun
            ):  # what comes first is here; one generator less for each piece after it
                self._take(stream.first)
                yield stream.first
                rest = stream.rest
            async for piece in rest:
                self._take(piece)
                yield piece
            self._finished = True
            outcome.last_byte = self._clock()
        except Cut:
            outcome.cut = True
            self._passage.error = STOPPED if self._stopping() else CUT_UPSTREAM
            raise
        except Exception:
            outcome.cut = True
            self._passage.error = BROKEN
            raise

    def _take(self, piece: bytes) -> None:
        self._outcome.size += len(piece)
        if self._meter is not None:
            self._meter.feed(piece)
        if self._keeps:
            self._kept.append(piece)
            if self._outcome.size > MAX_KEPT_BYTES:
                self._keeps = False
                self._kept.clear()

    def _end(self) -> None:
        outcome = self._outcome
        outcome.ended = self._clock()
        if not self._finished and not outcome.cut:
            outcome.client_gone = not self._stopping()
            if self._stopping():
                outcome.cut = True
                self._passage.error = STOPPED
        if self._keeps:
            outcome.body = b"".join(self._kept)
        self._recorder.end(self._passage, outcome, self._meter)
