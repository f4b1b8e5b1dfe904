"""Who answers a call, with whose key, and what never leaves with it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.gateway.providers.fakes import (
    COMPAT,
    GW,
    IDS,
    NATIVE,
    REST,
    RUN,
    TOKEN,
    V1,
    Answered,
    Desk,
    Told,
    call_at,
)
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.gateways import PROVIDER_SLUGS, Mode
from workbench.domain.secret import Secret
from workbench.gateway.calls import Call, Shape
from workbench.gateway.doors import door_of
from workbench.gateway.naming import NotNamed
from workbench.gateway.protocol import Door
from workbench.gateway.providers.forwarding import UpstreamFailed
from workbench.gateway.providers.outgoing import PASSED_ON, PASSED_ON_PREFIXES

SERVER = Upstream(UpstreamKind.OPENAI, base_url="http://desk:11434/v1", api_token=Secret("sk-server"))
CLOUDFLARE = Upstream(
    UpstreamKind.CLOUDFLARE,
    account="acc0",
    gateway="gate",
    api_token=Secret("cf-api"),
    gateway_token=Secret("cf-gateway"),
)
OPENAI = f"{GW}/openai/chat/completions"
LIVE = [slug for slug in PROVIDER_SLUGS if slug != "workers-ai"]
MODEL = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


def stored(slug: str = "openai", key: str = "sk-stored", alias: str = "default") -> Told:
    return Told({slug: Mode.STORED}, {("y", slug, alias): key})


def test_with_the_sandbox_as_upstream_nobody_is_asked() -> None:
    desk = Desk()
    reply = desk.answer(call_at(OPENAI, MODEL, authorization="Bearer sk-mine"))
    assert (reply.status, reply.upstream) == (200, "sandbox")
    assert not desk.recorder.sent


def test_a_provider_may_be_simulated_while_the_upstream_is_live() -> None:
    desk = Desk(Told({"openai": Mode.SANDBOX}), SERVER)
    assert desk.answer(call_at(OPENAI, MODEL)).upstream == "sandbox"
    assert desk.sent(call_at(f"{GW}/groq/chat/completions", MODEL))[1] == "server"


@pytest.mark.parametrize("slug", LIVE)
def test_a_stored_key_goes_to_its_provider_as_the_provider_takes_it(slug: str) -> None:
    out, who = Desk(stored(slug)).sent(call_at(f"{GW}/{slug}/v1/chat/completions", MODEL))
    assert who == "stored-key"
    assert out.url.startswith("https://")
    name = {"anthropic": "x-api-key", "google-ai-studio": "x-goog-api-key"}.get(slug, "authorization")
    assert out.headers[name] == ("Bearer sk-stored" if name == "authorization" else "sk-stored")
    assert not out.guarded


@pytest.mark.parametrize("value", ["Bearer sk-mine", "placeholder", "Bearer none"])
def test_a_key_on_the_request_wins_over_the_stored_one(value: str) -> None:
    out, who = Desk(stored()).sent(call_at(OPENAI, MODEL, authorization=value))
    assert (out.headers["authorization"], who) == (value, "caller-key")


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "bearer   "])
def test_an_empty_key_is_no_key(value: str) -> None:
    out, who = Desk(stored()).sent(call_at(OPENAI, MODEL, authorization=value))
    assert (out.headers["authorization"], who) == ("Bearer sk-stored", "stored-key")


def test_an_alias_picks_a_stored_key_on_native_requests_only() -> None:
    told = Told({"*": Mode.STORED}, {("y", "openai", "default"): "one", ("y", "openai", "two"): "two"})
    native = call_at(OPENAI, MODEL, cf_aig_byok_alias="two")
    unified = call_at(COMPAT, {**MODEL, "model": "openai/m"}, cf_aig_byok_alias="two")
    assert Desk(told).sent(native)[0].headers["authorization"] == "Bearer two"
    assert Desk(told).sent(unified)[0].headers["authorization"] == "Bearer one"


def test_a_stored_key_belongs_to_one_gateway() -> None:
    told = Told({"*": Mode.STORED}, {("default", "openai", "default"): "d"})
    assert Desk(told).refused(call_at(OPENAI, MODEL))[1] == 8003
    out, _ = Desk(told).sent(call_at(V1, {**MODEL, "model": "openai/m"}))
    assert out.headers["authorization"] == "Bearer d"


def test_without_a_key_nobody_is_asked_and_the_way_out_is_told() -> None:
    status, code, message = Desk(Told({"*": Mode.STORED})).refused(call_at(OPENAI, MODEL))
    assert (status, code) == (400, 8003)
    assert "openai" in message
    assert "store one" in message
    told = Told({"openai": Mode.CALLER}, {("y", "openai", "default"): "sk-stored"})
    status, _, message = Desk(told).refused(call_at(OPENAI, MODEL))
    assert status == 400
    assert "store" not in message


def test_a_stored_key_that_the_keychain_lost_is_told_as_that() -> None:
    lost = Told({"openai": Mode.STORED}, {("y", "openai", "default"): ""})
    status, code, message = Desk(lost).refused(call_at(OPENAI, MODEL))
    assert (status, code) == (400, 8003)
    assert "The stored key “default” of openai is not in the keychain any more: enter it again" in message


def test_the_callers_key_is_the_only_one_in_that_mode() -> None:
    told = Told({"anthropic": Mode.CALLER})
    out, who = Desk(told).sent(call_at(f"{GW}/anthropic/v1/messages", MODEL, x_api_key="sk-ant"))
    assert (out.headers["x-api-key"], who) == ("sk-ant", "caller-key")
    assert "authorization" not in out.headers


def test_which_stored_key_holds_is_known_beforehand() -> None:
    desk = Desk(stored())
    config = desk.providers.stored_for(call_at(OPENAI, MODEL))
    assert config is not None
    assert config.provider_slug == "openai"
    assert desk.providers.stored_for(call_at(OPENAI, MODEL, authorization="Bearer mine")) is None
    simulated = Desk(Told({"openai": Mode.SANDBOX}, {("y", "openai", "default"): "sk-stored"}))
    assert simulated.providers.stored_for(call_at(OPENAI, MODEL)) == config
    assert Desk().providers.stored_for(call_at(OPENAI, MODEL)) is None
    assert Desk().providers.stored_for(call_at(f"{GW}/custom-gone/x", MODEL)) is None


def test_googles_key_in_the_query_counts_but_ours_never_leaves_there() -> None:
    path = f"{GW}/google-ai-studio/v1beta/models/m:generateContent"
    out, who = Desk(stored("google-ai-studio")).sent(call_at(path, {}, "key=AIza&alt=json"))
    assert who == "caller-key"
    assert out.url.endswith(":generateContent?key=AIza&alt=json")
    out, who = Desk(stored("google-ai-studio")).sent(call_at(path, {}, f"alt=json&key={TOKEN}"))
    assert who == "stored-key"
    assert out.url.endswith(":generateContent?alt=json")


def test_our_token_leaves_in_no_query() -> None:
    told = Told(custom={"x": "https://far.example"})
    for query in (f"token={TOKEN}&a=b", f"a=b&api_key=Bearer%20{TOKEN}", f"a=b&{TOKEN[0]}=&x={TOKEN}"):
        out, _ = Desk(told).sent(call_at(f"{GW}/custom-x/v1/files", b"", query, "GET"))
        assert TOKEN not in out.url
        assert "a=b" in out.url


def test_json_is_called_json_whatever_the_caller_called_it() -> None:
    form = "application/x-www-form-urlencoded"
    out, _ = Desk(stored()).sent(call_at(OPENAI, MODEL, content_type=form))
    assert out.headers["content-type"] == "application/json"
    audio = f"{GW}/openai/audio/transcriptions"
    out, _ = Desk(stored()).sent(call_at(audio, b"--x", content_type="multipart/form-data; boundary=x"))
    assert out.headers["content-type"] == "multipart/form-data; boundary=x"


def test_anthropic_is_told_a_version_where_the_caller_told_none() -> None:
    path = f"{GW}/anthropic/v1/messages"
    assert Desk(stored("anthropic")).sent(call_at(path, MODEL))[0].headers["anthropic-version"]
    out, _ = Desk(stored("anthropic")).sent(call_at(path, MODEL, anthropic_version="2030-01-01"))
    assert out.headers["anthropic-version"] == "2030-01-01"


def test_a_unified_call_is_translated_and_its_key_put_where_the_provider_wants_it() -> None:
    desk = Desk(Told({"anthropic": Mode.CALLER}))
    answer = {"id": "1", "type": "message", "role": "assistant", "model": "claude",
              "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn",
              "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip
    desk.recorder.answer = Answered(json.dumps(answer).encode())
    reply = desk.answer(
        call_at(COMPAT, {**MODEL, "model": "anthropic/claude"}, authorization="Bearer sk-ant")
    )
    (out,) = desk.recorder.sent
    assert out.url == "https://api.anthropic.com/v1/messages"
    assert out.headers["x-api-key"] == "sk-ant"
    assert "authorization" not in out.headers
    assert json.loads(out.body)["max_tokens"] > 0
    assert json.loads(reply.body)["choices"][0]["message"]["content"] == "Hello"
    assert reply.upstream == "caller-key"


@pytest.mark.parametrize(
    ("model", "url"),
    [
        ("openai/m", "https://api.openai.com/v1/chat/completions"),
        ("grok/m", "https://api.x.ai/v1/chat/completions"),
        ("groq/m", "https://api.groq.com/openai/v1/chat/completions"),
        ("mistral/m", "https://api.mistral.ai/v1/chat/completions"),
        ("deepseek/m", "https://api.deepseek.com/chat/completions"),
        ("cohere/m", "https://api.cohere.ai/compatibility/v1/chat/completions"),
        ("openrouter/a/b", "https://openrouter.ai/api/v1/chat/completions"),
        ("perplexity-ai/m", "https://api.perplexity.ai/chat/completions"),
        ("cerebras/m", "https://api.cerebras.ai/v1/chat/completions"),
    ],
)
def test_the_unified_address_finds_each_providers_endpoint(model: str, url: str) -> None:
    told = Told({"*": Mode.CALLER})
    out, _ = Desk(told).sent(call_at(COMPAT, {**MODEL, "model": model}, authorization="Bearer sk"))
    assert out.url == url
    assert json.loads(out.body)["model"] == model.partition("/")[2]


@pytest.mark.parametrize(
    ("tail", "url"),
    [
        ("openai/chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("openai/v1/chat/completions", "https://api.openai.com/v1/chat/completions"),
        ("grok/v1/chat/completions", "https://api.x.ai/v1/chat/completions"),
        ("openai/files/a%2Fb", "https://api.openai.com/v1/files/a%2Fb"),
        ("cohere/v2/chat", "https://api.cohere.ai/v2/chat"),
        ("groq/chat/completions", "https://api.groq.com/openai/v1/chat/completions"),
        ("openai//evil.example/x", "https://api.openai.com/v1//evil.example/x"),
        ("openai/https://evil.example", "https://api.openai.com/v1/https://evil.example"),
        ("openai/@evil.example/x", "https://api.openai.com/v1/@evil.example/x"),
    ],
)
def test_a_native_path_stays_behind_its_providers_address(tail: str, url: str) -> None:
    out, _ = Desk(Told({"*": Mode.CALLER})).sent(call_at(f"{GW}/{tail}", MODEL, authorization="Bearer sk"))
    assert out.url == url


def test_google_embeddings_at_the_unified_address_take_a_key_as_openai_does() -> None:
    out, _ = Desk(stored("google-ai-studio")).sent(
        call_at(f"{GW}/compat/embeddings", {"model": "google-ai-studio/e", "input": "x"})
    )
    assert out.url == "https://generativelanguage.googleapis.com/v1beta/openai/embeddings"
    assert out.headers["authorization"] == "Bearer sk-stored"


def test_a_run_that_only_cloudflare_understands_is_refused_by_a_provider() -> None:
    body = {"model": "openai/gpt-image", "input": {"prompt": "a cat"}}
    desk = Desk(Told({"openai": Mode.STORED}, {("default", "openai", "default"): "sk"}))
    assert desk.refused(call_at(f"{REST}/run", body))[0] == 400


def test_a_native_envelope_is_put_around_what_a_provider_answers() -> None:
    desk = Desk(Told({"openai": Mode.STORED}, {("default", "openai", "default"): "sk"}))
    body = {"model": "openai/gpt", "input": {"messages": []}}
    reply = desk.answer(call_at(f"{REST}/run", body))
    assert json.loads(reply.body) == {"result": {}, "success": True, "errors": [], "messages": []}
    desk.recorder.answer = Answered(b"{", headers=[(b"content-type", b"application/json")])
    assert desk.answer(call_at(f"{REST}/run", body)).status == 502
    desk.recorder.answer = Answered(b"<html>", headers=[(b"content-type", b"text/html")])
    assert desk.answer(call_at(f"{REST}/run", body)).status == 502
    assert desk.recorder.answer.closed


def test_a_provider_that_is_not_served_is_named() -> None:
    told = Told({"*": Mode.STORED})
    status, code, message = Desk(told).refused(call_at(COMPAT, {**MODEL, "model": "azure-openai/m"}))
    assert (status, code) == (400, 2008)
    assert "azure-openai" in message


@pytest.mark.parametrize(
    ("path", "model", "code"), [(COMPAT, "meta/llama", 2008), (COMPAT, "llama", 2008), (V1, "llama", 5007)]
)
def test_a_model_that_is_nobodys_is_refused_unless_a_server_may_have_it(
    path: str, model: str, code: int
) -> None:
    call = call_at(path, {**MODEL, "model": model})
    assert Desk().refused(call)[1] == code
    assert Desk(upstream=CLOUDFLARE).refused(call)[1] == code
    out, who = Desk(upstream=SERVER).sent(call)
    assert (json.loads(out.body)["model"], who) == (model, "server")


# Custom providers


def test_a_custom_provider_is_asked_at_its_base_without_a_key() -> None:
    desk = Desk(Told(custom={"desk": "http://127.0.0.1:11434"}))
    out, who = desk.sent(call_at(f"{GW}/custom-desk/api/tags", b"", method="GET"))
    assert (out.method, out.url, who) == ("GET", "http://127.0.0.1:11434/api/tags", "server")
    assert not out.guarded
    assert "authorization" not in out.headers


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/v1/chat/completions"),
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/chat/completions"),
        ("https://far.example/api/v3/", "https://far.example/api/v3/chat/completions"),
    ],
)
def test_a_custom_providers_unified_endpoint_lies_under_its_version(base: str, url: str) -> None:
    out, _ = Desk(Told(custom={"x": base})).sent(call_at(COMPAT, {**MODEL, "model": "custom-x/a/b"}))
    assert out.url == url
    assert json.loads(out.body)["model"] == "a/b"
    assert out.guarded == base.startswith("https")


def test_a_custom_provider_gets_its_stored_key_and_its_own_headers() -> None:
    told = Told(
        custom={"x": "https://far.example"},
        keys={("y", "custom-x", "default"): "sk"},
        headers={"x": {"X-Team": "a", "CF-Access-Client-Id": "id", "Content-Length": "0"}},
    )
    out, who = Desk(told).sent(call_at(f"{GW}/custom-x/v1/chat/completions", MODEL))
    assert who == "stored-key"
    assert out.headers["authorization"] == "Bearer sk"
    assert (out.headers["x-team"], out.headers["cf-access-client-id"]) == ("a", "id")
    assert "content-length" not in out.headers
    out, who = Desk(told).sent(call_at(f"{GW}/custom-x/v1/chat/completions", MODEL, api_key="mine"))
    assert (out.headers["api-key"], who) == ("mine", "caller-key")
    assert "authorization" not in out.headers


def test_a_custom_provider_may_be_simulated() -> None:
    told = Told({"custom-x": Mode.SANDBOX}, custom={"x": "https://far.example"})
    assert Desk(told).answer(call_at(f"{GW}/custom-x/v1/chat/completions", MODEL)).upstream == "sandbox"


def test_a_custom_provider_that_is_gone_or_off_or_no_http_address_is_refused() -> None:
    told = Told(
        custom={
            "off": "https://far.example",
            "file": "file:///etc/passwd",
            "odd": "http://",
            "meta": "http://169.254.169.254/latest",
        }
    )
    told.disabled.add("off")
    cases = (
        ("meta", "link-local"),
        ("gone", "no such"),
        ("off", "not enabled"),
        ("file", "http"),
        ("odd", "http"),
    )
    for slug, words in cases:
        status, code, message = Desk(told).refused(call_at(f"{GW}/custom-{slug}/x", MODEL))
        assert (status, code) == (400, 2008)
        assert words in message


# Workers AI


def test_workers_ai_is_asked_through_the_users_account_only() -> None:
    for mode in (Mode.STORED, Mode.CALLER):
        status, code, message = Desk(Told({"workers-ai": mode})).refused(call_at(RUN, {"prompt": "x"}))
        assert (status, code) == (400, 8003)
        assert "Cloudflare account" in message


def test_workers_ai_with_a_key_is_relayed_to_cloudflare() -> None:
    told = Told({"workers-ai": Mode.STORED}, {("y", "workers-ai", "default"): "cf-stored"})
    out, who = Desk(told, CLOUDFLARE).sent(call_at(NATIVE, {"prompt": "x"}))
    assert (out.headers["authorization"], who) == ("Bearer cf-stored", "cloudflare")
    out, _ = Desk(Told({"workers-ai": Mode.STORED}), CLOUDFLARE).sent(call_at(NATIVE, {"prompt": "x"}))
    assert out.headers["authorization"] == "Bearer cf-api"
    caller = Desk(Told({"workers-ai": Mode.CALLER}), CLOUDFLARE)
    assert caller.refused(call_at(NATIVE, {"prompt": "x"}))[1] == 8003
    out, _ = caller.sent(call_at(NATIVE, {"prompt": "x"}, authorization="Bearer cf-mine"))
    assert out.headers["authorization"] == "Bearer cf-mine"


# What comes back


def test_a_failure_is_an_error_with_a_status_and_says_who_failed() -> None:
    desk = Desk(stored())
    desk.recorder.answer = UpstreamFailed("no connection within 10 s", timed_out=True)
    reply = desk.answer(call_at(OPENAI, MODEL))
    assert (reply.status, reply.upstream) == (504, "stored-key")
    assert b"no connection within 10 s" in reply.body
    assert b"sk-stored" not in reply.body


def test_json_that_is_streamed_is_passed_on_as_it_comes() -> None:
    path = f"{GW}/google-ai-studio/v1beta/models/m:streamGenerateContent"
    desk = Desk(stored("google-ai-studio"))
    assert desk.answer(call_at(path, {})).stream is not None
    assert desk.answer(call_at(path.replace("streamG", "g"), {})).stream is None
    desk.recorder.answer = Answered(b"{}", 400)
    assert desk.answer(call_at(path, {})).stream is None


def test_a_line_of_json_after_another_is_no_json() -> None:
    desk = Desk(stored())
    desk.recorder.answer = Answered(b"{}\n{}", headers=[(b"content-type", b"application/jsonl")])
    assert desk.answer(call_at(OPENAI, MODEL)).stream is not None


def test_what_a_stranger_says_in_the_gateways_name_is_dropped() -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"cf-aig-log-id", b"x"),
        (b"x-ratelimit-limit", b"5"),
    ]
    desk = Desk(stored())
    desk.recorder.answer = Answered(headers=headers)
    assert dict(desk.answer(call_at(OPENAI, MODEL)).headers).keys() == {b"content-type", b"x-ratelimit-limit"}
    desk = Desk(upstream=CLOUDFLARE)
    desk.recorder.answer = Answered(headers=headers)
    reply = desk.answer(call_at(OPENAI, MODEL))
    assert dict(reply.headers)[b"cf-aig-log-id"] == b"x"
    assert reply.upstream == "cloudflare"


def test_the_upstream_can_change_between_two_calls() -> None:
    desk = Desk()
    desk.providers.set_upstream(SERVER)
    assert desk.sent(call_at(OPENAI, MODEL))[1] == "server"


def test_the_models_of_a_live_upstream_are_listed() -> None:
    door = door_of("GET", f"{REST}/models/search")
    assert isinstance(door, Door)
    assert asyncio.run(Desk().providers.catalogue(door, "")) is None
    desk = Desk(upstream=SERVER)
    desk.recorder.answer = Answered(b'{"data":[{"id":"llama"},{"id":"qwen"}]}')
    reply = asyncio.run(desk.providers.catalogue(door, "search=llama"))
    assert reply is not None
    assert [entry["name"] for entry in json.loads(reply.body)["result"]] == ["llama"]
    for nonsense in (b"[]", b"{", b'{"data":5}'):
        desk.recorder.answer = Answered(nonsense)
        reply = asyncio.run(desk.providers.catalogue(door, ""))
        assert reply is not None
        assert reply.status == 502


def test_a_routes_element_asks_in_the_unified_shape() -> None:
    pattern = call_at(COMPAT, {"model": "dynamic/r", "stream": True}, cf_aig_metadata="{}")
    body = {"model": "dynamic/r", "stream": True, "messages": []}
    call = Desk().providers.call_for("openai", "gpt-4o", body, pattern)
    assert (call.provider, call.model, call.shape, call.unified) == ("openai", "gpt-4o", Shape.CHAT, True)
    assert json.loads(call.body) == call.json == {**body, "model": "gpt-4o"}
    assert call.stream
    out, _ = Desk(Told({"openai": Mode.CALLER})).sent(
        Desk().providers.call_for("openai", "m", MODEL, call_at(COMPAT, MODEL, authorization="sk"))
    )
    assert out.url == "https://api.openai.com/v1/chat/completions"


def element(provider: str, **headers: str) -> Call:
    pattern = call_at(COMPAT, {"model": "dynamic/r"}, "key=AIza", **headers)
    return replace(Desk().providers.call_for(provider, "m", MODEL, pattern), element="r/e")


def test_a_key_on_a_routes_request_goes_to_no_provider_that_the_route_chose() -> None:
    told = Told(
        {"openai": Mode.STORED}, {("y", "openai", "default"): "sk-stored"}, {"x": "https://far.example"}
    )
    out, who = Desk(told).sent(element("openai", authorization="Bearer sk-mine", x_api_key="sk-mine"))
    assert (out.headers["authorization"], who) == ("Bearer sk-stored", "stored-key")
    assert "sk-mine" not in str(out.headers)
    assert "AIza" not in out.url
    assert Desk(told).providers.stored_for(element("openai", authorization="Bearer sk-mine")) is not None
    out, who = Desk(told).sent(element("custom-x", authorization="Bearer sk-mine"))
    assert ("authorization" in out.headers, who) == (False, "server")
    out, _ = Desk(upstream=CLOUDFLARE).sent(element("openai", authorization="Bearer sk-mine"))
    assert "authorization" not in out.headers


def test_a_key_on_a_routes_request_goes_where_it_was_said_to() -> None:
    told = Told({"openai": Mode.CALLER})
    assert Desk(told).sent(element("openai", authorization="Bearer sk-mine"))[1] == "caller-key"
    out, _ = Desk(upstream=SERVER).sent(element("openai", authorization="Bearer sk-mine"))
    assert out.headers["authorization"] == "Bearer sk-mine"


# What may leave

SECRETS = ["cf-api", "cf-gateway", TOKEN]
NAMES = [
    "cf-aig-metadata", "cf-aig-authorization", "cf-aig-cache-ttl", "cf-access-token", "cf-ray", "x-auth-key",
    "x-auth-email", "cookie", "x-sandbox", "x-workbench-trace", "x-api-key", "x-goog-api-key", "api-key",
    "authorization", "host", "connection", "content-length", "forwarded", "x-forwarded-for", "origin", "user-agent",
    "openai-organization", "anthropic-beta", "accept-encoding", "transfer-encoding", "proxy-authorization",
]  # fmt: skip
KEYS = {"authorization", "x-api-key", "x-goog-api-key", "api-key"}
PATHS = [
    (f"{GW}/openai/chat/completions", MODEL),
    (f"{GW}/anthropic/v1/messages", MODEL),
    (f"{GW}/google-ai-studio/v1beta/models/m:generateContent", {}),
    (f"{GW}/custom-x/v1/chat/completions", MODEL),
    (COMPAT, {**MODEL, "model": "groq/m"}),
    (COMPAT, {**MODEL, "model": "anthropic/m"}),
    (V1, {**MODEL, "model": "google/m"}),
    (GW, {"provider": "openai", "endpoint": "responses", "query": MODEL}),
]  # fmt: skip


@given(
    st.sampled_from(PATHS),
    st.dictionaries(
        st.sampled_from(NAMES),
        st.sampled_from([*SECRETS, *[f"Bearer {secret}" for secret in SECRETS], "a-providers-key", "1"]),
    ),
    st.sampled_from([Mode.STORED, Mode.CALLER, Mode.FOLLOW]),
    st.sampled_from(["", f"key={TOKEN}", "key=cf-api&a=b", "a=b"]),
)
def test_nothing_of_ours_or_cloudflares_reaches_a_third_party(
    where: tuple[str, object], headers: dict[str, str], mode: Mode, query: str
) -> None:
    path, body = where
    slugs = ("openai", "anthropic", "google-ai-studio", "groq")
    told = Told(
        dict.fromkeys((*slugs, "custom-x"), mode),
        {(gateway, slug, "default"): "stored" for slug in slugs for gateway in ("y", "default")},
        {"x": "https://far.example"},
    )
    upstream = SERVER if mode is Mode.FOLLOW else CLOUDFLARE
    harmless = {"user-agent", "openai-organization", "anthropic-beta"}
    headers = {name: "1" if name in harmless else value for name, value in headers.items()}
    call = call_at(path, body, query, **{name.replace("-", "_"): value for name, value in headers.items()})
    desk = Desk(told, upstream)
    desk.answer(call)
    for out in desk.recorder.sent:
        leaving = f"{dict(out.headers)} {out.url} {out.body!r}"
        assert TOKEN not in leaving
        if upstream is CLOUDFLARE:  # with another upstream these words are nobody's secret
            assert not [secret for secret in SECRETS if secret in leaving]
        for name in out.headers:
            assert name in PASSED_ON | KEYS | {"accept-encoding"} or name.startswith(PASSED_ON_PREFIXES), name
        assert out.headers["accept-encoding"] == "identity"


@given(
    st.sampled_from(["openai/", "custom-x/", "anthropic/v1/"]),
    st.lists(st.sampled_from(["..", "%2e%2e", "%2E.", "a", "", "@h", "h:80", "%2f", "%5c", "?x", "//h", "\\", " ", "#f", "é"]), max_size=6),
    st.sampled_from(["/", "%2f", ""]),
)  # fmt: skip
def test_no_path_leads_past_the_providers_address(slug: str, pieces: list[str], between: str) -> None:
    tail = slug + between.join(pieces)
    door = door_of("POST", f"{GW}/{tail}")
    leg = {"provider": slug.partition("/")[0], "endpoint": tail.partition("/")[2], "query": MODEL}
    told = Told({"*": Mode.CALLER}, custom={"x": "https://far.example/base"})
    desk = Desk(told)
    if isinstance(door, Door):
        desk.answer(call_at(f"{GW}/{tail}", MODEL, authorization="sk", x_api_key="k"))
        with suppress(NotNamed):  # as bad a path, told before any call
            desk.answer(call_at(GW, {**leg, "headers": {"authorization": "sk"}}))
    for out in desk.recorder.sent:
        assert out.url.startswith(
            ("https://api.openai.com/v1", "https://far.example/base/", "https://api.anthropic.com/")
        )
        path = out.url.partition("?")[0].lower().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/")
        assert ".." not in path.split("/")
        assert out.url.isascii()
        assert not set(out.url) & set("#\\ ")


@pytest.mark.parametrize(
    ("body", "upstream"),
    [
        ({"model": "@cf/../..", "input": {}}, CLOUDFLARE),
        ({"model": "google/../../x", "input": {"contents": []}}, Upstream()),
        ({"model": "google/..%2f..%2fx", "input": {"contents": []}}, Upstream()),
    ],
)
def test_a_model_that_climbs_out_of_a_path_is_refused(body: object, upstream: Upstream) -> None:
    told = Told({"google-ai-studio": Mode.STORED}, {("default", "google-ai-studio", "default"): "k"})
    status, _, message = Desk(told, upstream).refused(call_at(f"{REST}/run", body))
    assert (status, "leads out" in message) == (400, True)


def test_a_call_shows_no_key_when_it_is_printed() -> None:
    out, _ = Desk(stored()).sent(call_at(OPENAI, MODEL))
    assert "sk-stored" not in repr(out)
    assert IDS.request == "r"
