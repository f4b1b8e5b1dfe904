"""Recordings for who has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.domain.errors import InvalidInput
from workbench.domain.models import TEXT_TO_SPEECH, Model
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording
from workbench.domain.targets import Target, TargetKind
from workbench.services.speech.examples import Examples

AURA, MELO = Model("@cf/deepgram/aura-2-en", TEXT_TO_SPEECH), Model("@cf/myshell-ai/melotts", TEXT_TO_SPEECH)


class Desk:
    current = Target("local", "Local gateway", TargetKind.LOCAL)

    def __init__(self, *models: Model) -> None:
        self.models = models
        self.asked: list[tuple[str, str, str]] = []

    def speaking(self, target_id: str) -> Sequence[Model]:
        return self.models

    async def speak(
        self, text: str, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Spoken:
        self.asked.append((text, model, target_id))
        return Spoken("s1", text, model)

    async def as_recording(self, spoken: Spoken) -> Recording:
        return Recording("r1", spoken.text, "/own/s1.mp3", own=True)


def examples(desk: Desk) -> Examples:
    return Examples(desk, desk, desk, desk)


def test_a_text_becomes_a_recording(run_async: Run) -> None:
    desk = Desk(MELO, AURA)
    assert run_async(examples(desk).say("Hello.")).name == "Hello."
    assert desk.asked == [("Hello.", AURA.id, "local")]


def test_whoever_speaks_is_asked_but_nobody_retired(run_async: Run) -> None:
    desk = Desk(replace(AURA, deprecated=True), MELO)
    run_async(examples(desk).say("Hello."))
    assert desk.asked[0][1] == MELO.id


def test_where_nobody_speaks_it_says_so(run_async: Run) -> None:
    with pytest.raises(InvalidInput, match="Local gateway"):
        run_async(examples(Desk()).say("Hello."))
