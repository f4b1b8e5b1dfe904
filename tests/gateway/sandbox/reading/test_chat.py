"""What a chat request must look like, told with the pointer of what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import LEGACY, NEW, PARTS, SQUARE, call_of
from tests.gateway.sandbox.reading.junk import JSON, KEYS
from workbench.domain.models import Model
from workbench.gateway.calls import Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.reading.chat import answers_in_chat, read
from workbench.gateway.sandbox.turns import AskRefused

HI = [{"role": "user", "content": "hi"}]
IMAGE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{SQUARE}"}}


def ask(body: dict[str, Any], model: Model = NEW, *, native: bool = False) -> Ask:
    shape = Shape.RUN if native else Shape.CHAT
    return read(body, call_of(body, shape, provider="workers-ai", model=model.id), model)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"messages": "hi"}, "/messages"),
        ({"messages": []}, "/messages"),
        ({"messages": [5]}, "/messages/0"),
        ({"messages": [{"content": "x"}]}, "/messages/0/role"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "/messages/0/role"),
        ({"messages": [{"role": "user", "content": None}]}, "/messages/0/content"),
        ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "/messages/0/content/0"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            "/messages/0/content/0/image_url/url",
        ),
        ({"messages": HI, "image": "not base64!"}, "/image"),
        ({"messages": HI, "image": [999]}, "/image"),
        ({"messages": HI, "max_tokens": "5"}, "/max_tokens"),
        ({"messages": HI, "max_tokens": 0}, "/max_tokens"),
        ({"messages": HI, "temperature": 3}, "/temperature"),
        ({"messages": HI, "top_p": "x"}, "/top_p"),
        ({"messages": HI, "stream": "yes"}, "/stream"),
        ({"messages": HI, "stream_options": 5}, "/stream_options"),
        ({"messages": HI, "stop": 5}, "/stop"),
        ({"messages": HI, "tools": {}}, "/tools"),
        ({"messages": HI, "tools": [{"name": "flat"}]}, "/tools/0"),
        ({"messages": HI, "tool_choice": "maybe"}, "/tool_choice"),
        ({"messages": HI, "tool_choice": {"type": "function", "function": {"name": "gone"}}}, "/tool_choice"),
        ({"messages": HI, "response_format": {"type": "xml"}}, "/response_format/type"),
        ({"messages": HI, "response_format": {"type": "json_schema"}}, "/response_format/json_schema"),
    ],
)
def test_what_is_wrong_is_pointed_at(body: dict[str, Any], pointer: str) -> None:
    with pytest.raises(AskRefused) as refused:
        ask(body)
    assert refused.value.pointer == pointer


def test_old_models_take_strings_only_and_some_take_parts() -> None:
    parts = {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}
    with pytest.raises(AskRefused, match=r"Type mismatch of '/messages/0/content', 'array' not in 'string'"):
        ask(parts, LEGACY, native=True)
    assert ask(parts, PARTS, native=True).question == "hi"
    assert ask(parts, LEGACY).question == "hi", "the OpenAI door takes parts for every model"


def test_old_models_take_wider_ranges_and_flat_tools() -> None:
    found = ask({"prompt": "hi", "temperature": 4, "tools": [{"name": "f"}]}, LEGACY, native=True)
    assert (found.question, found.options.tools[0].name) == ("hi", "f")


def test_each_family_answers_in_its_shape() -> None:
    assert not answers_in_chat(LEGACY)
    assert answers_in_chat(NEW)
    for shape in ("chat-legacy+batch/openai-out", "chat-legacy|responses+batch"):
        assert answers_in_chat(Model("m", schema_shape=shape))


def test_pictures_recordings_and_files_are_seen() -> None:
    parts = [
        IMAGE,
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA"}},
    ]
    told = [a.told() for a in ask({"messages": [{"role": "user", "content": parts}]}).attachments]
    assert told == [
        "PNG, 2 × 2 pixels, 73 bytes",
        "a link, which is not fetched here",
        "WAV, 3 bytes",
        "PDF, 3 bytes",
    ]


@pytest.mark.parametrize("image", [SQUARE, f"data:image/png;base64,{SQUARE}"])
def test_a_vision_model_takes_a_picture_beside_its_prompt(image: str) -> None:
    (seen,) = ask({"prompt": "what is it", "image": image}, LEGACY, native=True).attachments
    assert (seen.width, seen.height) == (2, 2)


def test_a_tools_result_knows_its_tool() -> None:
    called = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": "1", "function": {"name": "one"}}, {"id": "2", "function": {"name": "two"}}],
    }
    answers = [
        {"role": "tool", "tool_call_id": "2", "content": "b"},
        {"role": "tool", "content": "a"},
        {"role": "tool", "content": "c"},
    ]
    turns = ask({"messages": [*HI, called, *answers]}).turns
    assert [turn.name for turn in turns[-3:]] == ["two", "one", ""]


@given(st.dictionaries(KEYS, JSON), st.sampled_from([NEW, LEGACY, PARTS]), st.booleans())
def test_any_object_is_understood_or_refused(body: dict[str, Any], model: Model, native: bool) -> None:
    for request in (body, {"messages": HI, **body}):
        try:
            found = ask(request, model, native=native)
        except AskRefused:
            continue
        assert found.turns
