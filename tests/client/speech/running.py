"""Speech asked of a gateway that really runs, and the sandbox behind it told how to behave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.speech.asking import heard, spoken, translated
from tests.conftest import Run
from tests.fakes.running_local import order
from workbench.client.connection import HttpClient
from workbench.domain.chat import GatewayOptions
from workbench.domain.errors import RequestFailed
from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.secret import Secret
from workbench.domain.speech.abilities import (
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.domain.speech.requests import HearingReply, HearingRequest, SpeakingReply, SpeakingRequest
from workbench.domain.targets import Connection
from workbench.storage.catalogue import offline_models

TOKEN = Secret("canary-access-token-for-speech")
CATALOGUE = {model.id: model for model in offline_models()}
HEARING = sorted(model.id for model in CATALOGUE.values() if model.hears and not model.deprecated)
SPEAKING = sorted(model.id for model in CATALOGUE.values() if model.speaks and not model.deprecated)
INDIC = "@cf/ai4bharat/indictrans2-en-indic-1B"
GPT_TRANSCRIBE, WHISPER_1, TTS = "openai/gpt-4o-transcribe", "openai/whisper-1", "openai/gpt-4o-mini-tts"
TEXT = "The quick brown fox jumps over the lazy dog. Then it sleeps, as foxes do!"
RATE = 8000


def facts(model: str) -> Model:
    return CATALOGUE.get(model) or Model(model, known=False)


def to_hear(model: str, audio: bytes, seconds: float = 0.0, **more: Any) -> HearingRequest:
    gateway = more.pop("gateway", GatewayOptions())
    return HearingRequest(
        model, audio, "audio/wav", hearing_abilities_of(facts(model)), seconds, more, gateway
    )


def to_speak(model: str, text: str = TEXT, **options: Any) -> SpeakingRequest:
    return SpeakingRequest(model, text, speaking_abilities_of(facts(model)), options)


class Asking:
    def __init__(self, run: Run, connection: Connection) -> None:
        self._run = run
        self._connection = connection
        self.record = Exchange("x1", 0.0)

    def hear(self, request: HearingRequest, **more: Any) -> HearingReply:
        self.record = Exchange("x1", 0.0)
        return self._run(heard(HttpClient(), request, self._connection, self.record, **more))

    def speak(self, request: SpeakingRequest, **more: Any) -> SpeakingReply:
        self.record = Exchange("x1", 0.0)
        return self._run(spoken(HttpClient(), request, self._connection, self.record, **more))

    def translate(self, text: str, source: str, target: str, **more: Any) -> str:
        self.record = Exchange("x1", 0.0)
        return self._run(
            translated(HttpClient(), text, source, target, self._connection, self.record, **more)
        )

    def fails(self, request: HearingRequest | SpeakingRequest, **more: Any) -> RequestFailed:
        ask: Any = self.hear if isinstance(request, HearingRequest) else self.speak
        with pytest.raises(RequestFailed) as caught:
            ask(request, **more)
        error = caught.value
        assert error.what
        assert error.why
        assert error.fix
        assert self.record.error == error.what
        return error

    def order(self, rules: dict[str, str]) -> None:
        """Tell the sandbox how to misbehave."""
        self._run(order(self._connection, rules))
