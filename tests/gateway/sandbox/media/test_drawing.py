"""What a prompt tells the sandbox to do with a picture, and how that goes wrong on order."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from tests.gateway.sandbox.asking import IDS, Heard, call_of
from tests.gateway.sandbox.media.asking import CATALOGUE, asked, form, ran
from workbench.domain.images.formats import picture_type
from workbench.domain.images.wholeness import is_whole
from workbench.gateway.calls import Call, Shape
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.replies import Cut
from workbench.gateway.sandbox.media.drawing import described, draws
from workbench.gateway.sandbox.media.orders import orders_in
from workbench.gateway.sandbox.media.tasks import Kind
from workbench.gateway.sandbox.sandbox import Sandbox

BINARY, JSON, FORM = "stable-diffusion-xl-lightning", "flux-1-schnell", "flux-2-klein-4b"
ORDERED = "a fox\n[sandbox status=429]"


def call(name: str, prompt: str, headers: dict[str, str] | None = None, **more: Any) -> Call:
    """At the native door, or at OpenAI's for a name that the catalogue does not have."""
    if name not in CATALOGUE:
        body = {"model": name, "prompt": prompt, "size": "64x64", **more}
        return call_of(body, Shape.OTHER, endpoint="images/generations", model=name, headers=headers)
    sent: Any = {"prompt": prompt, **more}
    given = headers or {}
    if name == FORM:
        sent, kind = form(*{"prompt": prompt, "width": 256, "height": 256, **more}.items())
        given = {"content-type": kind, **given}
    model = CATALOGUE[name].id
    return call_of(sent, Shape.RUN, provider="workers-ai", model=model, headers=given, envelope=True)


async def _heard(asked: Call) -> Heard:
    sandbox = Sandbox(Catalogue(tuple(CATALOGUE.values())), asyncio.Event())
    reply = await sandbox.answer(asked, IDS)
    if reply.stream is None:
        return Heard(reply, reply.body)
    body, cut = b"", False
    try:
        async for piece in reply.stream:
            body += piece
    except Cut:
        cut = True
    finally:
        await reply.stream.aclose()
    return Heard(reply, body, cut)


def heard(asked: Call) -> Heard:
    return asyncio.run(_heard(asked))


def test_orders_are_found_in_json_and_in_forms() -> None:
    body, content_type = form(("prompt", ORDERED), ("image", b"\x89PNG", "a.png"))
    for task in (
        ran(JSON, {"prompt": ORDERED}),
        ran(FORM, raw=body, content_type=content_type),
        asked(Kind.IMAGES, "gpt-image", {"prompt": ORDERED}),
        asked(Kind.IMAGE_EDITS, "gpt-image", raw=body, content_type=content_type),
    ):
        assert draws(task)
        assert orders_in(task) == "status=429"


def test_orders_are_found_in_what_is_to_be_spoken_and_in_hints_for_a_transcription() -> None:
    body, content_type = form(("prompt", ORDERED), ("file", b"RIFF", "a.wav"))
    for task in (
        ran("aura-1", {"text": ORDERED}),
        ran("melotts", {"prompt": ORDERED}),
        asked(Kind.SPEECH, "tts-1", {"input": ORDERED}),
        ran("whisper-large-v3-turbo", {"audio": "", "initial_prompt": ORDERED}),
        ran("nova-3", raw=b"RIFF", query={"keyterm": ORDERED}),
        asked(Kind.TRANSCRIPTIONS, "whisper-1", raw=body, content_type=content_type),
    ):
        assert not draws(task)
        assert orders_in(task) == "status=429"
    assert orders_in(ran("whisper", raw=ORDERED.encode())) == ""


def test_the_text_of_other_tasks_is_data() -> None:
    task = ran("bge-small-en-v1.5", {"text": ORDERED, "prompt": ORDERED})
    assert not draws(task)
    assert orders_in(task) == ""


@pytest.mark.parametrize(
    ("body", "kind"), [(b"", ""), (b"--x", "multipart/form-data"), (b"{}", "application/json")]
)
def test_a_body_without_a_prompt_orders_nothing(body: bytes, kind: str) -> None:
    assert orders_in(asked(Kind.IMAGES, "gpt-image", raw=body, content_type=kind)) == ""


def test_the_picture_is_of_the_prompt_without_its_orders() -> None:
    assert described({"prompt": ORDERED, "seed": 1}) == {"prompt": "a fox", "seed": 1}
    assert described({"prompt": "[sandbox pace=max]"})["prompt"] == "[sandbox pace=max]"


@pytest.mark.parametrize("name", [BINARY, JSON, FORM])
def test_orders_make_no_other_picture(name: str) -> None:
    assert heard(call(name, "a fox")).body == heard(call(name, "a fox\n[sandbox latency=1ms]")).body


@pytest.mark.parametrize("name", [BINARY, JSON, FORM, "gpt-image-1"])
@pytest.mark.parametrize("place", ["prompt", "header"])
def test_an_ordered_status_is_answered_wherever_it_was_ordered(name: str, place: str) -> None:
    if place == "prompt":
        found = heard(call(name, "a fox\n[sandbox status=429 retry-after=3]"))
    else:
        found = heard(call(name, "a fox", {"x-sandbox": "status=429 retry-after=3"}))
    assert found.status == 429
    assert found.headers["retry-after"] == "3"


@pytest.mark.parametrize("name", [BINARY, JSON, FORM])
def test_workers_ai_refuses_with_3030(name: str) -> None:
    found = heard(call(name, "a fox\n[sandbox refuse]"))
    (error,) = found.json["errors"]
    assert (found.status, error["code"]) == (400, 3030)
    assert "flagged" in error["message"]


def test_openai_refuses_with_its_own_word() -> None:
    found = heard(call("gpt-image-1", "a fox\n[sandbox refuse]"))
    assert (found.status, found.json["error"]["code"]) == (400, "moderation_blocked")


@pytest.mark.parametrize("name", [BINARY, JSON, FORM, "gpt-image-1"])
def test_a_picture_breaks_off_in_the_middle(name: str) -> None:
    whole, found = (heard(call(name, prompt)) for prompt in ("a fox", "a fox\n[sandbox cut-after=3]"))
    assert found.cut
    assert found.status == 200
    assert 0 < len(found.body) < len(whole.body)


def test_a_malformed_picture_has_no_end_though_the_reply_has_one() -> None:
    found = heard(call(BINARY, "a fox\n[sandbox malformed-after=3]"))
    assert not found.cut
    assert picture_type(found.body) == "image/png"
    assert not is_whole(found.body)


def test_malformed_json_around_a_picture_cannot_be_read() -> None:
    found = heard(call(JSON, "a fox\n[sandbox malformed-after=3]"))
    with pytest.raises(json.JSONDecodeError):
        _ = found.json


def test_orders_that_nobody_knows_are_said() -> None:
    found = heard(call(JSON, "a fox\n[sandbox frobnicate]"))
    assert found.status == 400
    assert "frobnicate" in found.body.decode()


def test_without_orders_a_picture_comes() -> None:
    found = heard(call(JSON, "a fox"))
    assert is_whole(base64.b64decode(found.json["result"]["image"]))
