"""What a Responses request must look like, and what its items mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import GPT_OSS, SQUARE, call_of
from tests.gateway.sandbox.reading.junk import JSON, KEYS
from workbench.domain.models import Model
from workbench.gateway.calls import Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.reading.responses import read
from workbench.gateway.sandbox.turns import AskRefused

OTHER = Model("openai/m", known=False)
LOOKUP = {"type": "function", "name": "lookup", "parameters": {"type": "object"}}


def ask(body: dict[str, Any], model: Model = OTHER) -> Ask:
    return read(body, call_of(body, Shape.RESPONSES), model)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/input"),
        ({"input": 5}, "/input"),
        ({"input": []}, "/input"),
        ({"input": [5]}, "/input/0"),
        ({"input": [{"role": "robot", "content": "x"}]}, "/input/0/role"),
        ({"input": [{"role": "user", "content": 5}]}, "/input/0/content"),
        ({"input": [{"role": "user", "content": [{"type": "smell"}]}]}, "/input/0/content/0"),
        ({"input": "x", "max_output_tokens": 0}, "/max_output_tokens"),
        ({"input": "x", "tools": [{"name": "f"}]}, "/tools/0/type"),
        ({"input": "x", "tools": [{"type": "function"}]}, "/tools/0/name"),
        ({"input": "x", "tool_choice": {"type": "function", "name": "gone"}}, "/tool_choice"),
        ({"input": "x", "text": {"format": {"type": "json_schema"}}}, "/text/format/schema"),
        ({"input": "x", "previous_response_id": "resp_1"}, "/previous_response_id"),
        ({"input": "x", "instructions": 5}, "/instructions"),
    ],
)
def test_what_is_wrong_is_pointed_at(body: dict[str, Any], pointer: str) -> None:
    with pytest.raises(AskRefused) as refused:
        ask(body)
    assert refused.value.pointer == pointer


def test_items_become_turns_and_a_result_knows_its_tool() -> None:
    items = [
        {"role": "developer", "content": "Be brief"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Look it up"}]},
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "function_call", "call_id": "c1", "name": "lookup", "arguments": "{}"},
        {"type": "function_call", "call_id": "c2", "name": "other", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "found"},
        {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "too"}]},
    ]
    turns = ask({"instructions": "At once", "input": items}).turns
    assert [(turn.role, turn.text, turn.name) for turn in turns if turn.text] == [
        ("system", "At once", ""),
        ("system", "Be brief", ""),
        ("user", "Look it up", ""),
        ("tool", "found", "lookup"),
        ("tool", "too", "other"),
    ]


def test_a_picture_is_seen() -> None:
    part = {"type": "input_image", "image_url": f"data:image/png;base64,{SQUARE}"}
    (seen,) = ask({"input": [{"role": "user", "content": [part]}]}).attachments
    assert (seen.media_type, seen.width) == ("image/png", 2)


def test_hosted_tools_are_taken_and_never_called() -> None:
    found = ask({"input": "x", "tools": [{"type": "web_search"}, LOOKUP], "tool_choice": "required"}).options
    assert [tool.name for tool in found.tools] == ["lookup"]


def test_a_third_party_reasons_when_it_is_told_how_much() -> None:
    assert not ask({"input": "x"}).options.thinks
    assert ask({"input": "x", "reasoning": {"effort": "high"}}).options.effort == "high"
    assert not ask({"input": "x", "reasoning": {"effort": "none"}}).options.thinks
    assert ask({"input": "x"}, GPT_OSS).options.effort == "medium"


def test_a_schema_is_read_from_the_texts_format() -> None:
    wanted = {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}}}
    assert ask({"input": "x", "text": wanted}).options.schema == {"type": "object"}
    assert ask({"input": "x", "text": {"format": {"type": "json_object"}}}).options.schema == {}
    assert ask({"input": "x", "text": {"verbosity": "low"}}).options.schema is None


@given(st.dictionaries(KEYS, JSON))
def test_any_object_is_understood_or_refused(body: dict[str, Any]) -> None:
    for request in (body, {"input": "hi", **body}):
        try:
            found = ask(request)
        except AskRefused:
            continue
        assert isinstance(found.prompt_tokens, int)
