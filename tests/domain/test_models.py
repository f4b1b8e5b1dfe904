from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.chat import Usage
from workbench.domain.models import Cost, Model, Price, cost_of, estimated_tokens, estimated_usd, sum_of

PRICED = Model("m", prices=(Price("per M input tokens", 1.0), Price("per M output tokens", 4.0)))
CACHING = Model("m", prices=(*PRICED.prices, Price("per M cached input tokens", 0.25)))


def test_charged_neurons_are_the_cost() -> None:
    cost = cost_of(PRICED, Usage(10, 10, neurons=1000.0))
    assert cost.charged
    assert cost.usd == pytest.approx(0.011)


def test_else_tokens_are_priced_by_the_list() -> None:
    assert cost_of(PRICED, Usage(1_000_000, 500_000)) == Cost(3.0)


def test_cached_tokens_have_their_own_price_where_there_is_one() -> None:
    usage = Usage(1_000_000, 0, cached_tokens=400_000)
    assert cost_of(CACHING, usage).usd == pytest.approx(0.6 + 0.1)
    assert cost_of(PRICED, usage).usd == pytest.approx(1.0)


def test_more_cached_tokens_than_tokens_do_not_make_a_negative_price() -> None:
    assert cost_of(CACHING, Usage(100, 0, cached_tokens=1_000_000)).usd == pytest.approx(0.000025)


@pytest.mark.parametrize(
    ("model", "usage"),
    [
        (Model("m"), Usage(1, 1)),
        (PRICED, Usage()),
        (PRICED, Usage(None, 5)),
        (Model("m", prices=PRICED.prices[:1]), Usage(5, 5)),
    ],
)
def test_an_unknown_cost_is_none_and_not_free(model: Model, usage: Usage) -> None:
    assert cost_of(model, usage) == Cost(None)


def test_an_input_only_price_is_enough_when_nothing_came_out() -> None:
    assert estimated_usd(Model("m", prices=PRICED.prices[:1]), 1_000_000, 0) == pytest.approx(1.0)


def test_a_sum_is_charged_only_where_all_of_it_was_and_unknown_where_a_part_is() -> None:
    assert sum_of(None, Cost(1, charged=True)) == Cost(1, charged=True)
    assert sum_of(Cost(1, charged=True), Cost(2, charged=True)) == Cost(3, charged=True)
    assert sum_of(Cost(1, charged=True), Cost(2)) == Cost(3)
    assert sum_of(Cost(None), Cost(2)) == Cost(None)


@given(st.text())
def test_a_text_has_tokens_if_and_only_if_it_has_characters(text: str) -> None:
    assert (estimated_tokens(text) > 0) == bool(text)
    assert estimated_tokens(text) <= len(text)


def test_other_scripts_are_estimated_denser_than_latin() -> None:
    assert estimated_tokens("слово" * 20) > estimated_tokens("words" * 20)


@pytest.mark.parametrize(
    ("model", "chats"),
    [
        (Model("m"), True),
        (Model("m", task="Text Generation"), True),
        (Model("m", task="Text Generation", schema_shape="decision"), False),
        (Model("m", task="Text-to-Image"), False),
    ],
)
def test_only_what_answers_with_text_chats(model: Model, chats: bool) -> None:
    assert model.chats is chats


def test_a_model_is_called_by_the_end_of_its_id() -> None:
    assert Model("@cf/zai-org/glm-4.7-flash").short_name == "glm-4.7-flash"


@pytest.mark.parametrize(
    ("model", "hears", "speaks"),
    [
        (Model("@cf/openai/whisper", "Automatic Speech Recognition"), True, False),
        (Model("@cf/deepgram/flux", "Automatic Speech Recognition", schema_shape="ws-params"), False, False),
        (Model("@cf/deepgram/aura-1", "Text-to-Speech"), False, True),
        (Model("whisper-chat", "Text Generation"), False, False),
        (Model("gpt-4o-mini-transcribe"), True, False),
        (Model("Systran/faster-whisper-small"), True, False),
        (Model("gpt-4o-mini-tts"), False, True),
        (Model("hexgrad/Kokoro-82M"), False, True),
        (Model("llama3.2"), False, False),
    ],
)
def test_a_model_hears_or_speaks_by_its_task_or_else_by_its_name(
    model: Model, hears: bool, speaks: bool
) -> None:
    assert (model.hears, model.speaks) == (hears, speaks)


@pytest.mark.parametrize(
    ("model", "embeds", "reranks"),
    [
        (
            Model("@cf/baai/bge-base-en-v1.5", "Text Embeddings", schema_shape="embed-text+pooling"),
            True,
            False,
        ),
        (Model("@cf/baai/bge-m3", "Text Embeddings", schema_shape="embed-or-score+batch"), True, True),
        (Model("@cf/baai/bge-reranker-base", "Text Classification", schema_shape="rerank"), False, True),
        (Model("embed-chat", "Text Generation"), False, False),
        (Model("nomic-embed-text"), True, False),
        (Model("all-minilm:latest"), True, False),
        (Model("BAAI/bge-small-en"), True, False),
        (Model("bge-reranker-v2-m3"), False, True),
        (Model("llama3.2"), False, False),
    ],
)
def test_a_model_embeds_by_its_task_or_name_and_reranks_by_its_schema_or_name(
    model: Model, embeds: bool, reranks: bool
) -> None:
    assert (model.embeds, model.reranks) == (embeds, reranks)
