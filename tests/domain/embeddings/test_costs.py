from __future__ import annotations

from array import array

import pytest

from workbench.domain.chat import Served
from workbench.domain.embeddings.abilities import EmbeddingAbilities
from workbench.domain.embeddings.costs import (
    cut_rows,
    embedding_cost,
    read_tokens,
    token_estimates,
    tokens_usd,
)
from workbench.domain.embeddings.requests import EmbeddingReply, RerankReply
from workbench.domain.models import Model
from workbench.storage.catalogue import offline_models

MODELS = {model.short_name: model for model in offline_models()}
M3 = MODELS["bge-m3"]
VECTORS = (array("f", [1.0]),)


def test_each_row_is_counted_by_itself() -> None:
    assert list(token_estimates(["", "four", "x" * 400, "日本"])) == [0, 1, 100, 1]


def test_rows_that_are_longer_than_the_model_reads_are_known_and_their_rest_is_not_paid() -> None:
    short = EmbeddingAbilities(most_tokens=512)
    assert cut_rows([10, 512, 513, 9000], short) == (2, 3)
    assert read_tokens([10, 513], short) == 522
    assert cut_rows([9000], EmbeddingAbilities()) == ()
    assert read_tokens([9000], EmbeddingAbilities()) == 9000


def test_no_price_is_not_free() -> None:
    assert tokens_usd(M3, 1_000_000) == pytest.approx(0.012)
    assert tokens_usd(MODELS["embeddinggemma-300m"], 1_000_000) is None


def test_what_was_charged_wins_then_what_was_counted_then_the_estimate() -> None:
    charged = embedding_cost(M3, EmbeddingReply(VECTORS, tokens=5, neurons=100), 7)
    assert charged.charged
    assert charged.usd == pytest.approx(0.0011)
    assert embedding_cost(M3, EmbeddingReply(VECTORS, tokens=1_000_000), 7).usd == pytest.approx(0.012)
    assert embedding_cost(M3, RerankReply((1.0,)), 2_000_000).usd == pytest.approx(0.024)


def test_a_sandbox_charges_nothing() -> None:
    played = embedding_cost(M3, EmbeddingReply(VECTORS, neurons=100, served=Served(sandbox=True)), 1_000_000)
    assert not played.charged
    assert played.usd == pytest.approx(0.012)
    assert embedding_cost(Model("m"), EmbeddingReply(VECTORS), 5).usd is None
