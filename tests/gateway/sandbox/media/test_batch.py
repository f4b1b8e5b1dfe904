"""Batches: queued, running, answered; each input with its own success."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.gateway.sandbox.media.asking import CATALOGUE, ran
from workbench.gateway.replies import Reply
from workbench.gateway.sandbox.media.batch import Batches
from workbench.gateway.sandbox.media.tasks import TaskRefused, answer

MODEL = CATALOGUE["m2m100-1.2b"]


async def one(body: Mapping[str, Any]) -> Reply:
    return await answer(replace(ran("m2m100-1.2b"), json=body))


def told(batches: Batches, body: Mapping[str, Any], model: Any = MODEL, size: int = 10) -> Any:
    reply = asyncio.run(batches.answer(model, body, size, one))
    return json.loads(reply.body)["result"]


def test_a_batch_is_queued_then_runs_then_has_its_answers() -> None:
    batches = Batches()
    good = {"text": "hi", "target_lang": "fr", "external_reference": "a"}
    queued = told(batches, {"requests": [good, {"text": "hi"}, 5]})
    assert (queued["status"], queued["model"]) == ("queued", MODEL.id)
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
    ("body", "model", "size", "code"),
    [
        ({"requests": []}, "m2m100-1.2b", 1, 5006),
        ({"requests": "x"}, "m2m100-1.2b", 1, 5006),
        ({"requests": [{}]}, "flux-1-schnell", 1, 5006),
        ({"requests": [{}]}, "m2m100-1.2b", 11 << 20, 3006),
        ({"request_id": "unknown"}, "m2m100-1.2b", 1, 5006),
    ],
)
def test_what_is_no_batch_is_refused(body: dict[str, Any], model: str, size: int, code: int) -> None:
    with pytest.raises(TaskRefused) as refused:
        told(Batches(), body, CATALOGUE[model], size)
    assert refused.value.code == code


def test_a_batch_belongs_to_its_model_and_the_oldest_is_forgotten() -> None:
    batches = Batches()
    first = told(batches, {"requests": [{}]})["request_id"]
    with pytest.raises(TaskRefused):
        told(batches, {"request_id": first}, CATALOGUE["bge-base-en-v1.5"])
    for _ in range(64):
        told(batches, {"requests": [{}]})
    with pytest.raises(TaskRefused):
        told(batches, {"request_id": first})


def test_what_asks_for_a_batch_is_known_by_its_query_or_its_body() -> None:
    assert ran("m2m100-1.2b", {"requests": []}, query={"queueRequest": "true"}).queued
    assert ran("m2m100-1.2b", {"request_id": "x"}).queued
    assert not ran("m2m100-1.2b", {"text": "x"}).queued
