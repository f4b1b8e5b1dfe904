from __future__ import annotations

from typing import Any

import pytest

from workbench.domain.embeddings.abilities import (
    EmbeddingAbilities,
    EmbeddingShape,
    embedding_abilities_of,
)
from workbench.domain.models import Model
from workbench.gateway.sandbox.media.schemas import form_schema, schemas_for
from workbench.storage.catalogue import offline_models

MODELS = {model.short_name: model for model in offline_models()}
EMBEDDING = [model for model in MODELS.values() if model.embeds]


def schema_of(model: Model) -> dict[str, Any]:
    """As `models/schema` has it."""
    schemas = schemas_for(model)
    assert schemas is not None
    return schemas["input"]


@pytest.mark.parametrize("model", EMBEDDING, ids=lambda model: model.short_name)
def test_what_is_known_agrees_with_the_catalogue(model: Model) -> None:
    abilities = embedding_abilities_of(model)
    assert abilities.known
    assert abilities.dimensions == model.properties["output_dimensions"]
    assert abilities.most_tokens == model.properties.get("max_input_tokens", abilities.most_tokens)


@pytest.mark.parametrize("model", EMBEDDING, ids=lambda model: model.short_name)
def test_a_schema_tells_the_same_of_a_model_that_is_not_known(model: Model) -> None:
    known = embedding_abilities_of(model)
    read = embedding_abilities_of(
        Model("@cf/new/one", model.task, properties=model.properties), schema_of(model)
    )
    assert read.shape is known.shape
    assert read.most_texts == known.most_texts
    assert set(read.poolings) == set(known.poolings)
    assert (read.queries, read.instruction) == (known.queries, known.instruction)
    assert read.cuts_when_told == known.cuts_when_told
    assert read.dimensions == known.dimensions
    assert read.known


def test_the_first_pooling_is_the_default_of_the_schema() -> None:
    model = MODELS["bge-small-en-v1.5"]
    default = (form_schema(model) or {})["properties"]["pooling"].get("default", "mean")
    assert embedding_abilities_of(model).poolings[0] == default


@pytest.mark.parametrize(
    ("id", "shape", "known"),
    [
        ("workers-ai/@cf/baai/bge-m3", EmbeddingShape.TEXT, True),
        ("openai/text-embedding-3-small", EmbeddingShape.OPENAI, True),
        ("nomic-embed-text", EmbeddingShape.OPENAI, False),
        ("@cf/new/unheard-of", EmbeddingShape.TEXT, False),
    ],
)
def test_every_model_has_a_shape(id: str, shape: EmbeddingShape, known: bool) -> None:
    found = embedding_abilities_of(Model(id))
    assert (found.shape, found.known) == (shape, known)


def test_an_unknown_model_is_asked_as_its_catalogue_entry_suggests() -> None:
    model = Model(
        "@cf/new/one",
        schema_shape="embed-queries-documents",
        properties={"output_dimensions": "512", "max_input_tokens": "256"},
    )
    found = embedding_abilities_of(model)
    assert (found.shape, found.dimensions, found.most_tokens) == (EmbeddingShape.QUERIES, 512, 256)


@pytest.mark.parametrize(
    ("schema", "most"),
    [
        ({"properties": {"text": {"type": "string"}}}, 1),
        ({"properties": {"text": {"type": "array"}}}, 32),
        ({"properties": {"text": {"oneOf": [{"type": "string"}, {"type": "array", "maxItems": 7}]}}}, 7),
        ({"anyOf": [{"properties": {"text": {"type": "array", "maxItems": "x"}}}]}, 32),
    ],
)
def test_how_many_texts_go_at_once_is_read_from_the_schema(schema: dict[str, Any], most: int) -> None:
    assert embedding_abilities_of(Model("@cf/new/one"), schema).most_texts == most


@pytest.mark.parametrize("schema", [{}, {"type": "string"}, {"properties": {"prompt": {"type": "string"}}}])
def test_a_schema_without_texts_tells_nothing(schema: dict[str, Any]) -> None:
    found = embedding_abilities_of(Model("@cf/new/one"), schema)
    assert found == EmbeddingAbilities(most_texts=32, known=False)
