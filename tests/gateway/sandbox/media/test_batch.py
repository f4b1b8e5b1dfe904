"""Batches: queued, running, answered; each input with its own success."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.gateway.sandbox.media.asking import CATALOGUE
from workbench.gateway.calls import Call, Shape
from workbench.gateway.protocol import Family
from workbench.gateway.replies import Reply, api_error, json_reply
from workbench.gateway.sandbox.media.batch import Batches, asks_for_batch
from workbench.gateway.sandbox.media.tasks import TaskRefused, answer, task_of

QUEUE = "?queueRequest=true"


def called(name: str, body: Any, query: str = "", shape: Shape = Shape.RUN) -> Call:
    model = CATALOGUE[name].id
    headers: Mapping[str, str] = {"content-type": "application/json"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Call(
        Family.REST, "", "workers-ai", model + query, model, shape, "POST", headers, data, envelope=True
    )


async def one(call: Call) -> Reply:
    """As the sandbox answers: an error is a reply."""
    task = task_of(call, CATALOGUE[call.model.rsplit("/", 1)[-1]], "id")
    assert task is not None
    try:
        return await answer(task)
    except TaskRefused as wrong:
        return json_reply(wrong.status, api_error(wrong.status, wrong.code, wrong.message))


def told(batches: Batches, body: Any, name: str = "m2m100-1.2b") -> Any:
    call = called(name, body, QUEUE)
    return json.loads(asyncio.run(batches.answer(call, CATALOGUE[name], one)).body)["result"]


def test_a_batch_is_queued_then_runs_then_has_its_answers() -> None:
    batches = Batches()
    good = {"text": "hi", "target_lang": "fr", "external_reference": "a"}
    queued = told(batches, {"requests": [good, {"text": "hi"}, 5]})
    assert (queued["status"], queued["model"]) == ("queued", CATALOGUE["m2m100-1.2b"].id)
    poll = {"request_id": queued["request_id"]}
    assert told(batches, poll)["status"] == "running"
    finished = told(batches, poll)
    first, second, third = finished["responses"]
    assert first == {
        "id": 0,
        "external_reference": "a",
        "success": True,
        "result": {"translated_text": "[sandbox en → fr] hi"},
    }
    assert second["success"] is False
    assert "target_lang" in second["error"]
    assert (third["id"], third["success"]) == (2, False)
    assert told(batches, poll) == finished


@pytest.mark.parametrize(
    ("body", "model", "code"),
    [
        ({"requests": []}, "m2m100-1.2b", 5006),
        ({"requests": "x"}, "m2m100-1.2b", 5006),
        (b"[]", "m2m100-1.2b", 5006),
        ({"requests": [{}]}, "flux-1-schnell", 5006),
        ({"requests": ["x" * (11 << 20)]}, "m2m100-1.2b", 3006),
        ({"request_id": "unknown"}, "m2m100-1.2b", 5006),
    ],
)
def test_what_is_no_batch_is_refused(body: Any, model: str, code: int) -> None:
    with pytest.raises(TaskRefused) as refused:
        told(Batches(), body, model)
    assert refused.value.code == code


def test_a_batch_of_sounds_tells_that_it_holds_json_only() -> None:
    batches = Batches()
    poll = {"request_id": told(batches, {"requests": [{"text": "hi"}]}, "aura-1")["request_id"]}
    told(batches, poll, "aura-1")
    assert "JSON" in told(batches, poll, "aura-1")["responses"][0]["error"]


def test_a_batch_belongs_to_its_model_and_the_oldest_is_forgotten() -> None:
    batches = Batches()
    first = told(batches, {"requests": [{}]})["request_id"]
    with pytest.raises(TaskRefused):
        told(batches, {"request_id": first}, "bge-base-en-v1.5")
    for _ in range(64):
        told(batches, {"requests": [{}]})
    with pytest.raises(TaskRefused):
        told(batches, {"request_id": first})


@pytest.mark.parametrize(
    ("body", "query", "shape", "asks"),
    [
        ({"requests": []}, QUEUE, Shape.RUN, True),
        ({"request_id": "x"}, "", Shape.RUN, True),
        ({"text": "x"}, "?queueRequest=false", Shape.RUN, False),
        ({"text": "x"}, "", Shape.RUN, False),
        ({"request_id": "x"}, QUEUE, Shape.CHAT, False),
    ],
)
def test_what_asks_for_a_batch_is_known_by_its_query_or_its_body(
    body: Any, query: str, shape: Shape, asks: bool
) -> None:
    assert asks_for_batch(called("m2m100-1.2b", body, query, shape)) is asks
