"""Whatever comes back for a picture, good and bad (workers-ai §3, §8.1)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.images.asking import JPEG, png, text_of
from workbench.client.failures import Asked, Door
from workbench.client.images.replies import Found, found_in
from workbench.domain.errors import Failure, Maker, RequestFailed

ASKED = Asked(Door.API, "Cloudflare", "@cf/a/b")
PICTURE = png(shade=5)
CUT = PICTURE[:-6]


def read(body: Any, status: int = 200, asked: Asked = ASKED, **headers: str) -> Found:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return found_in(status, {name.replace("_", "-"): value for name, value in headers.items()}, data, asked)


def failed(body: Any, status: int = 200, asked: Asked = ASKED, **headers: str) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        read(body, status, asked, **headers)
    error = caught.value
    assert error.what
    assert error.why
    assert error.fix
    return error


def candidate(*parts: Mapping[str, Any], reason: str = "STOP", **more: Any) -> dict[str, Any]:
    return {
        "candidates": [{"content": {"role": "model", "parts": list(parts)}, "finishReason": reason}],
        **more,
    }


def inline(data: bytes, kind: str = "image/png") -> dict[str, Any]:
    return {"inlineData": {"mimeType": kind, "data": text_of(data)}}


# good ones


@pytest.mark.parametrize("picture", [PICTURE, JPEG])
@pytest.mark.parametrize("kind", ["image/png", "application/json", "text/html", ""])
def test_a_picture_is_one_whatever_its_content_type_says(picture: bytes, kind: str) -> None:
    assert read(picture, content_type=kind).images == (picture,)


@pytest.mark.parametrize(
    "body",
    [
        {"result": {"image": text_of(PICTURE)}, "success": True, "errors": [], "messages": []},
        {"result": {"image": text_of(PICTURE)}},
        {"image": text_of(PICTURE)},
        {"result": text_of(PICTURE), "success": True},
        {"result": {"images": [text_of(PICTURE)]}, "success": True},
        {"result": {"image": f"data:image/png;base64,{text_of(PICTURE)}"}},
        {"created": 1, "data": [{"b64_json": text_of(PICTURE)}]},
        {"data": [{"url": f"data:image/png;base64,{text_of(PICTURE)}"}]},
        [text_of(PICTURE)],
        text_of(PICTURE),
        candidate(inline(PICTURE)),
        candidate({"inline_data": {"mime_type": "image/png", "data": text_of(PICTURE)}}),
        text_of(PICTURE).encode(),
        base64.urlsafe_b64encode(PICTURE),
        base64.encodebytes(PICTURE),
        f"data:image/png;base64,{text_of(PICTURE)}".encode(),
    ],
)
def test_base64_is_found_in_every_shape_it_comes_in(body: Any) -> None:
    assert read(body).images == (PICTURE,)


def test_several_pictures_and_the_words_beside_them_are_kept_in_order() -> None:
    thought = {**inline(png(shade=1)), "thought": True}
    found = read(
        candidate({"text": "hmm", "thought": True}, thought, {"text": "Here:"}, inline(PICTURE), inline(JPEG), {"text": "Both."})
    )  # fmt: skip
    assert (found.images, found.text) == ((PICTURE, JPEG), "Here:\nBoth.")


def test_an_address_is_a_link_to_follow() -> None:
    found = read({"data": [{"url": "https://x.test/a.png"}, {"b64_json": text_of(PICTURE)}]})
    assert (found.links, found.images) == (("https://x.test/a.png",), (PICTURE,))


def test_what_is_broken_is_left_out_where_others_are_whole() -> None:
    found = read({"data": [{"b64_json": text_of(CUT)}, {"b64_json": text_of(PICTURE)}]})
    assert (found.images, found.broken) == ((PICTURE,), 1)


@pytest.mark.parametrize(
    ("body", "headers", "told"),
    [
        (PICTURE, {"cf_ai_neurons": "1.50"}, 1.5),
        ({"result": {"image": text_of(PICTURE)}}, {"cf_ai_neurons": "0.00"}, 0.0),
        ({"result": {"image": text_of(PICTURE), "usage": {"neurons": 3}}}, {}, 3.0),
        ({"result": {"image": text_of(PICTURE)}, "usage": {"neurons": 3}}, {"cf_ai_neurons": "2"}, 2.0),
        (PICTURE, {}, None),
    ],
)
def test_neurons_are_read_from_the_header_else_from_the_usage(
    body: Any, headers: dict[str, Any], told: float | None
) -> None:
    assert read(body, **headers).neurons == told


@pytest.mark.parametrize(
    ("usage", "told"),
    [
        ({"usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 1290}}, (9, 1290)),
        (
            {
                "usageMetadata": {
                    "promptTokenCount": 9,
                    "candidatesTokenCount": 1290,
                    "thoughtsTokenCount": 10,
                }
            },
            (9, 1300),
        ),
        ({"usage": {"input_tokens": 5, "output_tokens": 272}}, (5, 272)),
        ({"usage": {"prompt_tokens": 5, "completion_tokens": 272}}, (5, 272)),
        ({"usage": {"neurons": 3}}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_tokens_are_read_in_each_makers_words(
    usage: dict[str, Any], told: tuple[int | None, int | None]
) -> None:
    found = read({"image": text_of(PICTURE), **usage})
    assert (found.tokens_in, found.tokens_out) == told


# bad ones


def test_a_web_page_says_where_it_may_come_from() -> None:
    error = failed(b"  <!doctype html><title>Login</title>", content_type="image/png")
    assert (error.failure, error.maker) == (Failure.PROTOCOL, Maker.GATEWAY)
    assert "login" in error.why


@pytest.mark.parametrize("body", [b"", b" \n", {"result": {}, "success": True}, {"result": None}, [], "", {}])
def test_nothing_is_said_to_be_nothing(body: Any) -> None:
    assert failed(body).what == "The model answered with nothing."


@pytest.mark.parametrize(
    "body",
    [CUT, JPEG[:-2], text_of(CUT).encode(), {"result": {"image": text_of(CUT)}}, candidate(inline(CUT))],
)
def test_a_picture_without_its_end_is_cut_and_may_be_asked_for_again(body: Any) -> None:
    error = failed(body)
    assert (error.failure, error.retryable) == (Failure.CUT, True)


def test_base64_that_breaks_off_is_a_cut_picture_too() -> None:
    for length in range(60, 64):
        assert failed({"image": text_of(PICTURE)[:length]}).failure is Failure.CUT


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"RIFF0000WAVEfmt ", "audio/wav"), (b"\x00\x01\x02\x03", ""), (b"just words", "text/plain")],
)
def test_bytes_that_are_no_picture_are_told_with_their_type(body: bytes, kind: str) -> None:
    error = failed(body, content_type=kind)
    assert error.what == "What Cloudflare sent is not a picture."
    assert kind in error.why


def test_base64_of_something_else_is_no_picture() -> None:
    assert failed({"result": {"image": text_of(b"%PDF-1.7 and so on")}}).what.endswith("is not a picture.")


@pytest.mark.parametrize(
    "body", [b'{"result": {"image": "iVBOR', {"weather": "fine"}, {"data": [{"x": 1}]}, [1, 2]]
)
def test_json_that_is_no_answer_cannot_be_read(body: Any) -> None:
    assert failed(body).what == "What Cloudflare sent could not be read."


@pytest.mark.parametrize("reason", ["SAFETY", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_RECITATION"])
def test_a_refusal_gives_the_models_reason_and_its_words(reason: str) -> None:
    error = failed(candidate({"text": "I cannot draw that."}, reason=reason))
    assert (error.failure, error.retryable) == (Failure.BLOCKED, False)
    assert reason in error.why
    assert "I cannot draw that." in error.why


def test_a_prompt_that_was_blocked_gives_the_reason() -> None:
    error = failed({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}})
    assert error.failure is Failure.BLOCKED
    assert "PROHIBITED_CONTENT" in error.why


def test_words_alone_are_quoted() -> None:
    error = failed(candidate({"text": "Which\nfox?"}))
    assert error.what == "The model answered without a picture."
    assert "Which fox?" in error.why
    long = failed(candidate({"text": "x" * 1000}, reason="NO_IMAGE"))
    assert "…" in long.why
    assert "NO_IMAGE" in long.why


def test_an_answer_that_ran_out_of_tokens_says_so() -> None:
    assert failed(candidate({"text": "Let me"}, reason="MAX_TOKENS")).what.startswith(
        "The answer ended before"
    )


def test_words_are_masked() -> None:
    asked = Asked(Door.GATEWAY, "the gateway", mask=lambda text: text.replace("s3cret", "•••"))
    assert "s3cret" not in failed(candidate({"text": "your key is s3cret"}), asked=asked).why


def test_a_failure_under_a_good_status_is_a_failure() -> None:
    body = {
        "success": False,
        "errors": [{"code": 3030, "message": "AiError: prompt flagged"}],
        "result": None,
    }
    error = failed(body)
    assert (error.failure, error.code, error.status) == (Failure.BLOCKED, 3030, 200)


@pytest.mark.parametrize(
    ("status", "body", "failure", "code"),
    [
        (400, {"success": False, "errors": [{"code": 3030, "message": "Input was flagged"}]}, Failure.BLOCKED, 3030),
        (400, {"error": {"message": "Rejected by the safety system", "code": "moderation_blocked"}}, Failure.BLOCKED, None),
        (400, {"error": {"message": "no", "code": "content_policy_violation"}}, Failure.BLOCKED, None),
        (429, {"success": False, "errors": [{"code": 3040, "message": "busy"}]}, Failure.NO_CAPACITY, 3040),
        (413, {"success": False, "errors": [{"code": 3006, "message": "large"}]}, Failure.TOO_LARGE, 3006),
    ],
)  # fmt: skip
def test_a_bad_status_is_read_as_everywhere(
    status: int, body: Any, failure: Failure, code: int | None
) -> None:
    error = failed(body, status)
    assert (error.failure, error.code, error.status) == (failure, code, status)


def test_a_429_says_how_long_to_wait() -> None:
    body = {"success": False, "errors": [{"code": 3040, "message": "busy"}]}
    assert failed(body, 429, retry_after="7").retry_after_s == 7


@given(st.binary(max_size=200) | st.sampled_from([PICTURE, JPEG, text_of(PICTURE).encode()]))
def test_no_bytes_do_more_than_fail(body: bytes) -> None:
    with suppress(RequestFailed):
        assert read(body).images


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(text_of(PICTURE)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "result",
                    "image",
                    "images",
                    "data",
                    "candidates",
                    "content",
                    "parts",
                    "inlineData",
                    "b64_json",
                    "url",
                    "text",
                    "usage",
                    "usageMetadata",
                    "promptFeedback",
                    "error",
                    "errors",
                    "success",
                ]
            ),  # fmt: skip
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_no_json_does_more_than_fail(value: Any) -> None:
    with suppress(RequestFailed):
        found = read(value)
        assert found.images or found.links


@given(st.integers(1, len(PICTURE) - 1))
def test_no_beginning_of_a_picture_passes_for_one(length: int) -> None:
    with pytest.raises(RequestFailed):
        read(PICTURE[:length])
    with pytest.raises(RequestFailed):
        read({"result": {"image": text_of(PICTURE[:length])}})
