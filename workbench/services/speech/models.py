"""Which models hear and which speak on a target, and what each takes."""

from __future__ import annotations

from typing import Protocol

from workbench.domain.models import Model
from workbench.domain.speech.abilities import (
    HearingAbilities,
    SpeakingAbilities,
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.services.schemas import Connections, LearntSchemas, Schemas


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    def cached(self, target_id: str) -> tuple[Model, ...]: ...
    async def models(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...


class SpeechModels:
    """The schema of a model of Cloudflare's that little is known of is asked for once."""

    def __init__(self, catalogue: Catalogue, schemas: Schemas, targets: Connections) -> None:
        self._catalogue = catalogue
        self._schemas = LearntSchemas(schemas, targets)

    def hearing(self, target_id: str) -> tuple[Model, ...]:
        """Those that are known without asking anybody, as the catalogue orders them."""
        return tuple(model for model in self._catalogue.cached(target_id) if model.hears)

    def speaking(self, target_id: str) -> tuple[Model, ...]:
        return tuple(model for model in self._catalogue.cached(target_id) if model.speaks)

    async def refresh(self, target_id: str) -> None:
        """Ask the target for its list. Raises RequestFailed; all stays as it was then."""
        await self._catalogue.models(target_id)

    def find(self, model_id: str) -> Model:
        """See Catalogue.find."""
        return self._catalogue.find(model_id)

    def hearing_abilities(self, model_id: str) -> HearingAbilities:
        """What is known now."""
        return hearing_abilities_of(self.find(model_id), self._schemas.get(model_id))

    def speaking_abilities(self, model_id: str) -> SpeakingAbilities:
        """What is known now."""
        return speaking_abilities_of(self.find(model_id), self._schemas.get(model_id))

    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities:
        """What is known after asking the target where it was little. What cannot be asked stays unknown."""
        if not self.hearing_abilities(model_id).known:
            await self._schemas.learn(model_id, target_id)
        return self.hearing_abilities(model_id)

    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities:
        if not self.speaking_abilities(model_id).known:
            await self._schemas.learn(model_id, target_id)
        return self.speaking_abilities(model_id)
