"""Which models hear and which speak on a target, and what each takes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from workbench.domain.errors import RequestFailed
from workbench.domain.models import Model
from workbench.domain.speech.abilities import (
    HearingAbilities,
    SpeakingAbilities,
    hearing_abilities_of,
    speaking_abilities_of,
)
from workbench.domain.targets import Connection, Target

A = TypeVar("A", HearingAbilities, SpeakingAbilities)

_log = logging.getLogger(__name__)
_OURS = ("@cf/", "@hf/")


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    def cached(self, target_id: str) -> tuple[Model, ...]: ...
    async def models(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...


class Schemas(Protocol):
    """client.catalogue.CatalogueClient."""

    async def input_schema(self, connection: Connection, model_id: str) -> Mapping[str, Any] | None: ...


class Targets(Protocol):
    """services.targets.TargetService."""

    def get(self, target_id: str) -> Target: ...
    async def connection(self, target_id: str = "") -> Connection: ...


class SpeechModels:
    """The schema of a model of Cloudflare's that little is known of is asked for once."""

    def __init__(self, catalogue: Catalogue, schemas: Schemas, targets: Targets) -> None:
        self._catalogue = catalogue
        self._schemas = schemas
        self._targets = targets
        self._learnt: dict[str, Mapping[str, Any] | None] = {}

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
        return hearing_abilities_of(self.find(model_id), self._learnt.get(model_id))

    def speaking_abilities(self, model_id: str) -> SpeakingAbilities:
        """What is known now."""
        return speaking_abilities_of(self.find(model_id), self._learnt.get(model_id))

    async def learn_hearing(self, model_id: str, target_id: str = "") -> HearingAbilities:
        """What is known after asking the target where it was little. What cannot be asked stays unknown."""
        return await self._learn(self.hearing_abilities, model_id, target_id)

    async def learn_speaking(self, model_id: str, target_id: str = "") -> SpeakingAbilities:
        return await self._learn(self.speaking_abilities, model_id, target_id)

    async def _learn(self, known: Callable[[str], A], model_id: str, target_id: str) -> A:
        if not known(model_id).known and model_id not in self._learnt and model_id.startswith(_OURS):
            try:
                connection = await self._targets.connection(target_id)
                self._learnt[model_id] = await self._schemas.input_schema(connection, model_id)
            except RequestFailed as error:
                _log.info("The schema of %s did not come: %s", model_id, error.what)
        return known(model_id)
