"""Chat completions and the native shape over HTTP, read back by the client's own reader, and what goes wrong on order."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from tests.gateway.wire import LEGACY, NEWER, PLAIN, RUN, V1, Wire
from workbench.client.frames import FrameReader, deltas_of_reply
from workbench.client.sse import SseDecoder
from workbench.domain.chat import ChatReply

COMPAT = "/v1/acc/default/compat/chat/completions"
TOOL = {
    "type": "function",
    "function": {
        "name": "lookup",
        "parameters": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
    },
}
DOORS = [
    (V1, PLAIN),
    (V1, NEWER),
    (COMPAT, "openai/gpt-4o"),
    (COMPAT, f"workers-ai/{NEWER}"),
    (RUN + LEGACY, LEGACY),
    (RUN + NEWER, NEWER),
    (f"/v1/a/default/workers-ai/{LEGACY}", LEGACY),
]


def streamed(body: bytes) -> ChatReply:
    """A streamed body as the client understands it."""
    decoder, reader, reply = SseDecoder(), FrameReader(), ChatReply()
    for event in [*decoder.feed(body), *decoder.end()]:
        if event.data != "[DONE]":
            for delta in reader.read(event.data):
                reply.add(delta, 1)
    for delta in reader.end():
        reply.add(delta, 1)
    reply.settle()
    return reply


def whole(body: bytes) -> ChatReply:
    reply = ChatReply()
    for delta in deltas_of_reply(body):
        reply.add(delta, 1)
    reply.settle()
    return reply


@pytest.mark.parametrize(("path", "model"), DOORS)
def test_streamed_and_whole_answers_mean_the_same(shared: Wire, path: str, model: str) -> None:
    live = shared.chat(
        "Explain tides", path=path, model=model, stream=True, stream_options={"include_usage": True}
    )
    assert live.headers["content-type"] == "text/event-stream"
    there = streamed(live.body)
    here = whole(shared.chat("Explain tides", path=path, model=model).body)
    assert there.text == here.text != ""
    assert there.reasoning == here.reasoning
    assert there.finish_reason == "stop"
    assert (there.usage.prompt_tokens, there.usage.completion_tokens) == (
        here.usage.prompt_tokens,
        here.usage.completion_tokens,
    )


@pytest.mark.parametrize(("path", "model"), DOORS)
def test_streamed_and_whole_calls_mean_the_same(shared: Wire, path: str, model: str) -> None:
    more: dict[str, Any] = {"path": path, "model": model, "tools": [TOOL]}
    there = streamed(shared.chat("Use lookup for “tides”", stream=True, **more).body)
    here = whole(shared.chat("Use lookup for “tides”", **more).body)
    assert [(call.name, json.loads(call.arguments)) for call in there.tool_calls] == [
        ("lookup", {"q": "tides"})
    ]
    assert [(call.name, json.loads(call.arguments)) for call in here.tool_calls] == [
        ("lookup", {"q": "tides"})
    ]


def test_native_frames_are_padded_and_end_with_usage(shared: Wire) -> None:
    frames = shared.chat(path=RUN + LEGACY, stream=True).frames
    assert all(set(frame) == {"response", "p"} for frame in frames[:-1])
    assert {len(frame["p"]) for frame in frames[:-1]} != {1}
    assert frames[-1]["usage"]["completion_tokens"] == len(frames) - 1


def test_a_frame_is_a_token(shared: Wire) -> None:
    frames = shared.chat("Write 300 tokens of markdown", stream=True).frames
    with_text = [
        frame for frame in frames if frame["choices"] and frame["choices"][0]["delta"].get("content")
    ]
    assert len(with_text) == 300
    assert frames[-1]["choices"] == []
    assert frames[-1]["usage"]["completion_tokens"] == 300


def test_a_third_party_gives_usage_in_a_stream_only_when_asked(shared: Wire) -> None:
    plain = shared.chat(path=COMPAT, model="openai/gpt-4o", stream=True).frames
    assert not any("usage" in frame for frame in plain)


def test_a_legacy_schema_answer_is_parsed_already(shared: Wire) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    wanted = {"type": "json_schema", "json_schema": schema}
    result = shared.chat(path=RUN + LEGACY, response_format=wanted).json["result"]
    assert isinstance(result["response"]["n"], int)


def test_a_schema_that_nothing_fits_is_refused(shared: Wire) -> None:
    wanted = {"type": "json_schema", "json_schema": {"type": "integer", "minimum": 2, "maximum": 1}}
    answer = shared.chat(response_format=wanted)
    assert answer.status == 400
    assert "JSON Mode couldn't be met" in answer.json["errors"][0]["message"]


def tokens_before_the_end(body: bytes) -> int:
    return sum(1 for line in body.split(b"\n") if line.startswith(b"data: {") and b'"response":' in line)


def read_until_cut(shared: Wire, orders: str, **more: Any) -> bytes:
    """What came before the connection was closed without an end."""
    body = {"messages": [{"role": "user", "content": "Write 100 tokens of markdown"}], "stream": True, **more}
    got = b""
    with shared.open("POST", RUN + LEGACY, body, {"x-sandbox": orders}) as reply:
        try:
            while piece := reply.read1(4096):
                got += piece
        except http.client.IncompleteRead:
            return got
    raise AssertionError("it ended as if it were whole")


@pytest.mark.parametrize("pace", ["max", "2000"])
def test_cut_after_closes_without_an_end(shared: Wire, pace: str) -> None:
    got = read_until_cut(shared, f"cut-after=20 pace={pace}")
    assert tokens_before_the_end(got) == 20
    assert b"[DONE]" not in got


def test_error_after_sends_an_error_frame_and_closes(shared: Wire) -> None:
    got = read_until_cut(shared, "error-after=3 code=3040 pace=max")
    last = json.loads(got.decode().strip().split("\n\n")[-1].removeprefix("data: "))
    assert last["errors"][0]["code"] == 3040
    assert tokens_before_the_end(got) == 3


def test_malformed_after_breaks_one_frame_and_goes_on(shared: Wire) -> None:
    data = shared.chat(
        "Count from 1 to 9", stream=True, headers={"x-sandbox": "malformed-after=2 pace=max"}
    ).data
    broken = []
    for index, text in enumerate(data[:-1]):
        try:
            json.loads(text)
        except ValueError:
            broken.append(index)
    assert broken == [3], "the opening frame, two tokens, and then it"
    assert data[-1] == "[DONE]"


def test_json_instead_of_a_stream(shared: Wire) -> None:
    answer = shared.chat("say pong", stream=True, headers={"x-sandbox": "json-instead-of-sse"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["choices"][0]["message"]["content"] == "pong"


@pytest.mark.parametrize("orders", ["hang", "hang-after=1"])
def test_a_hung_request_holds_until_the_client_leaves(own: Wire, orders: str) -> None:
    body = {"model": PLAIN, "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    connection = http.client.HTTPConnection("127.0.0.1", own.port, timeout=0.3)
    connection.request(
        "POST", V1, json.dumps(body), {"authorization": f"Bearer {own.token}", "x-sandbox": orders}
    )
    with pytest.raises(TimeoutError):
        connection.getresponse().read()
    connection.close()
    assert own.chat("say pong").status == 200


@pytest.mark.parametrize(
    ("orders", "path", "status", "where", "code"),
    [
        ("status=429, retry-after=3", V1, 429, "errors", 3040),
        ("code=3036", V1, 429, "errors", 3036),
        ("code=5035", RUN + LEGACY, 403, "errors", 5035),
        ("status=503", V1, 503, "errors", 3043),
        ("status=401, maker=gateway", COMPAT, 401, "error", 2009),
        ("code=2021, maker=gateway", COMPAT, 402, "error", 2021),
        ("status=401, maker=gateway", V1, 401, "errors", 2009),
    ],
)
def test_an_ordered_error_has_its_makers_envelope(
    shared: Wire, orders: str, path: str, status: int, where: str, code: int
) -> None:
    model = f"workers-ai/{PLAIN}" if path == COMPAT else PLAIN
    answer = shared.chat(path=path, model=model, headers={"x-sandbox": orders})
    assert answer.status == status
    assert answer.json[where][0]["code"] == code
    assert answer.headers.get("retry-after") == ("3" if "retry" in orders else None)


def test_a_third_partys_error_has_openais_shape(shared: Wire) -> None:
    answer = shared.chat(path=COMPAT, model="openai/gpt-4o", headers={"x-sandbox": "status=401"})
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")


def test_the_same_orders_stand_in_the_prompt(shared: Wire) -> None:
    assert shared.chat("[sandbox status=429 retry-after=3]\nHello").headers["retry-after"] == "3"
    answer = shared.chat("[sandbox pace=max]\nExplain tides").json["choices"][0]["message"]["content"]
    assert "\n\n> Explain tides\n\n" in answer
    assert len(shared.chat("[sandbox tokens=50]\nrivers", stream=True).frames) == 50 + 3


def test_orders_that_cannot_be_read_are_told(shared: Wire) -> None:
    answer = shared.chat(headers={"x-sandbox": "explode"})
    assert answer.status == 400
    assert "explode" in answer.json["errors"][0]["message"]


def test_an_error_rate_fails_some_requests_and_the_same_ones_each_time(shared: Wire) -> None:
    def statuses() -> list[int]:
        orders = {"x-sandbox": "error-rate=0.5, status=503"}
        return [shared.chat(f"question {n}", headers=orders).status for n in range(30)]

    first = statuses()
    assert set(first) == {200, 503}
    assert first == statuses()
    assert {shared.chat(headers={"x-sandbox": "error-rate=1"}).status} == {500}
    assert {shared.chat(headers={"x-sandbox": "error-rate=0 status=500"}).status} == {200}


def test_real_dice_are_thrown_when_asked_for(shared: Wire) -> None:
    orders = {"x-sandbox": "error-rate=0.5 unseeded"}
    assert {shared.chat("same", headers=orders).status for _ in range(64)} == {200, 500}
