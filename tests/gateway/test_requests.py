"""A request becomes the calls it asks for, or an error that says what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.gateway.calls import Call, Shape
from workbench.gateway.doors import door_of
from workbench.gateway.naming import NotNamed
from workbench.gateway.protocol import BadBody, Door, Family, Ids, Inference
from workbench.gateway.requests import Leg, calls_of, refusal_of

GW = "/v1/acc/gw"
REST = "/client/v4/accounts/acc/ai"


def legs_of(
    path: str, body: object, query: str = "", method: str = "POST", **headers: str
) -> tuple[Leg, ...]:
    door = door_of(method, path)
    assert isinstance(door, Door), door
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return calls_of(Inference(door, given, query, raw, Ids("r", "e"), method))


def leg(path: str, body: object, query: str = "", method: str = "POST", **headers: str) -> Leg:
    (only,) = legs_of(path, body, query, method, **headers)
    return only


def call(path: str, body: object, query: str = "", method: str = "POST", **headers: str) -> Call:
    return leg(path, body, query, method, **headers).call


def told(found: Call) -> tuple[str, str, str, Shape]:
    return found.provider, found.endpoint, found.model, found.shape


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("openai/chat/completions", ("openai", "chat/completions", "m", Shape.CHAT)),
        ("openai/v1/chat/completions", ("openai", "v1/chat/completions", "m", Shape.CHAT)),
        ("openai/responses", ("openai", "responses", "m", Shape.RESPONSES)),
        ("openai/v1/embeddings", ("openai", "v1/embeddings", "m", Shape.EMBEDDINGS)),
        ("openai/images/generations", ("openai", "images/generations", "m", Shape.OTHER)),
        ("openai/threads/t/messages", ("openai", "threads/t/messages", "m", Shape.OTHER)),
        ("anthropic/v1/messages", ("anthropic", "v1/messages", "m", Shape.MESSAGES)),
        ("anthropic/v1/messages/count_tokens", ("anthropic", "v1/messages/count_tokens", "m", Shape.OTHER)),
        ("grok/v1/chat/completions", ("grok", "v1/chat/completions", "m", Shape.CHAT)),
        ("google-ai-studio/v1beta/openai/chat/completions", ("google-ai-studio", "v1beta/openai/chat/completions", "m", Shape.CHAT)),
        ("google-ai-studio/v1beta/models/gemini-2.5:generateContent", ("google-ai-studio", "v1beta/models/gemini-2.5:generateContent", "gemini-2.5", Shape.GENERATE)),
        ("google-ai-studio/v1/models/gemini%3AgenerateContent", ("google-ai-studio", "v1/models/gemini%3AgenerateContent", "gemini", Shape.GENERATE)),
        ("google-ai-studio/v1beta/models/embed:embedContent", ("google-ai-studio", "v1beta/models/embed:embedContent", "embed", Shape.OTHER)),
        ("cohere/v2/chat", ("cohere", "v2/chat", "m", Shape.OTHER)),
        ("custom-desk/v1/chat/completions", ("custom-desk", "v1/chat/completions", "m", Shape.CHAT)),
        ("custom-desk/api/chat", ("custom-desk", "api/chat", "m", Shape.OTHER)),
        ("workers-ai/v1/chat/completions", ("workers-ai", "v1/chat/completions", "m", Shape.CHAT)),
        ("workers-ai/v1/embeddings", ("workers-ai", "v1/embeddings", "m", Shape.EMBEDDINGS)),
        ("workers-ai/run/@cf/a/b", ("workers-ai", "@cf/a/b", "@cf/a/b", Shape.RUN)),
        ("workers-ai/@cf/a/b", ("workers-ai", "@cf/a/b", "@cf/a/b", Shape.RUN)),
    ],
)  # fmt: skip
def test_a_providers_endpoint_is_kept_and_understood(
    tail: str, expected: tuple[str, str, str, Shape]
) -> None:
    found = call(f"{GW}/{tail}", {"model": "m"})
    assert told(found) == expected
    assert not found.unified
    assert found.gateway == "gw"
    assert found.json == {"model": "m"}


@pytest.mark.parametrize(
    ("path", "model", "expected"),
    [
        (f"{GW}/compat/chat/completions", "openai/gpt-4o", ("openai", "chat/completions", "gpt-4o", Shape.CHAT)),
        (f"{GW}/compat/chat/completions", "custom-desk/a/b", ("custom-desk", "chat/completions", "a/b", Shape.CHAT)),
        (f"{GW}/compat/chat/completions", "workers-ai/@cf/a/b", ("workers-ai", "chat/completions", "@cf/a/b", Shape.CHAT)),
        (f"{GW}/compat/embeddings", "google-ai-studio/e", ("google-ai-studio", "embeddings", "e", Shape.EMBEDDINGS)),
        ("/compat/chat/completions", "grok/g", ("grok", "chat/completions", "g", Shape.CHAT)),
        (f"{REST}/v1/chat/completions", "google/gemini", ("google-ai-studio", "chat/completions", "gemini", Shape.CHAT)),
        (f"{REST}/v1/chat/completions", "xai/grok-4", ("grok", "chat/completions", "grok-4", Shape.CHAT)),
        (f"{REST}/v1/chat/completions", "@cf/a/b", ("workers-ai", "chat/completions", "@cf/a/b", Shape.CHAT)),
        (f"{REST}/v1/embeddings", "openai/e", ("openai", "embeddings", "e", Shape.EMBEDDINGS)),
        (f"{REST}/v1/responses", "openai/o", ("openai", "responses", "o", Shape.RESPONSES)),
    ],
)  # fmt: skip
def test_a_models_name_says_whose_it_is(path: str, model: str, expected: tuple[str, str, str, Shape]) -> None:
    found = call(path, {"model": model, "x": 1})
    assert told(found) == expected
    assert found.unified
    assert json.loads(found.body) == {"model": expected[2], "x": 1}
    assert found.json == json.loads(found.body)


def test_messages_on_the_rest_family_are_the_providers_own() -> None:
    found = call(f"{REST}/v1/messages", {"model": "anthropic/claude", "messages": []})
    assert told(found) == ("anthropic", "v1/messages", "claude", Shape.MESSAGES)
    assert not found.unified


@pytest.mark.parametrize("path", [f"{GW}/compat/chat/completions", f"{REST}/v1/chat/completions"])
@pytest.mark.parametrize("model", ["llama3.2", "qwen/qwen3-4b:latest"])
def test_a_name_that_is_nobodys_is_left_as_it_is(path: str, model: str) -> None:
    found = call(path, {"model": model})
    if found.provider:
        assert found.wire == model
    else:
        assert found.model == model
        assert json.loads(found.body)["model"] == model


def test_what_the_answer_calls_a_model_is_what_the_request_called_it() -> None:
    assert call(f"{REST}/v1/chat/completions", {"model": "openai/gpt"}).wire == "openai/gpt"
    assert call(f"{GW}/compat/chat/completions", {"model": "openai/gpt"}).wire == ""


def test_a_dynamic_route_is_named_where_routes_run() -> None:
    for path in (f"{GW}/compat/chat/completions", f"{REST}/v1/chat/completions"):
        found = leg(path, {"model": "dynamic/support", "messages": []})
        assert found.route == "support"
        assert (found.call.provider, found.call.unified) == ("", True)
        assert found.body == {"model": "dynamic/support", "messages": []}
    assert call(f"{REST}/v1/chat/completions", {"model": "dynamic/x"}).gateway == "default"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{GW}/openai/chat/completions", {"model": "dynamic/x"}),
        (f"{GW}/workers-ai/v1/chat/completions", {"model": "dynamic/x"}),
        (f"{GW}/compat/embeddings", {"model": "dynamic/x"}),
        (f"{REST}/v1/responses", {"model": "dynamic/x"}),
        (f"{REST}/v1/messages", {"model": "dynamic/x"}),
        (f"{REST}/run", {"model": "dynamic/x", "input": {}}),
        (GW, [{"provider": "openai", "endpoint": "chat/completions", "query": {"model": "dynamic/x"}}]),
    ],
)
def test_a_dynamic_route_elsewhere_is_told_where_it_runs(path: str, body: object) -> None:
    with pytest.raises(NotNamed) as wrong:
        legs_of(path, body)
    refusal = refusal_of(wrong.value, Family.REST)
    assert (refusal.status, refusal.code, refusal.native) == (400, 7000, False)
    assert "compat/chat/completions" in refusal.message
    assert "dynamic/x" in refusal.message


def test_the_auto_router_is_refused_by_name() -> None:
    with pytest.raises(NotNamed, match="Auto Router"):
        call(f"{GW}/compat/chat/completions", {"model": "cloudflare/auto"})


@pytest.mark.parametrize("model", [None, "", 5, ["x"]])
def test_a_missing_model_is_told_as_workers_ai_tells_it(model: object) -> None:
    with pytest.raises(NotNamed) as wrong:
        call(f"{REST}/v1/chat/completions", {"model": model})
    refusal = refusal_of(wrong.value, Family.GATEWAY)
    assert (refusal.status, refusal.code, refusal.native) == (400, 5006, True)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"a":"\xff"}'])
@pytest.mark.parametrize(
    "path", [f"{GW}/compat/chat/completions", f"{GW}/anthropic/v1/messages", f"{REST}/v1/responses", f"{REST}/run"]
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(path: str, body: bytes) -> None:
    with pytest.raises(BadBody) as bad:
        call(path, body)
    assert refusal_of(bad.value, Family.REST).code == 5006


def test_an_endpoint_nobody_here_understands_takes_any_body() -> None:
    for body in (b"--x\r\n", b"{", b"", b"\xff"):
        found = call(
            f"{GW}/openai/audio/transcriptions", body, content_type="multipart/form-data; boundary=x"
        )
        assert (found.body, found.shape, found.model) == (body, Shape.OTHER, "")


def test_a_get_has_no_shape_and_needs_no_body() -> None:
    found = call(f"{GW}/openai/chat/completions", b"", "limit=2", "GET")
    assert (found.shape, found.method, found.endpoint) == (Shape.OTHER, "GET", "chat/completions?limit=2")


def test_raw_bytes_may_be_run_but_broken_json_may_not() -> None:
    found = call(f"{REST}/run/@cf/a/b", b"\x00\x01RIFF", content_type="audio/wav")
    assert (found.body, found.envelope) == (b"\x00\x01RIFF", True)
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        with pytest.raises(BadBody):
            call(f"{REST}/run/@cf/a/b", b'{"prompt":', content_type=kind)


@pytest.mark.parametrize(
    ("model", "given", "expected", "sent"),
    [
        ("@cf/a/b", {"prompt": "x"}, ("workers-ai", "@cf/a/b", "@cf/a/b", Shape.RUN), {"prompt": "x"}),
        ("openai/gpt", {"messages": []}, ("openai", "chat/completions", "gpt", Shape.CHAT), {"model": "gpt", "messages": []}),
        ("openai/gpt", {"input": "x"}, ("openai", "responses", "gpt", Shape.RESPONSES), {"model": "gpt", "input": "x"}),
        ("openai/text-embedding-3", {"input": "x"}, ("openai", "embeddings", "text-embedding-3", Shape.EMBEDDINGS), {"model": "text-embedding-3", "input": "x"}),
        ("anthropic/claude", {"messages": []}, ("anthropic", "v1/messages", "claude", Shape.MESSAGES), {"model": "claude", "messages": []}),
        ("google/gemini", {"contents": []}, ("google-ai-studio", "v1beta/models/gemini:generateContent", "gemini", Shape.GENERATE), {"contents": []}),
        ("google/gemini", {"messages": []}, ("google-ai-studio", "chat/completions", "gemini", Shape.CHAT), {"model": "gemini", "messages": []}),
        ("alibaba/wan", {"prompt": "a cat"}, ("alibaba", "wan", "wan", Shape.RUN), {"prompt": "a cat"}),
    ],
)  # fmt: skip
def test_run_takes_the_model_in_the_body(
    model: str, given: dict[str, Any], expected: tuple[str, str, str, Shape], sent: object
) -> None:
    found = call(f"{REST}/run", {"model": model, "input": given})
    assert told(found) == expected
    assert json.loads(found.body) == found.json == sent
    assert found.envelope


def test_run_without_an_input_is_refused() -> None:
    for body in ({"model": "openai/x"}, {"model": "openai/x", "input": "text"}):
        with pytest.raises(BadBody, match="input"):
            call(f"{REST}/run", body)


def test_a_stream_is_asked_for_in_the_body_or_by_googles_endpoint() -> None:
    assert call(f"{GW}/openai/responses", {"stream": True}).stream
    assert not call(f"{GW}/openai/responses", {"stream": "true"}).stream
    google = f"{GW}/google-ai-studio/v1beta/models/m:streamGenerateContent"
    found = call(google, {}, "alt=sse")
    assert found.stream
    assert found.endpoint.endswith("?alt=sse")


def test_the_gateway_is_in_the_path_or_in_a_header() -> None:
    chat = f"{REST}/v1/chat/completions"
    assert call(chat, {"model": "@cf/a/b"}).gateway == ""
    assert call(chat, {"model": "openai/x"}).gateway == "default"
    assert call(chat, {"model": "@cf/a/b"}, cf_aig_gateway_id="mine").gateway == "mine"
    assert call("/openai/responses", {}).gateway == "default"


def test_conversion_to_markdown_is_workers_ais() -> None:
    assert told(call(f"{REST}/tomarkdown", b"--x")) == ("workers-ai", "tomarkdown", "", Shape.OTHER)
    found = call(f"{REST}/tomarkdown/supported", b"", "", "GET")
    assert (found.endpoint, found.method, found.envelope) == ("tomarkdown/supported", "GET", True)


LEGS = [
    {
        "provider": "workers-ai",
        "endpoint": "@cf/a/b",
        "headers": {"Authorization": "Bearer cf", "cf-aig-cache-ttl": 0, "cf-aig-metadata": {"a": 1}},
        "config": {"requestTimeout": 1000, "maxAttempts": 2, "retryDelay": 500, "backoff": "linear"},
        "query": {"prompt": "hi"},
    },
    {"provider": "openai", "endpoint": "/chat/completions?x=1", "query": {"model": "gpt", "stream": True}},
    {"provider": "compat", "endpoint": "chat/completions", "query": {"model": "dynamic/r"}},
    {"provider": "compat", "endpoint": "chat/completions", "query": {"model": "groq/llama"}},
]


@pytest.mark.parametrize("path", [GW, f"{GW}/"])
def test_universal_legs_become_calls_in_order(path: str) -> None:
    run, chat, route, unified = legs_of(path, LEGS)
    assert told(run.call) == ("workers-ai", "@cf/a/b", "@cf/a/b", Shape.RUN)
    assert json.loads(run.call.body) == {"prompt": "hi"}
    assert told(chat.call) == ("openai", "chat/completions?x=1", "gpt", Shape.CHAT)
    assert chat.call.stream
    assert route.route == "r"
    assert told(unified.call) == ("groq", "chat/completions", "llama", Shape.CHAT)
    assert unified.call.unified
    assert unified.body == {"model": "llama"}


def test_a_legs_headers_win_over_its_config_and_both_over_the_requests() -> None:
    legs = [
        {
            **LEGS[0],
            "headers": {"CF-AIG-Max-Attempts": "5", "cf-aig-cache-ttl": 0, "cf-aig-metadata": {"a": 1}},
        }
    ]
    shared = {
        "cf_aig_max_attempts": "1",
        "cf_aig_retry_delay": "9",
        "cf_aig_event_id": "e",
        "user_agent": "me",
    }
    headers = legs_of(GW, legs, **shared)[0].call.headers
    assert headers == {
        "cf-aig-max-attempts": "5",
        "cf-aig-retry-delay": "500",
        "cf-aig-request-timeout": "1000",
        "cf-aig-backoff": "linear",
        "cf-aig-event-id": "e",
        "cf-aig-cache-ttl": "0",
        "cf-aig-metadata": '{"a":1}',
        "user-agent": "me",
    }


def test_a_key_on_the_request_goes_with_no_leg() -> None:
    found = legs_of(
        GW, LEGS, authorization="Bearer sk-openai", x_api_key="k", cf_aig_authorization="Bearer t"
    )
    assert found[0].call.headers["authorization"] == "Bearer cf"
    assert not {"authorization", "x-api-key", "cf-aig-authorization"} & set(found[1].call.headers)


def test_a_single_object_is_a_universal_request_of_one_leg() -> None:
    assert len(legs_of(GW, LEGS[1])) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "array of 1 to"),
        ("x", "array of 1 to"),
        ([LEGS[1]] * 33, "array of 1 to"),
        ([LEGS[1], 5], "leg 1 is not an object"),
        ([{"endpoint": "x"}], "leg 0: Invalid provider"),
        ([{"provider": 5}], "leg 0: 'provider' must be a text"),
        ([{"provider": "openai", "endpoint": ["x"]}], "leg 0: 'endpoint'"),
        ([{"provider": "openai", "query": []}], "leg 0: 'query' must be an object"),
        ([{"provider": "openai", "headers": "x"}], "leg 0: 'headers'"),
        ([{"provider": "openai", "headers": {"a\nb": "x"}}], "cannot be sent"),
        ([{"provider": "openai", "headers": {"a": "x\r\nhost: y"}}], "cannot be sent"),
        (
            [{"provider": "openai", "config": {"maxAttempts": "2"}}],
            "leg 0: 'config.maxAttempts' must be a number",
        ),
        ([{"provider": "openai", "config": {"backoff": 1}}], "leg 0: 'config.backoff' must be a text"),
        ([{"provider": "openai", "endpoint": "../../x"}], "leads out"),
        ([{"provider": "compat", "endpoint": "models"}], "cannot ask for compat/models"),
        ([{"provider": "workers-ai", "endpoint": "@cf/x"}], "Invalid model id"),
        ([{"provider": "nobody", "endpoint": "x"}], "Invalid provider: “nobody”"),
    ],
)
def test_a_leg_that_cannot_be_sent_is_named(body: object, words: str) -> None:
    with pytest.raises((BadBody, NotNamed), match=words):
        legs_of(GW, body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
LEG = st.fixed_dictionaries(
    {},
    optional={
        "provider": st.sampled_from(["openai", "compat", "workers-ai", "custom-x", ""]) | JSON,
        "endpoint": st.sampled_from(["chat/completions", "@cf/a/b", "v1/x?y", "../x"]) | JSON,
        "headers": st.dictionaries(st.text(max_size=8), JSON, max_size=3) | JSON,
        "config": JSON,
        "query": st.fixed_dictionaries({}, optional={"model": JSON}) | JSON,
    },
)


@given(st.one_of(JSON, LEG, st.lists(st.one_of(LEG, JSON), max_size=3)))
def test_any_universal_body_becomes_legs_or_is_refused(body: object) -> None:
    legs: tuple[Leg, ...] = ()
    status = 400
    try:
        legs = legs_of(GW, body)
    except (BadBody, NotNamed) as wrong:
        status = refusal_of(wrong, Family.GATEWAY).status
    assert 400 <= status < 500
    for one in legs:
        assert all(name == name.lower() and value.isprintable() for name, value in one.call.headers.items())
        assert isinstance(one.call.json, dict)
