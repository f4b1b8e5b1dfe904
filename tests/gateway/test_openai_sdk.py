"""The official `openai` package against the sandbox, unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

from tests.gateway.wire import NEWER, PLAIN, Wire

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer", "minimum": 1, "maximum": 7},
            },
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}


@pytest.fixture(scope="module", params=["rest", "compat", "workers-ai"])
def client(request: pytest.FixtureRequest, shared: Wire) -> Iterator[OpenAI]:
    """The SDK pointed at each of the doors that it can be pointed at."""
    base = {
        "rest": "/client/v4/accounts/acc/ai/v1",
        "compat": "/v1/acc/gw/compat",
        "workers-ai": "/v1/acc/gw/workers-ai/v1",
    }[request.param]
    with OpenAI(
        base_url=shared.address + base,
        api_key=shared.token,
        max_retries=0,
        timeout=20,
        default_headers={"x-sandbox": "pace=max"},
    ) as client:
        yield client


def named(client: OpenAI, model: str) -> str:
    return f"workers-ai/{model}" if "compat" in str(client.base_url) else model


def test_chat_answers(client: OpenAI) -> None:
    reply = client.chat.completions.create(
        model=named(client, PLAIN), messages=[{"role": "user", "content": "What is 17 * 3?"}]
    )
    assert reply.choices[0].message.content == "17 * 3 = **51**"
    assert reply.choices[0].finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


def test_streaming_gives_the_same_text_with_usage_at_the_end(client: OpenAI) -> None:
    asked: list[openai.types.chat.ChatCompletionMessageParam] = [{"role": "user", "content": "Explain tides"}]
    whole = client.chat.completions.create(model=named(client, PLAIN), messages=asked)
    chunks = list(
        client.chat.completions.create(
            model=named(client, PLAIN), messages=asked, stream=True, stream_options={"include_usage": True}
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage is not None
    assert whole.usage is not None
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    tokens = sum(1 for chunk in chunks if chunk.choices and chunk.choices[0].delta.content)
    assert tokens == whole.usage.completion_tokens


def test_a_reasoning_model_reasons_first(client: OpenAI) -> None:
    kinds = []
    for chunk in client.chat.completions.create(
        model=named(client, NEWER), messages=[{"role": "user", "content": "Explain tides"}], stream=True
    ):
        if chunk.choices and getattr(chunk.choices[0].delta, "reasoning_content", None):
            kinds.append("reasoning")
        elif chunk.choices and chunk.choices[0].delta.content:
            kinds.append("text")
    assert set(kinds) == {"reasoning", "text"}
    assert kinds == sorted(kinds)


def test_a_tool_is_called_and_its_answer_used(client: OpenAI) -> None:
    model = named(client, PLAIN)
    messages: list[openai.types.chat.ChatCompletionMessageParam] = [
        {"role": "user", "content": "What is the weather in Berlin, in celsius?"}
    ]
    first = client.chat.completions.create(model=model, messages=messages, tools=[TOOL])  # type: ignore[list-item]  # a plain dict is what people write
    call = (first.choices[0].message.tool_calls or [])[0]
    assert call.type == "function"
    assert first.choices[0].finish_reason == "tool_calls"
    arguments = json.loads(call.function.arguments)
    assert arguments["city"] == "Berlin"
    assert arguments["unit"] == "celsius"
    messages += [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.function.name, "arguments": call.function.arguments},
                }
            ],
        },
        {"role": "tool", "tool_call_id": call.id, "content": '{"temperature": 21}'},
    ]
    second = client.chat.completions.create(model=model, messages=messages, tools=[TOOL])  # type: ignore[list-item]
    assert second.choices[0].finish_reason == "stop"
    assert '{"temperature": 21}' in (second.choices[0].message.content or "")


def test_a_streamed_tool_call_adds_up(client: OpenAI) -> None:
    with client.chat.completions.stream(
        model=named(client, PLAIN),
        messages=[{"role": "user", "content": "Please call get_weather for Paris"}],
        tools=[TOOL],  # type: ignore[list-item]
        tool_choice="required",
    ) as stream:
        final = stream.get_final_completion()
    call = (final.choices[0].message.tool_calls or [])[0]
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments)["city"] == "Paris"


def test_a_json_schema_is_met(client: OpenAI) -> None:
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "integer", "minimum": 5},
            "why": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["answer", "why"],
        "additionalProperties": False,
    }
    reply = client.chat.completions.create(
        model=named(client, PLAIN),
        messages=[{"role": "user", "content": "Pick a number"}],
        response_format={
            "type": "json_schema",
            "json_schema": {"name": "pick", "strict": True, "schema": schema},
        },
    )
    found = json.loads(reply.choices[0].message.content or "")
    assert found["answer"] >= 5
    assert set(found) == {"answer", "why"}


def test_models_are_listed(client: OpenAI) -> None:
    assert named(client, PLAIN) in {model.id for model in client.models.list()}


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ("status=401", openai.AuthenticationError),
        ("status=429, retry-after=1", openai.RateLimitError),
        ("code=5018", openai.PermissionDeniedError),
        ("status=500", openai.InternalServerError),
        ("status=401, maker=gateway", openai.AuthenticationError),
    ],
)
def test_errors_arrive_as_the_sdks_own(client: OpenAI, order: str, kind: type[openai.APIStatusError]) -> None:
    with pytest.raises(kind):
        client.chat.completions.create(
            model=named(client, PLAIN),
            messages=[{"role": "user", "content": "hi"}],
            extra_headers={"x-sandbox": order},
        )


def test_a_wrong_token_is_an_authentication_error(shared: Wire) -> None:
    with (
        OpenAI(base_url=f"{shared.address}/v1/a/g/compat", api_key="wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.chat.completions.create(model="openai/x", messages=[{"role": "user", "content": "hi"}])
