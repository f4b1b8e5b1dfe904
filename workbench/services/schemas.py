"""What a target tells of the models that little is known of: the schemas of their input."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from workbench.domain.errors import RequestFailed
from workbench.domain.targets import Connection

_log = logging.getLogger(__name__)
_OURS = ("@cf/", "@hf/")


class Schemas(Protocol):
    """client.catalogue.CatalogueClient."""

    async def input_schema(self, connection: Connection, model_id: str) -> Mapping[str, Any] | None: ...


class Connections(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class LearntSchemas:
    """Only a model of Cloudflare's is asked for, and each once."""

    def __init__(self, schemas: Schemas, connections: Connections) -> None:
        self._schemas = schemas
        self._connections = connections
        self._learnt: dict[str, Mapping[str, Any] | None] = {}

    def get(self, model_id: str) -> Mapping[str, Any] | None:
        """None where nothing has been learnt."""
        return self._learnt.get(model_id)

    async def learn(self, model_id: str, target_id: str = "") -> None:
        """Ask the target, where that was not done. What cannot be asked is asked for again the next time."""
        if model_id in self._learnt or not model_id.startswith(_OURS):
            return
        try:
            connection = await self._connections.connection(target_id)
            self._learnt[model_id] = await self._schemas.input_schema(connection, model_id)
        except RequestFailed as error:
            _log.info("The schema of %s did not come: %s", model_id, error.what)
