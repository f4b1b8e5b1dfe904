"""What a request says in its body, per wire and family of models (workers-ai §5)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.client.images.asking import JPEG, png, text_of
from tests.client.wire import CLOUDFLARE, MODEL, OLLAMA, asking
from workbench.client.addresses import way_of
from workbench.client.bodies import asks_for_schema, body_of, forced_tools
from workbench.client.media import KEPT
from workbench.domain.chat import ChatMessage, ChatParameters, ChatRequest, ChatWire, Role, ToolCall
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model, ReasoningEffort
from workbench.domain.targets import Connection

LEGACY = Model(MODEL, schema_shape="chat-legacy", context_window=60000)
OPENAI = Model(MODEL, schema_shape="chat-openai+batch", context_window=200000)
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


def body(
    request: ChatRequest, facts: Model | None = None, connection: Connection = CLOUDFLARE, **more: Any
) -> dict[str, Any]:
    return body_of(request, way_of(connection, request), facts, stream=request.stream, **more)


def asked(wire: ChatWire = ChatWire.V1, facts: Model | None = OPENAI, **more: Any) -> dict[str, Any]:
    return body(asking(wire=wire, **more), facts)


def test_only_what_is_set_is_sent() -> None:
    assert asked() == {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_parameters_are_sent_under_their_wire_names() -> None:
    parameters = ChatParameters(temperature=0, top_p=0.9, max_tokens=5, seed=0, stop=("a", "b"))
    sent = asked(parameters=parameters)
    assert {key: sent[key] for key in ("temperature", "top_p", "max_tokens", "seed", "stop")} == {
        "temperature": 0, "top_p": 0.9, "max_tokens": 5, "seed": 0, "stop": ["a", "b"],
    }  # fmt: skip


def test_the_run_wire_has_the_model_in_the_address_or_an_input_around_the_rest() -> None:
    assert "model" not in asked(ChatWire.RUN)
    sent = body(asking("Hi", "openai/gpt-4.1", wire=ChatWire.RUN))
    assert (sent["model"], sent["input"]["messages"][0]["content"]) == ("openai/gpt-4.1", "Hi")


def test_a_whole_reply_is_asked_for_without_stream_options() -> None:
    sent = body(asking(stream=False), OPENAI)
    assert sent["stream"] is False
    assert "stream_options" not in sent


# max_tokens: the trap of 256


@pytest.mark.parametrize("wire", [ChatWire.V1, ChatWire.RUN, ChatWire.COMPAT])
@pytest.mark.parametrize(
    ("facts", "tokens"),
    [
        (LEGACY, 8192),
        (Model(MODEL, schema_shape="chat-legacy", context_window=4096), 1024),
        (Model(MODEL, schema_shape="chat-legacy-parts+batch"), 2048),
        (Model(MODEL, known=False), 2048),
        (None, 2048),
    ],
)
def test_legacy_and_unknown_models_are_always_told_a_limit(
    wire: ChatWire, facts: Model | None, tokens: int
) -> None:
    assert asked(wire, facts)["max_tokens"] == tokens


def test_others_are_left_their_own_limit() -> None:
    assert "max_tokens" not in asked(facts=OPENAI)
    assert "max_tokens" not in body(asking("Hi", "openai/gpt-4.1"))
    assert "max_tokens" not in body(asking("Hi", "llama3"), connection=OLLAMA)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("openai/gpt-5.5", "max_completion_tokens"),
        ("openai/o3-mini", "max_completion_tokens"),
        ("openai/gpt-4.1", "max_tokens"),
        ("openai/gpt-oss", "max_tokens"),
        ("ollama/orca", "max_tokens"),
    ],
)
def test_openais_reasoners_get_the_newer_name_of_the_limit(model: str, name: str) -> None:
    assert body(asking("Hi", model, parameters=ChatParameters(max_tokens=7)))[name] == 7


# messages


def test_content_is_never_null_and_calls_carry_json_text() -> None:
    request = ChatRequest(
        MODEL,
        (
            ChatMessage(Role.SYSTEM, "Be brief"),
            ChatMessage(Role.ASSISTANT, "", (ToolCall("c1", "now", ""),)),
            ChatMessage(Role.TOOL, "12:00", tool_call_id="c1"),
        ),
    )
    assert body(request)["messages"] == [
        {"role": "system", "content": "Be brief"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "now", "arguments": "{}"}}],
        },
        {"role": "tool", "content": "12:00", "tool_call_id": "c1"},
    ]


def test_tools_and_choice_are_passed_on_as_they_are() -> None:
    tool = {"type": "function", "function": {"name": "now"}}
    sent = asked(tools=(tool,), tool_choice="auto")
    assert (sent["tools"], sent["tool_choice"]) == ([tool], "auto")


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (None, ()),
        ("auto", ()),
        ("none", ()),
        ("required", ("a", "b")),
        ({"type": "function", "function": {"name": "b"}}, ("b",)),
    ],
)
def test_a_demanded_tool_is_known(choice: Any, names: tuple[str, ...]) -> None:
    tools = ({"type": "function", "function": {"name": "a"}}, {"name": "b", "parameters": {}})
    assert forced_tools(asking(tools=tools, tool_choice=choice)) == names


# reasoning (workers-ai §5.7)


def reasoning(wanted: str, effort: ReasoningEffort | None) -> dict[str, Any]:
    facts = Model(MODEL, schema_shape="chat-openai", reasoning_effort=effort)
    sent = asked(facts=facts, parameters=ChatParameters(reasoning_effort=wanted))
    return {key: sent[key] for key in ("reasoning_effort", "chat_template_kwargs") if key in sent}


LEVELS = ReasoningEffort(("max", "high", "none"), "max", True, aliases={"low": "high"})
ALWAYS_ON = ReasoningEffort(("max", "high", "low"), "max", aliases={"none": "max"})
SWITCH = ReasoningEffort(can_disable=True, toggle="enable_thinking")
BOTH = ReasoningEffort(("xhigh", "low"), "xhigh", True, "enable_thinking")


@pytest.mark.parametrize(
    ("wanted", "effort", "sent"),
    [
        ("high", LEVELS, {"reasoning_effort": "high"}),
        ("low", LEVELS, {"reasoning_effort": "high"}),
        ("none", LEVELS, {"reasoning_effort": "none"}),
        ("odd", LEVELS, {}),
        ("none", ALWAYS_ON, {}),
        ("none", SWITCH, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("high", SWITCH, {"chat_template_kwargs": {"enable_thinking": True}}),
        ("none", BOTH, {"chat_template_kwargs": {"enable_thinking": False}}),
        ("low", BOTH, {"reasoning_effort": "low"}),
        ("high", None, {}),
    ],
)
def test_the_level_is_told_as_the_model_takes_it(
    wanted: str, effort: ReasoningEffort | None, sent: dict[str, Any]
) -> None:
    assert reasoning(wanted, effort) == sent


def test_a_model_of_which_nothing_is_known_gets_the_level_as_it_is() -> None:
    parameters = ChatParameters(reasoning_effort="low")
    assert asked(facts=None, parameters=parameters)["reasoning_effort"] == "low"
    assert asked(facts=Model("llama3"), parameters=parameters)["reasoning_effort"] == "low"


# structured output (workers-ai §5.5)


@pytest.mark.parametrize(
    "given", [SCHEMA, {"name": "x", "schema": SCHEMA, "strict": True}], ids=["bare", "envelope"]
)
def test_a_schema_is_bare_on_run_and_in_its_envelope_elsewhere(given: dict[str, Any]) -> None:
    wanted = {"type": "json_schema", "json_schema": given}
    assert asked(ChatWire.RUN, response_format=wanted)["response_format"]["json_schema"] == SCHEMA
    for wire in (ChatWire.V1, ChatWire.COMPAT):
        sent = asked(wire, response_format=wanted)["response_format"]["json_schema"]
        assert sent["schema"] == SCHEMA
        assert sent["name"]


def test_the_other_form_is_the_other_way_round() -> None:
    wanted = {"type": "json_schema", "json_schema": SCHEMA}
    request = asking(wire=ChatWire.V1, response_format=wanted)
    assert body(request, OPENAI, other_schema_form=True)["response_format"]["json_schema"] == SCHEMA
    assert asks_for_schema(request)


def test_plain_json_mode_is_passed_on() -> None:
    request = asking(response_format={"type": "json_object"})
    assert body(request)["response_format"] == {"type": "json_object"}
    assert not asks_for_schema(request)


# pictures


PICTURE, OTHER = png(shade=1), JPEG
VISION = Model(
    "@cf/meta/llama-3.2-11b-vision-instruct", schema_shape="chat-legacy-image", context_window=128000
)


def shown(model: str, wire: ChatWire, *pictures: bytes, text: str = "What is it?") -> ChatRequest:
    return ChatRequest(model, (ChatMessage(Role.USER, text, pictures=pictures),), wire=wire)


def url_part(data: bytes, kind: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{text_of(data)}"}}


@pytest.mark.parametrize("connection", [CLOUDFLARE, OLLAMA])
@pytest.mark.parametrize("wire", ChatWire)
@pytest.mark.parametrize("model", [MODEL, "openai/gpt-4.1"])
def test_pictures_follow_the_words_on_every_wire(model: str, wire: ChatWire, connection: Connection) -> None:
    sent = body(shown(model, wire, PICTURE, OTHER), OPENAI, connection)
    (message,) = sent.get("input", sent)["messages"]
    assert message == {
        "role": "user",
        "content": [
            {"type": "text", "text": "What is it?"},
            url_part(PICTURE, "image/png"),
            url_part(OTHER, "image/jpeg"),
        ],
    }


def test_a_picture_without_words_stands_alone() -> None:
    (message,) = body(shown(MODEL, ChatWire.V1, PICTURE, text=""), OPENAI)["messages"]
    assert message["content"] == [url_part(PICTURE, "image/png")]


def test_a_turn_without_pictures_stays_plain_text_beside_one_with() -> None:
    request = shown(MODEL, ChatWire.V1, PICTURE)
    request = replace(request, messages=(ChatMessage(Role.SYSTEM, "Be short."), *request.messages))
    assert body(request, OPENAI)["messages"][0] == {"role": "system", "content": "Be short."}


def test_llama_vision_takes_its_picture_beside_the_messages_on_the_native_wire() -> None:
    sent = body(shown(VISION.id, ChatWire.RUN, PICTURE), VISION)
    assert sent["image"] == text_of(PICTURE)
    assert sent["messages"] == [{"role": "user", "content": "What is it?"}]
    assert "image" not in body(shown(VISION.id, ChatWire.RUN), VISION)
    (message,) = body(shown(VISION.id, ChatWire.V1, PICTURE), VISION)["messages"]
    assert message["content"][1] == url_part(PICTURE, "image/png")


def test_llama_vision_takes_one_picture_only_there() -> None:
    with pytest.raises(InvalidInput) as caught:
        body(shown(VISION.id, ChatWire.RUN, PICTURE, OTHER), VISION)
    assert caught.value.field == "pictures"


def test_anthropic_gets_blocks_of_its_own_where_its_shape_passes_unchanged() -> None:
    sent = body(shown("anthropic/claude-sonnet-4.5", ChatWire.RUN, OTHER), None)
    assert sent["input"]["messages"][0]["content"][1] == {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/jpeg", "data": text_of(OTHER)},
    }


def test_a_record_keeps_a_word_in_place_of_the_picture() -> None:
    for model, facts in ((MODEL, OPENAI), (VISION.id, VISION), ("anthropic/claude", None)):
        told = json.dumps(body(shown(model, ChatWire.RUN, PICTURE), facts, telling=KEPT))
        assert f"[image/png, {len(PICTURE)} bytes" in told
        assert text_of(PICTURE) not in told
