"""What leaves for an upstream, and above all what does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.gateway.access import Access
from workbench.gateway.outgoing import Outgoing, catalogue_outgoing, outgoing_for
from workbench.gateway.protocol import Door, Ids, Inference, door_of

TOKEN = "our-access-token"
ACCESS = Access(Secret(TOKEN))
OPENAI = Upstream(UpstreamKind.OPENAI, base_url="http://desk:11434/v1", api_token=Secret("sk-stored"))
CLOUDFLARE = Upstream(
    UpstreamKind.CLOUDFLARE,
    account="acc0",
    gateway="gate",
    api_token=Secret("cf-api"),
    gateway_token=Secret("cf-gateway"),
)
WITHOUT_GATEWAY = Upstream(UpstreamKind.CLOUDFLARE, account="acc0", api_token=Secret("cf-api"))
V1 = "/client/v4/accounts/x/ai/v1/chat/completions"
RUN = "/client/v4/accounts/x/ai/run/@cf/a/b"
COMPAT = "/v1/x/y/compat/chat/completions"
NATIVE = "/v1/x/y/workers-ai/@cf/a/b"


def sent(upstream: Upstream, path: str, body: object, query: str = "", **headers: str) -> Outgoing:
    door = door_of("POST", path)
    assert isinstance(door, Door)
    given = {"authorization": f"Bearer {TOKEN}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    inference = Inference(door, given, query, json.dumps(body).encode(), Ids("r", "e"))
    return outgoing_for(upstream, inference, ACCESS)


def test_a_compatible_base_gets_chat_with_its_own_key() -> None:
    out = sent(OPENAI, V1, {"model": "llama3.2"})
    assert out.url == "http://desk:11434/v1/chat/completions"
    assert out.headers["authorization"] == "Bearer sk-stored"
    assert json.loads(out.body) == {"model": "llama3.2"}


def test_the_slug_of_the_unified_address_is_ours_and_stays_here() -> None:
    assert json.loads(sent(OPENAI, COMPAT, {"model": "openai/gpt-4o"}).body)["model"] == "gpt-4o"
    assert json.loads(sent(OPENAI, COMPAT, {"model": "custom-desk/a/b"}).body)["model"] == "a/b"
    assert json.loads(sent(OPENAI, COMPAT, {"model": "meta/llama"}).body)["model"] == "meta/llama"


def test_a_native_request_becomes_chat_and_its_answer_is_wrapped() -> None:
    out = sent(OPENAI, RUN, {"prompt": "hi", "max_tokens": 5})
    assert out.wrap
    assert json.loads(out.body) == {
        "model": "@cf/a/b",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "hi"}],
    }


def test_a_bare_schema_is_put_into_the_wrapping_that_openai_wants() -> None:
    body = {"messages": [], "response_format": {"type": "json_schema", "json_schema": {"type": "object"}}}
    assert json.loads(sent(OPENAI, RUN, body).body)["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "schema": {"type": "object"}},
    }


def test_the_callers_own_key_wins_over_the_stored_one() -> None:
    out = sent(OPENAI, V1, {}, authorization="Bearer sk-mine", cf_aig_authorization=f"Bearer {TOKEN}")
    assert out.headers["authorization"] == "Bearer sk-mine"
    out = sent(OPENAI, V1, {}, x_api_key="mine")
    assert out.headers["x-api-key"] == "mine"
    assert "authorization" not in out.headers


@given(
    st.dictionaries(
        st.sampled_from(
            ["cf-aig-metadata", "cf-aig-authorization", "cf-aig-cache-ttl", "cf-access-token", "x-auth-key", "cookie",
             "x-sandbox", "x-api-key", "x-goog-api-key", "api-key", "host", "connection", "content-length", "forwarded"]
        ),
        st.sampled_from([TOKEN, f"Bearer {TOKEN}", "cf-credential", "1"]),
    )
)  # fmt: skip
def test_nothing_of_ours_or_cloudflares_reaches_a_third_party(headers: dict[str, str]) -> None:
    out = sent(OPENAI, V1, {"model": "m"}, **headers)
    assert TOKEN not in str(dict(out.headers))
    assert not [name for name in out.headers if name.startswith(("cf-", "x-auth", "x-sandbox"))]
    assert not {"cookie", "host", "connection", "content-length", "forwarded"} & set(out.headers)


@pytest.mark.parametrize(
    ("path", "tail"), [(COMPAT, "compat/chat/completions"), (NATIVE, "workers-ai/@cf/a/b")]
)
def test_a_gateway_request_goes_through_the_users_gateway(path: str, tail: str) -> None:
    out = sent(CLOUDFLARE, path, {"model": "workers-ai/@cf/a/b"}, cf_aig_cache_ttl="60")
    assert out.url == f"https://gateway.ai.cloudflare.com/v1/acc0/gate/{tail}"
    assert out.headers["cf-aig-authorization"] == "Bearer cf-gateway"
    assert out.headers["authorization"] == "Bearer cf-api"
    assert out.headers["cf-aig-cache-ttl"] == "60"
    assert TOKEN not in str(dict(out.headers))


def test_a_third_partys_model_leaves_the_stored_key_to_the_gateway() -> None:
    assert "authorization" not in sent(CLOUDFLARE, COMPAT, {"model": "openai/gpt-4o"}).headers


def test_a_rest_request_goes_to_the_users_account() -> None:
    out = sent(CLOUDFLARE, RUN, {"prompt": "hi"}, query="queueRequest=true", cf_aig_gateway_id="local-name")
    assert out.url == "https://api.cloudflare.com/client/v4/accounts/acc0/ai/run/@cf/a/b?queueRequest=true"
    assert out.headers["authorization"] == "Bearer cf-api"
    assert out.headers["cf-aig-gateway-id"] == "gate"
    assert "cf-aig-gateway-id" not in sent(CLOUDFLARE, RUN, {}).headers
    assert not out.wrap


@pytest.mark.parametrize(
    ("model", "there"),
    [
        ("workers-ai/@cf/a/b", "@cf/a/b"),
        ("grok/grok-4.3", "xai/grok-4.3"),
        ("google-ai-studio/gemini", "google/gemini"),
        ("openai/gpt-4o", "openai/gpt-4o"),
        ("plain", "plain"),
    ],
)
def test_without_a_gateway_the_unified_address_becomes_rest(model: str, there: str) -> None:
    out = sent(WITHOUT_GATEWAY, COMPAT, {"model": model})
    assert out.url == "https://api.cloudflare.com/client/v4/accounts/acc0/ai/v1/chat/completions"
    assert json.loads(out.body)["model"] == there


def test_the_catalogue_is_the_upstreams_own() -> None:
    door = door_of("GET", "/client/v4/accounts/x/ai/models/search")
    assert isinstance(door, Door)
    assert catalogue_outgoing(OPENAI, door, "a=b").url == "http://desk:11434/v1/models"
    there = catalogue_outgoing(CLOUDFLARE, door, "page=2")
    assert there.url == "https://api.cloudflare.com/client/v4/accounts/acc0/ai/models/search?page=2"


def test_a_repr_shows_no_key() -> None:
    assert "sk-stored" not in repr(sent(OPENAI, V1, {}))
