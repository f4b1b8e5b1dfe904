from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conftest import Run
from tests.services.catalogues import NOT_NOW, FakeCatalogue, FakeSchemas
from tests.services.fakes import FakeConnections
from workbench.domain.models import TEXT_EMBEDDINGS, Model
from workbench.services.embeddings.models import EmbeddingModels

MAKER, RANKER = Model("@cf/a/maker", TEXT_EMBEDDINGS), Model("@cf/a/ranker", schema_shape="rerank")
SCHEMA: Mapping[str, Any] = {"properties": {"text": {"type": "array", "maxItems": 7}}}


def desk() -> tuple[EmbeddingModels, FakeCatalogue, FakeSchemas]:
    catalogue = FakeCatalogue(MAKER, Model("@cf/a/writer", "Text Generation"), RANKER)
    schemas = FakeSchemas({MAKER.id: SCHEMA})
    return EmbeddingModels(catalogue, schemas, FakeConnections()), catalogue, schemas


def test_models_that_embed_and_models_that_rerank_are_told_apart(run_async: Run) -> None:
    models, catalogue, _ = desk()
    assert models.embedding("t") == (MAKER,)
    assert models.reranking("t") == (RANKER,)
    run_async(models.refresh("t"))
    assert catalogue.asked == ["t"]


def test_a_schema_is_asked_for_once_and_only_where_little_is_known(run_async: Run) -> None:
    models, _, schemas = desk()
    assert models.abilities(MAKER.id).most_texts == 32
    for _ in range(2):
        assert run_async(models.learn(MAKER.id)).most_texts == 7
    run_async(models.learn("@cf/baai/bge-m3"))
    run_async(models.learn("nomic-embed-text"))
    assert schemas.asked == [MAKER.id]
    assert models.abilities(MAKER.id).known


def test_a_schema_that_does_not_come_is_asked_for_again(run_async: Run) -> None:
    models, _, schemas = desk()
    schemas.error = NOT_NOW
    assert not run_async(models.learn(MAKER.id)).known
    schemas.error = None
    assert run_async(models.learn(MAKER.id)).known
