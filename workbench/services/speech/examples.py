"""Recordings for who has none: a text, said by whatever speaks here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model
from workbench.domain.speech.spoken import Spoken
from workbench.domain.speech.takes import Recording
from workbench.domain.targets import Target


class Targets(Protocol):
    """services.targets.TargetService."""

    @property
    def current(self) -> Target: ...


class Models(Protocol):
    """services.speech.models.SpeechModels."""

    def speaking(self, target_id: str) -> Sequence[Model]: ...


class Speaking(Protocol):
    """services.speech.speaking.Speaking."""

    async def speak(
        self, text: str, model: str, options: Mapping[str, Any], *, target_id: str = ""
    ) -> Spoken: ...


class Reuse(Protocol):
    """services.speech.reuse.Reuse."""

    async def as_recording(self, spoken: Spoken) -> Recording: ...


class Examples:
    """usual: who speaks where the target has it; else the first that is not retired."""

    def __init__(
        self,
        targets: Targets,
        models: Models,
        speaking: Speaking,
        reuse: Reuse,
        *,
        usual: str = "@cf/deepgram/aura-2-en",
    ) -> None:
        self._targets = targets
        self._models = models
        self._speaking = speaking
        self._reuse = reuse
        self._usual = usual

    async def say(self, text: str) -> Recording:
        """Raises RequestFailed, StorageFailed, and InvalidInput where nobody speaks."""
        target = self._targets.current
        there = [model for model in self._models.speaking(target.id) if not model.deprecated]
        if not there:
            raise InvalidInput(
                f"“{target.name}” has no model that speaks.",
                why="The example would be said by one, to be heard by another.",
                fix="Add a recording of your own, or choose another connection.",
            )
        model = next((model for model in there if model.id == self._usual), there[0])
        spoken = await self._speaking.speak(text, model.id, {}, target_id=target.id)
        return await self._reuse.as_recording(spoken)
