"""The official `anthropic` package against the sandbox, unchanged, with the settings of ai-gateway §10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic
from anthropic.types import MessageParam, ToolParam

from tests.gateway.sandbox.asking import SQUARE
from tests.gateway.wire import Wire

MODEL = "claude-opus-4-5"
WEATHER: ToolParam = {
    "name": "get_weather",
    "description": "The weather in a city",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TIDES: list[MessageParam] = [{"role": "user", "content": "Explain tides"}]


@pytest.fixture(scope="module")
def client(shared: Wire) -> Iterator[Anthropic]:
    with Anthropic(
        base_url=f"{shared.address}/v1/acc/default/anthropic",
        api_key=shared.token,
        max_retries=0,
        timeout=20,
        default_headers={"x-sandbox": "pace=max"},
    ) as client:
        yield client


def test_a_message_answers(client: Anthropic) -> None:
    reply = client.messages.create(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "What is 17 * 3?"}]
    )
    (block,) = reply.content
    assert block.type == "text"
    assert block.text == "17 * 3 = **51**"
    assert (reply.model, reply.stop_reason) == (MODEL, "end_turn")


def test_a_custom_header_may_hold_the_token(shared: Wire) -> None:
    with Anthropic(
        base_url=f"{shared.address}/v1/acc/default/anthropic",
        api_key="a key of my own",
        max_retries=0,
        default_headers={"cf-aig-authorization": f"Bearer {shared.token}", "x-sandbox": "pace=max"},
    ) as client:
        assert client.messages.create(model=MODEL, max_tokens=100, messages=TIDES).content


def test_streaming_gives_the_same_message(client: Anthropic) -> None:
    more: dict[str, Any] = {"thinking": {"type": "enabled", "budget_tokens": 2000}}
    whole = client.messages.create(model=MODEL, max_tokens=9000, messages=TIDES, **more)
    with client.messages.stream(model=MODEL, max_tokens=9000, messages=TIDES, **more) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    thinking, said = final.content
    assert whole.content[0] == thinking
    assert said.type == whole.content[1].type == "text"
    assert said.text == whole.content[1].text == text
    assert final.usage.output_tokens == whole.usage.output_tokens


def test_a_tool_is_called_and_its_answer_used(client: Anthropic) -> None:
    messages: list[MessageParam] = [{"role": "user", "content": "What is the weather in Berlin?"}]
    first = client.messages.create(model=MODEL, max_tokens=500, messages=messages, tools=[WEATHER])
    assert first.stop_reason == "tool_use"
    call = next(block for block in first.content if block.type == "tool_use")
    assert call.input == {"city": "Berlin"}
    messages += [
        {"role": "assistant", "content": first.content},
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "21 degrees"}],
        },
    ]
    second = client.messages.create(model=MODEL, max_tokens=500, messages=messages, tools=[WEATHER])
    assert second.content[0].type == "text"
    assert "21 degrees" in second.content[0].text


def test_a_streamed_tool_call_adds_up(client: Anthropic) -> None:
    with client.messages.stream(
        model=MODEL,
        max_tokens=500,
        messages=[{"role": "user", "content": "Weather in Paris"}],
        tools=[WEATHER],
        tool_choice={"type": "tool", "name": "get_weather"},
    ) as stream:
        final = stream.get_final_message()
    assert final.content[0].type == "tool_use"
    assert final.content[0].input == {"city": "Paris"}


def test_a_picture_is_seen(client: Anthropic) -> None:
    reply = client.messages.create(
        model=MODEL,
        max_tokens=1000,
        messages=[
            {
                "role": "user",
                "content": [
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": SQUARE},
                    },
                    {"type": "text", "text": "What is in it?"},
                ],
            }
        ],
    )
    assert reply.content[0].type == "text"
    assert "1 picture (PNG, 2 × 2 pixels, 73 bytes)" in reply.content[0].text


def test_tokens_are_counted(client: Anthropic) -> None:
    counted = client.messages.count_tokens(model=MODEL, messages=TIDES)
    answered = client.messages.create(model=MODEL, max_tokens=100, messages=TIDES)
    assert counted.input_tokens == answered.usage.input_tokens


def test_models_are_listed(client: Anthropic) -> None:
    assert "sandbox-chat" in {model.id for model in client.models.list()}
    assert client.models.retrieve(MODEL).id == MODEL


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ("status=400", anthropic.BadRequestError),
        ("status=401", anthropic.AuthenticationError),
        ("status=403", anthropic.PermissionDeniedError),
        ("status=404", anthropic.NotFoundError),
        ("status=429, retry-after=1", anthropic.RateLimitError),
        ("status=500", anthropic.InternalServerError),
        ("status=529", anthropic.InternalServerError),
        ("status=401, maker=gateway", anthropic.AuthenticationError),
    ],
)
def test_errors_arrive_as_the_sdks_own(
    client: Anthropic, order: str, kind: type[anthropic.APIStatusError]
) -> None:
    with pytest.raises(kind):
        client.messages.create(
            model=MODEL, max_tokens=100, messages=TIDES, extra_headers={"x-sandbox": order}
        )


def test_what_is_wrong_is_said_in_its_words(client: Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="max_tokens"):
        client.messages.create(model=MODEL, max_tokens="many", messages=TIDES)  # type: ignore[call-overload]  # on purpose


def test_a_stream_that_breaks_off_is_an_error(client: Anthropic) -> None:
    stream = client.messages.create(
        model=MODEL,
        max_tokens=500,
        messages=TIDES,
        stream=True,
        extra_headers={"x-sandbox": "error-after=3 status=529 pace=max"},
    )
    with pytest.raises(anthropic.APIStatusError, match="Overloaded"):
        list(stream)


def test_the_rest_family_speaks_messages_too(shared: Wire) -> None:
    with Anthropic(
        base_url=f"{shared.address}/client/v4/accounts/acc/ai",
        auth_token=shared.token,
        api_key=None,
        max_retries=0,
        default_headers={"x-sandbox": "pace=max"},
    ) as client:
        reply = client.messages.create(
            model="anthropic/claude-sonnet-4.5",
            max_tokens=100,
            messages=[{"role": "user", "content": "Say pong"}],
        )
    assert reply.content[0].type == "text"
    assert reply.content[0].text == "pong"
    assert reply.model == "anthropic/claude-sonnet-4.5"
