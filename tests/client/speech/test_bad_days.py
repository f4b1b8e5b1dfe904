"""Speech from a gateway that really runs, when things go wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.client.speech.asking import AURA, MELO, NOVA, TURBO, WHISPER
from tests.client.speech.running import (
    HEARING,
    RATE,
    TTS,
    WHISPER_1,
    Asking,
    facts,
    to_hear,
    to_speak,
)
from tests.conftest import Run
from workbench.client.connection import Timeouts
from workbench.domain.errors import Failure, Maker
from workbench.domain.secret import Secret
from workbench.domain.speech.abilities import (
    HearingShape,
    hearing_abilities_of,
)
from workbench.domain.speech.requests import HearingRequest, SpeakingRequest
from workbench.domain.speech.wav import wav_of
from workbench.domain.targets import Connection, Credentials

EVERY_WAY = [WHISPER, TURBO, NOVA, WHISPER_1]
SPEAKING_WAYS = [AURA, MELO, TTS]


@pytest.fixture
def either(speech: bytes) -> list[HearingRequest | SpeakingRequest]:
    """One request for each way there is."""
    return [*(to_hear(model, speech) for model in EVERY_WAY), *(to_speak(model) for model in SPEAKING_WAYS)]


def test_a_429_says_how_long_to_wait(disorder: Asking, either: list[Any]) -> None:
    disorder.order({"*": "status=429 retry-after=3"})
    for request in either:
        error = disorder.fails(request)
        assert (error.status, error.retry_after_s, error.retryable) == (429, 3.0, True)


def test_a_413_comes_with_its_reason(disorder: Asking, either: list[Any]) -> None:
    disorder.order({"*": "status=413 message=at_most_25_MB"})
    for request in either:
        error = disorder.fails(request)
        assert (error.failure, error.status, error.retryable) == (Failure.TOO_LARGE, 413, False)
        assert "at most 25 MB" in error.why
        assert "shorter" in error.fix


def test_an_answer_that_breaks_off_is_a_cut(disorder: Asking, either: list[Any]) -> None:
    disorder.order({"*": "cut-after=5"})
    for request in either:
        error = disorder.fails(request)
        assert (error.failure, error.retryable) == (Failure.CUT, True)


def test_half_an_answer_is_none(disorder: Asking, either: list[Any]) -> None:
    disorder.order({"*": "malformed-after=5"})
    for request in either:
        bare = isinstance(request, SpeakingRequest) and request.model != MELO
        error = disorder.fails(request)
        assert error.failure is (Failure.CUT if bare else Failure.PROTOCOL)


@pytest.mark.parametrize("orders", ["hang", "hang-after=5"])
def test_silence_is_a_timeout(disorder: Asking, speech: bytes, orders: str) -> None:
    disorder.order({"*": orders})
    for request in (to_hear(TURBO, speech), to_speak(AURA)):
        error = disorder.fails(request, timeouts=Timeouts(first_byte_s=2.0, idle_s=0.5))
        assert (error.failure, error.retryable) == (Failure.TIMEOUT, True)


def test_orders_in_a_hint_or_in_a_text_are_followed(ask: Asking, speech: bytes) -> None:
    for request in (
        to_hear(TURBO, speech, initial_prompt="[sandbox status=429]"),
        to_hear(NOVA, speech, keyterm="[sandbox status=429]"),
        to_hear(WHISPER_1, speech, prompt="[sandbox status=429]"),
        to_speak(AURA, "[sandbox status=429]\nHello."),
    ):
        assert ask.fails(request).status == 429


SILENCE = wav_of(bytes(2 * RATE), RATE)


@pytest.mark.parametrize("model", EVERY_WAY)
def test_silence_and_rubbish_are_told_apart(ask: Asking, model: str) -> None:
    silent = ask.fails(to_hear(model, SILENCE))
    assert (silent.what, silent.retryable) == ("Nothing can be heard in the recording.", False)
    broken = ask.fails(to_hear(model, b"no recording at all"))
    assert (broken.what, broken.retryable) == ("The recording could not be decoded.", False)
    if model != WHISPER_1:
        assert (silent.code, broken.code, silent.maker) == (3030, 3030, Maker.WORKERS_AI)


@pytest.mark.parametrize("megabytes", [27, 34])
def test_a_recording_that_is_too_large_is_refused_with_the_limit(ask: Asking, megabytes: int) -> None:
    """By the model, or by the gateway before it."""
    error = ask.fails(to_hear(WHISPER, wav_of(bytes(megabytes << 20), RATE)))
    assert (error.failure, error.status, error.retryable) == (Failure.TOO_LARGE, 413, False)
    assert "MB" in error.why


def test_what_the_model_does_not_take_is_named(ask: Asking, speech: bytes) -> None:
    error = ask.fails(to_hear(NOVA, speech, mode="poetry"))
    assert (error.failure, error.code) == (Failure.BAD_REQUEST, 5006)
    assert "/mode" in error.why
    assert ask.fails(to_speak(AURA, speaker="nobody")).code == 5006


def test_a_model_that_is_not_there_and_a_wrong_token_are_told(
    run_async: Run, ask: Asking, local: Connection, speech: bytes, either: list[Any]
) -> None:
    assert ask.fails(to_hear("@cf/nobody/hears", speech)).failure is Failure.MODEL_NOT_FOUND
    stranger = Asking(run_async, replace(local, credentials=Credentials(Secret("some-other-token"))))
    for request in either:
        assert stranger.fails(request).failure is Failure.UNAUTHORIZED


def test_shapes_cover_what_the_catalogue_has() -> None:
    shapes = {hearing_abilities_of(facts(model)).shape for model in HEARING}
    assert shapes == {HearingShape.RAW, HearingShape.BASE64, HearingShape.QUERY}
