from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.origins import keys_of, origin_of, source_of
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import ModelChoice

BGE = EmbeddingAbilities(dimensions=768, poolings=("mean", "cls"))
QWEN = EmbeddingAbilities(queries=True, instruction=True)
PLAIN = EmbeddingOptions()


def origin(options: EmbeddingOptions = PLAIN, abilities: EmbeddingAbilities = BGE, **more: str) -> str:
    choice = ModelChoice(more.get("model", "@cf/m"), options)
    return origin_of(more.get("source", "cloudflare"), choice, abilities)


@pytest.mark.parametrize(
    ("options", "abilities"),
    [
        (EmbeddingOptions(pooling="mean"), BGE),
        (EmbeddingOptions(dimensions=768), BGE),
        (EmbeddingOptions(query=True), BGE),
        (EmbeddingOptions(instruction="query: "), BGE),
        (EmbeddingOptions(instruction="Find"), QWEN),
    ],
)
def test_what_makes_no_difference_is_no_other_origin(
    options: EmbeddingOptions, abilities: EmbeddingAbilities
) -> None:
    assert origin(options, abilities) == origin(abilities=abilities)


@pytest.mark.parametrize(
    ("options", "abilities"),
    [
        (EmbeddingOptions(pooling="cls"), BGE),
        (EmbeddingOptions(dimensions=256), BGE),
        (EmbeddingOptions(query=True, instruction="query: "), BGE),
        (EmbeddingOptions(query=True), QWEN),
        (EmbeddingOptions(query=True, instruction="Find"), QWEN),
    ],
)
def test_what_changes_a_vector_is(options: EmbeddingOptions, abilities: EmbeddingAbilities) -> None:
    assert origin(options, abilities) != origin(abilities=abilities)
    query = replace(options, query=True, instruction="other")
    assert origin(options, abilities) != origin(query, abilities)


def test_a_model_of_the_same_name_elsewhere_is_another() -> None:
    assert origin(source="http://localhost:11434/v1") != origin()
    assert origin(model="@cf/n") != origin()
    assert origin(model="workers-ai/@cf/m") == origin()


@given(st.lists(st.text(), unique=True, max_size=30))
def test_each_text_has_its_own_key_whatever_is_in_it(texts: list[str]) -> None:
    keys = keys_of(origin(), texts)
    assert len(set(keys)) == len(texts)
    assert keys == keys_of(origin(), texts)
    assert set(keys).isdisjoint(keys_of(origin(source="x"), texts))
    assert all(len(key) == 16 for key in keys)


def test_half_of_a_pair_of_surrogates_is_a_text_too() -> None:
    assert len(set(keys_of("o", ["\ud800", "\ud801", "?"]))) == 3


def test_an_origin_tells_its_source() -> None:
    assert source_of(origin()) == "cloudflare"
    assert source_of(origin(source="sandbox, minilm")) == "sandbox, minilm"
    assert source_of("") == ""
