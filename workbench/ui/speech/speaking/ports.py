"""What the speaking page needs from the rest of the program, as it is seen from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from workbench.domain.exchange import Exchange
from workbench.domain.models import Model
from workbench.domain.speech.abilities import SpeakingAbilities
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording, Take
from workbench.services.speech.speaking import Check, SpeakingEvent
from workbench.services.speech.takes import TakesEvent
from workbench.ui.speech.options.ports import KnownModels


class Models(KnownModels, Protocol):
    """services.speech.models.SpeechModels."""

    def hearing(self, target_id: str) -> Sequence[Model]: ...
    def speaking(self, target_id: str) -> Sequence[Model]: ...
    def speaking_abilities(self, model_id: str) -> SpeakingAbilities: ...
    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities: ...


class Speaking(Protocol):
    """services.speech.speaking.Speaking."""

    async def speak(
        self,
        text: str,
        model: str,
        options: Mapping[str, Any],
        *,
        target_id: str = "",
        exchange: Exchange | None = None,
    ) -> Spoken: ...
    async def all(self, limit: int = 50, before: str = "") -> Sequence[Spoken]: ...
    def path(self, spoken: Spoken) -> Path: ...
    async def save_as(self, spoken: Spoken, path: Path) -> None: ...
    async def delete(self, ids: Iterable[str]) -> None: ...
    async def restore(self, ids: Iterable[str]) -> None: ...
    async def check(
        self, spoken: Spoken, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Take: ...
    async def checks(self, spoken: Spoken) -> Sequence[Check]: ...
    def on_change(self, listener: Callable[[SpeakingEvent], object]) -> Callable[[], None]: ...


class Takes(Protocol):
    """services.speech.takes.Takes."""

    async def stop(self, take_id: str) -> None: ...
    async def resume(self, take_id: str) -> None: ...
    def on_change(self, listener: Callable[[TakesEvent], object]) -> Callable[[], None]: ...


class Reuse(Protocol):
    """services.speech.reuse.Reuse."""

    async def as_recording(self, spoken: Spoken) -> Recording: ...


class Player(Protocol):
    """ui.support.audio.player.QtPlayer. The signals playing_changed (bool) and failed (WorkbenchError) tell what happens."""

    playing_changed: Any
    failed: Any

    @property
    def playing(self) -> bool: ...
    @property
    def trouble(self) -> str: ...
    def open(self, path: Path | None, seconds: float = 0.0) -> None: ...
    def play(self) -> None: ...
    def pause(self) -> None: ...
