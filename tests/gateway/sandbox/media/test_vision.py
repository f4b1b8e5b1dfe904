"""Looking at pictures: documented shapes, and nothing claimed that nobody saw."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from tests.gateway.sandbox.media.asking import answered, header, ran, refused, result
from tests.gateway.sandbox.media.test_picture import painted
from workbench.gateway.sandbox.media.tasks import answer

BLUE = painted((20, 30, 210), 200, 100)
URI = f"data:image/png;base64,{base64.b64encode(BLUE).decode()}"


def test_classification_gives_labels_best_first() -> None:
    task = ran("resnet-50", raw=BLUE)
    scores = [entry["score"] for entry in result(task)]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 1
    assert result(ran("resnet-50", {"image": list(BLUE)})) == result(task)
    assert result(ran("resnet-50", raw=painted((1, 1, 1)))) != result(task)
    assert header(answered(task), "cf-ai-neurons") == "0.23"


def test_boxes_lie_inside_the_picture_in_pixels() -> None:
    for entry in result(ran("detr-resnet-50", raw=BLUE)):
        box = entry["box"]
        assert 0 <= box["xmin"] < box["xmax"] <= 200
        assert 0 <= box["ymin"] < box["ymax"] <= 100


def test_a_caption_tells_what_was_measured_and_that_nobody_looked() -> None:
    told = result(ran("llava-1.5-7b-hf", {"image": list(BLUE), "prompt": "What is it?"}))["description"]
    assert "no model looked" in told
    assert "200 by 100 pixels, mostly blue" in told
    assert told.endswith("You asked: What is it?")
    assert len(result(ran("llava-1.5-7b-hf", {"image": list(BLUE), "max_tokens": 3}))["description"]) < 15


@pytest.mark.parametrize("model", ["resnet-50", "detr-resnet-50", "llava-1.5-7b-hf"])
def test_what_is_no_picture_is_3030_and_nothing_is_3003(model: str) -> None:
    assert refused(ran(model, raw=b"hello")).code == 3030
    assert refused(ran(model, raw=b"")).code == 3003
    assert refused(ran(model, {"image": [1, 2]})).code == 3030
    assert refused(ran(model, {"image": {}})).code == 5006


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"task": "query", "question": "What?", "stream": False}, "answer"),
        ({"task": "caption", "stream": False}, "caption"),
        ({"task": "point", "target": "cat"}, "points"),
        ({"task": "detect", "target": "cat", "max_objects": 2}, "objects"),
    ],
)
def test_each_skill_of_moondream_has_its_field(body: dict[str, Any], field: str) -> None:
    told = result(ran("moondream3.1-9B-A2B", {**body, "image": URI}))
    assert told["finish_reason"] == "stop"
    assert field in told
    for spot in told.get("objects", []) + told.get("points", []):
        assert all(0 <= value <= 1 for value in spot.values())


def test_moondream_streams_unless_it_is_told_not_to() -> None:
    async def frames() -> list[bytes]:
        reply = await answer(
            ran(
                "moondream3.1-9B-A2B",
                {"image": "https://example.com/a.png", "question": "What?", "reasoning": True},
            )
        )
        assert header(reply, "content-type") == "text/event-stream"
        assert reply.stream is not None
        return [frame async for frame in reply.stream]

    first, *middle, ending, done = asyncio.run(frames())
    assert "reasoning" in json.loads(first[6:])
    assert "".join(json.loads(frame[6:])["answer"] for frame in middle).endswith("You asked: What?")
    assert json.loads(ending[6:])["finish_reason"] == "stop"
    assert done == b"data: [DONE]\n\n"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/image"),
        ({"image": URI, "task": "smell"}, "/task"),
        ({"image": URI}, "/question"),
        ({"image": URI, "task": "detect"}, "/target"),
        ({"image": URI, "task": "point", "target": "x", "stream": True}, "/stream"),
        ({"image": "http://example.com/a.png", "task": "caption"}, "/image"),
        ({"image": URI, "task": "detect", "target": "x", "max_objects": 501}, "/max_objects"),
    ],
)
def test_what_is_wrong_for_moondream_is_pointed_at(body: dict[str, Any], pointer: str) -> None:
    error = refused(ran("moondream3.1-9B-A2B", body))
    assert (error.code, error.pointer) == (5006, pointer)
