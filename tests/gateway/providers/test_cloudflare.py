"""A call at the user's own Cloudflare account, through their gateway or the REST family."""

from __future__ import annotations

import json

import pytest

from tests.gateway.providers.fakes import COMPAT, GW, NATIVE, REST, RUN, TOKEN, V1, call_at, ours
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret
from workbench.gateway.providers.cloudflare import to_cloudflare
from workbench.gateway.providers.outgoing import Outgoing

CLOUDFLARE = Upstream(
    UpstreamKind.CLOUDFLARE,
    account="acc0",
    gateway="gate",
    api_token=Secret("cf-api"),
    gateway_token=Secret("cf-gateway"),
)
WITHOUT_GATEWAY = Upstream(UpstreamKind.CLOUDFLARE, account="acc0", api_token=Secret("cf-api"))
GATE = "https://gateway.ai.cloudflare.com/v1/acc0/gate"
API = "https://api.cloudflare.com/client/v4/accounts/acc0/ai"


def sent(upstream: Upstream, path: str, body: object, query: str = "", **headers: str) -> Outgoing:
    return to_cloudflare(upstream, call_at(path, body, query, **headers), ours(upstream))


@pytest.mark.parametrize(
    ("path", "model", "url", "there"),
    [
        (COMPAT, "workers-ai/@cf/a/b", f"{GATE}/compat/chat/completions", "workers-ai/@cf/a/b"),
        (COMPAT, "openai/gpt", f"{GATE}/compat/chat/completions", "openai/gpt"),
        (f"{GW}/compat/embeddings", "openai/e", f"{GATE}/compat/embeddings", "openai/e"),
        (f"{GW}/openai/chat/completions", "gpt", f"{GATE}/openai/chat/completions", "gpt"),
        (f"{GW}/openai/responses", "gpt", f"{GATE}/openai/responses", "gpt"),
        (f"{GW}/anthropic/v1/messages", "claude", f"{GATE}/anthropic/v1/messages", "claude"),
        (f"{GW}/workers-ai/v1/embeddings", "@cf/a/b", f"{GATE}/workers-ai/v1/embeddings", "@cf/a/b"),
        (V1, "openai/gpt", f"{API}/v1/chat/completions", "openai/gpt"),
        (V1, "google/gemini", f"{API}/v1/chat/completions", "google/gemini"),
        (V1, "@cf/a/b", f"{API}/v1/chat/completions", "@cf/a/b"),
        (f"{REST}/v1/responses", "xai/grok", f"{API}/v1/responses", "xai/grok"),
        (f"{REST}/v1/messages", "anthropic/claude", f"{API}/v1/messages", "anthropic/claude"),
        (f"{REST}/v1/embeddings", "@cf/a/b", f"{API}/v1/embeddings", "@cf/a/b"),
    ],
)
def test_every_door_has_its_like_at_cloudflare(path: str, model: str, url: str, there: str) -> None:
    out = sent(CLOUDFLARE, path, {"model": model})
    assert (out.url, json.loads(out.body)) == (url, {"model": there})
    assert TOKEN not in str(dict(out.headers))


@pytest.mark.parametrize(
    ("path", "model", "url", "there"),
    [
        (COMPAT, "workers-ai/@cf/a/b", f"{API}/v1/chat/completions", "@cf/a/b"),
        (COMPAT, "grok/grok-4", f"{API}/v1/chat/completions", "xai/grok-4"),
        (COMPAT, "google-ai-studio/gemini", f"{API}/v1/chat/completions", "google/gemini"),
        (f"{GW}/workers-ai/v1/chat/completions", "@cf/a/b", f"{API}/v1/chat/completions", "@cf/a/b"),
        (f"{GW}/openai/responses", "gpt", f"{GATE[:-4]}default/openai/responses", "gpt"),
    ],
)
def test_without_a_gateway_the_rest_family_answers_where_it_can(
    path: str, model: str, url: str, there: str
) -> None:
    out = sent(WITHOUT_GATEWAY, path, {"model": model})
    assert (out.url, json.loads(out.body)["model"]) == (url, there)


def test_the_gateway_gets_its_token_and_workers_ai_the_accounts() -> None:
    out = sent(CLOUDFLARE, NATIVE, {"prompt": "x"}, cf_aig_cache_ttl="60", cf_aig_metadata='{"a":1}')
    assert out.url == f"{GATE}/workers-ai/@cf/a/b"
    assert out.headers["cf-aig-authorization"] == "Bearer cf-gateway"
    assert out.headers["authorization"] == "Bearer cf-api"
    assert (out.headers["cf-aig-cache-ttl"], out.headers["cf-aig-metadata"]) == ("60", '{"a":1}')


def test_what_is_done_here_already_is_not_asked_for_again() -> None:
    done = {
        "cf_aig_max_attempts": "3",
        "cf_aig_retry_delay": "5",
        "cf_aig_backoff": "linear",
        "cf_aig_request_timeout": "9",
    }
    out = sent(CLOUDFLARE, COMPAT, {"model": "openai/gpt"}, **done)
    assert not {name.replace("_", "-") for name in done} & set(out.headers)


def test_a_third_partys_model_leaves_the_stored_key_to_the_gateway() -> None:
    for path, model in ((COMPAT, "openai/gpt"), (f"{GW}/openai/responses", "gpt")):
        assert "authorization" not in sent(CLOUDFLARE, path, {"model": model}).headers
    out = sent(CLOUDFLARE, f"{GW}/anthropic/v1/messages", {}, x_api_key="sk-ant")
    assert out.headers["x-api-key"] == "sk-ant"


def test_a_rest_request_goes_to_the_users_account() -> None:
    out = sent(CLOUDFLARE, RUN, {"prompt": "hi"}, "queueRequest=true", cf_aig_gateway_id="local-name")
    assert out.url == f"{API}/run/@cf/a/b?queueRequest=true"
    assert out.headers["authorization"] == "Bearer cf-api"
    assert out.headers["cf-aig-gateway-id"] == "gate"
    assert "cf-aig-gateway-id" not in sent(CLOUDFLARE, RUN, {}).headers


@pytest.mark.parametrize(
    ("model", "given"),
    [
        ("openai/gpt", {"messages": []}),
        ("anthropic/claude", {"messages": []}),
        ("google/gemini", {"contents": []}),
        ("alibaba/wan", {"prompt": "a cat"}),
    ],
)
def test_a_run_with_the_model_in_the_body_stays_one(model: str, given: dict[str, object]) -> None:
    out = sent(CLOUDFLARE, f"{REST}/run", {"model": model, "input": given})
    assert out.url == f"{API}/run"
    assert json.loads(out.body) == {"model": model, "input": given}


def test_a_run_of_workers_ai_goes_to_its_path() -> None:
    out = sent(CLOUDFLARE, f"{REST}/run", {"model": "@cf/a/b", "input": {"prompt": "x"}})
    assert (out.url, json.loads(out.body)) == (f"{API}/run/@cf/a/b", {"prompt": "x"})


def test_conversion_to_markdown_is_passed_on_as_it_came() -> None:
    out = sent(CLOUDFLARE, f"{REST}/tomarkdown", b"--x\r\n", content_type="multipart/form-data; boundary=x")
    assert (out.url, out.body) == (f"{API}/tomarkdown", b"--x\r\n")
    assert out.headers["content-type"] == "multipart/form-data; boundary=x"


def test_a_universal_leg_goes_where_its_provider_would() -> None:
    leg = {
        "provider": "openai",
        "endpoint": "responses?a=b",
        "headers": {"Authorization": "Bearer sk"},
        "query": {},
    }
    out = sent(CLOUDFLARE, GW, [leg])
    assert out.url == f"{GATE}/openai/responses?a=b"
    assert out.headers["authorization"] == "Bearer sk"
