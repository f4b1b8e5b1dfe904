from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.translation.calls import answered, chat_call, streamed, told
from workbench.gateway.calls import Shape
from workbench.gateway.protocol import BadBody
from workbench.gateway.translation.unified import native_call

CLAUDE = "claude-sonnet-4-5"
TOOL = {
    "type": "function",
    "function": {"name": "weather", "description": "Weather now", "parameters": {"type": "object"}},
}


def request(**more: Any) -> dict[str, Any]:
    native = native_call(chat_call("anthropic", CLAUDE, **more))
    assert (native.shape, native.endpoint) == (Shape.MESSAGES, "v1/messages")
    found: dict[str, Any] = json.loads(native.body)
    return found


def test_system_and_developer_messages_become_the_system_text() -> None:
    found = request(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "developer", "content": [{"type": "text", "text": "Use metres."}]},
            {"role": "user", "content": "Hello"},
        ]
    )
    assert found["system"] == "Be brief.\n\nUse metres."
    assert found["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]


def test_max_tokens_is_always_sent_because_the_api_demands_it() -> None:
    assert request()["max_tokens"] == 4096
    assert request(max_completion_tokens=77)["max_tokens"] == 77


def test_settings_take_their_names_there_and_the_rest_stays_behind() -> None:
    found = request(temperature=0.3, top_p=0.9, stop="END", user="u1", seed=5, logprobs=True)
    assert (found["temperature"], found["top_p"], found["stop_sequences"]) == (0.3, 0.9, ["END"])
    assert found["metadata"] == {"user_id": "u1"}
    assert not {"seed", "logprobs", "stop", "user"} & set(found)


def test_tools_their_calls_and_their_results_find_their_blocks() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}
    found = request(
        tools=[TOOL],
        tool_choice={"type": "function", "function": {"name": "weather"}},
        parallel_tool_calls=False,
        messages=[
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "4 degrees"},
            {"role": "user", "content": "Thanks"},
        ],
    )
    assert found["tools"][0]["input_schema"] == {"type": "object"}
    assert found["tool_choice"] == {"type": "tool", "name": "weather", "disable_parallel_tool_use": True}
    assert found["messages"][1]["content"] == [
        {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Oslo"}}
    ]
    assert found["messages"][2] == {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "c1", "content": "4 degrees"},
            {"type": "text", "text": "Thanks"},
        ],
    }


def test_pictures_go_inline_or_by_address() -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    ]
    blocks = request(messages=[{"role": "user", "content": parts}])["messages"][0]["content"]
    assert blocks[0]["source"] == {"type": "base64", "media_type": "image/png", "data": "QUJD"}
    assert blocks[1]["source"] == {"type": "url", "url": "https://example.com/a.png"}


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "messages"),
        ([{"role": "alien", "content": "x"}], "messages/0/role"),
        ([{"role": "user", "content": 5}], "messages/0/content"),
        ([{"role": "user", "content": [{"type": "image_url"}]}], "messages/0/content/0"),
        (
            [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}],
            "messages/0/tool_calls/0/function/arguments",
        ),
        ([{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "QQ=="}}]}], "audio"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(messages: Any, said: str) -> None:
    with pytest.raises(BadBody, match=said):
        native_call(chat_call("anthropic", CLAUDE, messages=messages))


MESSAGE = {
    "type": "message",
    "content": [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "It is "},
        {"type": "text", "text": "cold."},
        {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Oslo"}},
    ],
    "stop_reason": "tool_use",
    "usage": {
        "input_tokens": 5,
        "cache_read_input_tokens": 7,
        "cache_creation_input_tokens": 1,
        "output_tokens": 9,
    },
}


def test_a_whole_message_comes_back_as_a_completion() -> None:
    found = answered(chat_call("anthropic", CLAUDE), MESSAGE)
    choice = found["choices"][0]
    assert (found["object"], found["model"], choice["finish_reason"]) == (
        "chat.completion",
        CLAUDE,
        "tool_calls",
    )
    assert (choice["message"]["content"], choice["message"]["reasoning_content"]) == ("It is cold.", "Hm.")
    function = choice["message"]["tool_calls"][0]["function"]
    assert (function["name"], json.loads(function["arguments"])) == ("weather", {"city": "Oslo"})
    assert found["usage"] == {
        "prompt_tokens": 13, "completion_tokens": 9, "total_tokens": 22, "prompt_tokens_details": {"cached_tokens": 7}
    }  # fmt: skip


EVENTS: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Sår"}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "tool_use", "id": "t1", "name": "weather", "input": {}},
    },
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "input_json_delta", "partial_json": '{"city":'},
    },
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "input_json_delta", "partial_json": '"Oslo"}'},
    },
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 12}},
    {"type": "message_stop"},
]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_a_stream_comes_back_as_chunks_however_it_was_cut(size: int) -> None:
    call = chat_call("anthropic", CLAUDE, stream=True, stream_options={"include_usage": True})
    frames, cut = streamed(call, EVENTS, size)
    found = told(frames)
    assert not cut
    assert (found.text, found.finish) == ("Sår", "tool_calls")
    assert found.calls == [("t1", "weather", '{"city":"Oslo"}')]
    assert found.usage == {"prompt_tokens": 5, "completion_tokens": 12, "total_tokens": 17}
    assert frames[0]["choices"][0]["delta"]["role"] == "assistant"
    assert sum("role" in frame["choices"][0]["delta"] for frame in frames if frame["choices"]) == 1


def test_usage_is_told_only_when_it_was_asked_for() -> None:
    frames, _ = streamed(chat_call("anthropic", CLAUDE, stream=True), EVENTS, 100)
    assert told(frames).usage is None


def test_a_stream_without_its_end_stays_cut() -> None:
    frames, cut = streamed(chat_call("anthropic", CLAUDE, stream=True), EVENTS[:5], 50)
    assert cut
    assert told(frames).text == "Sår"
    assert told(frames).finish is None


def test_an_error_in_mid_stream_is_told_after_what_came_before() -> None:
    broken = [*EVENTS[:4], {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}]
    frames, cut = streamed(chat_call("anthropic", CLAUDE, stream=True), broken, 10_000)
    assert cut
    assert told(frames[:-1]).text == "Sår"
    assert frames[-1]["error"]["message"] == "Overloaded"


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}}


def test_a_schema_for_the_answer_is_kept_by_a_forced_tool_whose_input_is_the_text() -> None:
    call = chat_call(
        "anthropic",
        CLAUDE,
        response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
    )
    sent = json.loads(native_call(call).body)
    assert sent["tools"][0]["input_schema"] == SCHEMA
    assert sent["tool_choice"]["name"] == sent["tools"][0]["name"]
    block = {"type": "tool_use", "id": "t", "name": sent["tools"][0]["name"], "input": {"n": 3}}
    reply = {"type": "message", "content": [block], "stop_reason": "tool_use", "usage": {}}
    choice = answered(call, reply)["choices"][0]
    assert (json.loads(choice["message"]["content"]), choice["finish_reason"]) == ({"n": 3}, "stop")
    assert "tool_calls" not in choice["message"]
