"""Tries, pauses and time-outs, fed by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from tests.conftest import Run
from tests.gateway.pipeline.calls import CUT, IDS, Pieces, Script, call, ok, status
from workbench.domain.gateways import Backoff, is_retried
from workbench.gateway.pipeline.attempts import (
    LONGEST_PAUSE_MS,
    Attempts,
    Begun,
    Policy,
    pause_ms,
    retry_after_s,
)
from workbench.gateway.replies import EVENT_STREAM, Cut, Reply


class Sleeper:
    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def tried(script: Script, policy: Policy, run_async: Run) -> tuple[Reply, Attempts, Sleeper]:
    sleeper = Sleeper()
    attempts = Attempts(script, 0.0, clock=lambda: 0.0, sleep=sleeper)
    return run_async(attempts.answer(call(), IDS, policy)), attempts, sleeper


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 504, 529])
def test_these_statuses_are_repeated(code: int, run_async: Run) -> None:
    assert is_retried(code)
    reply, attempts, _ = tried(Script([status(code), ok()]), Policy(tries=2), run_async)
    assert reply.status == 200
    assert [row.status for row in attempts.rows] == [code, 200]


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 413, 422, 424])
def test_what_would_fail_again_is_not_repeated(code: int, run_async: Run) -> None:
    reply, attempts, _ = tried(Script([status(code), ok()]), Policy(tries=5), run_async)
    assert reply.status == code
    assert len(attempts.rows) == 1


def test_the_last_answer_is_given_when_all_fail(run_async: Run) -> None:
    reply, attempts, _ = tried(Script([status(500), status(502), status(503)]), Policy(tries=3), run_async)
    assert reply.status == 503
    assert [row.error for row in attempts.rows] == [
        f"It answered with {code}: no" for code in (500, 502, 503)
    ]


def test_a_failures_own_words_are_left_out_where_bodies_are_not_kept(run_async: Run) -> None:
    _, attempts, _ = tried(Script([status(500)]), Policy(quotes=False), run_async)
    assert attempts.rows[0].error == "It answered with 500."


def test_an_error_that_comes_as_a_stream_is_quoted_from_its_first_piece(run_async: Run) -> None:
    page = Pieces([b"<html><title>Down for maintenance</title>", b"</html>"])
    reply, attempts, _ = tried(Script([Reply(503, [], stream=page)]), Policy(), run_async)
    assert attempts.rows[0].error == "It answered with 503: Down for maintenance"
    assert isinstance(reply.stream, Begun)


@pytest.mark.parametrize(
    ("backoff", "pauses"),
    [
        (Backoff.CONSTANT, [0.1, 0.1, 0.1]),
        (Backoff.LINEAR, [0.1, 0.2, 0.3]),
        (Backoff.EXPONENTIAL, [0.1, 0.2, 0.4]),
    ],
)
def test_pauses_grow_as_told_and_stand_in_the_rows(
    backoff: Backoff, pauses: list[float], run_async: Run
) -> None:
    script = Script([status(500), status(500), status(500), ok()])
    _, attempts, sleeper = tried(script, Policy(tries=4, delay_ms=100, backoff=backoff), run_async)
    assert sleeper.slept == pauses
    assert [row.waited_ms for row in attempts.rows] == [0, *(1000 * pause for pause in pauses)]


def test_a_provider_that_asks_for_time_gets_it_within_the_cap(run_async: Run) -> None:
    script = Script([status(429, (b"retry-after", b"2")), ok()])
    assert tried(script, Policy(tries=2, delay_ms=100), run_async)[2].slept == [2]
    assert pause_ms(Backoff.CONSTANT, 100, 1, 3600) == LONGEST_PAUSE_MS
    assert pause_ms(Backoff.EXPONENTIAL, 5000, 5) == LONGEST_PAUSE_MS


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"7", 7.0),
        (b"Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        (b"Wed, 21 Oct 2026 07:00:00 GMT", 0.0),
        (b"Wed, 21 Oct 2026 07:28:30 -0000", None),
        (b"soon", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: bytes, seconds: float | None) -> None:
    now = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)
    assert retry_after_s(Reply(429, [(b"retry-after", value)]), lambda: now) == seconds


async def _never() -> Reply:
    await asyncio.Event().wait()
    raise AssertionError


def test_a_slow_first_byte_is_an_error_with_status_504(run_async: Run) -> None:
    reply, attempts, _ = tried(Script([_never]), Policy(timeout_ms=10), run_async)
    assert reply.status == 504
    assert b"2005" in reply.body
    assert attempts.rows[0].error == "There was no first byte within 10 ms."


def test_headers_without_a_first_byte_time_out_too(run_async: Run) -> None:
    class Silent:
        closed = False

        async def __aiter__(self):  # type: ignore[no-untyped-def]
            await asyncio.Event().wait()
            yield b""

        async def aclose(self) -> None:
            self.closed = True

    silent = Silent()
    reply, _, _ = tried(Script([Reply(200, [EVENT_STREAM], stream=silent)]), Policy(timeout_ms=10), run_async)
    assert reply.status == 504
    assert silent.closed


def test_the_last_try_waits_where_nothing_else_would_follow(run_async: Run) -> None:
    async def slow() -> Reply:
        await asyncio.sleep(0.05)
        return ok()

    reply, attempts, _ = tried(Script([_never, slow]), Policy(tries=2, timeout_ms=10, waits=True), run_async)
    assert reply.status == 200
    assert [row.status for row in attempts.rows] == [504, 200]


def test_a_stream_cut_before_its_first_byte_is_tried_again(run_async: Run) -> None:
    cut, good = Pieces([CUT]), Pieces([b"data: 1\n\n", b"data: 2\n\n"])
    replies = [Reply(200, [EVENT_STREAM], stream=cut), Reply(200, [EVENT_STREAM], stream=good)]
    reply, attempts, _ = tried(Script([*replies]), Policy(tries=2), run_async)
    assert isinstance(reply.stream, Begun)
    assert reply.stream.first == b"data: 1\n\n"
    assert [row.status for row in attempts.rows] == [502, 200]
    assert cut.closed
    assert not good.closed


def test_a_begun_stream_gives_every_piece_once(run_async: Run) -> None:
    script = Script([Reply(200, [EVENT_STREAM], stream=Pieces([b"a", b"b", b"c"]))])

    async def read() -> list[bytes]:
        reply = await Attempts(script, 0.0).answer(call(), IDS)
        assert reply.stream is not None
        return [piece async for piece in reply.stream]

    assert run_async(read()) == [b"a", b"b", b"c"]


def test_a_stream_without_a_byte_is_an_empty_answer(run_async: Run) -> None:
    empty = Pieces([])
    reply, _, _ = tried(Script([Reply(200, [EVENT_STREAM], stream=empty)]), Policy(), run_async)
    assert (reply.status, reply.stream, reply.body) == (200, None, b"")
    assert empty.closed


def test_a_failed_stream_is_let_go_before_the_next_try(run_async: Run) -> None:
    failed = Pieces([b"{}"])
    replies: list[Reply] = [Reply(500, [], stream=failed), ok()]
    tried(Script([*replies]), Policy(tries=2), run_async)
    assert failed.closed


def test_a_stopping_gateway_tries_nothing_more(run_async: Run) -> None:
    attempts = Attempts(Script([CUT, ok()]), 0.0, stopping=lambda: True)
    with pytest.raises(Cut):
        run_async(attempts.answer(call(), IDS, Policy(tries=2)))
    assert len(attempts.rows) == 1


def test_a_caller_that_leaves_ends_the_attempt_and_its_row_stays(run_async: Run) -> None:
    attempts = Attempts(Script([_never]), 0.0)

    async def scenario() -> None:
        try:
            async with asyncio.timeout(0.01):
                await attempts.answer(call(), IDS, Policy(tries=3))
        except TimeoutError:
            pass

    run_async(scenario())
    assert [(row.status, row.error) for row in attempts.rows] == [(None, "It was given up.")]
