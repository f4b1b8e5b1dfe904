"""Whatever a body or a header holds, at whichever door: an answer or a documented error, and never one of our own making."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bad_days.gateways import MANAGE
from tests.gateway.wire import BEARER, LEGACY, NEWER, Wire, running

EXAMPLES = 20
ASK = [{"role": "user", "content": "Hello"}]
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}, PICTURE]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "1", "content": "42"},
    ],
    "tools": [TOOL],
    "tool_choice": "auto",
    "response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
    "stream": False,
    "max_tokens": 20,
    "temperature": 0.5,
    "stop": ["x"],
    "seed": 1,
}
MESSAGES = {
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "look", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "42"}]},
    ],
    "system": [{"type": "text", "text": "Be brief."}],
    "tools": [{"name": "look", "input_schema": {"type": "object"}}],
    "tool_choice": {"type": "auto"},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "max_tokens": 2048,
}
RESPONSES = {
    "input": [{"role": "user", "content": [{"type": "input_text", "text": "Hello"}]}],
    "text": {"format": {"type": "text"}},
    "reasoning": {"effort": "low"},
    "tools": [{"type": "function", "name": "look", "parameters": {}}],
    "max_output_tokens": 20,
}
GENERATE = {
    "contents": [{"role": "user", "parts": [{"text": "Hello"}, {"inlineData": {"mimeType": "image/png", "data": ""}}]}],
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "generationConfig": {"responseModalities": ["TEXT"], "maxOutputTokens": 20, "thinkingConfig": {}},
    "tools": [{"functionDeclarations": [{"name": "look", "parameters": {"type": "OBJECT"}}]}],
}  # fmt: skip
LEG = {
    "provider": "openai",
    "endpoint": "chat/completions",
    "headers": {"x": "y"},
    "query": {"model": "m", "messages": ASK},
}
SCHEMA_MODEL = "@cf/openai/gpt-oss-20b"
REST = "/client/v4/accounts/acc/ai/"
V1 = "/v1/acc/default/"
DOORS: Mapping[str, tuple[str, str, Any]] = {
    "compat chat": ("POST", f"{V1}compat/chat/completions", {"model": "openai/gpt-4o", **CHAT}),
    "compat claude": ("POST", f"{V1}compat/chat/completions", {"model": "anthropic/claude-sonnet-4-5", **CHAT}),
    "compat workers": ("POST", f"{V1}compat/chat/completions", {"model": f"workers-ai/{LEGACY}", **CHAT}),
    "compat route": ("POST", f"{V1}compat/chat/completions", {"model": "dynamic/there", **CHAT}),
    "compat embeddings": ("POST", f"{V1}compat/embeddings", {"model": "openai/e", "input": ["a", [1, 2]], "dimensions": 8}),
    "openai": ("POST", f"{V1}openai/chat/completions", {"model": "gpt-4o", **CHAT}),
    "openai responses": ("POST", f"{V1}openai/responses", {"model": "gpt-5", **RESPONSES}),
    "openai images": ("POST", f"{V1}openai/images/generations", {"model": "gpt-image-1", "prompt": "a", "size": "64x64", "n": 1}),
    "openai speech": ("POST", f"{V1}openai/audio/speech", {"model": "tts-1", "input": "a", "voice": "b", "response_format": "wav"}),
    "openai embeddings": ("POST", f"{V1}openai/embeddings", {"model": "e", "input": "a", "encoding_format": "base64"}),
    "anthropic": ("POST", f"{V1}anthropic/v1/messages", {"model": "claude-sonnet-4-5", **MESSAGES}),
    "anthropic count": ("POST", f"{V1}anthropic/v1/messages/count_tokens", {"model": "claude-sonnet-4-5", **MESSAGES}),
    "google": ("POST", f"{V1}google-ai-studio/v1beta/models/gemini-2.5-flash:generateContent", GENERATE),
    "google count": ("POST", f"{V1}google-ai-studio/v1beta/models/gemini-2.5-flash:countTokens", {"generateContentRequest": GENERATE}),
    "google embed": ("POST", f"{V1}google-ai-studio/v1beta/models/e:embedContent", {"content": {"parts": [{"text": "a"}]}}),
    "universal": ("POST", V1.rstrip("/"), [{**LEG, "config": {"maxAttempts": 1, "retryDelay": 0}}, LEG]),
    "rest chat": ("POST", f"{REST}v1/chat/completions", {"model": NEWER, **CHAT}),
    "rest responses": ("POST", f"{REST}v1/responses", {"model": SCHEMA_MODEL, **RESPONSES}),
    "rest messages": ("POST", f"{REST}v1/messages", {"model": "anthropic/claude-sonnet-4-5", **MESSAGES}),
    "rest embeddings": ("POST", f"{REST}v1/embeddings", {"model": "@cf/baai/bge-m3", "input": ["a"]}),
    "run": ("POST", f"{REST}run", {"model": "openai/gpt-4o", "input": CHAT}),
    "run llama": ("POST", f"{REST}run/{LEGACY}", CHAT),
    "run newer": ("POST", f"{REST}run/{NEWER}", CHAT),
    "run oss": ("POST", f"{REST}run/{SCHEMA_MODEL}", RESPONSES),
    "run flux": ("POST", f"{REST}run/@cf/black-forest-labs/flux-1-schnell", {"prompt": "a", "steps": 4, "seed": 1}),
    "run sdxl": ("POST", f"{REST}run/@cf/bytedance/stable-diffusion-xl-lightning", {"prompt": "a", "width": 64, "height": 64, "guidance": 7.5}),
    "run whisper": ("POST", f"{REST}run/@cf/openai/whisper-large-v3-turbo", {"audio": "UklGRg==", "task": "transcribe", "language": "en"}),
    "run speech": ("POST", f"{REST}run/@cf/myshell-ai/melotts", {"prompt": "a", "lang": "en"}),
    "run bge": ("POST", f"{REST}run/@cf/baai/bge-m3", {"text": ["a"], "query": "b", "contexts": [{"text": "c"}], "truncate_inputs": True}),
    "run translate": ("POST", f"{REST}run/@cf/meta/m2m100-1.2b", {"text": "a", "source_lang": "en", "target_lang": "de"}),
    "run summary": ("POST", f"{REST}run/@cf/facebook/bart-large-cnn", {"input_text": "a b c", "max_length": 10}),
    "run classify": ("POST", f"{REST}run/@cf/huggingface/distilbert-sst-2-int8", {"text": "a"}),
    "run rerank": ("POST", f"{REST}run/@cf/baai/bge-reranker-base", {"query": "a", "contexts": [{"text": "b"}], "top_k": 1}),
    "run guard": ("POST", f"{REST}run/@cf/meta/llama-guard-3-8b", {"messages": ASK, "response_format": {"type": "json_object"}}),
    "run detect": ("POST", f"{REST}run/@cf/facebook/detr-resnet-50", {"image": [137, 80, 78, 71]}),
    "tomarkdown": ("POST", f"{REST}tomarkdown", {"files": []}),
    "own upstream": ("PUT", "/workbench/upstream", {"kind": "sandbox", "base_url": "http://127.0.0.1:1", "account": "a", "api_base": "http://127.0.0.1:1"}),
    "own faults": ("PUT", "/workbench/faults", {"@cf/none*": {"status": 503, "latency": "1"}}),
    "own modes": ("PUT", "/workbench/providers", {"modes": {"openai": "sandbox", "*": "sandbox"}}),
    "gateways": ("POST", f"{MANAGE}gateways", {"id": "default", "cache_ttl": 0, "collect_logs": True, "rate_limiting_limit": 1, "rate_limiting_interval": 1, "rate_limiting_technique": "fixed", "cache_invalidate_on_update": False, "spend_limits": {"enabled": True, "rules": [{"limit": 1, "window": 60}]}}),
    "gateway": ("PUT", f"{MANAGE}gateways/none", {"cache_ttl": 0, "collect_logs": True, "rate_limiting_limit": 0, "rate_limiting_interval": 0, "cache_invalidate_on_update": False}),
    "routes": ("POST", f"{MANAGE}gateways/default/routes", {"name": "there", "elements": [{"id": "start", "type": "start", "outputs": {"next": {"elementId": "m"}}}, {"id": "m", "type": "model", "properties": {"provider": "openai", "model": "gpt-4o", "retries": 0, "timeout": 1000}, "outputs": {"success": {"elementId": "end"}, "fallback": {"elementId": "end"}}}, {"id": "end", "type": "end", "outputs": {}}]}),
    "route": ("PATCH", f"{MANAGE}gateways/default/routes/none", {"name": "x"}),
    "versions": ("POST", f"{MANAGE}gateways/default/routes/none/versions", {"elements": []}),
    "deployments": ("POST", f"{MANAGE}gateways/default/routes/none/deployments", {"version_id": "x"}),
    "keys": ("POST", f"{MANAGE}gateways/none/provider_configs", {"alias": "default", "default_config": True, "provider_slug": "openai", "secret": "s", "rate_limit": 1, "rate_limit_period": 60}),
    "custom": ("POST", f"{MANAGE}custom-providers", {"name": "n", "slug": "UPPER", "base_url": "http://127.0.0.1:1", "headers": '{"x": "y"}', "enable": True, "position": 1}),
    "custom one": ("PATCH", f"{MANAGE}custom-providers/none", {"name": "n"}),
    "logs": ("PATCH", f"{MANAGE}gateways/default/logs/none", {"feedback": 1, "score": 5, "metadata": {"a": "b"}}),
}  # fmt: skip

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 2**63, 10**400, -0.0, 1e308, 5e-324]),
    st.sampled_from(["", "\0", "\ud800", "💥" * 50, "a" * 10_000, "../..", "\r\nx: y", "NaN", "data:,"]),
    st.text(max_size=10),
    st.floats(allow_nan=False, allow_infinity=False),
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    ),
)


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """The body with one thing in it, or all of it, replaced by something else."""
    if not (isinstance(whole, dict | list) and whole) or draw(st.integers(0, 9)) == 0:
        return draw(JUNK)
    keys = list(whole) if isinstance(whole, dict) else list(range(len(whole)))
    key = draw(st.sampled_from(keys))
    copy: Any = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[key] = draw(spoilt(whole[key]))
    return copy


class Line:
    """One connection to the gateway, made anew where it was closed."""

    def __init__(self, wire: Wire) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", wire.port, timeout=20)

    def ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        self._connection.request(method, path, body, {**BEARER, **headers})
        reply = self._connection.getresponse()
        return reply.status, reply.getheader("content-type") or "", reply.read()

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with running(tmp_path_factory.mktemp("gateway")) as wire, closing(Line(wire)) as line:
        for path, body in ((DOORS["routes"][1:]), (DOORS["compat chat"][1:])):
            answer = wire.ask("POST", path, body)
            assert answer.status == 200, answer.body
        # Threads that are made when they are first needed are there from here on.
        assert wire.ask("GET", f"{MANAGE}gateways/default/logs").status == 200
        assert wire.ask("PUT", "/workbench/faults", {}).status == 200
        yield line


def check(status: int, kind: str, body: bytes) -> None:
    assert 200 <= status < 500, (status, body)
    if status < 400:
        return
    assert kind == "application/json", kind
    told = json.loads(body)
    if told.get("success") is False:  # ours or Workers AI's (ai-gateway §3.3 A and C)
        errors = told["error"] if told.get("name") == "AiGatewayError" else told["errors"]
        assert isinstance(errors[0]["code"], int)
        assert errors[0]["message"]
    else:  # a third party's own
        assert told["error"]["message"]


@pytest.mark.parametrize("door", DOORS)
def test_any_spoilt_body_gets_an_answer_or_a_documented_error(line: Line, door: str) -> None:
    method, path, whole = DOORS[door]

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
    @given(spoilt(whole))
    def ask(body: Any) -> None:
        check(*line.ask(method, path, json.dumps(body).encode(), {"content-type": "application/json"}))

    ask()


@pytest.mark.parametrize("door", DOORS)
def test_any_bytes_get_an_answer_or_a_documented_error(line: Line, door: str) -> None:
    method, path, whole = DOORS[door]
    deep = b'{"messages":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    deeper = b"[" * 50_000
    lone = json.dumps(whole).encode()
    for body in (
        b"",
        b"\0",
        b"\xff\xfe{}",
        b'{"model": "\xff"}',
        b'{"a": NaN}',
        lone[:-1],
        lone + lone,
        b"\xef\xbb\xbf" + lone,
        lone.decode().encode("utf-16"),
        b'{"model":"a","model":"b"}',
        b'{"max_tokens":' + b"9" * 5000 + b"}",
        b'{"max_tokens":1e999999}',
        deep,
        deeper,
    ):
        for kind in (
            "application/json",
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "",
        ):
            check(*line.ask(method, path, body, {"content-type": kind} if kind else {}))


OPTIONS = (
    "cf-aig-cache-ttl", "cf-aig-skip-cache", "cf-aig-cache-key", "cf-aig-metadata", "cf-aig-custom-cost", "cf-aig-collect-log",
    "cf-aig-collect-log-payload", "cf-aig-max-attempts", "cf-aig-retry-delay", "cf-aig-backoff", "cf-aig-event-id",
    "cf-aig-gateway-id", "cf-aig-byok-alias", "x-workbench-trace", "content-type", "accept", "user-agent", "last-event-id",
)  # fmt: skip
VALUES = st.one_of(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20),
    st.sampled_from(["{", "[]", "null", '{"a":{"b":1}}', "-1", "1e9", "9" * 100, "true", '{"total_cost":1e999}', '{"a":"é"}']),
)  # fmt: skip


@pytest.mark.parametrize(
    "door", ["compat chat", "compat route", "rest chat", "run llama", "universal", "anthropic"]
)
def test_any_option_gets_an_answer_or_a_documented_error(line: Line, door: str) -> None:
    method, path, whole = DOORS[door]
    body = json.dumps(whole).encode()

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
    @given(st.dictionaries(st.sampled_from(OPTIONS), VALUES, min_size=1, max_size=4))
    def ask(headers: dict[str, str]) -> None:
        check(*line.ask(method, path, body, {name: value.strip() for name, value in headers.items()}))

    ask()


QUERIES = st.dictionaries(
    st.sampled_from(["page", "per_page", "search", "model", "task", "order_by", "direction", "start_date", "filters", "limit", "enable"]),
    st.one_of(st.text(max_size=8), st.sampled_from(["-1", "0", "9" * 30, "é", "[", '[{"key":"id"}]', "2024-01-01", "%00"])),
    max_size=3,
)  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [
        f"{MANAGE}gateways",
        f"{MANAGE}gateways/default/logs",
        f"{MANAGE}gateways/default/routes",
        f"{MANAGE}custom-providers",
        f"{REST}models/search",
        f"{REST}models/schema",
        f"{V1}compat/models",
        f"{V1}openai/models",
    ],
)
def test_any_query_gets_an_answer_or_a_documented_error(line: Line, path: str) -> None:
    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
    @given(QUERIES)
    def ask(query: dict[str, str]) -> None:
        from urllib.parse import urlencode

        check(*line.ask("GET", f"{path}?{urlencode(query, errors='surrogatepass')}", b"", {}))

    ask()


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(
    st.lists(
        st.sampled_from(
            ["v1", "client", "v4", "accounts", "acc", "default", "ai", "ai-gateway", "run", "compat", "openai", "..", "%2e%2e", "",
             "%00", "%", "%zz", "@cf", "meta", "x" * 300, "%ff", "gateways", "logs", "routes", "workbench", "traces", "é", "custom-x",
             "google-ai-studio", "models", "a:b", "workers-ai", "dynamic", "chat", "completions", "healthz", "%0d%0ax:y", "\\"]
        ),
        max_size=9,
    ),
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]),
)  # fmt: skip
def test_any_path_gets_an_answer_or_a_documented_error(line: Line, parts: list[str], method: str) -> None:
    path = "/" + "/".join(parts).encode().decode("latin-1")
    if method == "DELETE" and "ai-gateway" in parts or "é" in parts:
        return
    status, kind, body = line.ask(method, path, b"{}" if method in ("POST", "PUT") else b"", {})
    if method == "HEAD":
        assert (status < 500, body) == (True, b"")
    else:
        check(status, kind, body)
