from __future__ import annotations

import ast
import json
import re
import shlex
import sys
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.errors import InvalidInput
from workbench.domain.exchange import Exchange, masked_headers, masked_url
from workbench.services.snippets import Language, languages, snippet

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(st.text(), JSON, max_size=5)
CF = "https://api.cloudflare.com/client/v4/accounts/a/ai/v1/chat/completions"


def exchange(
    body: bytes | Any = b"",
    url: str = CF,
    headers: tuple[tuple[str, str], ...] = (("authorization", "Bearer canary-secret"),),
) -> Exchange:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Exchange(
        "e",
        0,
        "POST",
        masked_url(url),
        masked_headers(
            (*headers, ("host", "x"), ("content-length", "3"), ("content-type", "application/json"))
        ),
        data,
    )


def shell_words(code: str) -> list[str]:
    return shlex.split(code.replace("\\\n", ""))


@given(BODIES)
def test_curl_sends_the_body_that_was_sent(body: dict[str, Any]) -> None:
    sent = exchange(body)
    words = shell_words(snippet(sent, Language.CURL))
    assert words[words.index("--data-raw") + 1].encode() == sent.request_body


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n•"), min_size=1))
def test_curl_sends_headers_as_they_were(value: str) -> None:
    words = shell_words(snippet(exchange(headers=(("cf-aig-cache-key", value),)), Language.CURL))
    assert f"cf-aig-cache-key: {value}" in words


class FakeHttpx(ModuleType):
    def __init__(self) -> None:
        super().__init__("httpx")
        self.sent: dict[str, Any] = {}

    def request(self, method: str, url: str, **more: Any) -> Any:
        self.sent = {"method": method, "url": url, **more}
        return ModuleType("reply")


def run_python(code: str) -> dict[str, Any]:
    """Run it with a httpx that only takes note."""
    fake, real = FakeHttpx(), sys.modules.get("httpx")
    sys.modules["httpx"] = fake
    try:
        exec(compile(code.replace("print(reply.text)", ""), "snippet", "exec"), {})
    finally:
        if real is None:
            del sys.modules["httpx"]
        else:
            sys.modules["httpx"] = real
    return fake.sent


@given(BODIES.filter(lambda body: body.get("stream") is not True))
def test_python_sends_the_body_that_was_sent(body: dict[str, Any]) -> None:
    sent = exchange(body, headers=())
    call = run_python(snippet(sent, Language.PYTHON))
    if "json" in call:
        assert call["json"] == json.loads(sent.request_body)
    else:
        assert call["content"] == sent.request_body
    assert call["headers"] == {"content-type": "application/json"}


@given(BODIES)
def test_typescript_holds_the_body_that_was_sent(body: dict[str, Any]) -> None:
    sent = exchange(body)
    code = snippet(sent, Language.TYPESCRIPT)
    written = code.partition("  body: ")[2].partition(",\n});\n")[0]
    if written.startswith("JSON.stringify("):
        assert json.loads(written.removeprefix("JSON.stringify(").removesuffix(")")) == body
    else:
        assert json.loads(written).encode() == sent.request_body


@pytest.mark.parametrize("language", list(Language))
def test_a_secret_becomes_an_environment_variable(language: Language) -> None:
    code = snippet(exchange({"model": "m", "messages": []}), language)
    assert "CLOUDFLARE_API_TOKEN" in code
    assert "canary" not in code
    assert "•" not in code


@pytest.mark.parametrize(
    ("header", "url", "variable"),
    [
        (
            "cf-aig-authorization",
            "https://gateway.ai.cloudflare.com/v1/a/g/compat/chat/completions",
            "GATEWAY_TOKEN",
        ),
        ("authorization", "https://gateway.ai.cloudflare.com/v1/a/g/compat/chat/completions", "API_KEY"),
        ("authorization", "http://127.0.0.1:8787/client/v4/accounts/local/ai/run/@cf/a/b", "GATEWAY_TOKEN"),
        ("authorization", "http://127.0.0.1:11434/v1/chat/completions", "API_KEY"),
        ("x-api-key", "https://example.com/", "X_API_KEY"),
    ],
)
def test_the_variable_is_named_after_what_it_holds(header: str, url: str, variable: str) -> None:
    code = snippet(exchange(b"{}", url, ((header, "Bearer canary"),)), Language.CURL)
    assert f"${variable}" in code


def test_a_secret_in_the_address_becomes_a_variable_too() -> None:
    sent = exchange(b"", "https://example.com/v1?api_key=canary&model=m")
    assert '"https://example.com/v1?api_key=$API_KEY&model=m"' in snippet(sent, Language.CURL)
    assert "os.environ['API_KEY'] + '&model=m'" in snippet(sent, Language.PYTHON)
    assert 'process.env.API_KEY + "&model=m"' in snippet(sent, Language.TYPESCRIPT)


def test_text_that_a_shell_would_read_is_quoted() -> None:
    body = {"q": 'it\'s $HOME `ls` "$(rm -rf /)" \\ !'}
    words = shell_words(snippet(exchange(body), Language.CURL))
    assert json.loads(words[words.index("--data-raw") + 1]) == body


def test_a_stream_is_read_as_a_stream() -> None:
    sent = exchange({"model": "m", "messages": [], "stream": True})
    assert "curl -N" in snippet(sent, Language.CURL)
    assert "httpx.stream(" in snippet(sent, Language.PYTHON)
    assert "for chunk in reply" in snippet(sent, Language.OPENAI)
    assert "reply.body!" in snippet(sent, Language.TYPESCRIPT)


@pytest.mark.parametrize("language", [Language.PYTHON, Language.OPENAI])
def test_python_is_python(language: Language) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "x" * 500}], "top_k": 3, "stream": True}
    ast.parse(snippet(exchange(body), language))


def test_what_the_openai_library_does_not_know_goes_into_extra_body() -> None:
    code = snippet(exchange({"model": "m", "messages": [], "top_k": 3}), Language.OPENAI)
    assert "'top_k': body.pop('top_k')" in code
    assert "base_url='https://api.cloudflare.com/client/v4/accounts/a/ai/v1'" in code


def test_the_openai_library_is_offered_for_chats_only() -> None:
    run = exchange({"prompt": "x"}, "https://api.cloudflare.com/client/v4/accounts/a/ai/run/@cf/a/b")
    assert Language.OPENAI not in languages(run)
    assert Language.OPENAI in languages(exchange({"model": "m"}))


def test_bytes_that_are_no_text_are_taken_from_a_file() -> None:
    assert "--data-binary @body.bin" in snippet(exchange(b"\xff\x00"), Language.CURL)
    assert run_python(snippet(exchange(b"\xff\x00", headers=()), Language.PYTHON))["content"] == b"\xff\x00"


def test_headers_that_the_sender_writes_itself_are_left_out() -> None:
    for language in languages(exchange({"model": "m"})):
        assert not re.search(
            r"(?i)content-length|['\"]?host['\"]?:", snippet(exchange({"model": "m"}), language)
        )


def test_nothing_sent_is_nothing_to_copy() -> None:
    assert languages(Exchange("e", 0)) == ()
    with pytest.raises(InvalidInput):
        snippet(Exchange("e", 0), Language.CURL)
