from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.targets import CLOUDFLARE_API, CLOUDFLARE_GATEWAY, TargetKind
from workbench.domain.urls import MAX_GATEWAY_ID, PROVIDERS, ReadUrl, UrlKind, read_url

A = "0123456789abcdef0123456789abcdef"
API = f"https://api.cloudflare.com/client/v4/accounts/{A}"
GW = f"https://gateway.ai.cloudflare.com/v1/{A}/my-gw"


def rest(kind: UrlKind, **more: str) -> ReadUrl:
    return ReadUrl(kind, account=A, api_base=CLOUDFLARE_API, **more)  # type: ignore[arg-type]  # str fields only


def gateway(kind: UrlKind, **more: str) -> ReadUrl:
    return ReadUrl(kind, account=A, gateway="my-gw", gateway_base=CLOUDFLARE_GATEWAY, **more)  # type: ignore[arg-type]


LLAMA = "@cf/meta/llama-3.1-8b-instruct"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (API, rest(UrlKind.REST)),
        (f"{API}/ai", rest(UrlKind.REST)),
        (f"{API}/ai/run", rest(UrlKind.RUN, provider="workers-ai")),
        (f"{API}/ai/run/{LLAMA}", rest(UrlKind.RUN, provider="workers-ai", model=LLAMA)),
        (f"{API}/ai/v1/chat/completions", rest(UrlKind.V1)),
        (f"{API}/ai/v1/responses", rest(UrlKind.V1)),
        (f"{API}/ai/v1/messages", rest(UrlKind.V1)),
        (f"{API}/ai-gateway/gateways/my-gw/logs", rest(UrlKind.REST, gateway="my-gw")),
        (GW, gateway(UrlKind.UNIVERSAL)),
        (f"{GW}/", gateway(UrlKind.UNIVERSAL)),
        (f"{GW}/compat", gateway(UrlKind.COMPAT)),
        (f"{GW}/compat/chat/completions", gateway(UrlKind.COMPAT)),
        (f"{GW}/openai/v1/chat/completions", gateway(UrlKind.PROVIDER, provider="openai")),
        (f"{GW}/workers-ai/{LLAMA}", gateway(UrlKind.PROVIDER, provider="workers-ai", model=LLAMA)),
        (f"{GW}/workers-ai/run/{LLAMA}", gateway(UrlKind.PROVIDER, provider="workers-ai", model=LLAMA)),
        (f"{GW}/workers-ai/v1/chat/completions", gateway(UrlKind.PROVIDER, provider="workers-ai")),
        (
            f"{GW}/google-ai-studio/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
            gateway(UrlKind.PROVIDER, provider="google-ai-studio", model="gemini-2.5-flash"),
        ),
        (
            f"{GW}/google-vertex-ai/v1/projects/p/locations/r/publishers/google/models/gemini-2.5-pro:generateContent",
            gateway(UrlKind.PROVIDER, provider="google-vertex-ai", model="gemini-2.5-pro"),
        ),
        (
            f"{GW}/aws-bedrock/bedrock-runtime/us-east-1/model/us.anthropic.claude-v1:0/invoke",
            gateway(UrlKind.PROVIDER, provider="aws-bedrock", model="us.anthropic.claude-v1:0"),
        ),
        (f"{GW}/azure-openai/res/dep/chat/completions", gateway(UrlKind.PROVIDER, provider="azure-openai", model="dep")),
        (f"{GW}/huggingface/org/model", gateway(UrlKind.PROVIDER, provider="huggingface", model="org/model")),
        (f"{GW}/custom-mine/anything", gateway(UrlKind.PROVIDER, provider="custom-mine")),
        (GW.replace("https", "wss") + "/", gateway(UrlKind.WEBSOCKET)),
        (
            GW.replace("https", "wss") + "/workers-ai?model=@cf/deepgram/nova-3&encoding=linear16",
            gateway(UrlKind.WEBSOCKET, provider="workers-ai", model="@cf/deepgram/nova-3"),
        ),
        (GW.replace("https", "wss") + "/openai?model=gpt-rt", gateway(UrlKind.WEBSOCKET, provider="openai", model="gpt-rt")),
    ],
)  # fmt: skip
def test_every_cloudflare_family_is_understood(url: str, expected: ReadUrl) -> None:
    assert read_url(url) == expected


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1"),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1"),
        ("http://localhost:11434/api/chat", "http://localhost:11434/v1"),
        ("http://localhost:11434/v1/chat/completions", "http://localhost:11434/v1"),
        ("http://[::1]:8000/v1/models", "http://[::1]:8000/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1"),
        ("api.openai.com", "https://api.openai.com/v1"),
        ("https://api.groq.com/openai/v1/chat/completions", "https://api.groq.com/openai/v1"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
        ("https://generativelanguage.googleapis.com/v1beta/openai/", "https://generativelanguage.googleapis.com/v1beta/openai"),
    ],
)  # fmt: skip
def test_an_openai_compatible_address_becomes_its_base(url: str, base: str) -> None:
    assert read_url(url) == ReadUrl(UrlKind.OPENAI, base_url=base)


def test_a_proxy_and_the_local_gateway_keep_their_own_bases() -> None:
    local = read_url("http://127.0.0.1:8787/v1/local/default/compat/chat/completions")
    assert (local.kind, local.account, local.gateway) == (UrlKind.COMPAT, "local", "default")
    assert local.gateway_base == "http://127.0.0.1:8787/v1"
    assert read_url("http://127.0.0.1:8787/v1/local/default").kind is UrlKind.UNIVERSAL
    assert read_url(f"https://proxy.test/cf/v1/{A}/g/openai").gateway_base == "https://proxy.test/cf/v1"
    run = read_url(f"http://127.0.0.1:8787/client/v4/accounts/local/ai/run/{LLAMA}")
    assert (run.api_base, run.account, run.model) == ("http://127.0.0.1:8787/client/v4", "local", LLAMA)
    assert run.problems == ()


def test_a_custom_domain_is_told_by_the_provider_at_the_start_of_its_path() -> None:
    found = read_url("https://ai.example.com/workers-ai/@cf/meta/llama-3.1-8b-instruct")
    assert (found.kind, found.custom_domain, found.model) == (UrlKind.CUSTOM_DOMAIN, "ai.example.com", LLAMA)
    assert found.base_url == "https://ai.example.com/compat"
    assert found.problems
    assert read_url("https://ai.example.com/compat/chat/completions").kind is UrlKind.CUSTOM_DOMAIN


def test_an_address_of_the_dashboard_gives_its_account() -> None:
    found = read_url(f"https://dash.cloudflare.com/{A}/ai/ai-gateway")
    assert (found.kind, found.account) == (UrlKind.DASHBOARD, A)
    assert "Only the account id" in found.problems[0]
    assert read_url("https://dash.cloudflare.com/profile").kind is UrlKind.UNKNOWN


def test_the_target_of_an_address_goes_where_the_address_goes() -> None:
    target = read_url(f"{GW}/openai").target("t", "Mine")
    assert target is not None
    assert (target.kind, target.account, target.gateway) == (TargetKind.CLOUDFLARE, A, "my-gw")
    assert (target.api_base, target.gateway_base) == (CLOUDFLARE_API, CLOUDFLARE_GATEWAY)
    ollama = read_url("localhost:11434").target("t", "Ollama")
    assert ollama is not None
    assert (ollama.kind, ollama.base_url) == (TargetKind.OPENAI, "http://localhost:11434/v1")
    assert read_url("").target("t", "") is None


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "no address"),
        ("   ", "no address"),
        ("ftp://example.com", "must start with"),
        ("https://", "no host"),
        ("http://[::1", "not well formed"),
        ("http://localhost:port/v1", "not well formed"),
        ("https://gateway.ai.cloudflare.com/", "/v1/{account}/{gateway}"),
        ("https://gateway.ai.cloudflare.com/v1", "account id is missing"),
        (f"https://gateway.ai.cloudflare.com/v1/{A}", "name of the gateway is missing"),
        (
            "https://gateway.ai.cloudflare.com/v1/{account_id}/{gateway_id}",
            "account id is still a placeholder",
        ),
        ("https://gateway.ai.cloudflare.com/v1/<ACCOUNT>/g", "account id is still a placeholder"),
        (f"https://gateway.ai.cloudflare.com/v1/{A}/$GATEWAY", "gateway is still a placeholder"),
        ("https://gateway.ai.cloudflare.com/v1/short/g", "32 characters"),
        (f"https://gateway.ai.cloudflare.com/v1/{A}/{'g' * (MAX_GATEWAY_ID + 1)}", "at most 64"),
        (f"{GW}/opanai/v1", "“opanai” is not a provider"),
        ("https://api.cloudflare.com/client/v4/user/tokens/verify", "/client/v4/accounts/"),
        ("https://api.cloudflare.com/client/v4/accounts", "account id is missing"),
        ("https://me:pass@localhost/v1", "password in the address"),
        ("https://localhost/v1?api_key=x", "key in the address"),
    ],
)
def test_what_is_wrong_with_an_address_is_named(url: str, word: str) -> None:
    assert any(word in problem for problem in read_url(url).problems), read_url(url)


@pytest.mark.parametrize("text", [f' "{GW}" ', f"'{GW}'", f"{GW}///", GW.replace("/v1/", "//v1/"), GW[8:]])
def test_quotes_spaces_slashes_and_a_missing_scheme_do_no_harm(text: str) -> None:
    assert read_url(text) == gateway(UrlKind.UNIVERSAL)


@given(st.text())
def test_any_text_is_read_without_an_exception_and_unknown_ones_say_why(text: str) -> None:
    found = read_url(text)
    assert found.problems or found.kind is not UrlKind.UNKNOWN


WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20).filter(
    lambda word: not word.startswith("your-") and set(word) != {"x"}
)


@given(
    st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    WORD,
    st.sampled_from(sorted(PROVIDERS)),
    st.lists(WORD, max_size=4),
)
def test_account_gateway_and_provider_are_read_out_of_any_gateway_address(
    account: str, name: str, provider: str, tail: list[str]
) -> None:
    found = read_url("/".join(["https://gateway.ai.cloudflare.com/v1", account, name, provider, *tail]))
    assert (found.account, found.gateway, found.provider) == (account, name, provider)
    assert found.problems == ()


@given(
    st.from_regex(r"secret[a-z0-9]{12}", fullmatch=True),
    st.sampled_from(["api_key", "token", "access_token"]),
)
def test_a_key_in_an_address_is_in_nothing_that_is_kept(secret: str, name: str) -> None:
    for url in (
        f"https://me:{secret}@{GW[8:]}?{name}={secret}",
        f"https://{secret}@localhost/v1?{name}={secret}",
    ):
        assert secret not in repr(read_url(url))
