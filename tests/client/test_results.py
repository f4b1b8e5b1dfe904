from __future__ import annotations

import pytest

from workbench.client.failures import Asked, Door
from workbench.client.results import check_words, told_in
from workbench.domain.errors import RequestFailed

ASKED = Asked(Door.API, "Cloudflare", "@cf/a/b")


@pytest.mark.parametrize(
    ("body", "result", "value"),
    [
        (b'{"result": {"a": 1}, "success": true}', {"a": 1}, {"result": {"a": 1}, "success": True}),
        (b'{"a": 1}', {"a": 1}, {"a": 1}),
        (b"[1]", [1], [1]),
        (b'"words"', "words", "words"),
    ],
)
def test_a_result_is_found_with_and_without_an_envelope(body: bytes, result: object, value: object) -> None:
    assert told_in(200, {}, body, ASKED) == (result, value)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b'{"result": {}, "success": true}', "nothing"),
        (b"{}", "nothing"),
        (b'{"cut": ', "could not be read"),
        (b'{"success": false, "errors": [{"code": 3040, "message": "busy"}]}', "busy"),
        (b'[{"error": {"message": "no"}}]', "Cloudflare"),
    ],
)
def test_what_holds_no_result_says_why(body: bytes, what: str) -> None:
    with pytest.raises(RequestFailed) as caught:
        told_in(200, {}, body, ASKED)
    assert what in f"{caught.value.what} {caught.value.why}"


@pytest.mark.parametrize(("body", "what"), [(b" \n", "nothing"), (b" <html>", "web page")])
def test_no_words_and_pages_are_told_apart_from_answers(body: bytes, what: str) -> None:
    with pytest.raises(RequestFailed, match=what):
        check_words(body, ASKED)
    check_words(b" {}", ASKED)
