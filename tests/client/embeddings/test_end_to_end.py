"""Vectors from a gateway that really runs, with the sandbox behind it: every model, every shape, good days and bad."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace

import pytest

from tests.client.embeddings.asking import BGE, QWEN, SMALL
from tests.client.embeddings.running import EMBEDDING, FOXES, RERANKING, TOKEN, Asking, facts, to_embed
from tests.client.wire import server_at
from tests.conftest import Run
from workbench.client.connection import Timeouts
from workbench.domain.chat import GatewayOptions
from workbench.domain.embeddings.abilities import embedding_abilities_of
from workbench.domain.errors import Failure, InvalidInput
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials

EVERY_WAY = [BGE, QWEN, SMALL]


def cosine(one: array[float], other: array[float]) -> float:
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    return dot / math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))


@pytest.mark.parametrize("model", EMBEDDING)
def test_every_model_puts_texts_that_say_the_same_near_each_other(ask: Asking, model: str) -> None:
    reply = ask.embed(to_embed(model))
    one, near, far = reply.vectors
    assert len(one) == embedding_abilities_of(facts(model)).dimensions
    assert cosine(one, near) > cosine(one, far) + 0.1
    assert reply.served.sandbox
    assert reply.engine
    assert reply.served.request_id
    assert (reply.served.provider, reply.neurons is not None) == ("workers-ai", True)


def test_as_many_texts_go_at_once_as_is_said_and_come_in_their_order(ask: Asking) -> None:
    texts = [f"Text number {number}." for number in range(embedding_abilities_of(facts(QWEN)).most_texts)]
    reply = ask.embed(to_embed(QWEN, *texts))
    assert len(reply.vectors) == len(texts)
    (last,) = ask.embed(to_embed(QWEN, texts[-1])).vectors
    assert cosine(reply.vectors[-1], last) == pytest.approx(1)
    with pytest.raises(InvalidInput):
        ask.embed(to_embed(QWEN, *texts, "one more"))


@pytest.mark.parametrize("model", RERANKING)
def test_every_reranker_finds_the_text_that_fits(ask: Asking, model: str) -> None:
    reply = ask.rerank(model, "Which fox jumps?", *FOXES)
    assert reply.scores[0] > reply.scores[2]
    assert reply.served.sandbox


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_every_pooling_that_is_offered_is_taken(ask: Asking, pooling: str) -> None:
    assert ask.embed(to_embed(BGE, pooling=pooling)).vectors


def test_queries_are_asked_as_such(ask: Asking) -> None:
    assert len(ask.embed(to_embed(QWEN, query=True, instruction="Find foxes")).vectors) == 3
    assert b'"queries"' in ask.record.request_body


def test_openais_models_are_asked_at_the_gateways_unified_address(ask: Asking) -> None:
    reply = ask.embed(to_embed(SMALL, dimensions=256))
    assert ask.record.url.endswith("/compat/embeddings")
    assert [len(vector) for vector in reply.vectors] == [256] * 3
    assert reply.tokens
    assert len(ask.embed(to_embed(SMALL)).vectors[0]) == 1536


def test_a_compatible_server_is_asked_the_same_way(run_async: Run, local: Connection) -> None:
    ask = Asking(run_async, server_at(f"{local.target.gateway_base}/local/default/openai", TOKEN))
    one, near, far = ask.embed(to_embed("text-embedding-3-small")).vectors
    assert cosine(one, near) > cosine(one, far)


def test_the_gateways_own_address_does_where_there_is_no_api_token(run_async: Run, local: Connection) -> None:
    ask = Asking(run_async, replace(local, credentials=Credentials(gateway_token=TOKEN)))
    for model in EVERY_WAY:
        assert ask.embed(to_embed(model)).vectors
        assert "/v1/" in ask.record.url
    assert ask.rerank("@cf/baai/bge-reranker-base", "fox", *FOXES).scores


def test_texts_of_every_script_pass(ask: Asking) -> None:
    texts = ["שלום עולם", "مرحبا بالعالم", "こんにちは世界", "👩‍👩‍👧‍👦", "a\u0000b", "x" * 20_000]
    for model in EVERY_WAY:
        assert len(ask.embed(to_embed(model, *texts)).vectors) == len(texts)


def test_a_cached_reply_says_so(ask: Asking) -> None:
    gateway = GatewayOptions(cache_ttl_s=600)
    for model in EVERY_WAY:
        first, again = (ask.embed(to_embed(model, gateway=gateway)) for _ in range(2))
        assert (first.served.cache, again.served.cache) == ("MISS", "HIT"), model
        assert first.vectors == again.vectors


def test_the_record_masks_the_token_and_leaves_the_vectors_out(ask: Asking) -> None:
    for model in EVERY_WAY:
        ask.embed(to_embed(model))
        assert (ask.record.status, ask.record.error) == (200, "")
        assert TOKEN.reveal() not in repr(ask.record)
        assert b"[a vector of " in ask.record.response_body
        assert len(ask.record.response_body) < 1500


# bad days


def test_a_429_says_how_long_to_wait(disorder: Asking) -> None:
    disorder.order({"*": "status=429 retry-after=3"})
    for model in EVERY_WAY:
        error = disorder.fails(to_embed(model))
        assert (error.status, error.retry_after_s, error.retryable) == (429, 3.0, True)


def test_a_413_comes_with_its_reason(disorder: Asking) -> None:
    disorder.order({"*": "status=413"})
    for model in EVERY_WAY:
        assert disorder.fails(to_embed(model)).failure is Failure.TOO_LARGE


def test_a_reply_that_is_cut_can_be_asked_for_again(disorder: Asking) -> None:
    disorder.order({"*": "cut-after=5"})
    for model in EVERY_WAY:
        error = disorder.fails(to_embed(model))
        assert (error.failure, error.retryable) == (Failure.CUT, True), model


def test_patience_has_an_end(disorder: Asking) -> None:
    disorder.order({"*": "hang"})
    impatient = Timeouts(first_byte_s=0.3, idle_s=0.3)
    assert disorder.fails(to_embed(BGE), timeouts=impatient).failure is Failure.TIMEOUT


def test_a_wrong_token_is_told(run_async: Run, local: Connection) -> None:
    ask = Asking(run_async, replace(local, credentials=Credentials(Secret("wrong-token"))))
    for model in EVERY_WAY:
        assert ask.fails(to_embed(model)).failure is Failure.UNAUTHORIZED


def test_a_model_that_makes_no_vectors_is_refused(ask: Asking) -> None:
    request = replace(to_embed(BGE), model="@cf/meta/llama-3.2-1b-instruct")
    assert not ask.fails(request).retryable
