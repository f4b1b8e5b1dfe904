"""Models that hear and speak, and takes that are told what to do, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.domain.errors import WorkbenchError
from workbench.domain.models import SPEECH_RECOGNITION, TEXT_TO_SPEECH, Model, Price
from workbench.domain.speech.abilities import (
    HearingAbilities,
    SpeakingAbilities,
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.domain.speech.takes import Take
from workbench.domain.targets import Target, TargetKind
from workbench.domain.trouble import Trouble
from workbench.services.listeners import Listeners
from workbench.services.speech.takes import TakesEvent

TURBO = Model(
    "@cf/openai/whisper-large-v3-turbo",
    SPEECH_RECOGNITION,
    "openai",
    prices=(Price("per audio minute", 0.0005),),
)
NOVA = Model(
    "@cf/deepgram/nova-3", SPEECH_RECOGNITION, "deepgram", prices=(Price("per audio minute", 0.0052),)
)
TINY = Model("@cf/openai/whisper-tiny-en", SPEECH_RECOGNITION, "openai")
AURA = Model("@cf/deepgram/aura-2-en", TEXT_TO_SPEECH, "deepgram", prices=(Price("per 1k characters", 0.03),))
MELO = Model(
    "@cf/myshell-ai/melotts", TEXT_TO_SPEECH, "myshell-ai", prices=(Price("per audio minute", 0.0002),)
)
LOCAL = Target("local", "Local gateway", TargetKind.LOCAL)


class FakeTargets:
    current = LOCAL


class FakeModels:
    def __init__(self, *models: Model) -> None:
        self.list = models or (NOVA, TURBO, TINY, AURA, MELO)
        self.trouble: WorkbenchError | None = None
        self.asked = 0

    def hearing(self, target_id: str) -> Sequence[Model]:
        return tuple(model for model in self.list if model.hears)

    def speaking(self, target_id: str) -> Sequence[Model]:
        return tuple(model for model in self.list if model.speaks)

    async def refresh(self, target_id: str) -> None:
        self.asked += 1
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble

    def find(self, model_id: str) -> Model:
        return next((model for model in self.list if model.id == model_id), Model(model_id, known=False))

    def hearing_abilities(self, model_id: str) -> HearingAbilities:
        return hearing_abilities_of(self.find(model_id))

    def speaking_abilities(self, model_id: str) -> SpeakingAbilities:
        return speaking_abilities_of(self.find(model_id))

    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities:
        return self.hearing_abilities(model_id)

    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities:
        return self.speaking_abilities(model_id)


class FakeTakes:
    """asked: (recording, model, options, span, most_s) of each take. did: what else was wished."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Mapping[str, Any], tuple[float, float] | None, float]] = []
        self.did: list[tuple[Any, ...]] = []
        self.refuses: WorkbenchError | None = None
        self.trouble: Trouble | None = None
        self._listeners: Listeners[TakesEvent] = Listeners()

    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]:
        return self._listeners.add(listener)

    def tell(self, event: TakesEvent) -> None:
        self._listeners.tell(event)

    async def transcribe(
        self,
        recording_id: str,
        model: str,
        options: Mapping[str, Any],
        *,
        span: tuple[float, float] | None = None,
        target_id: str = "",
        most_s: float = 0.0,
    ) -> Take:
        if self.refuses is not None:
            raise self.refuses
        self.asked.append((recording_id, model, options, span, most_s))
        return Take(f"t{len(self.asked)}", recording_id, model, options, target_id)

    async def stop(self, take_id: str) -> None:
        self._do("stop", take_id)

    async def resume(self, take_id: str) -> None:
        self._do("resume", take_id)

    async def retry_part(self, take_id: str, number: int) -> None:
        self._do("part", take_id, number)

    async def go_on(self) -> None:
        self._do("go on")

    def _do(self, *what: Any) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.did.append(what)
