"""Every error row of workers-ai §15 and ai-gateway §3.3, in every shape, becomes one failure that says why and what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.client.causes import BY_CODE
from workbench.client.failures import Asked, Door, failure_in_frame, failure_of, replacing, retry_after_s
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.models import Model

F = Failure
AI, GW, PROVIDER = Maker.WORKERS_AI, Maker.GATEWAY, Maker.PROVIDER
NOW = datetime(2026, 11, 22, 18, 48, tzinfo=UTC)
MODEL = "@cf/meta/llama-3.2-1b-instruct"
API = Asked(Door.API, "Cloudflare", MODEL)
GATEWAY = Asked(Door.GATEWAY, "the gateway", "openai/gpt-4.1")
SERVER = Asked(Door.SERVER, "the server at localhost:11434", "llama3")
LOCAL = Asked(Door.API, "the local gateway", MODEL, local=True)


def failed(
    status: int, body: Any, asked: Asked = API, headers: dict[str, str] | None = None
) -> RequestFailed:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return failure_of(status, headers or {}, raw, asked, now=NOW)


def native(code: Any, message: str = "no", **more: Any) -> dict[str, Any]:
    """Envelope C."""
    return {
        "errors": [{"code": code, "message": message, **more}],
        "success": False,
        "result": {},
        "messages": [],
    }


def gateways(code: int, message: str, http: int) -> dict[str, Any]:
    """Envelope A, as newer replies have it."""
    return {
        "success": False, "result": [], "messages": [], "error": [{"code": code, "message": message}],
        "name": "AiGatewayError", "httpCode": http, "internalCode": code,
    }  # fmt: skip


WORKERS_AI_ROWS = [
    (3003, 400, F.BAD_REQUEST),
    (3006, 413, F.TOO_LARGE),
    (3007, 408, F.TIMEOUT),
    (3008, 408, F.TIMEOUT),
    (3023, 403, F.FORBIDDEN),
    (3030, 400, F.BAD_REQUEST),
    (3036, 429, F.OUT_OF_NEURONS),
    (4006, 429, F.OUT_OF_NEURONS),
    (3039, 400, F.BAD_REQUEST),
    (3040, 429, F.NO_CAPACITY),
    (3041, 403, F.FORBIDDEN),
    (5018, 403, F.FORBIDDEN),
    (3042, 404, F.MODEL_NOT_FOUND),
    (3043, 500, F.SERVER),
    (3046, 408, F.TIMEOUT),
    (5004, 400, F.BAD_REQUEST),
    (5005, 405, F.BAD_REQUEST),
    (5006, 400, F.BAD_REQUEST),
    (5007, 400, F.MODEL_NOT_FOUND),
    (5016, 403, F.LICENCE),
    (5019, 405, F.BAD_REQUEST),
    (5021, 400, F.BAD_REQUEST),
    (5035, 403, F.MODEL_PAID_ONLY),
    (6003, 400, F.UNAUTHORIZED),
    (6111, 400, F.UNAUTHORIZED),
    (7000, 404, F.NOT_FOUND),
    (7003, 404, F.MODEL_NOT_FOUND),
    (9109, 403, F.FORBIDDEN),
    (10000, 401, F.UNAUTHORIZED),
    (10000, 403, F.UNAUTHORIZED),
    (1000, 401, F.UNAUTHORIZED),
]


@pytest.mark.parametrize("as_text", [False, True], ids=["number", "text"])
@pytest.mark.parametrize(("code", "status", "failure"), WORKERS_AI_ROWS)
def test_every_code_of_workers_ai_is_told_with_a_way_out(
    code: int, status: int, failure: Failure, as_text: bool
) -> None:
    error = failed(status, native(str(code) if as_text else code))
    assert (error.failure, error.maker, error.code, error.status) == (failure, AI, code, status)
    assert error.what[0].isupper() or error.what[0] == "“"
    assert error.what.endswith(".")
    assert error.why
    assert error.fix


GATEWAY_ROWS = [
    (2001, 400, "Please configure AI Gateway", F.GATEWAY_NOT_FOUND),
    (2003, 429, "Rate limited", F.RATE_LIMITED),
    (2005, 400, "Failed to get response from provider", F.SERVER),
    (2009, 401, "Unauthorized", F.UNAUTHORIZED),
    (2016, 424, "Prompt blocked due to security configurations", F.BLOCKED),
    (2017, 424, "Response blocked due to security configurations", F.BLOCKED),
    (2017, 422, "Prompt blocked", F.BLOCKED),
    (2021, 402, "Insufficient credits", F.PAYMENT),
    (2029, 400, "Request content blocked due to DLP policy violations", F.BLOCKED),
    (2030, 400, "Response content blocked due to DLP policy violations", F.BLOCKED),
    (7001, 400, "Required", F.BAD_REQUEST),
    (7002, 404, "Gateway not found", F.GATEWAY_NOT_FOUND),
    (7013, 503, "Guardrails unavailable", F.SERVER),
]


@pytest.mark.parametrize("newer", [True, False])
@pytest.mark.parametrize(("code", "status", "message", "failure"), GATEWAY_ROWS)
def test_every_code_of_the_gateway_is_told_as_the_gateways(
    code: int, status: int, message: str, failure: Failure, newer: bool
) -> None:
    body = gateways(code, message, status)
    if not newer:
        body = {key: body[key] for key in ("success", "result", "messages", "error")}
    error = failed(status, body, GATEWAY)
    assert (error.failure, error.maker, error.code) == (failure, GW, code)
    assert message in error.why
    assert error.fix


def test_no_code_of_the_tables_is_left_untested() -> None:
    tested = {row[0] for row in WORKERS_AI_ROWS} | {row[0] for row in GATEWAY_ROWS}
    assert tested == set(BY_CODE)


def test_a_route_on_the_wrong_endpoint_is_named() -> None:
    error = failed(400, native(7000, "No route for that URI"))
    assert (error.failure, error.code) == (F.NOT_FOUND, 7000)
    assert "gateway" in error.fix
    assert error.what == "Cloudflare has nothing at this address."


def test_the_local_gateway_is_called_by_its_own_name() -> None:
    error = failed(404, native(7000, "No route for that URI"), LOCAL)
    assert error.what == "The local gateway has nothing at this address."
    assert "The local gateway said" in error.why


def test_a_provider_that_refused_cloudflares_key_on_the_rest_api_is_not_the_gateway() -> None:
    asked = Asked(Door.API, "Cloudflare", "openai/gpt-4.1")
    error = failed(401, gateways(2009, "Unauthorized", 401), asked)
    assert (error.maker, error.failure) == (PROVIDER, F.UNAUTHORIZED)
    assert error.what == "Openai did not accept its key."


# the five envelopes of ai-gateway §3.3


def test_envelope_b_of_a_policy_is_forbidden() -> None:
    error = failed(403, {"success": False, "error": {"message": "Access denied by policy"}}, GATEWAY)
    assert (error.failure, error.maker, error.code) == (F.FORBIDDEN, GW, None)
    assert "policy" in error.what


def test_envelope_b_of_a_spending_limit_says_how_much_was_spent() -> None:
    body = {
        "success": False,
        "error": {"message": "Spending limit exceeded", "bucket": "b", "spent": 1000.42, "limit": 1000},
    }
    error = failed(429, body, GATEWAY)
    assert (error.failure, error.maker, error.retryable) == (F.SPEND_LIMIT, GW, False)
    assert "$1,000.42 of $1,000.00" in error.why


def test_envelope_c_names_the_path_that_was_wrong() -> None:
    error = failed(400, native(7001, "Required", path=["body", "elements", 1, "properties", "provider"]))
    assert "/body/elements/1/properties/provider" in error.why


def test_a_source_pointer_is_named() -> None:
    assert "/messages/0" in failed(400, native(5006, "bad", source={"pointer": "/messages/0"})).why


def test_envelope_d_is_a_flat_string() -> None:
    error = failed(400, {"success": False, "error": "Route is broken"}, GATEWAY)
    assert (error.failure, error.maker) == (F.BAD_REQUEST, GW)
    assert "Route is broken" in error.why


PROVIDER_ROWS: list[tuple[int, Any, Failure]] = [
    (401, {"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid_api_key"}},
     F.UNAUTHORIZED),
    (401, {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}, F.UNAUTHORIZED),
    (400, [{"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT"}}], F.BAD_REQUEST),
    (429, {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}, F.PAYMENT),
    (429, {"error": {"message": "slow down", "type": "rate_limit_error"}}, F.RATE_LIMITED),
    (429, [{"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}}], F.RATE_LIMITED),
    (404, {"error": {"message": "The model `x` does not exist", "code": "model_not_found"}}, F.MODEL_NOT_FOUND),
    (404, {"type": "error", "error": {"type": "not_found_error", "message": "model: claude-9"}}, F.MODEL_NOT_FOUND),
    (400, {"error": {"message": "too long", "code": "context_length_exceeded"}}, F.BAD_REQUEST),
    (400, {"error": {"message": "no", "code": "content_policy_violation"}}, F.BLOCKED),
    (403, {"error": {"message": "no", "type": "permission_error"}}, F.FORBIDDEN),
    (413, {"error": {"message": "no", "type": "request_too_large"}}, F.TOO_LARGE),
    (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, F.NO_CAPACITY),
    (500, {"error": {"message": "The server had an error", "type": "server_error"}}, F.SERVER),
    (400, {"error": "plain text"}, F.BAD_REQUEST),
    (400, {"message": "top level"}, F.BAD_REQUEST),
    (422, {"detail": [{"loc": ["body"], "msg": "field required"}]}, F.BAD_REQUEST),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "failure"), PROVIDER_ROWS)
def test_envelope_e_is_the_providers_own(status: int, body: Any, failure: Failure) -> None:
    error = failed(status, body, GATEWAY)
    assert (error.failure, error.maker, error.code) == (failure, PROVIDER, None)
    assert "The provider said" in error.why


def test_a_401_of_the_gateway_and_one_of_the_provider_want_different_fixes() -> None:
    made_by_gateway = failed(401, gateways(2009, "Unauthorized", 401), GATEWAY)
    made_by_provider = failed(401, {"error": {"message": "bad key"}}, GATEWAY, {"cf-aig-provider": "openai"})
    assert (made_by_gateway.maker, made_by_provider.maker) == (GW, PROVIDER)
    assert "AI Gateway – Run" in made_by_gateway.fix
    assert made_by_provider.what == "Openai did not accept its key."
    assert "stored in the gateway" in made_by_provider.fix


def test_a_401_of_the_local_gateway_is_about_the_access_token() -> None:
    assert "access token" in failed(401, native(10000, "Authentication error"), LOCAL).what
    local = Asked(Door.GATEWAY, "the local gateway", MODEL, local=True)
    assert "access token" in failed(401, gateways(2009, "Unauthorized", 401), local).what


def test_an_error_of_workers_ai_that_passed_the_gateway_stays_its_own() -> None:
    asked = Asked(Door.GATEWAY, "the gateway", "workers-ai/" + MODEL)
    assert failed(429, native(3040, "Capacity"), asked).maker is AI


# workers-ai §3


def test_a_200_that_says_success_false_is_a_failure() -> None:
    error = failed(200, native(5007, "No such model"))
    assert (error.failure, error.status) == (F.MODEL_NOT_FOUND, 200)
    assert failed(200, {"success": False, "errors": [], "result": None}).failure is F.SERVER


def test_prefixes_are_stripped_and_the_rest_is_quoted() -> None:
    message = (
        "AiError: Bad input: Error: oneOf at '/' not met, 0 matches: required properties at '/' are 'prompt', "
        "Type mismatch of '/messages/0/content', 'array' not in 'string'"
    )
    error = failed(400, native(5006, message))
    assert "“oneOf at '/' not met" in error.why
    assert "/messages/0/content" in error.why


def test_a_missing_code_is_found_before_a_colon_in_the_message() -> None:
    error = failed(400, {"errors": [{"message": "AiError: 5007: No such model"}], "success": False})
    assert (error.code, error.failure) == (5007, F.MODEL_NOT_FOUND)
    assert "“No such model”" in error.why


def test_a_number_that_is_no_code_is_not_taken_for_one() -> None:
    assert failed(400, {"errors": [{"message": "at 12345: no, 80: no"}], "success": False}).code is None


@pytest.mark.parametrize("result", [None, {}])
def test_empty_errors_show_the_status_and_what_came(result: Any) -> None:
    error = failed(500, {"success": False, "errors": [], "messages": [], "result": result})
    assert error.failure is F.SERVER
    assert '"success": false' in error.why


def test_a_body_that_is_no_json_is_quoted_to_500_bytes() -> None:
    error = failed(503, b"x" * 900)
    assert "x" * 500 in error.why
    assert "x" * 501 not in error.why


def test_of_a_web_page_only_the_title_is_quoted() -> None:
    error = failed(502, b"<!DOCTYPE html><html><head><title>Bad\n gateway</title></head><body>\xff</body>")
    assert "“Bad gateway”" in error.why
    assert "<" not in error.why


def test_an_empty_body_still_has_a_reason() -> None:
    assert failed(500, b"").why == "The reply was HTTP 500 without a reason."


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, F.BAD_REQUEST), (401, F.UNAUTHORIZED), (402, F.PAYMENT), (403, F.FORBIDDEN), (404, F.NOT_FOUND),
        (405, F.NOT_FOUND), (408, F.TIMEOUT), (409, F.SERVER), (413, F.TOO_LARGE), (418, F.BAD_REQUEST),
        (422, F.BAD_REQUEST), (424, F.BLOCKED), (429, F.RATE_LIMITED), (500, F.SERVER), (502, F.SERVER),
        (503, F.SERVER), (504, F.TIMEOUT), (524, F.TIMEOUT), (529, F.NO_CAPACITY), (599, F.SERVER),
    ],
)  # fmt: skip
@pytest.mark.parametrize("asked", [API, GATEWAY, SERVER], ids=["api", "gateway", "server"])
def test_a_bare_status_of_any_maker_is_told(status: int, failure: Failure, asked: Asked) -> None:
    error = failed(status, b"", asked)
    assert error.failure is failure
    assert error.what[0].isupper()
    assert error.why
    assert error.fix


def test_a_redirect_says_where_to() -> None:
    error = failed(308, b"", SERVER, {"location": "https://example.com/v1"})
    assert error.failure is F.NOT_FOUND
    assert "https://example.com/v1" in error.why


# meanings


def test_out_of_neurons_says_when_new_ones_come() -> None:
    error = failed(429, native(4006, "you have used up your daily free allocation of 10,000 neurons"))
    assert "5 h 12 min" in error.why
    assert not error.retryable


def test_out_of_neurons_is_known_by_its_words_too() -> None:
    body = {"error": {"message": "You have used up your daily free allocation of neurons"}}
    assert failed(429, body).failure is F.OUT_OF_NEURONS


@pytest.mark.parametrize(
    ("hour", "minute", "text"), [(23, 59, "1 min"), (0, 0, "24 h,"), (22, 0, "2 h,"), (23, 30, "30 min")]
)
def test_the_time_to_midnight_reads_well(hour: int, minute: int, text: str) -> None:
    now = datetime(2026, 11, 22, hour, minute, tzinfo=UTC)
    body = json.dumps(native(3036)).encode()
    assert f" {text}" in failure_of(429, {}, body, API, now=now).why


def test_a_retired_model_names_its_replacement() -> None:
    asked = Asked(Door.API, "Cloudflare", "@cf/old", replacement_of={"@cf/old": "@cf/new"}.get)
    error = failed(400, native(5007, "No such model @cf/old or task"), asked)
    assert (error.failure, error.replacement) == (F.MODEL_RETIRED, "@cf/new")
    assert "@cf/old" in error.what
    assert "@cf/new" in error.fix


def test_7003_is_about_the_account_when_it_says_so() -> None:
    error = failed(
        404,
        native(
            7003,
            "Could not route to /client/v4/accounts/x/ai/run, perhaps your object identifier is invalid?",
        ),
    )
    assert error.failure is F.NOT_FOUND
    assert "account" in error.what


def test_flagged_content_is_blocked_and_not_merely_wrong() -> None:
    assert failed(400, native(3030, "Input prompt contains NSFW content")).failure is F.BLOCKED


def test_unmet_json_mode_is_told_in_plain_words() -> None:
    assert "JSON" in failed(400, native(5006, "JSON Mode couldn't be met")).what
    assert "JSON" in failed(400, native(None, "AiError: JSON Mode couldn't be met")).what


def test_an_unaccepted_licence_offers_the_word_to_send() -> None:
    assert "agree" in failed(403, native(5016, "Model Agreement")).fix


def test_a_number_of_a_foreign_server_is_not_read_by_our_tables() -> None:
    assert failed(400, {"error": {"code": 5035, "message": "no"}}, SERVER).failure is F.BAD_REQUEST


def test_ollamas_missing_model_is_a_missing_model() -> None:
    error = failed(404, {"error": {"message": 'model "llama3" not found, try pulling it first'}}, SERVER)
    assert (error.failure, error.maker) == (F.MODEL_NOT_FOUND, PROVIDER)
    assert "The server said" in error.why


# in mid-stream


def test_an_error_frame_keeps_the_status_of_its_reply() -> None:
    error = failure_in_frame(native(3040, "Capacity"), 200, {}, API)
    assert (error.failure, error.code, error.status, error.retryable) == (F.NO_CAPACITY, 3040, 200, True)


def test_a_status_given_as_the_code_of_an_error_frame_counts() -> None:
    error = failure_in_frame({"error": {"code": 429, "message": "slow down"}}, 200, {}, GATEWAY)
    assert (error.failure, error.code) == (F.RATE_LIMITED, None)


def test_an_error_frame_of_which_nothing_is_known_is_a_broken_answer() -> None:
    error = failure_in_frame({"error": "boom"}, 200, {}, SERVER)
    assert error.failure is F.SERVER
    assert "boom" in error.why


# Retry-After


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 18:48:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 18:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, NOW) == seconds
    assert failed(429, b"", API, headers).retry_after_s == seconds


# properties


@given(st.integers(200, 599), st.binary(max_size=200), st.sampled_from([API, GATEWAY, SERVER, LOCAL]))
def test_no_reply_leaves_us_without_a_sentence(status: int, body: bytes, asked: Asked) -> None:
    error = failure_of(status, {}, body, asked)
    assert error.what.endswith(".")
    assert error.why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["error", "errors", "message", "code", "type", "success", "detail", "path", "spent", "result"]),
        inner, max_size=5,
    ),
    max_leaves=15,
)  # fmt: skip


@given(JSON, st.sampled_from([API, GATEWAY, SERVER]))
def test_no_json_makes_it_fail(reply: Any, asked: Asked) -> None:
    assert failed(400, reply, asked).what
    assert failure_in_frame(reply, 200, {}, asked).what


def test_what_is_known_of_models_tells_the_successors_of_retired_ones() -> None:
    known = {
        "old": Model("old", deprecated=True, replacement="new"),
        "older": Model("older", deprecated=True),
        "here": Model("here", replacement="new"),
    }
    assert list(map(replacing(known.get), ("old", "older", "here", "unknown"))) == ["new", None, None, None]
    assert replacing(None)("old") is None
