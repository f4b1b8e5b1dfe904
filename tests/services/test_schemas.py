from __future__ import annotations

from tests.conftest import Run
from tests.services.catalogues import NOT_NOW, FakeSchemas
from tests.services.fakes import FakeConnections
from workbench.services.schemas import LearntSchemas

EAR = "@cf/a/ear"


def test_each_of_cloudflares_models_is_asked_for_once(run_async: Run) -> None:
    wire = FakeSchemas({EAR: {"properties": {}}})
    schemas = LearntSchemas(wire, FakeConnections())
    for id in (EAR, "@hf/b/mouth", EAR, "whisper-1"):
        run_async(schemas.learn(id))
    assert wire.asked == [EAR, "@hf/b/mouth"]
    assert schemas.get(EAR) == {"properties": {}}
    assert schemas.get("whisper-1") is None


def test_a_model_without_a_schema_is_not_asked_for_again(run_async: Run) -> None:
    wire = FakeSchemas({})
    schemas = LearntSchemas(wire, FakeConnections())
    for _ in range(2):
        run_async(schemas.learn(EAR))
    assert wire.asked == [EAR]


def test_a_schema_that_did_not_come_is_asked_for_again(run_async: Run) -> None:
    wire, connections = FakeSchemas({EAR: {}}), FakeConnections(NOT_NOW)
    schemas = LearntSchemas(wire, connections)
    run_async(schemas.learn(EAR))
    assert wire.asked == []
    connections.error = None
    run_async(schemas.learn(EAR))
    assert schemas.get(EAR) == {}
