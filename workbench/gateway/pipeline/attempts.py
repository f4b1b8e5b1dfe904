"""Trying: time-outs to the first byte, retries, and the pauses between them (ai-gateway §6)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from workbench.domain.gateways import Backoff, is_retried
from workbench.domain.journal import AttemptRow
from workbench.gateway.calls import Answerer, Call
from workbench.gateway.pipeline.failures import words_in
from workbench.gateway.protocol import Ids
from workbench.gateway.replies import PROVIDER_FAILED, Cut, Reply, Stream, error_reply

LONGEST_PAUSE_MS = 30_000
"""No pause is longer, whatever the formula or the provider's `Retry-After` says: somebody is waiting (inferred)."""


def is_success(status: int) -> bool:
    return status < 400


def pause_ms(backoff: Backoff, delay_ms: int, failed: int, asked_s: float | None = None) -> float:
    """How long to wait after so many failed attempts: d, d·n, d·2^(n-1) (inferred), or longer where the provider asks."""
    match backoff:
        case Backoff.CONSTANT:
            pause = delay_ms
        case Backoff.LINEAR:
            pause = delay_ms * failed
        case Backoff.EXPONENTIAL:
            pause = delay_ms * 2 ** (failed - 1)
    return min(max(pause, (asked_s or 0) * 1000), LONGEST_PAUSE_MS)


@dataclass(frozen=True, slots=True)
class Policy:
    """tries: the first one included. timeout_ms: to the first byte; 0 for none.

    waits: the last try has no time-out. That is so where nothing else would follow it and it is not the only one:
    a single try keeps its time-out, or the time-out would mean nothing (ai-gateway §6, §2.1; inferred).
    quotes: a row may hold what a provider says of its failure, which is part of a body.
    """

    tries: int = 1
    timeout_ms: int = 0
    delay_ms: int = 0
    backoff: Backoff = Backoff.CONSTANT
    waits: bool = False
    quotes: bool = True


ONCE = Policy()


class Begun:
    """A stream whose first piece is here: what is decided before the first byte has been decided."""

    __slots__ = ("first", "rest", "_source")

    def __init__(self, first: bytes, rest: AsyncIterator[bytes], source: Stream) -> None:
        self.first = first
        self.rest = rest
        self._source = source

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.first
        async for piece in self.rest:
            yield piece

    async def aclose(self) -> None:
        await self._source.aclose()


class Attempts:
    """The tries of one request, all its legs and elements together. began: of the request, by the same clock (seconds).

    stopping: whether the gateway is; a Cut then is the end of the request and not of an attempt.
    """

    def __init__(
        self,
        answerer: Answerer,
        began: float,
        *,
        stopping: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._answerer = answerer
        self._began = began
        self._stopping = stopping
        self._clock = clock
        self._sleep = sleep
        self.rows: list[AttemptRow] = []

    async def answer(self, call: Call, ids: Ids, policy: Policy = ONCE) -> Reply:
        """The first answer that is none to repeat, or the last one. A stream in it is Begun. Raises Cut when stopping.

        A provider that could not be reached, was too slow or broke off is a 502 or 504 here, and so repeated.
        """
        paused = 0.0
        failed = 0
        while True:
            last = failed + 1 >= policy.tries
            timeout_ms = 0 if last and policy.waits else policy.timeout_ms
            reply = await self._once(call, ids, timeout_ms, paused, quotes=policy.quotes)
            failed += 1
            if last or not is_retried(reply.status):
                return reply
            await let_go(reply)
            paused = pause_ms(policy.backoff, policy.delay_ms, failed, retry_after_s(reply))
            if paused:
                await self._sleep(paused / 1000)

    async def _once(self, call: Call, ids: Ids, timeout_ms: int, paused: float, *, quotes: bool) -> Reply:
        started = self._clock()
        error = "It was given up."  # what a cancelled attempt leaves behind
        status: int | None = None
        try:
            if timeout_ms:
                reply = await self._in_time(call, ids, timeout_ms)
            else:
                reply = await self._answerer.answer(call, ids)
                if reply.stream is not None:
                    await _begin(reply, reply.stream)
            status = reply.status
            error = "" if is_success(status) else _answered(reply, quotes=quotes)
            return reply
        except Cut:
            if self._stopping():
                raise
            error = "It broke off before its first byte."
            status = 502
            return failure(call, 502, "it broke off before its first byte")
        except TimeoutError:
            error = f"There was no first byte within {timeout_ms} ms."
            status = 504
            return failure(call, 504, f"no first byte within {timeout_ms} ms")
        finally:
            ended = self._clock()
            self.rows.append(
                AttemptRow(
                    call.provider,
                    call.model,
                    status,
                    (started - self._began) * 1000,
                    (ended - self._began) * 1000,
                    paused,
                    call.element,
                    error,
                )
            )

    async def _in_time(self, call: Call, ids: Ids, timeout_ms: int) -> Reply:
        """Raises TimeoutError of our own making only."""
        async with asyncio.timeout(timeout_ms / 1000):
            reply = await self._answerer.answer(call, ids)
            if reply.stream is not None:
                await _begin(reply, reply.stream)
            return reply


def _answered(reply: Reply, *, quotes: bool) -> str:
    words = ""
    if quotes:
        words = words_in(reply.stream.first if isinstance(reply.stream, Begun) else reply.body)
    return f"It answered with {reply.status}: {words}" if words else f"It answered with {reply.status}."


async def _begin(reply: Reply, stream: Stream) -> None:
    """Wait for the stream's first piece: until it is here, another attempt may take this one's place."""
    pieces = aiter(stream)
    try:
        first = await anext(pieces)
    except StopAsyncIteration:
        await stream.aclose()
        reply.stream = None
    except BaseException:
        await stream.aclose()
        raise
    else:
        reply.stream = Begun(first, pieces, stream)


def failure(call: Call, status: int, what: str) -> Reply:
    """Code 2005 as documented; 502 and 504 instead of its 400, so that clients know a retry may help (inferred)."""
    return error_reply(
        call.family, status, PROVIDER_FAILED, f"Failed to get response from provider: {call.provider}: {what}"
    )


def retry_after_s(reply: Reply, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float | None:
    """`Retry-After` in seconds, given as such or as a date; None where there is none that can be read."""
    for name, value in reply.headers:
        if name == b"retry-after":
            text = value.decode("latin-1").strip()
            if text.isdigit():
                return float(text[:9])
            try:
                return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
            except (ValueError, TypeError):  # TypeError: a date without its zone
                return None
    return None


async def let_go(reply: Reply) -> None:
    """Nobody wants this answer: end the call behind it."""
    if reply.stream is not None:
        await reply.stream.aclose()
