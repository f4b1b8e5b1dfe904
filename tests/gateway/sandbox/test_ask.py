"""What a request must look like, told with the pointer of what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.models import Model
from workbench.gateway.sandbox.ask import Ask, Dialect, dialect_of, read_ask
from workbench.gateway.sandbox.turns import AskRefused

NEW = Model("@cf/x/new", schema_shape="chat-openai", context_window=1000)
OLD = Model("@cf/x/old", schema_shape="chat-legacy")
PARTS = Model("@cf/x/parts", schema_shape="chat-legacy-parts")
HI = [{"role": "user", "content": "hi"}]


def read(body: dict[str, Any], model: Model = NEW, *, native: bool = False) -> Ask:
    return read_ask(
        body,
        model,
        wire_model=model.id,
        provider="workers-ai",
        dialect=dialect_of(model, native_door=native),
        native_door=native,
    )


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
        ({"messages": HI, "max_tokens": "5"}, "/max_tokens"),
        ({"messages": HI, "max_tokens": 0}, "/max_tokens"),
        ({"messages": HI, "temperature": 3}, "/temperature"),
        ({"messages": HI, "top_p": "x"}, "/top_p"),
        ({"messages": HI, "stream": "yes"}, "/stream"),
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
        read(body)
    assert refused.value.pointer == pointer
    assert refused.value.code == 5006


def test_old_models_take_strings_only_and_some_take_parts() -> None:
    parts = {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}
    with pytest.raises(AskRefused, match=r"Type mismatch of '/messages/0/content', 'array' not in 'string'"):
        read(parts, OLD, native=True)
    assert read(parts, PARTS, native=True).question == "hi"
    assert read(parts, OLD).question == "hi", "the OpenAI door takes parts for every model"


def test_a_prompt_beyond_the_window_is_5021() -> None:
    with pytest.raises(AskRefused) as refused:
        read({"messages": HI, "max_tokens": 1000})
    assert refused.value.code == 5021


def test_old_models_take_wider_ranges() -> None:
    assert read({"prompt": "hi", "temperature": 4}, OLD, native=True).question == "hi"


def test_each_family_answers_in_its_dialect() -> None:
    assert dialect_of(OLD, native_door=True) is Dialect.NATIVE
    assert dialect_of(OLD, native_door=False) is Dialect.OPENAI
    assert dialect_of(NEW, native_door=True) is Dialect.OPENAI
    for shape in ("chat-legacy+batch/openai-out", "chat-legacy|responses+batch"):
        assert dialect_of(Model("m", schema_shape=shape), native_door=True) is Dialect.OPENAI


def test_a_directive_is_taken_out_of_the_newest_question_only() -> None:
    turns = [
        {"role": "user", "content": "[sandbox hang]\nold"},
        {"role": "user", "content": "[sandbox pace=5]\nnew"},
    ]
    ask = read({"messages": turns})
    assert (ask.orders, ask.question) == ("pace=5", "new")


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["role", "content", "type", "name", "function"]), inner),
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["messages", "prompt", "tools", "tool_choice", "response_format", "stop", "stream", "stream_options", "max_tokens",
     "temperature", "reasoning_effort", "chat_template_kwargs", "reasoning", "seed", "n"]
)  # fmt: skip


@given(st.dictionaries(KEYS, JSON), st.sampled_from([NEW, OLD, PARTS]), st.booleans())
def test_any_object_is_understood_or_refused(body: dict[str, Any], model: Model, native: bool) -> None:
    for request in (body, {"messages": HI, **body}):
        try:
            ask = read(request, model, native=native)
        except AskRefused:
            continue
        assert ask.turns
