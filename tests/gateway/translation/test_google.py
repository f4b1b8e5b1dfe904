from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.translation.calls import answered, chat_call, streamed, told
from workbench.gateway.calls import Shape
from workbench.gateway.translation.unified import native_call

GEMINI = "gemini-2.5-flash"


def request(**more: Any) -> dict[str, Any]:
    native = native_call(chat_call("google-ai-studio", GEMINI, **more))
    assert native.shape is Shape.GENERATE
    found: dict[str, Any] = json.loads(native.body)
    return found


@pytest.mark.parametrize(
    ("stream", "endpoint"),
    [
        (False, "v1beta/models/gemini-2.5-flash:generateContent"),
        (True, "v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"),
    ],
)
def test_the_model_and_the_wish_for_a_stream_are_in_the_path(stream: bool, endpoint: str) -> None:
    assert native_call(chat_call("google-ai-studio", GEMINI, stream=stream)).endpoint == endpoint


def test_roles_settings_and_system_find_their_places() -> None:
    found = request(
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Go"},
        ],
        max_tokens=50,
        stop=["a", "b"],
        top_k=3,
        seed=9,
    )
    assert found["systemInstruction"] == {"parts": [{"text": "Be brief."}]}
    assert [turn["role"] for turn in found["contents"]] == ["user", "model", "user"]
    assert found["generationConfig"] == {
        "topK": 3,
        "seed": 9,
        "maxOutputTokens": 50,
        "stopSequences": ["a", "b"],
    }


def test_a_schema_for_the_answer_is_sent_as_one() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    config = request(response_format=wanted)["generationConfig"]
    assert config == {"responseMimeType": "application/json", "responseJsonSchema": schema}


def test_a_forced_tool_is_the_only_one_allowed() -> None:
    tools = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]
    found = request(tools=tools, tool_choice={"type": "function", "function": {"name": "weather"}})
    assert found["toolConfig"]["functionCallingConfig"] == {
        "mode": "ANY",
        "allowedFunctionNames": ["weather"],
    }
    assert found["tools"][0]["functionDeclarations"][0]["name"] == "weather"


CALLING = {
    "candidates": [
        {
            "content": {
                "parts": [
                    {"text": "Let me see", "thought": True},
                    {
                        "functionCall": {"name": "weather", "args": {"city": "Oslo"}},
                        "thoughtSignature": "SIG==",
                    },
                ]
            },
            "finishReason": "STOP",
        }
    ],
    "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 6, "thoughtsTokenCount": 10},
}


def test_a_call_comes_back_with_its_signature_and_returns_it_on_the_next_turn() -> None:
    found = answered(chat_call("google-ai-studio", GEMINI), CALLING)
    message = found["choices"][0]["message"]
    assert found["choices"][0]["finish_reason"] == "tool_calls"
    assert message["reasoning_content"] == "Let me see"
    assert found["usage"]["completion_tokens"] == 16
    call = message["tool_calls"][0]
    after = request(
        messages=[
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": call["id"], "content": "cold"},
        ]
    )["contents"]
    assert after[1]["parts"] == [
        {"functionCall": {"name": "weather", "args": {"city": "Oslo"}}, "thoughtSignature": "SIG=="}
    ]
    assert after[2]["parts"] == [{"functionResponse": {"name": "weather", "response": {"result": "cold"}}}]


@pytest.mark.parametrize("size", [1, 13, 5000])
def test_a_stream_comes_back_as_chunks_however_it_was_cut(size: int) -> None:
    events = [
        {"candidates": [{"content": {"parts": [{"text": "Grü"}]}}]},
        {"candidates": [{"content": {"parts": [{"text": "ße"}]}, "finishReason": "MAX_TOKENS"}]},
        {"usageMetadata": {"promptTokenCount": 2, "candidatesTokenCount": 3}},
    ]
    frames, cut = streamed(
        chat_call("google-ai-studio", GEMINI, stream=True, stream_options={"include_usage": True}),
        events,
        size,
    )
    found = told(frames)
    assert (found.text, found.finish, cut) == ("Grüße", "length", False)
    assert found.usage is not None
    assert found.usage["total_tokens"] == 5


def test_a_blocked_prompt_is_a_filtered_answer() -> None:
    found = answered(chat_call("google-ai-studio", GEMINI), {"promptFeedback": {"blockReason": "SAFETY"}})
    assert found["choices"][0]["finish_reason"] == "content_filter"
