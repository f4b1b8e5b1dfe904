"""Vectors and scores as a caller asks for them: one call, one reply or one failure, and a record of both."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import struct
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.client.embeddings.asking import embedded, embedding, native, ranked, ranking
from tests.client.wire import API_TOKEN, CLOUDFLARE, OLLAMA, Chunks, Script, exchange, http_of
from tests.conftest import Run
from workbench.client.media_calls import KEPT_BYTES
from workbench.domain.chat import Served
from workbench.domain.embeddings.abilities import EmbeddingShape
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.secret import MASK

OPENAI = EmbeddingShape.OPENAI
TWO = [[1.0, 0.5, 0], [0.25, -1, 2]]


def listing(*entries: Any, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"object": "list", "data": list(entries), "model": "m", **more})


def entry(index: int, embedding: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": embedding}


def vectors(run: Run, reply: httpx.Response) -> list[list[float]]:
    got = run(embedded(http_of(Script(reply)), embedding(), CLOUDFLARE))
    return [list(vector) for vector in got.vectors]


def failed(
    run: Run, *replies: httpx.Response | Exception, request: Any = None, record: Exchange | None = None
) -> RequestFailed:
    record = record or exchange()
    ask: Any = ranked if hasattr(request, "query") else embedded
    with pytest.raises(RequestFailed) as caught:
        run(ask(http_of(Script(*replies)), request or embedding(), CLOUDFLARE, record))
    error = caught.value
    assert error.what
    assert error.why
    assert error.fix
    assert record.error == error.what
    return error


# good replies


def test_vectors_come_with_who_made_them_and_what_they_cost(run_async: Run) -> None:
    headers: dict[str, Any] = {
        "cf_ai_neurons": "0.78", "cf_aig_cache_status": "MISS", "cf_aig_log_id": "log", "cf_ai_req_id": "req",
        "x_workbench_upstream": "sandbox",
    }  # fmt: skip
    script = Script(native({"shape": [2, 3], "data": TWO, "pooling": "mean"}, **headers))
    reply = run_async(embedded(http_of(script), embedding(), CLOUDFLARE))
    assert [list(vector) for vector in reply.vectors] == TWO
    assert all(vector.typecode == "f" for vector in reply.vectors)
    assert reply.neurons == 0.78
    assert reply.served == Served(
        provider="workers-ai", cache="MISS", log_id="log", request_id="req", sandbox=True
    )
    assert script.headers["authorization"] == f"Bearer {API_TOKEN.reveal()}"


def base64_of(*values: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


@pytest.mark.parametrize(
    "reply",
    [
        native({"response": TWO, "shape": [2, 3], "pooling": "cls"}),
        native(TWO),
        httpx.Response(200, json={"data": TWO}),
        httpx.Response(200, json={"embeddings": TWO}),
        listing(entry(1, TWO[1]), entry(0, TWO[0])),
        listing({"embedding": TWO[0]}, {"embedding": TWO[1]}),
        listing(entry(0, base64_of(*TWO[0])), entry(1, base64_of(*TWO[1]))),
        native({"object": "list", "data": [entry(0, TWO[0]), entry(1, TWO[1])]}),
    ],
)
def test_every_shape_of_a_reply_is_read(run_async: Run, reply: httpx.Response) -> None:
    assert vectors(run_async, reply) == TWO


def test_a_bare_vector_for_a_single_text_is_read(run_async: Run) -> None:
    script = Script(native({"data": [0.5, 1]}))
    reply = run_async(embedded(http_of(script), embedding("one"), CLOUDFLARE))
    assert [list(vector) for vector in reply.vectors] == [[0.5, 1.0]]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [({"prompt_tokens": 7, "total_tokens": 7}, 7), ({"total_tokens": 9}, 9), ({}, None), (None, None)],
)
def test_the_tokens_are_those_that_were_counted(run_async: Run, usage: Any, tokens: int | None) -> None:
    script = Script(listing(entry(0, [1]), usage=usage))
    request = embedding("a", shape=OPENAI, model="nomic")
    assert run_async(embedded(http_of(script), request, OLLAMA)).tokens == tokens


def test_scores_come_in_the_order_of_the_texts(run_async: Run) -> None:
    response = [{"id": 2, "score": 0.9}, {"id": 0, "score": -1}, {"id": 1, "score": -4.5}]
    script = Script(native({"response": response, "usage": {"prompt_tokens": 12}}, cf_ai_neurons="0.1"))
    reply = run_async(ranked(http_of(script), ranking(), CLOUDFLARE))
    assert reply.scores == (-1.0, -4.5, 0.9)
    assert (reply.tokens, reply.neurons) == (12, 0.1)


# replies that are none


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"data": TWO[:1]}, "1 vector for 2 texts"),
        ({"data": [*TWO, TWO[0]]}, "3 vectors for 2 texts"),
        ({"data": []}, "0 vectors"),
        ({"data": [[1, 2], [1, 2, 3]]}, "not all of the same length"),
        ({"data": [[1, 2], [1, None]]}, "not a row of numbers"),
        ({"data": [[1, 2], [1, True]]}, "not a row of numbers"),
        ({"data": [[1, 2], ["1", "2"]]}, "not a row of numbers"),
        ({"data": [[1, 2], []]}, "not a row of numbers"),
        ({"data": [[1, 2], None]}, "not a row of numbers"),
        ({"data": [[1, 2], "no base64!"]}, "not a row of numbers"),
        ({"data": [[1, 2], "QUJD"]}, "not a row of numbers"),
        ({"data": [[1, 2], base64_of(1, float("nan"))]}, "cannot be reckoned with"),
        ({"data": [[1, 2], [1, 1e39]]}, "cannot be reckoned with"),
        ({"data": [[1, 2], [1, 10**400]]}, "reckoned with|could not be read|row of numbers"),
        ({"data": [entry(0, [1]), entry(0, [1])]}, "could not be read"),
        ({"data": [entry(1, [1]), entry(2, [1])]}, "could not be read"),
        ({"data": "nothing"}, "could not be read"),
        ({"pooling": "mean"}, "could not be read"),
        ({}, "with nothing"),
        (None, "with nothing"),
    ],
)
def test_a_reply_that_cannot_be_used_says_why(run_async: Run, result: Any, words: str) -> None:
    body = json.dumps({"result": result, "success": True})
    error = failed(run_async, httpx.Response(200, content=body.encode()))
    assert error.failure is Failure.PROTOCOL
    assert not error.retryable
    assert re.search(words, error.what), error.what


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_does_not_have_are_told(run_async: Run, word: str) -> None:
    body = f'{{"result": {{"data": [[1, 2], [{word}, 2]]}}, "success": true}}'
    error = failed(run_async, httpx.Response(200, content=body.encode()))
    assert "reckoned with" in error.what
    assert "text 2" in error.why


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "with nothing"),
        (b"<html>", "web page"),
        (b'{"result": {"data": [[1, 2', "could not be read"),
        (b'{"result": {"data": [[NaN, 2', "could not be read"),
        (b"\xff\xfe", "could not be read"),
    ],
)
def test_a_body_that_is_none_says_why(run_async: Run, body: bytes, words: str) -> None:
    assert words in failed(run_async, httpx.Response(200, content=body)).what


@pytest.mark.parametrize(
    ("response", "words"),
    [
        ([{"id": 0, "score": 1}], "1 score for 3 texts"),
        ([{"id": 0, "score": 1}, {"id": 0, "score": 1}], "could not be read"),
        ([{"id": 3, "score": 1}], "could not be read"),
        ([{"id": 0, "score": None}], "not a row of numbers"),
        ("none", "could not be read"),
    ],
)
def test_scores_that_do_not_fit_the_texts_are_refused(run_async: Run, response: Any, words: str) -> None:
    error = failed(run_async, native({"response": response}), request=ranking())
    assert words in error.what


# failures


@pytest.mark.parametrize(
    ("status", "error", "failure", "what"),
    [
        (413, {"code": 3006, "message": "Request too large"}, Failure.TOO_LARGE, ""),
        (429, {"code": 3040, "message": "Out of capacity"}, Failure.NO_CAPACITY, ""),
        (429, {"code": 3036, "message": "daily free allocation"}, Failure.OUT_OF_NEURONS, ""),
        (400, {"code": 5021, "message": "too many tokens"}, Failure.BAD_REQUEST, "A text is longer than"),
        (400, {"code": 5006, "message": "Type mismatch of '/text'"}, Failure.BAD_REQUEST, ""),
        (200, {"code": 3043, "message": "Internal"}, Failure.SERVER, ""),
    ],
)
def test_a_refusal_is_told_as_what_it_is(
    run_async: Run, status: int, error: Any, failure: Failure, what: str
) -> None:
    body = {"success": False, "errors": [error], "result": None, "messages": []}
    told = failed(run_async, httpx.Response(status, json=body))
    assert told.failure is failure
    assert told.what.startswith(what)
    assert "onversation" not in told.what


def test_a_429_says_how_long_to_wait(run_async: Run) -> None:
    error = failed(run_async, httpx.Response(429, headers={"retry-after": "7"}, json={"error": "slow"}))
    assert (error.status, error.retry_after_s, error.retryable) == (429, 7.0, True)


def test_a_reply_that_breaks_off_can_be_asked_for_again(run_async: Run) -> None:
    chunks = Chunks([b'{"result": ', httpx.ReadError("gone")])
    error = failed(run_async, httpx.Response(200, stream=chunks))
    assert error.failure is Failure.CUT
    assert error.retryable
    assert chunks.closed


def test_a_retired_model_names_its_successor(run_async: Run) -> None:
    body = {"success": False, "errors": [{"code": 5007, "message": "No such model"}], "result": None}
    with pytest.raises(RequestFailed) as caught:
        run_async(
            embedded(
                http_of(Script(httpx.Response(400, json=body))),
                embedding(),
                CLOUDFLARE,
                model_of=lambda id: Model(id, deprecated=True, replacement="@cf/baai/bge-m3"),
            )
        )
    assert caught.value.replacement == "@cf/baai/bge-m3"


# the record


def test_the_record_keeps_a_word_in_place_of_each_vector(run_async: Run) -> None:
    record = exchange()
    long = [0.125] * 768
    reply = native({"shape": [2, 768], "data": [long, long], "pooling": "mean"})
    run_async(embedded(http_of(Script(reply)), embedding("private", "texts"), CLOUDFLARE, record))
    assert json.loads(record.response_body)["result"] == {
        "shape": [2, 768],
        "data": ["[a vector of 768 numbers]"] * 2,
        "pooling": "mean",
    }
    assert (record.status, record.error, record.dropped_bytes) == (200, "", 0)
    assert b"private" in record.request_body
    assert API_TOKEN.reveal() not in repr(record)


def test_the_record_of_a_reply_that_cannot_be_used_keeps_its_beginning(run_async: Run) -> None:
    record = exchange()
    failed(run_async, native({"data": [[0.5] * 50_000]}), record=record)
    assert len(record.response_body) == KEPT_BYTES
    assert record.dropped_bytes > 0


def test_a_key_that_is_echoed_beside_the_vectors_is_masked(run_async: Run) -> None:
    record = exchange()
    reply = native({"data": TWO, "echo": API_TOKEN.reveal()})
    run_async(embedded(http_of(Script(reply)), embedding(), CLOUDFLARE, record))
    assert API_TOKEN.reveal() not in repr(record)
    assert MASK.encode() in record.response_body


def test_who_cancels_closes_the_connection(run_async: Run) -> None:
    record, came = exchange(), asyncio.Event()

    class Hangs(Chunks):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b" "
            came.set()
            await asyncio.Event().wait()

    body = Hangs([])

    async def story() -> None:
        http = http_of(Script(httpx.Response(200, stream=body)))
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(embedded(http, embedding(), CLOUDFLARE, record))
            await came.wait()
            task.cancel()
        assert task.cancelled()

    run_async(story())
    assert body.closed
    assert record.error == "Stopped."
