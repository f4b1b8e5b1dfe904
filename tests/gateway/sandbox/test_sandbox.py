"""Who is answered, in whose shape, and what goes wrong on order."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.gateway.sandbox.asking import (
    CATALOGUE,
    EMBEDDER,
    IDS,
    LEGACY,
    NEW,
    SQUARE,
    Heard,
    ask,
    call_of,
    heard,
)
from tests.gateway.sandbox.reading.junk import JSON, KEYS
from workbench.domain.gateways import PROVIDER_SLUGS
from workbench.gateway.calls import Shape
from workbench.gateway.protocol import Family
from workbench.gateway.replies import Cut
from workbench.gateway.sandbox.fault_rules import FaultRules
from workbench.gateway.sandbox.sandbox import Sandbox

PONG: dict[str, Any] = {"messages": [{"role": "user", "content": "Say pong"}]}
BODIES: dict[Shape, dict[str, Any]] = {
    Shape.CHAT: PONG,
    Shape.RESPONSES: {"input": "Say pong"},
    Shape.MESSAGES: {"model": "m", "max_tokens": 100, **PONG},
    Shape.GENERATE: {"contents": [{"parts": [{"text": "Say pong"}]}]},
}
OWNERS = {
    Shape.CHAT: "openai",
    Shape.RESPONSES: "openai",
    Shape.MESSAGES: "anthropic",
    Shape.GENERATE: "google-ai-studio",
}


def ordered(orders: str, shape: Shape = Shape.CHAT, **more: Any) -> Heard:
    given = {"provider": OWNERS[shape], "headers": {"x-sandbox": orders}, **more}
    return ask(BODIES[shape], shape, **given)


@pytest.mark.parametrize("provider", [*PROVIDER_SLUGS, "custom-mine", "openrouter", "fireworks"])
def test_every_provider_chats(provider: str) -> None:
    model = NEW.id if provider == "workers-ai" else "any-model"
    found = ask(PONG, provider=provider, model=model)
    assert found.json["choices"][0]["message"]["content"] == "pong"
    assert found.json["model"] == model
    assert found.reply.upstream == "sandbox"
    assert found.headers["cf-ai-req-id"] == IDS.request
    assert ("cf-ai-neurons" in found.headers) is (provider == "workers-ai")


def test_an_endpoint_says_its_wire_where_its_shape_does_not() -> None:
    found = ask(PONG, Shape.OTHER, provider="openrouter", endpoint="v1/chat/completions")
    assert found.json["object"] == "chat.completion"
    vertex = "v1/projects/p/locations/r/publishers/google/models/g:generateContent"
    found = ask(BODIES[Shape.GENERATE], Shape.OTHER, provider="google-vertex-ai", endpoint=vertex)
    assert found.json["candidates"]


def test_third_parties_under_run_take_their_own_bodies() -> None:
    more: dict[str, Any] = {"family": Family.REST, "envelope": True, "endpoint": "run"}
    assert ask(PONG, Shape.RUN, provider="openai", **more).json["result"]["choices"]
    google = ask(BODIES[Shape.GENERATE], Shape.RUN, provider="google-ai-studio", **more)
    assert google.json["result"]["candidates"]
    claude = ask(BODIES[Shape.MESSAGES], Shape.RUN, provider="anthropic", **more)
    assert claude.json["result"]["stop_reason"] == "end_turn"


ENVELOPES = [
    (Shape.CHAT, "openai", lambda body: body["error"]["code"]),
    (Shape.CHAT, "workers-ai", lambda body: body["errors"][0]["code"]),
    (Shape.MESSAGES, "anthropic", lambda body: (body["type"], body["error"]["type"])),
    (Shape.MESSAGES, "other", lambda body: (body["type"], body["error"]["type"])),
    (Shape.CHAT, "anthropic", lambda body: (body["type"], body["error"]["type"])),
    (Shape.GENERATE, "google-ai-studio", lambda body: (body["error"]["code"], body["error"]["status"])),
]
NAMES = {
    ("openai", 401): "invalid_api_key",
    ("openai", 429): "rate_limit_exceeded",
    ("workers-ai", 401): 10000,
    ("workers-ai", 429): 3040,
    ("anthropic", 401): ("error", "authentication_error"),
    ("anthropic", 429): ("error", "rate_limit_error"),
    ("anthropic", 529): ("error", "overloaded_error"),
    ("google-ai-studio", 401): (401, "UNAUTHENTICATED"),
    ("google-ai-studio", 429): (429, "RESOURCE_EXHAUSTED"),
    ("google-ai-studio", 503): (503, "UNAVAILABLE"),
}


@pytest.mark.parametrize(("shape", "provider", "named"), ENVELOPES)
@pytest.mark.parametrize("status", [401, 429, 503, 529])
def test_an_ordered_error_has_its_makers_shape(shape: Shape, provider: str, named: Any, status: int) -> None:
    model = NEW.id if provider == "workers-ai" else "m"
    found = ordered(f"status={status} retry-after=3", shape, provider=provider, model=model)
    assert (found.status, found.headers["retry-after"]) == (status, "3")
    owner = provider if provider != "other" else "anthropic"
    name = named(found.json)
    assert name == NAMES.get((owner, status), name)


@pytest.mark.parametrize(
    ("shape", "body", "told"),
    [
        (Shape.MESSAGES, {"model": "m", **PONG}, "max_tokens: Field required"),
        (Shape.GENERATE, {"contents": []}, "contents are required"),
        (Shape.RESPONSES, {}, "required properties at '/' are 'input'"),
    ],
)
def test_a_refusal_has_its_makers_words(shape: Shape, body: Any, told: str) -> None:
    found = ask(body, shape, provider=OWNERS[shape])
    assert (found.status, found.json["error"]["message"]) == (400, told)


@pytest.mark.parametrize("shape", list(BODIES))
def test_a_stream_may_break_off_with_an_error_of_its_maker(shape: Shape) -> None:
    body = {**BODIES[shape], "stream": True} if shape is not Shape.GENERATE else BODIES[shape]
    endpoint = "v1beta/models/m:streamGenerateContent?alt=sse" if shape is Shape.GENERATE else ""
    order = {"x-sandbox": "error-after=1 status=503 pace=max"}
    found = ask(body, shape, provider=OWNERS[shape], endpoint=endpoint, headers=order)
    assert found.cut
    last = found.body.decode().rstrip().split("\n\n")[-1]
    assert '"error":{' in last


@pytest.mark.parametrize("shape", list(BODIES))
def test_a_malformed_frame_is_no_json_in_any_shape(shape: Shape) -> None:
    body = {**BODIES[shape], "stream": True} if shape is not Shape.GENERATE else BODIES[shape]
    endpoint = "v1beta/models/m:streamGenerateContent?alt=sse" if shape is Shape.GENERATE else ""
    order = {"x-sandbox": "malformed-after=1 pace=max"}
    found = ask(body, shape, provider=OWNERS[shape], endpoint=endpoint, headers=order)
    assert not found.cut
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        _ = found.events


def test_the_makers_number_comes_only_from_workers_ai() -> None:
    refused = ask({"messages": []}, provider="openai")
    assert refused.json["error"]["code"] is None
    assert refused.json["error"]["param"] == "messages"
    assert ask({"messages": []}, provider="workers-ai", model=NEW.id).json["errors"][0]["code"] == 5006


def test_a_model_for_something_else_does_not_chat() -> None:
    found = ask(PONG, provider="workers-ai", model=EMBEDDER.id)
    assert (found.status, found.json["errors"][0]["code"]) == (400, 5007)
    assert "Text Embeddings" in found.json["errors"][0]["message"]
    assert ask(PONG, provider="workers-ai", model="@cf/no/such").status == 400


def test_an_endpoint_that_nobody_knows_is_404_in_its_makers_shape() -> None:
    found = ask({}, Shape.OTHER, provider="anthropic", endpoint="v1/messages/batches")
    assert (found.status, found.json["error"]["type"]) == (404, "not_found_error")
    assert "v1/messages/batches" in found.json["error"]["message"]
    assert ask(b"", Shape.OTHER, endpoint="files", method="GET").status == 404


def test_a_body_that_is_no_json_is_refused_in_every_shape() -> None:
    for shape, provider in OWNERS.items():
        found = ask(b"{", shape, provider=provider)
        assert found.status == 400
        assert "not valid JSON" in found.json["error"]["message"]


def test_a_tool_turn_works_over_several_rounds() -> None:
    tools = [
        {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
        for name in ("first_tool", "second_tool")
    ]
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Use first_tool"}]
    for question, tool in (("Use second_tool", "first_tool"), ("Explain tides", "second_tool")):
        called = ask({"messages": messages, "tools": tools}).json["choices"][0]["message"]
        (call,) = called["tool_calls"]
        assert call["function"]["name"] == tool
        messages += [called, {"role": "tool", "tool_call_id": call["id"], "content": f"from {tool}"}]
        told = ask({"messages": messages, "tools": tools}).json["choices"][0]["message"]
        assert f"`{tool}` answered:" in told["content"]
        messages += [told, {"role": "user", "content": question}]
    assert not ask({"messages": messages, "tools": tools}).json["choices"][0]["message"].get("tool_calls")


def test_what_a_picture_shows_of_itself_is_told() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": SQUARE}
    content = [{"type": "text", "text": "What is it?"}, {"type": "image", "source": source}]
    body = {"model": "m", "max_tokens": 4000, "messages": [{"role": "user", "content": content}]}
    found = ask(body, Shape.MESSAGES, provider="anthropic").json
    assert "1 picture (PNG, 2 × 2 pixels, 73 bytes)" in found["content"][0]["text"]


def test_orders_for_an_element_are_for_that_element() -> None:
    orders = "element.m1:status=500 element.m2:status=429 element.m2:retry-after=7"
    assert ordered(orders).status == 200
    assert ordered(orders, element="support/m1").status == 500
    assert ordered(orders, element="support/m2").headers["retry-after"] == "7"


def test_rules_hold_for_models_and_elements(run_async: Run) -> None:
    rules = FaultRules()
    rules.set({"route/support/*": "status=503", "openai/m*": "status=429"})
    first = run_async(heard(call_of(PONG, element="support/m1"), rules))
    second = run_async(heard(call_of(PONG), rules))
    third = run_async(heard(call_of(PONG, model="other"), rules))
    assert (first.status, second.status, third.status) == (503, 429, 200)


def test_elements_throw_dice_of_their_own() -> None:
    statuses = [ordered("error-rate=0.5", element=f"r/m{n}").status for n in range(40)]
    assert set(statuses) == {200, 500}
    assert statuses == [ordered("error-rate=0.5", element=f"r/m{n}").status for n in range(40)]


def test_a_drawn_latency_is_the_same_for_the_same_call(run_async: Run) -> None:
    async def waited() -> float:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await heard(call_of(PONG, headers={"x-sandbox": "latency=uniform(20ms,60ms)"}))
        return loop.time() - begun

    first, second = run_async(waited()), run_async(waited())
    assert min(first, second) >= 0.02
    assert abs(first - second) < 0.02


def test_a_whole_answer_waits_for_its_tokens_when_a_pace_is_ordered(run_async: Run) -> None:
    async def waited() -> float:
        begun = asyncio.get_running_loop().time()
        await heard(call_of(PONG, headers={"x-sandbox": "pace=20"}))
        return asyncio.get_running_loop().time() - begun

    assert run_async(waited()) >= 0.05


def test_a_hang_ends_when_the_gateway_does(run_async: Run) -> None:
    async def hung() -> None:
        closing = asyncio.Event()
        asyncio.get_running_loop().call_soon(closing.set)
        call = call_of(PONG, headers={"x-sandbox": "hang"})
        await Sandbox(CATALOGUE, closing).answer(call, IDS)

    with pytest.raises(Cut):
        run_async(hung())


def test_orders_hold_for_lists_and_counts_too() -> None:
    order = {"x-sandbox": "status=503"}
    assert ask(b"", Shape.OTHER, endpoint="models", method="GET", headers=order).status == 503
    counting = {"provider": "anthropic", "endpoint": "v1/messages/count_tokens", "headers": order}
    assert ask(BODIES[Shape.MESSAGES], Shape.MESSAGES, **counting).status == 503


def test_a_legacy_model_thinks_aloud_without_breaking_its_json() -> None:
    wanted = {"type": "json_schema", "json_schema": {"type": "object"}}
    body = {**PONG, "response_format": wanted, "max_tokens": 3}
    found = ask(body, Shape.RUN, provider="workers-ai", model=LEGACY.id, envelope=True)
    assert isinstance(found.json["result"]["response"], str | dict)


def test_a_batch_of_prompts_is_queued_run_and_told(run_async: Run) -> None:
    queue = f"{LEGACY.id}?queueRequest=true"
    requests: list[Any] = [{"prompt": "Say pong", "external_reference": "a"}, {"prompt": 5}]

    async def told() -> list[Any]:
        sandbox = Sandbox(CATALOGUE, asyncio.Event())

        async def asked(body: Any) -> Any:
            more: dict[str, Any] = {"provider": "workers-ai", "model": LEGACY.id, "envelope": True}
            reply = await sandbox.answer(call_of(body, Shape.RUN, endpoint=queue, **more), IDS)
            return json.loads(reply.body)["result"]

        queued = await asked({"requests": requests})
        poll = {"request_id": queued["request_id"]}
        return [queued["status"], (await asked(poll))["status"], await asked(poll)]

    first, second, done = run_async(told())
    assert (first, second) == ("queued", "running")
    good, bad = done["responses"]
    assert (good["result"]["response"], good["external_reference"]) == ("pong", "a")
    assert not bad["success"]


REFUSED: dict[Shape, Any] = {
    Shape.CHAT: lambda body: body["choices"][0]["message"]["refusal"],
    Shape.RESPONSES: lambda body: body["output"][0]["content"][0]["refusal"],
    Shape.MESSAGES: lambda body: body["stop_reason"] == "refusal" and body["content"][0]["text"],
    Shape.GENERATE: lambda body: (
        body["candidates"][0]["finishReason"] == "SAFETY" and body["candidates"][0]["content"]["parts"][0]["text"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", list(BODIES))
def test_a_model_may_refuse_in_its_makers_way(shape: Shape) -> None:
    assert "told to refuse" in REFUSED[shape](ordered("refuse", shape).json)


def test_a_refusal_is_streamed_in_events_of_its_own() -> None:
    order = {"x-sandbox": "refuse pace=max"}
    found = ask({**BODIES[Shape.RESPONSES], "stream": True}, Shape.RESPONSES, headers=order)
    told = "".join(event["delta"] for name, event in found.events if name == "response.refusal.delta")
    assert told == REFUSED[Shape.RESPONSES](found.events[-1][1]["response"])


@pytest.mark.parametrize("orders", ["cut-after=5", "error-after=1"])
def test_a_whole_answer_breaks_off_in_the_middle(orders: str) -> None:
    found, whole = ordered(orders), ordered("pace=max")
    assert found.cut
    assert 0 < len(found.body) < len(whole.body)


def test_a_whole_answer_may_be_malformed() -> None:
    found = ordered("malformed-after=0")
    assert not found.cut
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        _ = found.json


def test_each_try_of_one_request_throws_anew_and_another_request_the_same(run_async: Run) -> None:
    async def statuses() -> list[int]:
        sandbox = Sandbox(CATALOGUE, asyncio.Event())
        call = call_of(PONG, headers={"x-sandbox": "error-rate=0.5"})
        return [(await sandbox.answer(call, IDS)).status for _ in range(30)]

    first = run_async(statuses())
    assert set(first) == {200, 500}
    assert first == run_async(statuses())


@pytest.mark.parametrize(("shape", "header"), [(Shape.CHAT, "x-request-id"), (Shape.MESSAGES, "request-id")])
def test_makers_name_the_request_as_their_sdks_show_it(shape: Shape, header: str) -> None:
    assert ordered("status=500", shape).headers[header].startswith("req_")
    assert header in ordered("pace=max", shape).headers


@given(
    shape=st.sampled_from([*BODIES, Shape.RUN, Shape.OTHER]),
    provider=st.sampled_from(["openai", "anthropic", "google-ai-studio", "workers-ai", "cohere"]),
    endpoint=st.sampled_from(["", "v2/chat", "m:countTokens", "m:streamGenerateContent?alt=sse"]),
    junk=st.dictionaries(KEYS, JSON),
    orders=st.sampled_from(["pace=max", "malformed-after=1 pace=max", "cut-after=2 pace=max", "refuse pace=max"]),
)  # fmt: skip
def test_any_request_is_answered_or_refused(
    shape: Shape, provider: str, endpoint: str, junk: dict[str, Any], orders: str
) -> None:
    model = NEW.id if provider == "workers-ai" else "m"
    more: dict[str, Any] = {"provider": provider, "model": model, "endpoint": endpoint}
    for body in (junk, {**BODIES.get(shape, PONG), **junk}):
        found = ask(body, shape, headers={"x-sandbox": orders}, **more)
        assert found.status in (200, 400, 404)
        assert found.reply.headers


@pytest.mark.parametrize("unit", ["1", "1,", "count ", "12 words ", "[sandbox ", "use ", " ", "Ab "])
def test_a_prompt_cannot_hold_up_the_gateway(unit: str) -> None:
    """Each of these took half a minute and more where a pattern looked through all of it at once."""
    text = unit * (200_000 // len(unit))
    tools = [{"type": "function", "function": {"name": "use_it"}}]
    body = {"messages": [{"role": "user", "content": text}], "tools": tools, "max_tokens": 10}
    assert ask(body).status == 200


@pytest.mark.parametrize("depth", [200, 490, 5000])
def test_a_body_nested_too_deeply_is_refused(depth: int) -> None:
    schema = b'{"required":["x"],"properties":{"x":' * depth + b"{}" + b"}}" * depth
    wanted = b'{"type":"json_schema","json_schema":' + schema + b"}"
    body = b'{"messages":[{"role":"user","content":"x"}],"response_format":' + wanted + b"}"
    assert ask(body).status == 400
