"""The official `openai` package against the sandbox, unchanged."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import openai
import pytest
from openai import OpenAI

from tests.gateway.sandbox.asking import SQUARE
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
        "compat": "/v1/acc/default/compat",
        "workers-ai": "/v1/acc/default/workers-ai/v1",
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
        OpenAI(base_url=f"{shared.address}/v1/a/default/compat", api_key="wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.chat.completions.create(model="openai/x", messages=[{"role": "user", "content": "hi"}])


@pytest.fixture(scope="module", params=["provider", "rest"])
def responding(request: pytest.FixtureRequest, shared: Wire) -> Iterator[OpenAI]:
    """The SDK where Responses are spoken: OpenAI's own address (as Codex has it), and the REST family."""
    base = {"provider": "/v1/acc/default/openai", "rest": "/client/v4/accounts/acc/ai/v1"}[request.param]
    with OpenAI(
        base_url=shared.address + base,
        api_key=shared.token,
        max_retries=0,
        timeout=20,
        default_headers={"x-sandbox": "pace=max"},
    ) as client:
        yield client


def third(client: OpenAI, model: str) -> str:
    return model if "/openai" in str(client.base_url) else f"openai/{model}"


LOOKUP: openai.types.responses.FunctionToolParam = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather in a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}


def test_a_response_answers(responding: OpenAI) -> None:
    reply = responding.responses.create(model=third(responding, "gpt-5"), input="What is 17 * 3?")
    assert reply.output_text == "17 * 3 = **51**"
    assert reply.status == "completed"
    assert reply.model == third(responding, "gpt-5")
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.input_tokens + reply.usage.output_tokens


def test_a_streamed_response_adds_up(responding: OpenAI) -> None:
    model, question = third(responding, "gpt-5"), "Explain tides"
    whole = responding.responses.create(model=model, input=question, reasoning={"effort": "low"})
    with responding.responses.stream(model=model, input=question, reasoning={"effort": "low"}) as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == final.output_text == whole.output_text
    assert [item.type for item in final.output] == ["reasoning", "message"]


def test_a_response_calls_a_tool_and_uses_its_answer(responding: OpenAI) -> None:
    model = third(responding, "gpt-5")
    asked: list[openai.types.responses.ResponseInputItemParam] = [
        {"role": "user", "content": "What is the weather in Berlin?"}
    ]
    first = responding.responses.create(model=model, input=asked, tools=[LOOKUP])
    call = next(item for item in first.output if item.type == "function_call")
    assert json.loads(call.arguments) == {"city": "Berlin"}
    asked += [
        {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name,
            "arguments": call.arguments,
        },
        {"type": "function_call_output", "call_id": call.call_id, "output": "21 degrees"},
    ]
    second = responding.responses.create(model=model, input=asked, tools=[LOOKUP])
    assert "21 degrees" in second.output_text


def test_a_response_fits_a_schema(responding: OpenAI) -> None:
    schema: dict[str, object] = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
    }
    reply = responding.responses.create(
        model=third(responding, "gpt-5"),
        input="Pick a number",
        text={"format": {"type": "json_schema", "name": "pick", "schema": schema}},
    )
    assert isinstance(json.loads(reply.output_text)["n"], int)


def test_a_refused_response_is_a_bad_request(responding: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError):
        responding.responses.create(model=third(responding, "gpt-5"), input="x", max_output_tokens=0)


def test_a_response_that_breaks_off_is_an_error(responding: OpenAI) -> None:
    with pytest.raises(openai.APIError):
        for _ in responding.responses.create(
            model=third(responding, "gpt-5"),
            input="Explain tides",
            stream=True,
            extra_headers={"x-sandbox": "error-after=3 pace=max"},
        ):
            pass


@pytest.fixture
def provider(own: Wire) -> Iterator[OpenAI]:
    """The SDK at OpenAI's own address, on a gateway that ends with the test: what works in threads leaves none behind."""
    with OpenAI(
        base_url=f"{own.address}/v1/acc/default/openai",
        api_key=own.token,
        max_retries=0,
        timeout=20,
        default_headers={"x-sandbox": "pace=max"},
    ) as client:
        yield client


def test_the_providers_own_models_are_listed(provider: OpenAI) -> None:
    assert "sandbox-chat" in {model.id for model in provider.models.list()}
    assert provider.models.retrieve("gpt-5").id == "gpt-5"


def test_a_picture_is_seen(provider: OpenAI) -> None:
    reply = provider.chat.completions.create(
        model="gpt-5",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in it?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{SQUARE}"}},
                ],
            }
        ],
    )
    assert "1 picture (PNG, 2 × 2 pixels, 73 bytes)" in (reply.choices[0].message.content or "")


def test_embeddings_are_numbers(provider: OpenAI) -> None:
    reply = provider.embeddings.create(model="text-embedding-3-small", input=["one", "two"])
    assert [entry.index for entry in reply.data] == [0, 1]
    assert reply.data[0].embedding != reply.data[1].embedding


def test_a_picture_is_drawn(provider: OpenAI) -> None:
    reply = provider.images.generate(model="gpt-image-1", prompt="A lighthouse", size="1024x1024")
    assert reply.data is not None
    assert base64.b64decode(reply.data[0].b64_json or "").startswith(b"\x89PNG")
