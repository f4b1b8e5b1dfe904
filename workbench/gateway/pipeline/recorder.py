"""The end of every request: its tokens are counted, its cost is booked, its row is written. Once, whatever happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from typing import Protocol

from workbench.domain.chat import Usage
from workbench.domain.journal import CostSource, LogRow
from workbench.domain.routes.trace import Trace
from workbench.gateway.calls import Call
from workbench.gateway.journal.cost import priced
from workbench.gateway.journal.usage import Meter, told_whole
from workbench.gateway.pipeline.attempts import Begun, is_success
from workbench.gateway.pipeline.failures import words_in
from workbench.gateway.pipeline.limits import Ledger, RouteLimits
from workbench.gateway.pipeline.passage import MAX_KEPT_BYTES, Outcome, Passage, row_of, trace_of
from workbench.gateway.pipeline.spend import Spending
from workbench.gateway.replies import Cut, Headers, Reply, Stream

CUT_UPSTREAM = "The answer broke off in the middle."
STOPPED = "The gateway was stopped."
BROKEN = "An error inside the gateway; its log has the details."

LATER_S = 0.002
"""Long enough for a busy gateway to make a dozen rows in one go, short enough to find their requests still in the cache of
the processor: later, each costs a tenth of a request more.
"""


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
        self._waiting: list[tuple[Passage, Outcome, bytes | None]] = []

    def whole(self, passage: Passage, reply: Reply) -> None:
        """A reply that is here with its whole body; it is not changed any more but for a header or two."""
        at = self._clock()
        asked = at if passage.upstream else None
        body = reply.body
        kept = body if len(body) <= MAX_KEPT_BYTES else None
        outcome = Outcome(reply.status, reply.headers, at, asked, asked, len(body), kept)
        counted = body if self._is_counted(passage, reply.status) else None
        self._later(passage, outcome, counted)
        if counted is not None and (passage.settings.spend_rules or passage.budgets):
            self.flush()

    def unanswered(self, passage: Passage) -> None:
        """The caller left, or the gateway stops, before there was a reply."""
        gone = not self._stopping()
        passage.error = passage.error or ("" if gone else STOPPED)
        self.end(passage, Outcome(0, [], self._clock(), client_gone=gone, cut=True), None)

    def tapped(self, passage: Passage, reply: Reply, stream: Stream) -> Tap:
        meter = None
        if passage.call is not None and self._is_counted(passage, reply.status):
            meter = meter_of(passage.call, reply.headers, streaming=True)
        return Tap(self, passage, reply, stream, meter, self._clock, self._stopping)

    def _is_counted(self, passage: Passage, status: int) -> bool:
        """False where nothing is to be counted, or nobody wants to know."""
        wanted = passage.logged or passage.settings.spend_rules or passage.budgets
        return bool(wanted) and passage.call is not None and passage.tokens is None and is_success(status)

    def end(self, passage: Passage, outcome: Outcome, usage: Usage | None) -> None:
        """At once, behind those that wait: rows keep the order in which their answers ended."""
        self.flush()
        self._end(passage, outcome, usage)

    def _end(self, passage: Passage, outcome: Outcome, usage: Usage | None) -> None:
        """What it cost is booked, where a budget is waiting for it. usage: None where nothing was counted."""
        if usage is None:
            usage = passage.tokens or Usage()
        cost, source = None, CostSource.UNKNOWN
        if passage.call is not None and outcome.status and is_success(outcome.status):
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
            if outcome.status and not is_success(outcome.status) and not passage.error:
                passage.error = _failure(passage, outcome)
            self._rows.add(row_of(passage, outcome, usage, cost, source), trace_of(passage))

    def _later(self, passage: Passage, outcome: Outcome, counted: bytes | None) -> None:
        """Rows are made many at a time: a request is not kept waiting for its own, and each costs half as much.

        counted: the body, where its usage is to be told.
        """
        self._waiting.append((passage, outcome, counted))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(LATER_S, self.flush)

    def flush(self) -> None:
        """Hand over the rows that wait; for whoever is about to read them."""
        waiting, self._waiting = self._waiting, []
        for passage, outcome, counted in waiting:
            usage = None
            if counted is not None and passage.call is not None:
                usage = usage_in(passage.call, outcome.headers, counted)
            self._end(passage, outcome, usage)

    def _book(self, passage: Passage, call: Call, usd: float) -> None:
        if passage.settings.spend_rules:
            self._spending.book(passage.settings, call, passage.options.metadata, usd, self._now())
        if passage.budgets:
            limits = RouteLimits(self._ledger, passage.settings.id, self._now)
            for key, rate in passage.budgets:
                limits.book(key, rate, usd)


def _failure(passage: Passage, outcome: Outcome) -> str:
    """What the answer says; where nothing of a body may be kept, what is known without it."""
    words = words_in(outcome.body or b"") if passage.options.collect_payload else ""
    attempts = passage.attempts.rows
    return words or (attempts[-1].error if attempts else "")


def meter_of(call: Call, headers: Headers, *, streaming: bool) -> Meter:
    meter = Meter(call.shape, call.provider, streaming=streaming, asked=call.body)
    meter.headers(headers)
    return meter


def usage_in(call: Call, headers: Headers, body: bytes, *, streamed: bool = False) -> Usage:
    """What an answer that is here as a whole tells."""
    told = told_whole(headers, body)
    if told is not None:
        return told
    meter = meter_of(call, headers, streaming=streamed)
    meter.feed(body)
    return meter.usage()


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
        feed = self._meter.feed if self._meter is not None else None
        keep = self._kept.append if self._keeps else None
        try:
            if isinstance(
                stream, Begun
            ):  # what comes first is here; one generator less for each piece after it
                rest = stream.rest
                piece = stream.first
                outcome.size = len(piece)
                if feed is not None:
                    feed(piece)
                if keep is not None:
                    keep(piece)
                yield piece
            async for (
                piece
            ) in rest:  # once for every frame of every stream: nothing is called that need not be
                outcome.size += len(piece)
                if feed is not None:
                    feed(piece)
                if keep is not None:
                    keep(piece)
                    if outcome.size > MAX_KEPT_BYTES:
                        keep = None
                        self._keeps = False
                        self._kept.clear()
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
        usage = self._meter.usage() if self._meter is not None else None
        self._recorder.end(self._passage, outcome, usage)
