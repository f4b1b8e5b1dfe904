"""A picture as a caller asks for it: one call, one reply or one failure, and a record of both."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.client.images.asking import FLUX_1, JPEG, made, png, request_for, text_of
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
    server_at,
)
from tests.conftest import Run
from workbench.client.connection import Timeouts
from workbench.client.images.client import PATIENCE
from workbench.client.media_calls import KEPT_BYTES
from workbench.domain.chat import GatewayOptions, Served
from workbench.domain.errors import Failure, InvalidInput, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.images.abilities import Shape
from workbench.domain.images.requests import ImageReply
from workbench.domain.models import Model
from workbench.domain.secret import MASK

PICTURE = png(shade=5)


def picture(data: bytes = PICTURE, **headers: str) -> httpx.Response:
    return httpx.Response(
        200,
        headers={"content-type": "image/png", **{k.replace("_", "-"): v for k, v in headers.items()}},
        content=data,
    )


def failed(run: Run, http: Any, record: Exchange | None = None, **more: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        run(made(http, request_for(), CLOUDFLARE, record, **more))
    return caught.value


def test_a_picture_comes_with_who_made_it_and_what_it_cost(run_async: Run) -> None:
    headers: dict[str, Any] = {
        "cf_ai_neurons": "57.60", "cf_aig_cache_status": "MISS", "cf_aig_log_id": "log", "cf_ai_req_id": "req",
        "x_workbench_upstream": "sandbox",
    }  # fmt: skip
    script = Script(picture(**headers))
    reply = run_async(made(http_of(script), request_for(steps=4), CLOUDFLARE))
    served = Served("", "workers-ai", "MISS", "log", "req", sandbox=True)
    assert reply == ImageReply((PICTURE,), neurons=57.6, served=served)
    assert script.body == {"prompt": "a fox", "steps": 4}
    assert script.headers["content-type"] == "application/json"
    assert script.headers["authorization"] == f"Bearer {API_TOKEN.reveal()}"


def test_tokens_and_words_come_with_a_generated_picture(run_async: Run) -> None:
    body = {
        "candidates": [
            {
                "content": {
                    "parts": [{"text": "There."}, {"inlineData": {"mimeType": "x", "data": text_of(JPEG)}}]
                },
                "finishReason": "STOP",
            }
        ],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 1290},
    }
    script = Script(httpx.Response(200, json=body))
    reply = run_async(made(http_of(script), request_for(Shape.GENERATE), CLOUDFLARE))
    assert (reply.images, reply.text) == ((JPEG,), "There.")
    assert (reply.tokens_in, reply.tokens_out, reply.neurons) == (9, 1290, None)


def test_a_form_is_sent_as_one(run_async: Run) -> None:
    script = Script(httpx.Response(200, json={"result": {"image": text_of(PICTURE)}, "success": True}))
    request = request_for(Shape.RUN_FORM, references=(JPEG,))
    run_async(made(http_of(script), request, CLOUDFLARE))
    assert script.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert JPEG in script.requests[-1].content


# the record


def test_the_record_tells_all_but_the_pictures_and_the_secrets(run_async: Run) -> None:
    record = exchange()
    source = png(shade=9)
    script = Script(picture(cf_aig_log_id="log"))
    run_async(made(http_of(script), request_for(source=source), CLOUDFLARE, record))
    assert (record.method, record.status, record.error) == ("POST", 200, "")
    assert record.url.endswith(FLUX_1)
    assert dict(record.request_headers)["authorization"] == f"Bearer {MASK}"
    told = json.loads(record.request_body)
    assert told["prompt"] == "a fox"
    assert told["image_b64"].startswith(f"[image/png, {len(source)} bytes")
    assert record.response_body == PICTURE
    assert record.ended_ms is not None


def test_of_a_large_picture_the_record_keeps_the_beginning(run_async: Run) -> None:
    record = exchange()
    large = JPEG[:-2] + bytes(100_000) + JPEG[-2:]
    reply = run_async(made(http_of(Script(picture(large))), request_for(), CLOUDFLARE, record))
    assert reply.images == (large,)
    assert record.response_body == large[:KEPT_BYTES]
    assert record.dropped_bytes == len(large) - KEPT_BYTES


def test_a_failure_ends_the_record_with_its_sentence(run_async: Run) -> None:
    record = exchange()
    error = failed(run_async, http_of(Script(native_error(400, 3030, "prompt was flagged"))), record)
    assert error.failure is Failure.BLOCKED
    assert (record.error, record.status) == (error.what, 400)


def test_pictures_that_were_lost_are_in_the_record(run_async: Run) -> None:
    record = exchange()
    data = [{"b64_json": text_of(PICTURE)}, {"b64_json": text_of(PICTURE[:-9])}]
    script = Script(httpx.Response(200, json={"data": data}))
    reply = run_async(made(http_of(script), request_for(Shape.IMAGES), CLOUDFLARE, record))
    assert reply.images == (PICTURE,)
    assert record.error == "1 of 2 pictures came incomplete."


# bad days


def test_a_429_is_not_waited_out_here(run_async: Run) -> None:
    waits = Waits()
    script = Script(native_error(429, 3040, "Capacity exceeded", retry_after="7"))
    error = failed(run_async, http_of(script, waits))
    assert (error.failure, error.retry_after_s, error.retryable) == (Failure.NO_CAPACITY, 7.0, True)
    assert (len(script.requests), waits.seconds) == (1, [])


def test_the_first_byte_is_waited_for_a_minute() -> None:
    assert (PATIENCE.first_byte_s, PATIENCE.connect_s) == (60.0, 10.0)


def test_a_silent_server_is_a_timeout(run_async: Run) -> None:
    async def never(request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    error = failed(run_async, http_of(never), timeouts=Timeouts(first_byte_s=0.01))  # type: ignore[arg-type]
    assert (error.failure, error.retryable) == (Failure.TIMEOUT, True)
    assert "0.01 seconds" in error.what


def test_a_body_that_breaks_off_is_a_cut(run_async: Run) -> None:
    record = exchange()
    stream = Chunks([PICTURE[:20], httpx.RemoteProtocolError("peer closed")])
    error = failed(run_async, http_of(Script(httpx.Response(200, stream=stream))), record)
    assert error.failure is Failure.CUT
    assert record.response_body == PICTURE[:20]
    assert stream.closed


def test_a_picture_that_ends_early_is_a_cut(run_async: Run) -> None:
    assert failed(run_async, http_of(Script(picture(PICTURE[:-4])))).failure is Failure.CUT


def test_a_body_without_end_is_read_no_further_than_the_limit(run_async: Run) -> None:
    piece = bytes(4 * 1024 * 1024)
    stream = Chunks([JPEG[:4], *[piece] * 20])
    record = exchange()
    error = failed(run_async, http_of(Script(httpx.Response(200, stream=stream))), record)
    assert (error.failure, error.retryable) == (Failure.TOO_LARGE, False)
    assert "64 MB" in error.why
    assert KEPT_BYTES + record.dropped_bytes <= 17 * len(piece)


def test_no_connection_is_told_as_everywhere(run_async: Run) -> None:
    assert failed(run_async, http_of(Script(httpx.ConnectError("no")))).failure is Failure.CONNECT


def test_a_retired_model_names_its_successor(run_async: Run) -> None:
    facts = Model(FLUX_1, deprecated=True, replacement="@cf/x/newer")
    script = Script(native_error(400, 5007, "No such model"))
    error = failed(run_async, http_of(script), model_of=lambda _: facts)
    assert (error.failure, error.replacement) == (Failure.MODEL_RETIRED, "@cf/x/newer")


def test_bad_options_are_refused_before_anything_is_sent(run_async: Run) -> None:
    script = Script()
    request = request_for(options=GatewayOptions(max_attempts=9))
    record = exchange()
    with pytest.raises(InvalidInput) as caught:
        run_async(made(http_of(script), request, CLOUDFLARE, record))
    assert (caught.value.field, script.requests) == ("max_attempts", [])
    assert record.error == caught.value.what


def test_cancelling_ends_the_record(run_async: Run) -> None:
    record = exchange()
    sent = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    async def cancelled() -> None:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(made(http_of(never), request_for(), CLOUDFLARE, record))  # type: ignore[arg-type]
            await sent.wait()
            task.cancel()
        assert task.cancelled()

    run_async(cancelled())
    assert record.error == "Stopped."


# pictures by address


def by_address(*urls: str) -> httpx.Response:
    return httpx.Response(200, json={"data": [{"url": url} for url in urls]})


@pytest.mark.parametrize("url", ["https://pictures.test/a.png", "http://localhost:8080/generated/a.png"])
def test_a_picture_that_lies_elsewhere_is_fetched_without_credentials(run_async: Run, url: str) -> None:
    script = Script(by_address(url), picture())
    record = exchange()
    request = replace(request_for(Shape.IMAGES), model="sd-turbo")
    connection = server_at("http://localhost:8080/v1", API_TOKEN)
    reply = run_async(made(http_of(script), request, connection, record))
    assert reply.images == (PICTURE,)
    assert (script.requests[1].method, script.url) == ("GET", url)
    assert "authorization" not in script.headers
    assert record.url.endswith("/images/generations")


@pytest.mark.parametrize("url", ["http://192.168.0.1/a.png", "http://pictures.test/a.png"])
def test_an_address_that_is_not_safe_is_not_followed(run_async: Run, url: str) -> None:
    script = Script(by_address(url))
    with pytest.raises(RequestFailed) as caught:
        run_async(made(http_of(script), replace(request_for(Shape.IMAGES), model="sd"), OLLAMA))
    assert url in caught.value.why
    assert len(script.requests) == 1


def test_a_picture_that_is_not_where_it_was_said_to_be_is_a_failure(run_async: Run) -> None:
    script = Script(by_address("https://pictures.test/a.png"), httpx.Response(404, text="gone"))
    with pytest.raises(RequestFailed) as caught:
        run_async(made(http_of(script), replace(request_for(Shape.IMAGES), model="sd"), OLLAMA))
    assert caught.value.status == 404


def test_a_picture_that_is_lost_elsewhere_does_not_cost_the_others(run_async: Run) -> None:
    record = exchange()
    links = by_address("https://pictures.test/a.png", "https://pictures.test/b.png")
    script = Script(links, picture(), httpx.Response(404, text="gone"))
    reply = run_async(made(http_of(script), replace(request_for(Shape.IMAGES), model="sd"), OLLAMA, record))
    assert reply.images == (PICTURE,)
    assert record.error
