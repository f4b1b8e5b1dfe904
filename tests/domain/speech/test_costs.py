from __future__ import annotations

import pytest

from workbench.domain.chat import Served
from workbench.domain.models import Model
from workbench.domain.speech.costs import hearing_cost, hearing_estimate, speaking_cost, speaking_estimate
from workbench.domain.speech.requests import HearingReply, SpeakingReply
from workbench.domain.speech.transcripts import Transcript
from workbench.storage.catalogue import offline_models

MODELS = {model.short_name: model for model in offline_models()}


def test_hearing_is_paid_by_the_minute_and_not_at_the_price_of_live_speech() -> None:
    assert hearing_estimate(MODELS["nova-3"], 90) == pytest.approx(0.0052 * 1.5)


def test_speaking_is_paid_by_the_character_or_by_what_is_said() -> None:
    assert speaking_estimate(MODELS["aura-1"], "a" * 500) == pytest.approx(0.0075)
    assert speaking_estimate(MODELS["melotts"], "a" * 900) == pytest.approx(0.0002)


def test_no_price_is_not_free() -> None:
    assert hearing_estimate(MODELS["whisper-tiny-en"], 60) is None
    assert speaking_estimate(Model("m"), "a") is None


def test_what_was_charged_wins_unless_a_sandbox_says_it() -> None:
    model = MODELS["whisper"]
    charged = hearing_cost(model, HearingReply(Transcript(), neurons=100), 60)
    assert charged.charged
    assert charged.usd == pytest.approx(0.0011)
    played = HearingReply(Transcript(), neurons=100, served=Served(sandbox=True))
    assert hearing_cost(model, played, 60).usd == pytest.approx(0.0005)
    spoken = SpeakingReply(b"x", "audio/mpeg", neurons=10)
    assert speaking_cost(MODELS["aura-1"], spoken, "abc").charged
    assert not speaking_cost(MODELS["aura-1"], SpeakingReply(b"x", "audio/mpeg"), "abc").charged
