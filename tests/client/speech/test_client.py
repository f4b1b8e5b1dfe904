"""Speech as a caller asks for it: one call, one reply or one failure, and a record of both."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.client.speech.asking import HUM, NOVA, WHISPER, heard, hearing, speaking, spoken, translated
from tests.client.wire import (
    API_TOKEN,
    CLOUDFLARE,
    OLLAMA,
    Chunks,
    Script,
    Waits,
    exchange,
    http_of,
    native_error,
)
from tests.conftest import Run
from workbench.client.connection import Timeouts
from workbench.client.media_calls import KEPT_BYTES
from workbench.client.speech.client import PATIENCE
from workbench.domain.chat import GatewayOptions, Served
from workbench.domain.errors import Failure, InvalidInput, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.secret import MASK
from workbench.domain.speech.abilities import HearingShape, SpeakingAbilities, SpeakingShape

TRANSCRIPTIONS = HearingShape.TRANSCRIPTIONS


def told(text: str = "Hello there.", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, headers=named, json={"result": {"text": text}, "success": True, "errors": []})


def sound(data: bytes = HUM, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, headers={"content-type": "audio/wav", **named}, content=data)


def failed(run: Run, http: Any, record: Exchange | None = None, **more: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        run(heard(http, hearing(), CLOUDFLARE, record, **more))
    return caught.value


def test_a_transcript_comes_with_who_heard_it_and_what_it_cost(run_async: Run) -> None:
    headers: dict[str, Any] = {
        "cf_ai_neurons": "0.78", "cf_aig_cache_status": "MISS", "cf_aig_log_id": "log", "cf_ai_req_id": "req",
        "x_workbench_upstream": "sandbox",
    }  # fmt: skip
    script = Script(told(**headers))
    reply = run_async(heard(http_of(script), hearing(), CLOUDFLARE))
    assert (reply.transcript.text, reply.transcript.seconds) == ("Hello there.", 1.0)
    assert reply.neurons == 0.78
    assert reply.served == Served("", "workers-ai", "MISS", "log", "req", sandbox=True)
    assert script.requests[-1].content == HUM
    assert script.headers["content-type"] == "audio/wav"
    assert script.headers["authorization"] == f"Bearer {API_TOKEN.reveal()}"


def test_speech_comes_as_it_is_with_what_it_cost(run_async: Run) -> None:
    script = Script(sound(cf_ai_neurons="1.36", cf_aig_cache_status="HIT"))
    reply = run_async(spoken(http_of(script), speaking(speaker="luna"), CLOUDFLARE))
    assert (reply.audio, reply.media_type, reply.neurons) == (HUM, "audio/wav", 1.36)
    assert reply.served.cache == "HIT"
    assert script.body == {"text": "Hello there.", "speaker": "luna"}


@pytest.mark.parametrize(
    "body", [{"translated_text": "Bonjour."}, {"translations": ["Bonjour."]}, "Bonjour.", ["Bonjour."]]
)
def test_a_translation_is_text(run_async: Run, body: Any) -> None:
    script = Script(httpx.Response(200, json={"result": body, "success": True}))
    assert run_async(translated(http_of(script), "Hello.", "en", "fr", CLOUDFLARE)) == "Bonjour."
    assert script.body == {"text": "Hello.", "source_lang": "en", "target_lang": "fr"}


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (httpx.Response(200, json={"result": {}, "success": True}), "The model answered with nothing."),
        (httpx.Response(200, json={"result": {"translated_text": " "}}), "The model answered with nothing."),
        (httpx.Response(200, json={"result": {"x": 1}}), "What Cloudflare sent could not be read."),
        (httpx.Response(200, content=b"{"), "What Cloudflare sent could not be read."),
        (httpx.Response(200, content=b""), "The model answered with nothing."),
        (httpx.Response(200, content=b"<html>"), "A web page came back in place of an answer."),
        (native_error(200, 3040, "busy"), "“@cf/meta/m2m100-1.2b” is busy: there is no capacity free."),
        (native_error(429, 3040, "busy"), "“@cf/meta/m2m100-1.2b” is busy: there is no capacity free."),
    ],
)
def test_a_translation_that_is_none_is_a_failure(run_async: Run, reply: httpx.Response, what: str) -> None:
    record = exchange()
    with pytest.raises(RequestFailed) as caught:
        run_async(translated(http_of(Script(reply)), "Hello.", "en", "fr", CLOUDFLARE, record))
    assert caught.value.what == record.error == what


# the record


def test_the_record_tells_all_but_the_recording_and_the_secrets(run_async: Run) -> None:
    record = exchange()
    run_async(heard(http_of(Script(told())), hearing(HearingShape.BASE64, language="en"), CLOUDFLARE, record))
    assert (record.method, record.status, record.error) == ("POST", 200, "")
    assert dict(record.request_headers)["authorization"] == f"Bearer {MASK}"
    kept = json.loads(record.request_body)
    assert kept["language"] == "en"
    assert kept["audio"].startswith(f"[audio/wav, {len(HUM):,} bytes, SHA-256 ")
    assert json.loads(record.response_body)["result"] == {"text": "Hello there."}
    assert record.ended_ms is not None


@pytest.mark.parametrize("shape", list(HearingShape))
def test_no_shape_leaves_a_recording_in_its_record(run_async: Run, shape: HearingShape) -> None:
    record = exchange()
    run_async(heard(http_of(Script(told())), hearing(shape), CLOUDFLARE, record))
    assert b"[audio/wav, " in record.request_body
    assert len(record.request_body) < 1000


def test_of_long_speech_the_record_keeps_the_beginning(run_async: Run) -> None:
    record = exchange()
    reply = run_async(spoken(http_of(Script(sound())), speaking(), CLOUDFLARE, record))
    assert reply.audio == HUM
    assert record.response_body == HUM[:KEPT_BYTES]
    assert record.dropped_bytes == len(HUM) - KEPT_BYTES


def test_a_failure_ends_the_record_with_its_sentence(run_async: Run) -> None:
    record = exchange()
    error = failed(run_async, http_of(Script(native_error(400, 3030, "the audio is silent"))), record)
    assert error.failure is Failure.BAD_REQUEST
    assert (record.error, record.status) == (error.what, 400)


# bad days


def test_a_429_is_not_waited_out_here(run_async: Run) -> None:
    waits = Waits()
    script = Script(native_error(429, 3040, "Capacity exceeded", retry_after="7"))
    error = failed(run_async, http_of(script, waits))
    assert (error.failure, error.retry_after_s, error.retryable) == (Failure.NO_CAPACITY, 7.0, True)
    assert (len(script.requests), waits.seconds) == (1, [])


def test_a_model_may_listen_for_minutes() -> None:
    assert (PATIENCE.first_byte_s, PATIENCE.connect_s) == (300.0, 10.0)


def test_a_silent_server_is_a_timeout(run_async: Run) -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    error = failed(run_async, http_of(never), timeouts=Timeouts(first_byte_s=0.01))  # type: ignore[arg-type]
    assert (error.failure, error.retryable) == (Failure.TIMEOUT, True)


def test_a_body_that_breaks_off_is_a_cut(run_async: Run) -> None:
    record = exchange()
    stream = Chunks([b'{"result":', httpx.RemoteProtocolError("peer closed")])
    error = failed(run_async, http_of(Script(httpx.Response(200, stream=stream))), record)
    assert error.failure is Failure.CUT
    assert record.response_body == b'{"result":'
    assert stream.closed


def test_a_body_without_end_is_read_no_further_than_the_limit(run_async: Run) -> None:
    piece = bytes(4 * 1024 * 1024)
    stream = Chunks([b"ID3\x04", *[piece] * 20])
    with pytest.raises(RequestFailed) as caught:
        run_async(spoken(http_of(Script(httpx.Response(200, stream=stream))), speaking(), CLOUDFLARE))
    assert (caught.value.failure, caught.value.retryable) == (Failure.TOO_LARGE, False)


def test_a_retired_model_names_its_successor(run_async: Run) -> None:
    facts = Model(WHISPER, deprecated=True, replacement="@cf/x/newer")
    error = failed(
        run_async, http_of(Script(native_error(400, 5007, "No such model"))), model_of=lambda _: facts
    )
    assert (error.failure, error.replacement) == (Failure.MODEL_RETIRED, "@cf/x/newer")


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (hearing(audio=b""), "audio"),
        (hearing(gateway=GatewayOptions(max_attempts=9)), "max_attempts"),
        (hearing(model=" "), "model"),
    ],
)
def test_what_cannot_be_heard_is_refused_before_anything_is_sent(
    run_async: Run, request_: Any, field: str
) -> None:
    script = Script(told())
    record = exchange()
    with pytest.raises(InvalidInput) as caught:
        run_async(heard(http_of(script), request_, CLOUDFLARE, record))
    assert (caught.value.field, script.requests) == (field, [])
    assert record.error == caught.value.what


@pytest.mark.parametrize(
    "request_",
    [speaking(text=" \n"), speaking(text="x" * 11, abilities=SpeakingAbilities(most_characters=10))],
)
def test_what_cannot_be_said_is_refused_before_anything_is_sent(run_async: Run, request_: Any) -> None:
    script = Script()
    with pytest.raises(InvalidInput) as caught:
        run_async(spoken(http_of(script), request_, CLOUDFLARE))
    assert (caught.value.field, script.requests) == ("text", [])


def test_nothing_is_not_translated(run_async: Run) -> None:
    with pytest.raises(InvalidInput):
        run_async(translated(http_of(Script()), " ", "en", "fr", CLOUDFLARE))


def test_cancelling_ends_the_record(run_async: Run) -> None:
    record = exchange()
    sent = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def cancelled() -> None:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(heard(http_of(never), hearing(), CLOUDFLARE, record))  # type: ignore[arg-type]
            await sent.wait()
            task.cancel()
        assert task.cancelled()

    run_async(cancelled())
    assert record.error == "Stopped."


# servers that tell no times


def refusing(message: str) -> httpx.Response:
    return httpx.Response(400, json={"error": {"message": message, "type": "invalid_request_error"}})


def test_a_server_that_tells_no_times_is_asked_for_the_text_alone(run_async: Run) -> None:
    record = exchange()
    script = Script(
        refusing("response_format 'verbose_json' is not compatible"),
        httpx.Response(200, json={"text": "Hi."}),
    )
    request = hearing(TRANSCRIPTIONS, model="tiny")
    reply = run_async(heard(http_of(script), request, OLLAMA, record))
    assert reply.transcript.text == "Hi."
    assert b"verbose_json" in script.requests[0].content
    assert b"verbose_json" not in script.requests[1].content
    (attempt,) = record.attempts
    assert attempt.status == 400
    assert record.error == ""


@pytest.mark.parametrize(
    ("message", "model"), [("file is too odd", "tiny"), ("response_format is unknown", "gpt-4o-transcribe")]
)
def test_other_refusals_stand(run_async: Run, message: str, model: str) -> None:
    script = Script(refusing(message))
    with pytest.raises(RequestFailed):
        run_async(heard(http_of(script), hearing(TRANSCRIPTIONS, model=model), OLLAMA))
    assert len(script.requests) == 1


def test_a_query_is_in_the_record(run_async: Run) -> None:
    record = exchange()
    run_async(heard(http_of(Script(told())), hearing(HearingShape.QUERY, diarize=True), CLOUDFLARE, record))
    assert record.url.endswith(f"{NOVA}?diarize=true")


def test_bare_samples_can_be_played(run_async: Run) -> None:
    script = Script(httpx.Response(200, headers={"content-type": "audio/pcm"}, content=bytes(48000)))
    request = speaking(SpeakingShape.SPEECH, response_format="pcm")
    reply = run_async(spoken(http_of(script), request, CLOUDFLARE))
    assert reply.media_type == "audio/wav"
    assert len(reply.audio) == 48044
