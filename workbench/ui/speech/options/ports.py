"""What the options need from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from workbench.domain.models import Model
from workbench.domain.speech.abilities import HearingAbilities
from workbench.domain.speech.takes import Take
from workbench.domain.targets import Target
from workbench.domain.trouble import Trouble
from workbench.services.speech.takes import TakesEvent


class KnownModels(Protocol):
    """services.speech.models.SpeechModels, as far as any kind of model needs it."""

    async def refresh(self, target_id: str) -> None: ...
    def find(self, model_id: str) -> Model: ...


class HearingModels(KnownModels, Protocol):
    """services.speech.models.SpeechModels."""

    def hearing(self, target_id: str) -> Sequence[Model]: ...
    def hearing_abilities(self, model_id: str) -> HearingAbilities: ...
    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities: ...


class Targets(Protocol):
    """services.targets.TargetService."""

    @property
    def current(self) -> Target: ...


class Takes(Protocol):
    """services.speech.takes.Takes."""

    @property
    def trouble(self) -> Trouble | None: ...
    async def transcribe(
        self,
        recording_id: str,
        model: str,
        options: Mapping[str, Any],
        *,
        span: tuple[float, float] | None = None,
        target_id: str = "",
        most_s: float = 0.0,
    ) -> Take: ...
    async def stop(self, take_id: str) -> None: ...
    async def resume(self, take_id: str) -> None: ...
    async def retry_part(self, take_id: str, number: int) -> None: ...
    async def go_on(self) -> None: ...
    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]: ...
