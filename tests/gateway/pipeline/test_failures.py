"""The words of a failure, out of every shape it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.pipeline.failures import LONGEST, MAX_READ, words_in


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error":{"message":"The engine is overloaded","type":"server_error"}}', "The engine is overloaded"),
        (b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', "Overloaded"),
        (b'[{"error":{"code":503,"message":"Try again later.","status":"UNAVAILABLE"}}]', "Try again later."),
        (b'{"success":false,"errors":[{"code":3040,"message":"AiError: 3040: No capacity"}]}', "No capacity"),
        (b'{"success":false,"error":[{"code":2005,"message":"No answer"}],"name":"AiGatewayError"}', "No answer"),
        (b'{"success":false,"error":{"message":"Spending limit exceeded","spent":2,"limit":1}}', "Spending limit exceeded"),
        (b'{"message":"model not found"}', "model not found"),
        (b"<html><title>502 Bad\nGateway</title><h1>..</h1></html>", "502 Bad Gateway"),
        (b"upstream connect error\r\nreset", "upstream connect error reset"),
        (b"", ""),
        (b"<html>no title</html>", ""),
        (b"[" * 100_000, ""),
        (b" " * (MAX_READ + 1), ""),
    ],
)  # fmt: skip
def test_the_words_are_found(body: bytes, words: str) -> None:
    assert words_in(body) == words


@given(st.binary(max_size=600) | st.text(max_size=600).map(str.encode))
def test_whatever_comes_is_one_short_line(body: bytes) -> None:
    words = words_in(body)
    assert len(words) <= LONGEST
    assert words.isprintable()
