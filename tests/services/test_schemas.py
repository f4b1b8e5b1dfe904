from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conftest import Run
from tests.services.fakes import FakeConnections
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.targets import Connection
from workbench.services.schemas import LearntSchemas

NOT_NOW = RequestFailed("No.", failure=Failure.SERVER, maker=Maker.GATEWAY, status=500)


class FakeSchemas:
    def __init__(self, answer: Mapping[str, Any] | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def input_schema(self, connection: Connection, model_id: str) -> Mapping[str, Any] | None:
        self.asked.append(model_id)
        return self.answer


def test_each_of_cloudflares_models_is_asked_for_once(run_async: Run) -> None:
    wire = FakeSchemas({"properties": {}})
    schemas = LearntSchemas(wire, FakeConnections())
    for id in ("@cf/a/ear", "@hf/b/mouth", "@cf/a/ear", "whisper-1"):
        run_async(schemas.learn(id))
    assert wire.asked == ["@cf/a/ear", "@hf/b/mouth"]
    assert schemas.get("@cf/a/ear") == {"properties": {}}
    assert schemas.get("whisper-1") is None


def test_a_model_without_a_schema_is_not_asked_for_again(run_async: Run) -> None:
    wire = FakeSchemas(None)
    schemas = LearntSchemas(wire, FakeConnections())
    for _ in range(2):
        run_async(schemas.learn("@cf/a/ear"))
    assert wire.asked == ["@cf/a/ear"]


def test_a_schema_that_did_not_come_is_asked_for_again(run_async: Run) -> None:
    wire, connections = FakeSchemas({}), FakeConnections(NOT_NOW)
    schemas = LearntSchemas(wire, connections)
    run_async(schemas.learn("@cf/a/ear"))
    assert wire.asked == []
    connections.error = None
    run_async(schemas.learn("@cf/a/ear"))
    assert schemas.get("@cf/a/ear") == {}
