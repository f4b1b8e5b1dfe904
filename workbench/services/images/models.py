"""Which models make pictures on a target, and what each takes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from workbench.domain.errors import StorageFailed
from workbench.domain.images.abilities import Abilities, abilities_of
from workbench.domain.models import Model
from workbench.domain.targets import Target
from workbench.services.schemas import Connections, LearntSchemas, Schemas

_log = logging.getLogger(__name__)


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    def cached(self, target_id: str) -> tuple[Model, ...]: ...
    async def models(self, target_id: str) -> tuple[Model, ...]: ...
    def find(self, model_id: str) -> Model: ...
    @property
    def favourites(self) -> tuple[str, ...]: ...
    def set_favourite(self, model_id: str, favourite: bool) -> None: ...


class Targets(Protocol):
    """services.targets.TargetService."""

    def get(self, target_id: str) -> Target: ...


class ImageModels:
    """The catalogue, with the image models of the providers behind a gateway, which no list tells.

    behind_gateway: those; called when first needed, and may raise StorageFailed.
    """

    def __init__(
        self, catalogue: Catalogue, targets: Targets, behind_gateway: Callable[[], Sequence[Model]]
    ) -> None:
        self._catalogue = catalogue
        self._targets = targets
        self._read = behind_gateway
        self._behind: Mapping[str, Model] | None = None

    def cached(self, target_id: str) -> tuple[Model, ...]:
        """What is known without asking anybody."""
        return self._with_providers(target_id, self._catalogue.cached(target_id))

    async def models(self, target_id: str) -> tuple[Model, ...]:
        """Ask the target for its list. Raises RequestFailed; `cached` stays as it was then."""
        return self._with_providers(target_id, await self._catalogue.models(target_id))

    def find(self, model_id: str) -> Model:
        """See Catalogue.find."""
        return self._providers().get(model_id) or self._catalogue.find(model_id)

    @property
    def favourites(self) -> tuple[str, ...]:
        return self._catalogue.favourites

    def set_favourite(self, model_id: str, favourite: bool) -> None:
        """Raises StorageFailed."""
        self._catalogue.set_favourite(model_id, favourite)

    def _with_providers(self, target_id: str, models: tuple[Model, ...]) -> tuple[Model, ...]:
        if not self._targets.get(target_id).can.gateway:
            return models
        here = {model.id for model in models}
        return (*models, *(model for model in self._providers().values() if model.id not in here))

    def _providers(self) -> Mapping[str, Model]:
        if self._behind is None:
            try:
                self._behind = {model.id: model for model in self._read()}
            except StorageFailed as error:
                _log.error("%s %s", error.what, error.why)
                self._behind = {}
        return self._behind


class ImageAbilities:
    """What each model takes. A model of Cloudflare's that the catalogue knows nothing of is asked for its schema, once."""

    def __init__(self, models: ImageModels, schemas: Schemas, targets: Connections) -> None:
        self._models = models
        self._schemas = LearntSchemas(schemas, targets)

    def of(self, model_id: str) -> Abilities:
        """What is known now."""
        return abilities_of(self._models.find(model_id), self._schemas.get(model_id))

    async def learn(self, model_id: str, target_id: str = "") -> Abilities:
        """As `of`, after asking the target where little is known. What cannot be asked stays unknown."""
        if not self.of(model_id).known:
            await self._schemas.learn(model_id, target_id)
        return self.of(model_id)
