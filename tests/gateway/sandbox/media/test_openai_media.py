"""OpenAI's own package makes pictures, vectors, speech and transcripts through the running gateway."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from openai import BadRequestError, OpenAI

from tests.gateway.sandbox.media.test_picture import painted
from tests.gateway.wire import Wire
from workbench.domain.images import pngs
from workbench.gateway.sandbox.media import wav


@pytest.fixture
def openai(own: Wire) -> Iterator[OpenAI]:
    """At a gateway for each test, since heavier work leaves a thread behind until the gateway stops."""
    headers = {"cf-aig-authorization": f"Bearer {own.token}"}
    base = f"{own.address}/v1/acc/default/openai"
    with OpenAI(base_url=base, api_key="-", default_headers=headers, max_retries=0) as client:
        yield client


def test_pictures(openai: OpenAI) -> None:
    made = openai.images.generate(model="gpt-image-1", prompt="a fox", size="1024x1024", n=2)
    assert made.data is not None
    assert [pngs.decode(base64.b64decode(each.b64_json or "")).width for each in made.data] == [1024, 1024]
    edited = openai.images.edit(
        model="gpt-image-1",
        prompt="night",
        image=[("a.png", painted((9, 9, 9))), ("b.png", painted((90, 9, 9)))],
    )
    assert edited.data is not None
    assert edited.usage is not None


def test_a_picture_as_events(openai: OpenAI) -> None:
    (event,) = openai.images.generate(model="gpt-image-1", prompt="a fox", stream=True)
    assert event.type == "image_generation.completed"
    assert pngs.decode(base64.b64decode(event.b64_json)).height == 1024


def test_vectors(openai: OpenAI) -> None:
    made = openai.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=64)
    assert [len(each.embedding) for each in made.data] == [64, 64]


def test_speech_and_back(openai: OpenAI) -> None:
    spoken = openai.audio.speech.create(
        model="gpt-4o-mini-tts", voice="alloy", input="Hello there.", response_format="wav"
    )
    assert wav.read(spoken.content).text == "Hello there."
    heard = openai.audio.transcriptions.create(model="whisper-1", file=("a.wav", spoken.content))
    assert heard.text
    events = list(
        openai.audio.transcriptions.create(
            model="gpt-4o-transcribe", file=("a.wav", spoken.content), stream=True
        )
    )
    assert events[-1].type == "transcript.text.done"


def test_an_error_is_openais_own(openai: OpenAI) -> None:
    with pytest.raises(BadRequestError) as refused:
        openai.audio.transcriptions.create(model="whisper-1", file=("a.wav", b"noise"))
    assert refused.value.param == "audio"
    assert "cannot be decoded" in refused.value.message
