from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.exchange import (
    SECRET_HEADERS,
    Chunk,
    Exchange,
    masked_headers,
    masked_query,
    masked_url,
)
from workbench.domain.secret import MASK

SECRET = st.from_regex(r"canary[A-Za-z0-9+/._-]{10,30}={0,2}", fullmatch=True)


@given(
    SECRET,
    st.sampled_from(sorted(SECRET_HEADERS)),
    st.sampled_from(["{}", "Bearer {}", "Token {}", "weird, {}"]),
)
def test_the_value_of_a_secret_header_never_shows(secret: str, name: str, form: str) -> None:
    for spelt in (name, name.upper(), name.title()):
        ((shown, value),) = masked_headers([(spelt, form.format(secret))])
        assert shown == spelt
        assert secret not in value
        assert MASK in value


def test_a_scheme_and_plain_headers_stay() -> None:
    assert masked_headers([("Authorization", "Bearer abc"), ("Accept", "*/*")]) == (
        ("Authorization", f"Bearer {MASK}"),
        ("Accept", "*/*"),
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://x.test/v1?{}=canary",
        "wss://x.test/v1?a=1&{}=canary&b=2",
    ],
)
@pytest.mark.parametrize("name", ["key", "api_key", "API_KEY", "token", "access_token"])
def test_a_secret_in_the_query_or_before_the_host_never_shows(url: str, name: str) -> None:
    assert "canary" not in masked_url(url.format(name))
    assert "canary" not in masked_url("https://me:canary@x.test/v1")


@pytest.mark.parametrize(
    "url", ["https://x.test/v1/a%20b", "http://[::1]:8787/v1?model=%40cf%2Fa&stream=", "https://x.test"]
)
def test_an_address_without_secrets_keeps_its_meaning(url: str) -> None:
    before, after = urlsplit(url), urlsplit(masked_url(url))
    assert (before.scheme, before.netloc, before.path) == (after.scheme, after.netloc, after.path)
    assert parse_qsl(before.query, True) == parse_qsl(after.query, True)


def test_the_body_is_the_sum_of_its_chunks() -> None:
    assert (
        Exchange("e", 1.0, chunks=[Chunk(1.0, b"a\xff"), Chunk(2.0, b""), Chunk(3.0, b"b")]).response_body
        == b"a\xffb"
    )


def test_a_query_loses_its_secrets_and_nothing_else() -> None:
    assert masked_query("a/b:c?alt=sse&k%65y=sk-1&x=%2F&key=&api_key=sk-2") == (
        f"a/b:c?alt=sse&k%65y={MASK}&x=%2F&key=&api_key={MASK}"
    )
    assert masked_query("a/b") == "a/b"
