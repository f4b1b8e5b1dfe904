"""Whatever comes back for a text to be spoken, good and bad (workers-ai §9.4)."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.speech.asking import HUM, text_of
from workbench.client.failures import Asked, Door
from workbench.client.speech.spoken import Spoken, spoken_in
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.speech.wav import ALAW, MULAW, PCM, head_of

ASKED = Asked(Door.API, "Cloudflare", "@cf/a/b")
MP3 = b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x64 and so on"


def read(body: Any, status: int = 200, options: Any = None, **headers: str) -> Spoken:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return spoken_in(status, named, data, ASKED, options or {})


def failed(body: Any, status: int = 200, **headers: str) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        read(body, status, **headers)
    error = caught.value
    assert error.what
    assert error.why
    assert error.fix
    return error


@pytest.mark.parametrize(
    ("data", "kind"), [(HUM, "audio/wav"), (MP3, "audio/mpeg"), (b"fLaC1", "audio/flac")]
)
@pytest.mark.parametrize("told", ["audio/mpeg", "application/octet-stream", "application/json", ""])
def test_the_type_is_that_of_the_bytes(data: bytes, kind: str, told: str) -> None:
    found = read(data, content_type=told, cf_ai_neurons="2.5")
    assert (found.audio, found.media_type, found.neurons) == (data, kind, 2.5)


@pytest.mark.parametrize(
    "body",
    [
        {"result": {"audio": text_of(MP3)}, "success": True},
        {"audio": text_of(MP3)},
        {"result": text_of(MP3)},
        text_of(MP3),
        {"audio": {"data": text_of(MP3)}},
        {"audio": f"data:audio/mpeg;base64,{text_of(MP3)}"},
        text_of(MP3).encode(),
    ],
)
def test_base64_is_found_in_every_shape_it_comes_in(body: Any) -> None:
    assert read(body).audio == MP3


@pytest.mark.parametrize(
    ("kind", "options", "coding", "rate", "channels"),
    [
        ("audio/l16;rate=16000;channels=2", {}, PCM, 16000, 2),
        ("audio/pcm", {}, PCM, 24000, 1),
        ("audio/L16", {"sample_rate": 8000}, PCM, 8000, 1),
        ("audio/basic", {}, MULAW, 8000, 1),
        ("audio/mpeg", {"encoding": "linear16", "container": "none"}, PCM, 24000, 1),
        ("application/octet-stream", {"encoding": "alaw", "sample_rate": 16000}, ALAW, 16000, 1),
        ("audio/mpeg", {"response_format": "pcm"}, PCM, 24000, 1),
    ],
)
def test_bare_samples_get_a_header(
    kind: str, options: dict[str, Any], coding: int, rate: int, channels: int
) -> None:
    bare = bytes(range(1, 65))
    found = read(bare, options=options, content_type=kind)
    head = head_of(found.audio)
    assert found.media_type == "audio/wav"
    assert (head.tag, head.rate, head.channels) == (coding, rate, channels)
    assert found.audio[head.data_at :] == bare


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_length_that_was_not_known_yet_is_no_fault(size: int) -> None:
    streamed = HUM[:40] + struct.pack("<I", size) + HUM[44:]
    assert read(streamed).audio == streamed


@pytest.mark.parametrize("body", [HUM[:-100], HUM[:40], {"audio": text_of(HUM[: len(HUM) // 2])}])
def test_speech_without_its_end_is_cut_and_may_be_asked_for_again(body: Any) -> None:
    error = failed(body, content_type="audio/wav")
    assert (error.failure, error.retryable) == (Failure.CUT, True)


@pytest.mark.parametrize("body", [b"", {"result": {}}, {"result": None}, {"audio": ""}])
def test_nothing_is_said_to_be_nothing(body: Any) -> None:
    assert failed(body, content_type="audio/mpeg" if not body else "").what == (
        "The model answered with nothing."
    )


@pytest.mark.parametrize(
    ("body", "kind"), [(b"\x00\x01\x02\x03", "audio/mpeg"), (b"just words", "text/plain")]
)
def test_bytes_that_are_no_sound_are_told_with_their_type(body: bytes, kind: str) -> None:
    error = failed(body, content_type=kind)
    assert error.what == "What Cloudflare sent is not a recording."
    assert kind in error.why


def test_a_picture_is_no_sound() -> None:
    assert failed({"audio": text_of(b"\x89PNG\r\n\x1a\n")}).what.endswith("is not a recording.")


@pytest.mark.parametrize("body", [b'{"result": {"audio": "SUQz', {"weather": "fine"}, [1, 2]])
def test_json_that_is_no_answer_cannot_be_read(body: Any) -> None:
    assert failed(body).what == "What Cloudflare sent could not be read."


def test_a_web_page_and_a_failure_are_told_as_everywhere() -> None:
    assert failed(b"<html>", content_type="text/html").what.startswith("A web page")
    body = {"success": False, "errors": [{"code": 3040, "message": "busy"}], "result": None}
    assert failed(body).failure is Failure.NO_CAPACITY
    error = failed(body, 429, retry_after="7")
    assert (error.failure, error.retry_after_s) == (Failure.NO_CAPACITY, 7)


@given(st.binary(max_size=100), st.sampled_from(["audio/l16", "audio/mpeg", "application/json", ""]))
def test_no_bytes_do_more_than_fail(body: bytes, kind: str) -> None:
    with suppress(RequestFailed):
        assert read(body, content_type=kind).audio


@given(st.integers(12, len(HUM) - 1))
def test_no_beginning_of_a_wav_file_passes_for_one(length: int) -> None:
    with pytest.raises(RequestFailed):
        read(HUM[:length])
