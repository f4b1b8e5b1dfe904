"""The official `google-genai` package against the sandbox, unchanged, with the base URL of ai-gateway §1.3."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from google import genai
from google.genai import errors, types

from tests.gateway.sandbox.asking import SQUARE
from tests.gateway.wire import Wire

MODEL = "gemini-2.5-flash"
WEATHER = types.Tool(
    function_declarations=[
        types.FunctionDeclaration(
            name="get_weather",
            description="The weather in a city",
            parameters=types.Schema(
                type=types.Type.OBJECT,
                properties={"city": types.Schema(type=types.Type.STRING)},
                required=["city"],
            ),
        )
    ]
)


def client_of(wire: Wire) -> genai.Client:
    return genai.Client(
        api_key=wire.token,
        http_options=types.HttpOptions(
            base_url=f"{wire.address}/v1/acc/default/google-ai-studio",
            headers={"x-sandbox": "pace=max"},
            timeout=20_000,
        ),
    )


@pytest.fixture(scope="module")
def client(shared: Wire) -> Iterator[genai.Client]:
    with client_of(shared) as client:
        yield client


def ordered(orders: str) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(http_options=types.HttpOptions(headers={"x-sandbox": orders}))


def test_content_is_generated(client: genai.Client) -> None:
    reply = client.models.generate_content(model=MODEL, contents="What is 17 * 3?")
    assert reply.text == "17 * 3 = **51**"
    assert reply.model_version == MODEL
    assert reply.usage_metadata is not None
    assert reply.usage_metadata.total_token_count


def test_streaming_gives_the_same_text_with_usage_at_the_end(client: genai.Client) -> None:
    whole = client.models.generate_content(model=MODEL, contents="Explain tides")
    chunks = list(client.models.generate_content_stream(model=MODEL, contents="Explain tides"))
    assert len(chunks) > 20
    assert "".join(chunk.text or "" for chunk in chunks) == whole.text
    assert chunks[-1].usage_metadata == whole.usage_metadata


def test_settings_and_a_system_instruction_arrive(client: genai.Client) -> None:
    config = types.GenerateContentConfig(
        system_instruction="You are a pirate", max_output_tokens=2000, temperature=0.5, seed=7
    )
    reply = client.models.generate_content(model=MODEL, contents="Explain tides", config=config)
    assert "You are a pirate" in (reply.text or "")
    short = types.GenerateContentConfig(max_output_tokens=3)
    cut = client.models.generate_content(model=MODEL, contents="Explain tides", config=short)
    assert cut.candidates
    assert cut.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_a_function_is_called_and_its_answer_used(client: genai.Client) -> None:
    config = types.GenerateContentConfig(tools=[WEATHER])
    asked = types.Content(role="user", parts=[types.Part(text="What is the weather in Berlin?")])
    first = client.models.generate_content(model=MODEL, contents=asked, config=config)
    (call,) = first.function_calls or []
    assert (call.name, call.args) == ("get_weather", {"city": "Berlin"})
    assert first.candidates
    assert first.candidates[0].content
    answer = types.Part.from_function_response(name="get_weather", response={"result": "21 degrees"})
    second = client.models.generate_content(
        model=MODEL,
        contents=[asked, first.candidates[0].content, types.Content(role="user", parts=[answer])],
        config=config,
    )
    assert "21 degrees" in (second.text or "")


def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"21 degrees in {city}"


def test_the_sdk_may_run_the_function_itself(client: genai.Client) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="What is the weather in Berlin?",
        config=types.GenerateContentConfig(tools=[get_weather]),
    )
    assert "21 degrees in Berlin" in (reply.text or "")


def test_a_picture_is_seen(client: genai.Client) -> None:
    picture = types.Part.from_bytes(data=base64.b64decode(SQUARE), mime_type="image/png")
    reply = client.models.generate_content(model=MODEL, contents=[picture, "What is in it?"])
    assert "1 picture (PNG, 2 × 2 pixels, 73 bytes)" in (reply.text or "")


def test_json_fits_a_schema(client: genai.Client) -> None:
    config = types.GenerateContentConfig(
        response_mime_type="application/json",
        response_schema=types.Schema(
            type=types.Type.OBJECT,
            properties={"n": types.Schema(type=types.Type.INTEGER, minimum=5)},
            required=["n"],
        ),
    )
    reply = client.models.generate_content(model=MODEL, contents="Pick a number", config=config)
    assert isinstance(reply.parsed, dict)
    assert reply.parsed["n"] >= 5


def test_thoughts_come_first_when_asked_for(client: genai.Client) -> None:
    config = types.GenerateContentConfig(thinking_config=types.ThinkingConfig(include_thoughts=True))
    reply = client.models.generate_content(model=MODEL, contents="Explain tides", config=config)
    assert [bool(part.thought) for part in reply.parts or []] == [True, False]


def test_a_picture_is_drawn(own: Wire) -> None:
    with client_of(own) as client:  # drawn in a thread, which ends with its gateway
        reply = client.models.generate_content(model="gemini-2.5-flash-image", contents="A lighthouse")
    drawn = [part.inline_data for part in reply.parts or [] if part.inline_data]
    assert drawn
    assert (drawn[0].data or b"").startswith(b"\x89PNG")


def test_tokens_are_counted(client: genai.Client) -> None:
    counted = client.models.count_tokens(model=MODEL, contents="Explain tides")
    answered = client.models.generate_content(model=MODEL, contents="Explain tides")
    assert answered.usage_metadata
    assert counted.total_tokens == answered.usage_metadata.prompt_token_count


def test_models_are_listed(client: genai.Client) -> None:
    assert "models/sandbox-chat" in {model.name for model in client.models.list()}


def test_a_chat_remembers(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL)
    chat.send_message("Explain tides")
    assert "1 earlier question" in (chat.send_message("Explain winds").text or "")


@pytest.mark.parametrize(
    ("orders", "status", "kind"),
    [
        ("status=400", "INVALID_ARGUMENT", errors.ClientError),
        ("status=401", "UNAUTHENTICATED", errors.ClientError),
        ("status=429, retry-after=1", "RESOURCE_EXHAUSTED", errors.ClientError),
        ("status=500", "INTERNAL", errors.ServerError),
        ("status=503", "UNAVAILABLE", errors.ServerError),
    ],
)
def test_errors_arrive_as_the_sdks_own(
    client: genai.Client, orders: str, status: str, kind: type[errors.APIError]
) -> None:
    with pytest.raises(kind) as refused:
        client.models.generate_content(model=MODEL, contents="hi", config=ordered(orders))
    assert refused.value.status == status


def test_a_stream_that_breaks_off_is_an_error(client: genai.Client) -> None:
    with pytest.raises(errors.APIError):
        list(
            client.models.generate_content_stream(
                model=MODEL, contents="Explain tides", config=ordered("error-after=3 status=503 pace=max")
            )
        )
