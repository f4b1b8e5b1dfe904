"""The record of an exchange: true at every moment, masked, bounded."""

from __future__ import annotations

from itertools import count

from tests.client.wire import API_TOKEN, exchange
from workbench.client.masking import Masker
from workbench.client.recording import Recorder
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.exchange import Chunk, Exchange, FailedAttempt
from workbench.domain.secret import MASK, Secret

TOKEN = API_TOKEN.reveal()
MASKER = Masker([API_TOKEN])


def recorder(record: Exchange, **settings: int) -> Recorder:
    """Its clock moves on by one second each time it is looked at."""
    seconds = count()
    return Recorder(record, lambda: float(next(seconds)), **settings)


def send(recording: Recorder, body: bytes = b"{}") -> None:
    recording.sent("POST", "https://host/x", [("Authorization", f"Bearer {TOKEN}")], body, MASKER)


def test_it_is_true_at_every_moment() -> None:
    record = exchange()
    recording = recorder(record)
    send(recording)
    assert (record.method, record.status, record.ended_ms) == ("POST", None, None)
    recording.answered(200, [("x", "y")])
    assert (record.status, record.response_headers, record.headers_ms) == (200, (("x", "y"),), 1000)
    recording.chunk(b"a")
    assert record.chunks == [Chunk(2000, b"a")]
    recording.ended()
    assert (record.ended_ms, record.error) == (3000, "")


def test_secrets_are_masked_wherever_they_turn_up() -> None:
    record = exchange()
    recording = recorder(record)
    recording.sent(
        "POST",
        f"https://host/x?q={TOKEN}",
        [("Authorization", f"Bearer {TOKEN}")],
        f"my {TOKEN}".encode(),
        MASKER,
    )
    recording.answered(400, [("x-echo", TOKEN)])
    recording.chunk(f"you sent {TOKEN}".encode())
    recording.ended(f"no {TOKEN}")
    assert TOKEN not in repr(record)
    assert record.request_headers == (("Authorization", f"Bearer {MASK}"),)
    assert record.error == f"no {MASK}"


def test_a_secret_across_chunks_is_found_at_the_end() -> None:
    record = exchange()
    recording = recorder(record)
    send(recording)
    recording.chunk(f"a {TOKEN[:9]}".encode())
    recording.chunk(f"{TOKEN[9:]} b".encode())
    recording.ended()
    assert record.response_body == f"a {MASK} b".encode()


def test_a_body_beyond_the_limit_is_counted_and_not_kept() -> None:
    record = exchange()
    recording = recorder(record, max_body_bytes=5)
    send(recording)
    for data in (b"abc", b"def", b"gh", b"i"):
        recording.chunk(data)
    assert (record.response_body, record.dropped_bytes) == (b"abcde", 4)


def test_another_attempt_starts_the_reply_afresh_and_keeps_the_failed_one() -> None:
    record = exchange()
    recording = recorder(record)
    send(recording)
    recording.answered(503, [("a", "b")])
    recording.chunk(b"down")
    error = RequestFailed("Down.", failure=Failure.SERVER, maker=Maker.PROVIDER, status=503)
    recording.retried(error, 1.5)
    send(recording)
    assert record.attempts == [FailedAttempt(503, "Down.", 3000, 1500)]
    assert (record.status, record.response_headers, record.chunks) == (None, (), [])


def test_the_first_word_about_its_end_stands() -> None:
    record = exchange()
    recording = recorder(record)
    send(recording)
    recording.troubled("Cut.")
    recording.ended()
    recording.ended("Stopped.")
    assert record.error == "Cut."


def test_placeholder_keys_do_not_blot_out_words() -> None:
    assert Masker([Secret("ollama")]).text("ollama run") == "ollama run"
    assert "0123" not in repr(Masker([API_TOKEN]))
