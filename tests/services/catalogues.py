"""Which models there are and what their schemas say, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Model
from workbench.domain.targets import Connection

NOT_NOW = RequestFailed("No.", failure=Failure.SERVER, maker=Maker.GATEWAY, status=500)


class FakeCatalogue:
    """asked: the targets."""

    def __init__(self, *models: Model) -> None:
        self.list = models
        self.asked: list[str] = []

    def cached(self, target_id: str) -> tuple[Model, ...]:
        return self.list

    async def models(self, target_id: str) -> tuple[Model, ...]:
        self.asked.append(target_id)
        return self.list

    def find(self, model_id: str) -> Model:
        return next((model for model in self.list if model.id == model_id), Model(model_id, known=False))


class FakeSchemas:
    """schemas: by id of the model. asked: ids. error: raised instead."""

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        self.schemas = schemas
        self.asked: list[str] = []
        self.error: RequestFailed | None = None

    async def input_schema(self, connection: Connection, model_id: str) -> Mapping[str, Any] | None:
        self.asked.append(model_id)
        if self.error:
            raise self.error
        return self.schemas.get(model_id)
