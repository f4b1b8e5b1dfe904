"""Where a request goes and what it carries, on each wire (ai-gateway §1, §2, §3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.client.wire import API_TOKEN, CLOUDFLARE, GATEWAY_TOKEN, LOCAL, OLLAMA, PROVIDER_KEY, asking
from workbench.client.addresses import Way, Wire, option_headers, way_of
from workbench.domain.chat import Backoff, ChatWire, GatewayOptions
from workbench.domain.errors import Failure, InvalidInput, RequestFailed
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials

API = "https://api.cloudflare.com/client/v4/accounts/acc"
GW = "https://gateway.ai.cloudflare.com/v1/acc/gw"
LLAMA = "@cf/meta/llama-3.2-1b-instruct"
NO_GATEWAY = replace(CLOUDFLARE, target=replace(CLOUDFLARE.target, gateway=""))


def way(model: str, connection: Connection = CLOUDFLARE, wire: ChatWire = ChatWire.AUTO, **more: str) -> Way:
    return way_of(connection, asking("Hi", model, wire=wire, **more))


def headers(
    model: str, connection: Connection = CLOUDFLARE, wire: ChatWire = ChatWire.AUTO, **more: str
) -> dict[str, str]:
    return dict(way(model, connection, wire, **more).headers)


def with_secrets(**credentials: Any) -> Connection:
    return replace(CLOUDFLARE, credentials=Credentials(**credentials))


@pytest.mark.parametrize(
    ("model", "wire", "spelt"),
    [
        (LLAMA, Wire.V1, LLAMA),
        ("@hf/google/gemma-7b-it", Wire.V1, "@hf/google/gemma-7b-it"),
        ("openai/gpt-4.1", Wire.V1, "openai/gpt-4.1"),
        ("google/gemini-2.5-flash", Wire.V1, "google/gemini-2.5-flash"),
        ("xai/grok-4.3", Wire.V1, "xai/grok-4.3"),
        ("alibaba/qwen3-max", Wire.V1, "alibaba/qwen3-max"),
        ("dynamic/support", Wire.COMPAT, "dynamic/support"),
        ("cloudflare/auto", Wire.COMPAT, "cloudflare/auto"),
        ("google-ai-studio/gemini-2.5-flash", Wire.COMPAT, "google-ai-studio/gemini-2.5-flash"),
        ("google-vertex-ai/google/gemini", Wire.COMPAT, "google-vertex-ai/google/gemini"),
        ("grok/grok-4.3", Wire.COMPAT, "grok/grok-4.3"),
        ("groq/llama", Wire.COMPAT, "groq/llama"),
        ("custom-mine/x", Wire.COMPAT, "custom-mine/x"),
        (f"workers-ai/{LLAMA}", Wire.COMPAT, f"workers-ai/{LLAMA}"),
    ],
)
def test_auto_takes_the_wire_that_knows_the_model(model: str, wire: Wire, spelt: str) -> None:
    found = way(model)
    assert (found.wire, found.model) == (wire, spelt)


@pytest.mark.parametrize(
    ("model", "wire", "spelt"),
    [
        (LLAMA, ChatWire.COMPAT, f"workers-ai/{LLAMA}"),
        ("google/gemini", ChatWire.COMPAT, "google-ai-studio/gemini"),
        ("xai/grok-4.3", ChatWire.COMPAT, "grok/grok-4.3"),
        ("google-ai-studio/gemini", ChatWire.V1, "google/gemini"),
        ("grok/grok-4.3", ChatWire.V1, "xai/grok-4.3"),
        (f"workers-ai/{LLAMA}", ChatWire.V1, LLAMA),
        (f"workers-ai/{LLAMA}", ChatWire.RUN, LLAMA),
        ("grok/grok-4.3", ChatWire.RUN, "xai/grok-4.3"),
    ],
)
def test_names_are_told_as_the_family_wants_them(model: str, wire: ChatWire, spelt: str) -> None:
    assert way(model, wire=wire).model == spelt


@pytest.mark.parametrize(
    ("model", "wire", "url"),
    [
        (LLAMA, ChatWire.V1, f"{API}/ai/v1/chat/completions"),
        (LLAMA, ChatWire.RUN, f"{API}/ai/run/{LLAMA}"),
        ("openai/gpt-4.1", ChatWire.RUN, f"{API}/ai/run"),
        (LLAMA, ChatWire.COMPAT, f"{GW}/compat/chat/completions"),
    ],
)
def test_every_wire_has_its_address(model: str, wire: ChatWire, url: str) -> None:
    assert way(model, wire=wire).url == url


def test_an_openai_compatible_server_is_asked_under_its_base_whatever_the_model() -> None:
    found = way("google/gemma", OLLAMA, ChatWire.RUN)
    assert (found.wire, found.url, found.model) == (
        Wire.BASE,
        "http://localhost:11434/v1/chat/completions",
        "google/gemma",
    )
    assert dict(found.headers) == {"content-type": "application/json", "accept-encoding": "identity"}


def test_without_a_gateway_the_default_one_is_asked_and_only_where_one_is_needed() -> None:
    assert way("dynamic/x", NO_GATEWAY).url.endswith("/v1/acc/default/compat/chat/completions")
    assert headers("dynamic/x", NO_GATEWAY, ChatWire.V1)["cf-aig-gateway-id"] == "default"
    assert "cf-aig-gateway-id" not in headers(LLAMA, NO_GATEWAY)
    assert headers(LLAMA)["cf-aig-gateway-id"] == "gw"


def test_the_local_gateway_takes_the_same_wires() -> None:
    assert way(LLAMA, LOCAL).url == "http://127.0.0.1:8787/client/v4/accounts/local/ai/v1/chat/completions"
    assert way("dynamic/x", LOCAL).url == "http://127.0.0.1:8787/v1/local/default/compat/chat/completions"


def test_a_route_on_the_run_wire_is_refused_early_and_by_name() -> None:
    with pytest.raises(InvalidInput, match="dynamic/x"):
        way("dynamic/x", wire=ChatWire.RUN)


# credentials


def bearer(token: Secret) -> str:
    return f"Bearer {token.reveal()}"


def test_the_rest_family_gets_the_api_token() -> None:
    sent = headers(LLAMA)
    assert sent["authorization"] == bearer(API_TOKEN)
    assert "cf-aig-authorization" not in sent


def test_the_gateway_family_gets_its_token_and_no_stray_authorization() -> None:
    sent = headers("groq/llama")
    assert sent["cf-aig-authorization"] == bearer(GATEWAY_TOKEN)
    assert "authorization" not in sent  # any value would replace the stored key
    assert "authorization" not in headers("dynamic/x")


def test_workers_ai_through_the_gateway_gets_the_accounts_token_too() -> None:
    sent = headers(LLAMA, wire=ChatWire.COMPAT)
    assert (sent["cf-aig-authorization"], sent["authorization"]) == (bearer(GATEWAY_TOKEN), bearer(API_TOKEN))


@pytest.mark.parametrize(
    ("model", "slug"), [("openai/gpt-4.1", "openai"), ("google/gemini", "google-ai-studio")]
)
def test_a_key_of_our_own_goes_to_its_provider_through_the_gateway(model: str, slug: str) -> None:
    connection = with_secrets(api_token=API_TOKEN, provider_keys={slug: PROVIDER_KEY})
    assert way(model, connection).wire is Wire.COMPAT
    assert headers(model, connection)["authorization"] == bearer(PROVIDER_KEY)
    assert PROVIDER_KEY in way(model, connection).secrets


def test_one_token_serves_both_families() -> None:
    assert headers("groq/x", with_secrets(api_token=API_TOKEN))["cf-aig-authorization"] == bearer(API_TOKEN)
    only_gateway = with_secrets(gateway_token=GATEWAY_TOKEN)
    assert way(LLAMA, only_gateway).wire is Wire.COMPAT
    assert headers(LLAMA, only_gateway)["authorization"] == bearer(GATEWAY_TOKEN)
    assert headers(LLAMA, only_gateway, ChatWire.V1)["authorization"] == bearer(GATEWAY_TOKEN)


def test_a_way_does_not_print_its_headers() -> None:
    assert "canary" not in repr(way(LLAMA))


@pytest.mark.parametrize(
    "connection",
    [
        with_secrets(),
        replace(CLOUDFLARE, target=replace(CLOUDFLARE.target, account="")),
        replace(CLOUDFLARE, target=replace(CLOUDFLARE.target, api_base="")),
        replace(LOCAL, target=replace(LOCAL.target, api_base="")),
        replace(OLLAMA, target=replace(OLLAMA.target, base_url="")),
    ],
)
def test_what_is_not_set_up_is_told_before_anything_is_sent(connection: Connection) -> None:
    with pytest.raises(RequestFailed) as caught:
        way(LLAMA, connection)
    assert caught.value.failure is Failure.NOT_CONFIGURED
    assert caught.value.fix


def test_no_model_is_invalid_input() -> None:
    with pytest.raises(InvalidInput):
        way("  ")


# options


def test_options_become_headers_in_the_units_of_the_wire() -> None:
    options = GatewayOptions(
        cache_ttl_s=0, skip_cache=True, cache_key="k", metadata={"team": "ü", "n": 1, "on": True}, max_attempts=2,
        retry_delay_ms=500, backoff=Backoff.LINEAR, request_timeout_ms=9000, collect_log=False,
    )  # fmt: skip
    assert dict(option_headers(options)) == {
        "cf-aig-cache-ttl": "0",
        "cf-aig-skip-cache": "true",
        "cf-aig-cache-key": "k",
        "cf-aig-metadata": '{"team": "\\u00fc", "n": 1, "on": true}',
        "cf-aig-max-attempts": "2",
        "cf-aig-retry-delay": "500",
        "cf-aig-backoff": "linear",
        "cf-aig-request-timeout": "9000",
        "cf-aig-collect-log": "false",
    }


def test_options_that_are_not_set_are_not_sent() -> None:
    assert option_headers(GatewayOptions()) == ()


def test_a_session_keeps_to_one_machine_for_its_prompt_cache() -> None:
    assert headers(LLAMA, session="c1")["x-session-affinity"] == "c1"
    assert "x-session-affinity" not in headers("llama3", OLLAMA, session="c1")


def test_only_the_desk_is_asked_for_the_way_a_request_takes_through_a_route() -> None:
    assert headers("dynamic/x", LOCAL)["x-workbench-trace"] == "true"
    assert "x-workbench-trace" not in headers("dynamic/x")
    assert "x-workbench-trace" not in headers("@cf/zai-org/glm-4.7-flash", LOCAL)
