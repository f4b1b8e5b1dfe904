"""Where texts go, and what is in the body, for each shape and connection (workers-ai §7)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.client.embeddings.asking import BGE, QWEN, RERANKER, embedding, ranking
from tests.client.wire import CLOUDFLARE, GATEWAY_TOKEN, LOCAL, OLLAMA
from workbench.client.embeddings.bodies import embedding_payload, reranking_payload
from workbench.client.embeddings.ways import embedding_way_of, reranking_way_of
from workbench.client.failures import Door
from workbench.domain.chat import GatewayOptions
from workbench.domain.embeddings.abilities import EmbeddingAbilities, EmbeddingShape
from workbench.domain.embeddings.requests import EmbeddingRequest, RerankRequest
from workbench.domain.errors import InvalidInput
from workbench.domain.targets import Connection, Credentials

API = "https://api.cloudflare.com/client/v4/accounts/acc/ai"
GW = "https://gateway.ai.cloudflare.com/v1/acc/gw"
NO_API_TOKEN = Connection(CLOUDFLARE.target, Credentials(gateway_token=GATEWAY_TOKEN))
OPENAI, QUERIES = EmbeddingShape.OPENAI, EmbeddingShape.QUERIES


def sent(request: EmbeddingRequest | RerankRequest, connection: Connection = CLOUDFLARE) -> Any:
    if isinstance(request, RerankRequest):
        return json.loads(reranking_payload(request, reranking_way_of(connection, request)).body)
    return json.loads(embedding_payload(request, embedding_way_of(connection, request)).body)


@pytest.mark.parametrize(
    ("request_", "connection", "url", "door"),
    [
        (embedding(), CLOUDFLARE, f"{API}/run/{BGE}", Door.API),
        (embedding(shape=QUERIES), CLOUDFLARE, f"{API}/run/{QWEN}", Door.API),
        (embedding(), NO_API_TOKEN, f"{GW}/workers-ai/{BGE}", Door.GATEWAY),
        (embedding(model="baai/other"), CLOUDFLARE, f"{API}/run", Door.API),
        (embedding(shape=OPENAI), CLOUDFLARE, f"{GW}/compat/embeddings", Door.GATEWAY),
        (embedding(shape=OPENAI, model=BGE), CLOUDFLARE, f"{API}/v1/embeddings", Door.API),
        (embedding(shape=OPENAI, model=BGE), NO_API_TOKEN, f"{GW}/compat/embeddings", Door.GATEWAY),
        (embedding(shape=OPENAI), OLLAMA, "http://localhost:11434/v1/embeddings", Door.SERVER),
        (
            embedding(),
            LOCAL,
            f"http://127.0.0.1:8787/client/v4/accounts/local/ai/run/{BGE}",
            Door.API,
        ),
    ],
)
def test_each_shape_has_its_address(
    request_: EmbeddingRequest, connection: Connection, url: str, door: Door
) -> None:
    way = embedding_way_of(connection, request_)
    assert (way.url, way.asked.door) == (url, door)


def test_a_reranker_is_run() -> None:
    assert reranking_way_of(CLOUDFLARE, ranking()).url == f"{API}/run/{RERANKER}"
    assert reranking_way_of(NO_API_TOKEN, ranking()).url == f"{GW}/workers-ai/{RERANKER}"
    assert sent(ranking("q", "a", "b")) == {"query": "q", "contexts": [{"text": "a"}, {"text": "b"}]}


def test_texts_are_sent_as_a_list_even_when_there_is_one() -> None:
    assert sent(embedding("one")) == {"text": ["one"]}
    assert sent(embedding("one", "zwei ü", pooling="cls")) == {"text": ["one", "zwei ü"], "pooling": "cls"}


def test_queries_and_documents_are_told_apart() -> None:
    told = EmbeddingAbilities(QUERIES, instruction=True, queries=True)
    assert sent(embedding("a", model=QWEN, abilities=told, instruction="Find")) == {"documents": ["a"]}
    asked = embedding("a", model=QWEN, abilities=told, instruction="Find", query=True)
    assert sent(asked) == {"queries": ["a"], "instruction": "Find"}
    assert sent(replace(asked, options=replace(asked.options, instruction=""))) == {"queries": ["a"]}


def test_a_model_without_instructions_finds_a_prefix_before_its_queries_only() -> None:
    assert sent(embedding("a", instruction="query: ", query=True)) == {"text": ["query: a"]}
    assert sent(embedding("a", instruction="query: ")) == {"text": ["a"]}


def test_a_text_that_is_too_long_is_to_be_cut_where_that_must_be_said() -> None:
    assert sent(embedding("a", abilities=EmbeddingAbilities(cuts_when_told=True))) == {
        "text": ["a"],
        "truncate_inputs": True,
    }


def test_openais_shape_names_the_model_as_the_one_who_is_asked_does() -> None:
    shorter = EmbeddingAbilities(OPENAI, dimensions=1536, shorter=True)
    request = embedding("a", shape=OPENAI, abilities=shorter, dimensions=256)
    assert sent(request) == {"model": "openai/text-embedding-3-small", "input": ["a"], "dimensions": 256}
    assert sent(replace(request, model="nomic"), OLLAMA)["model"] == "nomic"
    assert sent(embedding("a", shape=OPENAI, model=BGE), NO_API_TOKEN)["model"] == f"workers-ai/{BGE}"


def test_a_model_that_the_address_does_not_name_is_named_inside() -> None:
    assert sent(embedding("a", model="baai/other")) == {"model": "baai/other", "input": {"text": ["a"]}}


def test_the_gateways_options_go_along_where_there_is_a_gateway() -> None:
    request = embedding(gateway=GatewayOptions(cache_ttl_s=600))
    assert ("cf-aig-cache-ttl", "600") in embedding_way_of(CLOUDFLARE, request).headers
    asked = embedding(shape=OPENAI, gateway=GatewayOptions(cache_ttl_s=600))
    assert all(name != "cf-aig-cache-ttl" for name, _ in embedding_way_of(OLLAMA, asked).headers)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (embedding(model=" "), "model"),
        (embedding(model="dynamic/route"), "model"),
        (embedding("a", " \n"), "texts"),
        (replace(embedding(), texts=()), "texts"),
        (embedding(*"abc", abilities=EmbeddingAbilities(most_texts=2)), "texts"),
        (embedding("a", pooling="max"), "pooling"),
        (embedding("a", dimensions=8), "dimensions"),
        (
            embedding("a", dimensions=9, abilities=EmbeddingAbilities(OPENAI, dimensions=8, shorter=True)),
            "dimensions",
        ),
        (ranking(" "), "query"),
        (replace(ranking(), texts=()), "texts"),
        (ranking("q", ""), "texts"),
    ],
)
def test_what_cannot_be_asked_is_not_sent(request_: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        sent(request_)
    assert caught.value.field == field
    assert caught.value.fix


def test_a_server_of_ones_own_is_not_asked_for_a_model_of_cloudflares() -> None:
    for request in (embedding(), ranking()):
        with pytest.raises(InvalidInput, match="Ollama"):
            sent(request, OLLAMA)


def test_a_way_does_not_print_its_headers() -> None:
    assert "canary" not in repr(embedding_way_of(CLOUDFLARE, embedding()))
