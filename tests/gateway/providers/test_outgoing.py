"""A call at the one OpenAI-compatible server that answers for everybody."""

from __future__ import annotations

import json

import pytest

from tests.gateway.providers.fakes import COMPAT, GW, REST, RUN, V1, call_at, ours
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.gateway.doors import door_of
from workbench.gateway.protocol import BadBody, Door
from workbench.gateway.providers.keys import bare_key
from workbench.gateway.providers.model_lists import list_outgoing
from workbench.gateway.providers.outgoing import Outgoing, to_server

SERVER = Upstream(UpstreamKind.OPENAI, base_url="http://desk:11434/v1", api_token=Secret("sk-stored"))
BASE = "http://desk:11434/v1"


def sent(path: str, body: object, query: str = "", method: str = "POST", **headers: str) -> Outgoing:
    return to_server(SERVER, call_at(path, body, query, method, **headers), ours(SERVER))


@pytest.mark.parametrize(
    ("path", "model", "tail", "there"),
    [
        (V1, "llama3.2", "chat/completions", "llama3.2"),
        (V1, "qwen/qwen3-4b", "chat/completions", "qwen/qwen3-4b"),
        (V1, "openai/gpt-4o", "chat/completions", "openai/gpt-4o"),
        (COMPAT, "openai/gpt-4o", "chat/completions", "gpt-4o"),
        (COMPAT, "meta/llama", "chat/completions", "meta/llama"),
        (f"{GW}/openai/v1/chat/completions", "a/b", "chat/completions", "a/b"),
        (f"{GW}/groq/chat/completions", "m", "chat/completions", "m"),
        (f"{GW}/compat/embeddings", "openai/e", "embeddings", "e"),
        (f"{GW}/workers-ai/v1/embeddings", "@cf/a/b", "embeddings", "@cf/a/b"),
        (f"{GW}/openai/responses", "m", "responses", "m"),
        (f"{REST}/v1/responses", "openai/m", "responses", "openai/m"),
        (f"{GW}/anthropic/v1/messages", "claude", "messages", "claude"),
        (f"{GW}/openai/images/generations", "m", "images/generations", "m"),
        (f"{GW}/openai/v1/audio/speech", "m", "audio/speech", "m"),
    ],
)
def test_every_shape_goes_to_the_servers_own_endpoint(path: str, model: str, tail: str, there: str) -> None:
    out = sent(path, {"model": model})
    assert (out.url, json.loads(out.body)) == (f"{BASE}/{tail}", {"model": there})
    assert out.headers["authorization"] == "Bearer sk-stored"


def test_a_native_request_becomes_chat() -> None:
    out = sent(RUN, {"prompt": "hi", "max_tokens": 5})
    assert out.url == f"{BASE}/chat/completions"
    assert json.loads(out.body) == {
        "model": "@cf/a/b",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "hi"}],
    }


def test_a_bare_schema_is_put_into_the_wrapping_that_openai_wants() -> None:
    body = {"messages": [], "response_format": {"type": "json_schema", "json_schema": {"type": "object"}}}
    assert json.loads(sent(RUN, body).body)["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": {"type": "object"}},
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (RUN, {"text": ["embed me"]}),
        (f"{GW}/google-ai-studio/v1beta/models/m:generateContent", {}),
        (f"{REST}/tomarkdown", b"--x"),
        (RUN, b"\x00audio"),
    ],
)
def test_what_such_a_server_has_no_endpoint_for_is_refused(path: str, body: object) -> None:
    with pytest.raises(BadBody):
        sent(path, body)


def test_the_callers_own_key_wins_over_the_servers() -> None:
    assert (
        sent(V1, {"model": "m"}, authorization="Bearer sk-mine").headers["authorization"] == "Bearer sk-mine"
    )
    out = sent(V1, {"model": "m"}, x_api_key="mine")
    assert out.headers["x-api-key"] == "mine"
    assert "authorization" not in out.headers


def test_other_methods_and_queries_are_kept() -> None:
    out = sent(f"{GW}/openai/v1/files", b"", "limit=2&after=ä", "DELETE")
    assert (out.method, out.url, out.body) == ("DELETE", f"{BASE}/files?limit=2&after=%C3%A4", b"")
    assert "content-type" not in out.headers


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("Bearer k", "k"),
        ("bearer  k ", "k"),
        ("k", "k"),
        ("Bearer", ""),
        ("Bearer ", ""),
        ("", ""),
        ("Token k", "k"),
    ],
)
def test_a_key_is_told_from_its_scheme(value: str, key: str) -> None:
    assert bare_key(value) == key


def test_the_catalogue_is_the_upstreams_own() -> None:
    door = door_of("GET", f"{REST}/models/search")
    assert isinstance(door, Door)
    assert list_outgoing(SERVER, door, "a=b").url == f"{BASE}/models"
    cloudflare = Upstream(UpstreamKind.CLOUDFLARE, account="acc0", api_token=Secret("cf"))
    there = list_outgoing(cloudflare, door, "page=2")
    assert there.url == "https://api.cloudflare.com/client/v4/accounts/acc0/ai/models/search?page=2"
    assert there.headers["authorization"] == "Bearer cf"
