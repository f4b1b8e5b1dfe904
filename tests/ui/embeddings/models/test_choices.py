from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.embeddings.models.stage import GEMMA, LARGE, M3, QWEN, SMALL
from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.requests import EmbeddingOptions
from workbench.domain.embeddings.runs import ModelChoice
from workbench.domain.models import Model
from workbench.storage.catalogue import offline_models
from workbench.ui.embeddings.models.choices import first_choices, fits, fitting, read, written

OPTIONS = st.builds(
    EmbeddingOptions,
    pooling=st.sampled_from(["", "mean", "cls"]),
    dimensions=st.none() | st.integers(1, 4096),
    instruction=st.text(),
    query=st.booleans(),
)
CHOICES = st.lists(st.builds(ModelChoice, st.text(), OPTIONS)).map(tuple)


@given(st.dictionaries(st.text(), CHOICES))
def test_what_is_chosen_is_kept_for_each_target(chosen: dict[str, tuple[ModelChoice, ...]]) -> None:
    assert read(written(chosen)) == chosen


@pytest.mark.parametrize(
    "kept", ["", "{", "[1]", '{"t": 1}', '{"t": [{}]}', '{"t": [{"model": "m", "dimensions": "x"}]}', "null"]
)
def test_what_cannot_be_read_is_as_if_nothing_had_been_chosen(kept: str) -> None:
    assert read(kept) == {}


def test_small_models_are_chosen_at_first() -> None:
    assert first_choices((QWEN, LARGE, SMALL, GEMMA, M3)) == (ModelChoice(M3.id), ModelChoice(SMALL.id))
    assert first_choices((QWEN, GEMMA)) == (ModelChoice(GEMMA.id), ModelChoice(QWEN.id))
    assert first_choices((Model("old/bge-m3", deprecated=True), LARGE)) == (ModelChoice(LARGE.id),)
    assert first_choices(()) == ()


def test_of_the_list_that_comes_with_the_program_two_cheap_ones_are_chosen() -> None:
    found = first_choices([model for model in offline_models() if model.embeds])
    assert [each.model for each in found] == ["@cf/baai/bge-m3", "@cf/baai/bge-small-en-v1.5"]


@given(OPTIONS)
def test_a_model_is_sent_only_what_it_has(options: EmbeddingOptions) -> None:
    plain = EmbeddingAbilities(dimensions=8)
    assert fitting(ModelChoice("m", options), plain) == ModelChoice("m")
    able = EmbeddingAbilities(
        dimensions=8, shorter=True, poolings=("mean", "cls"), instruction=True, queries=True
    )
    found = fitting(ModelChoice("m", options), able).options
    assert found.pooling in ("", "cls")
    assert found.dimensions is None or found.dimensions <= 8
    assert found.query is options.query
    assert found.instruction == options.instruction.strip()


def test_fewer_dimensions_can_be_asked_for_only_where_the_model_takes_that() -> None:
    able = EmbeddingAbilities(dimensions=8, shorter=True)
    assert [fits(each, able) for each in (None, 0, 1, 8, 9)] == [True, False, True, True, False]
    assert not fits(4, EmbeddingAbilities(dimensions=8))
    assert fits(None, EmbeddingAbilities())
