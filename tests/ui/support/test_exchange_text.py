"""A wire record as text."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.exchange import Chunk, Exchange, FailedAttempt
from workbench.ui.support.exchange_text import (
    attempts_text,
    frames_text,
    pretty,
    request_text,
    response_text,
    summary,
    whole_text,
)

SENT = Exchange(
    "x",
    1_000.0,
    "POST",
    "http://127.0.0.1:8787/v1",
    (("authorization", "Bearer ••••"),),
    '{"model":"m","text":"да"}'.encode(),
    200,
    (("content-type", "text/event-stream"),),
    81.0,
    [Chunk(90.0, b"data: 1\n\n"), Chunk(1102.5, b"data: 2\n\n")],
    [FailedAttempt(429, "Rate limited.", 20.0, 1000.0)],
    "",
    1240.0,
)


def test_the_summary_tells_status_time_size_and_attempts() -> None:
    assert summary(SENT) == "POST · 200 · 1.24 s · 18 B · 2 attempts"
    assert summary(Exchange("x", 0.0, "POST")) == "POST · no reply"


def test_what_was_not_recorded_is_told_in_reply_and_stream() -> None:
    long = replace(SENT, dropped_bytes=2048)
    for text in (response_text(long), frames_text(long)):
        assert "more came and were not recorded" in text
    assert "recorded" not in response_text(SENT) + frames_text(SENT)


def test_the_request_is_shown_as_it_was_sent_with_readable_json() -> None:
    assert request_text(SENT) == (
        'POST http://127.0.0.1:8787/v1\nauthorization: Bearer ••••\n\n{\n  "model": "m",\n  "text": "да"\n}'
    )


def test_frames_have_the_time_they_came() -> None:
    assert frames_text(SENT) == "    90.0  data: 1\n  1102.5  data: 2"


def test_a_request_without_reply_says_what_ended_it() -> None:
    lost = replace(SENT, status=None, chunks=[], error="The name was not found.")
    assert response_text(lost) == "No reply came.\n\nThe name was not found."


def test_attempts_say_why_they_were_made_again() -> None:
    assert attempts_text(SENT) == "1.  20 ms  429  Rate limited.  (then waited 1000 ms)\n2.  200"


def test_a_long_body_is_cut_in_the_view_but_not_when_copied() -> None:
    long = replace(SENT, request_body=b"x" * 1_000_000)
    assert "cut here; 1.0 MB" in request_text(long)
    assert "x" * 1_000_000 in whole_text(long)


def test_a_body_that_is_no_json_stays_as_it_is() -> None:
    assert pretty(b"plain \xff", 100) == "plain �"
