"""Chat as a caller sees it: one stream of deltas, whatever the wire does."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.client.images.asking import png, text_of
from tests.client.wire import (
    CLOUDFLARE,
    LOCAL,
    MODEL,
    OLLAMA,
    Script,
    Waits,
    asking,
    chunk,
    collected,
    events,
    exchange,
    http_of,
    sse,
    text_stream,
)
from tests.conftest import Run
from workbench.domain.chat import (
    ChatMessage,
    ChatParameters,
    ChatRequest,
    ChatWire,
    Delta,
    Finished,
    GatewayOptions,
    Retrying,
    Role,
    Served,
    TextDelta,
    ToolCall,
    Usage,
)
from workbench.domain.errors import Failure, InvalidInput, Maker, RequestFailed
from workbench.domain.models import Model

NATIVE = events(
    {"response": "Hel", "p": "abd"},
    {"response": "lo", "p": "ab"},
    {"response": "", "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}},
)


def native_error(code: int, message: str = "no") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message}], "success": False, "result": {}, "messages": []}


def failed(
    run: Run, http: Any, request: Any = None, into: list[Delta] | None = None, **more: Any
) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        run(collected(http, request or asking(), into=into, **more))
    return caught.value


# the answer


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_stream_gives_the_same_text_however_the_network_cuts_it(run_async: Run, size: int) -> None:
    whole = events(chunk("Приве́т 🚀"), chunk(" مرحبا", "stop"))
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    reply = run_async(collected(http_of(Script(sse(*pieces))), asking()))
    assert (reply.text, reply.finish_reason, reply.truncated) == ("Приве́т 🚀 مرحبا", "stop", False)


def test_native_frames_are_read_on_the_run_wire(run_async: Run) -> None:
    reply = run_async(collected(http_of(Script(sse(NATIVE))), asking(wire=ChatWire.RUN)))
    assert (reply.text, reply.usage, reply.truncated) == ("Hello", Usage(9, 2), False)


def test_response_headers_tell_who_served_and_what_it_cost(run_async: Run) -> None:
    headers = {
        "cf-aig-cache-status": "MISS", "cf-aig-log-id": "log", "cf-aig-request-id": "req", "cf-ai-req-id": "other",
        "cf-aig-model": "gpt-4.1", "cf-aig-provider": "openai", "x-workbench-upstream": "sandbox", "cf-ai-neurons": "1.25",
        "x-workbench-trace-id": "way",
    }  # fmt: skip
    stream = sse(events(chunk("a", "stop", model="gpt-4.1-2026")), headers=headers)
    reply = run_async(collected(http_of(Script(stream)), asking()))
    assert reply.served == Served("gpt-4.1", "openai", "MISS", "log", "req", sandbox=True, trace_id="way")
    assert reply.usage.neurons == 1.25


def test_without_headers_the_frames_name_the_model(run_async: Run) -> None:
    stream = sse(events(chunk("a", "stop", model="llama3")), headers={"x-request-id": "r"})
    assert run_async(collected(http_of(Script(stream)), asking(), OLLAMA)).served == Served(
        "llama3", request_id="r"
    )


def test_a_burst_of_frames_becomes_one_delta_and_the_last_usage(run_async: Run) -> None:
    usages = [{"prompt_tokens": 9, "completion_tokens": count} for count in (1, 2)]
    burst = events(chunk("a", usage=usages[0]), chunk("b", "stop", usage=usages[1]))
    deltas: list[Delta] = []
    reply = run_async(collected(http_of(Script(sse(burst))), asking(), into=deltas))
    assert [delta for delta in deltas if isinstance(delta, TextDelta)] == [TextDelta("ab")]
    assert reply.usage == Usage(9, 2)
    assert deltas[-1] == Finished("stop")


def test_a_request_without_stream_gives_the_same_deltas(run_async: Run) -> None:
    body = {"result": {"response": "Hello", "usage": {"prompt_tokens": 9}}, "success": True, "errors": []}
    script = Script(httpx.Response(200, json=body))
    reply = run_async(collected(http_of(script), asking(wire=ChatWire.RUN, stream=False)))
    assert (reply.text, reply.usage.prompt_tokens) == ("Hello", 9)
    assert script.body["stream"] is False


def test_json_in_place_of_events_is_read_as_the_answer(run_async: Run) -> None:
    body = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}
    reply = run_async(collected(http_of(Script(httpx.Response(200, json=body))), asking()))
    assert (reply.text, reply.finish_reason) == ("Hello", "stop")


def test_events_under_a_wrong_content_type_are_read_as_events(run_async: Run) -> None:
    response = httpx.Response(
        200, headers={"content-type": "application/json"}, content=events(chunk("a", "stop"))
    )
    assert run_async(collected(http_of(Script(response)), asking())).text == "a"


def test_an_empty_json_reply_is_asked_again_without_stream(run_async: Run) -> None:
    empty = httpx.Response(200, json={"result": {"response": None}, "success": True})
    full = httpx.Response(200, json={"result": {"response": "Hello"}, "success": True})
    script = Script(empty, full)
    record = exchange()
    reply = run_async(collected(http_of(script), asking("Hi", "@cf/openai/gpt-oss-20b"), record=record))
    assert reply.text == "Hello"
    assert [json.loads(request.content)["stream"] for request in script.requests] == [True, False]
    assert len(record.attempts) == 1


def test_a_reply_that_stays_empty_is_told(run_async: Run) -> None:
    empty = [httpx.Response(200, json={"result": {}, "success": True}) for _ in range(2)]
    assert failed(run_async, http_of(Script(*empty))).failure is Failure.PROTOCOL


def test_a_forced_tool_that_was_printed_is_called(run_async: Run) -> None:
    tool = {"type": "function", "function": {"name": "sum", "parameters": {}}}
    stream = sse(events(chunk('{"name":"sum","arguments":{"a":1}}', "stop")))
    reply = run_async(collected(http_of(Script(stream)), asking(tools=(tool,), tool_choice="required")))
    assert (reply.text, reply.finish_reason) == ("", "tool_calls")
    assert [ToolCall("", call.name, call.arguments) for call in reply.tool_calls] == [
        ToolCall("", "sum", '{"a":1}')
    ]


def test_a_distilled_reasoner_is_known_by_its_name(run_async: Run) -> None:
    stream = sse(events({"response": "hm"}, {"response": "</think>Yes"}))
    reply = run_async(collected(http_of(Script(stream)), asking("Hi", "@cf/qwen/qwq-32b")))
    assert (reply.reasoning, reply.text) == ("hm", "Yes")


def test_what_follows_done_is_not_read(run_async: Run) -> None:
    stream = sse(events(chunk("a", "stop")) + events(chunk("b")))
    assert run_async(collected(http_of(Script(stream)), asking())).text == "a"


# cut short


def test_an_end_without_done_is_complete_after_a_finish_reason(run_async: Run) -> None:
    stream = sse(events(chunk("a"), chunk("", "stop"), done=False))
    reply = run_async(collected(http_of(Script(stream)), asking()))
    assert (reply.text, reply.truncated) == ("a", False)


def test_an_end_without_either_keeps_the_text_and_says_it_was_cut(run_async: Run) -> None:
    record = exchange()
    reply = run_async(
        collected(http_of(Script(sse(events(chunk("a"), done=False)))), asking(), record=record)
    )
    assert (reply.text, reply.truncated) == ("a", True)
    assert "broke off" in record.error


def test_a_last_frame_without_a_blank_line_counts(run_async: Run) -> None:
    stream = sse(events(chunk("a"), done=False) + b'data: {"response":"b","finish_reason":"stop"}')
    reply = run_async(collected(http_of(Script(stream)), asking()))
    assert (reply.text, reply.truncated) == ("ab", False)


@pytest.mark.parametrize(
    "error", [httpx.ReadError("reset"), httpx.RemoteProtocolError("incomplete"), ConnectionResetError()]
)
def test_a_reset_after_the_first_delta_keeps_what_came(run_async: Run, error: Exception) -> None:
    script = Script(sse(events(chunk("a"), done=False), error))
    record = exchange()
    reply = run_async(collected(http_of(script), asking(), record=record))
    assert (reply.text, reply.truncated, len(script.requests)) == ("a", True, 1)
    assert record.error
    assert record.ended_ms is not None


def test_a_reset_after_the_finish_reason_loses_nothing(run_async: Run) -> None:
    stream = sse(events(chunk("a", "stop"), done=False), httpx.ReadError("reset"))
    assert run_async(collected(http_of(Script(stream)), asking())).truncated is False


def test_a_broken_frame_after_text_cuts_the_answer_there(run_async: Run) -> None:
    record = exchange()
    stream = sse(events(chunk("a"), '{"response": "b', chunk("c")))
    reply = run_async(collected(http_of(Script(stream)), asking(), record=record))
    assert (reply.text, reply.truncated) == ("a", True)
    assert "could not be read" in record.error


@pytest.mark.parametrize(
    "body", [b"data: nope\n\n", b"<html>Sign in</html>", b'{"shape": [1]}', b"[1]", b'{"a', b'"']
)
def test_a_reply_that_is_no_answer_is_told(run_async: Run, body: bytes) -> None:
    assert failed(run_async, http_of(Script(sse(body)))).failure is Failure.PROTOCOL


def test_a_stream_cut_before_anything_was_shown_is_sent_again(run_async: Run) -> None:
    script = Script(sse(b": hello\n\n"), sse(httpx.ReadError("reset")), text_stream())
    record = exchange()
    reply = run_async(collected(http_of(script), asking(), record=record))
    assert (reply.text, len(script.requests), len(record.attempts)) == ("Hello", 3, 2)


def test_an_empty_body_is_a_cut(run_async: Run) -> None:
    error = failed(run_async, http_of(Script(*(sse() for _ in range(3)))))
    assert error.failure is Failure.CUT


# errors


def test_an_error_in_mid_stream_raises_after_what_came(run_async: Run) -> None:
    script = Script(sse(events(chunk("a"), native_error(3040, "Capacity"), done=False)))
    deltas: list[Delta] = []
    record = exchange()
    error = failed(run_async, http_of(script), into=deltas, record=record)
    assert (error.failure, error.status) == (Failure.NO_CAPACITY, 200)
    assert deltas == [Served(provider="workers-ai"), TextDelta("a")]
    assert record.error == error.what
    assert len(script.requests) == 1


@pytest.mark.parametrize("data", ["boom", '{"message": "boom"}', '{"error": {"message": "boom"}}'])
def test_an_event_called_error_is_an_error_whatever_it_holds(run_async: Run, data: str) -> None:
    wire = events(chunk("a"), done=False) + f"event: error\ndata: {data}\n\n".encode()
    assert "boom" in failed(run_async, http_of(Script(sse(wire)))).why


def test_an_error_frame_before_anything_was_shown_is_sent_again(run_async: Run) -> None:
    script = Script(sse(events(native_error(3040))), text_stream())
    assert run_async(collected(http_of(script), asking())).text == "Hello"


def test_a_200_with_success_false_is_the_failure_it_tells_of(run_async: Run) -> None:
    error = failed(run_async, http_of(Script(httpx.Response(200, json=native_error(5007)))))
    assert (error.failure, error.code) == (Failure.MODEL_NOT_FOUND, 5007)


def test_a_retired_model_names_its_replacement(run_async: Run) -> None:
    facts = Model(MODEL, deprecated=True, replacement="@cf/new")
    script = Script(httpx.Response(400, json=native_error(5007)))
    error = failed(run_async, http_of(script), model_of={MODEL: facts}.get)
    assert (error.failure, error.replacement) == (Failure.MODEL_RETIRED, "@cf/new")


def test_the_401s_of_gateway_and_provider_are_told_apart(run_async: Run) -> None:
    gateway = {
        "success": False,
        "error": [{"code": 2009, "message": "Unauthorized"}],
        "name": "AiGatewayError",
    }
    provider = {"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}
    request = asking("Hi", "groq/llama")
    assert (
        failed(run_async, http_of(Script(httpx.Response(401, json=gateway))), request).maker is Maker.GATEWAY
    )
    assert (
        failed(run_async, http_of(Script(httpx.Response(401, json=provider))), request).maker
        is Maker.PROVIDER
    )


# sent again


def test_a_busy_model_is_asked_again_and_each_attempt_is_recorded(run_async: Run) -> None:
    script = Script(
        httpx.Response(429, json=native_error(3040)), httpx.Response(503, text="down"), text_stream()
    )
    waits, record = Waits(), exchange()
    reply = run_async(collected(http_of(script, waits), asking(), record=record))
    assert reply.text == "Hello"
    assert [attempt.status for attempt in record.attempts] == [429, 503]
    assert [attempt.waited_ms for attempt in record.attempts] == [second * 1000 for second in waits.seconds]
    assert (record.status, record.error) == (200, "")


def test_after_the_last_attempt_the_failure_is_told(run_async: Run) -> None:
    script = Script(*(httpx.Response(500) for _ in range(3)))
    record = exchange()
    error = failed(run_async, http_of(script), record=record)
    assert (error.failure, len(record.attempts)) == (Failure.SERVER, 2)
    assert record.error == error.what


@pytest.mark.parametrize("code", [3036, 4006])
def test_spent_neurons_are_not_asked_for_again(run_async: Run, code: int) -> None:
    script = Script(httpx.Response(429, json=native_error(code)))
    assert failed(run_async, http_of(script)).failure is Failure.OUT_OF_NEURONS


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422, 424])
def test_a_refused_request_is_not_sent_again(run_async: Run, status: int) -> None:
    script = Script(httpx.Response(status))
    failed(run_async, http_of(script))
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504])
def test_a_passing_trouble_is_tried_again(run_async: Run, status: int) -> None:
    assert (
        run_async(collected(http_of(Script(httpx.Response(status), text_stream())), asking())).text == "Hello"
    )


def test_retry_after_is_honoured(run_async: Run) -> None:
    waits = Waits()
    script = Script(httpx.Response(429, headers={"retry-after": "7"}), text_stream())
    run_async(collected(http_of(script, waits), asking()))
    assert waits.seconds == [7.0]


def test_a_wait_is_told_before_it_begins(run_async: Run) -> None:
    script = Script(httpx.Response(429, headers={"retry-after": "7"}), text_stream())
    deltas: list[Delta] = []
    run_async(collected(http_of(script), asking(), into=deltas))
    assert [delta.wait_s for delta in deltas if isinstance(delta, Retrying)] == [7.0]
    assert isinstance(deltas[0], Retrying)


def test_a_retry_after_beyond_patience_is_told_and_not_waited_for(run_async: Run) -> None:
    waits = Waits()
    script = Script(httpx.Response(429, headers={"retry-after": "3600"}))
    error = failed(run_async, http_of(script, waits))
    assert (error.retry_after_s, waits.seconds) == (3600.0, [])


def test_a_connection_that_failed_is_tried_again(run_async: Run) -> None:
    script = Script(httpx.ConnectError("no"), text_stream())
    assert run_async(collected(http_of(script), asking())).text == "Hello"


def test_where_the_gateway_is_told_how_often_to_try_we_do_not_multiply(run_async: Run) -> None:
    script = Script(httpx.Response(500))
    failed(run_async, http_of(script), asking(options=GatewayOptions(max_attempts=3)))
    assert len(script.requests) == 1


def test_a_schema_refused_in_one_form_is_sent_once_in_the_other(run_async: Run) -> None:
    schema = {"type": "object"}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    script = Script(
        httpx.Response(400, json=native_error(5006)), httpx.Response(400, json=native_error(5006))
    )
    failed(run_async, http_of(script), asking(wire=ChatWire.RUN, response_format=wanted))
    sent = [json.loads(request.content)["response_format"]["json_schema"] for request in script.requests]
    assert sent == [schema, {"name": "x", "schema": schema}]


# before anything is sent


def test_wrong_options_are_refused_before_anything_is_sent(run_async: Run) -> None:
    script = Script()
    with pytest.raises(InvalidInput):
        run_async(collected(http_of(script), asking(options=GatewayOptions(cache_ttl_s=5))))
    assert script.requests == []


def test_the_whole_exchange_is_recorded_as_it_was(run_async: Run) -> None:
    record = exchange()
    request = asking(parameters=ChatParameters(temperature=0.5))
    run_async(collected(http_of(Script(sse(NATIVE[:20], NATIVE[20:]))), request, LOCAL, record))
    assert (record.method, record.status) == ("POST", 200)
    assert record.url == "http://127.0.0.1:8787/client/v4/accounts/local/ai/v1/chat/completions"
    assert json.loads(record.request_body)["temperature"] == 0.5
    assert ("authorization", "Bearer ••••") in [(n.lower(), v) for n, v in record.request_headers]
    assert record.response_body == NATIVE
    assert len(record.chunks) == 2
    assert record.headers_ms is not None
    assert record.ended_ms is not None
    assert record.error == ""


def test_cloudflare_is_reached_under_the_account(run_async: Run) -> None:
    script = Script(text_stream())
    run_async(collected(http_of(script), asking(), CLOUDFLARE))
    assert script.url == "https://api.cloudflare.com/client/v4/accounts/acc/ai/v1/chat/completions"


def test_a_picture_is_sent_and_the_record_keeps_a_word_for_it(run_async: Run) -> None:
    picture = png(shade=3)
    message = ChatMessage(Role.USER, "What is it?", pictures=(picture,))
    script, record = Script(text_stream("A fox")), exchange()
    reply = run_async(collected(http_of(script), ChatRequest(MODEL, (message,)), record=record))
    assert reply.text == "A fox"
    sent, kept = (
        script.body["messages"][0]["content"],
        json.loads(record.request_body)["messages"][0]["content"],
    )
    assert sent[1]["image_url"]["url"].endswith(text_of(picture))
    assert kept[0] == sent[0]
    assert kept[1]["image_url"]["url"].startswith(f"[image/png, {len(picture)} bytes")
