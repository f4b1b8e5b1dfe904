"""What an Anthropic Messages request must look like, and what its blocks mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import SQUARE, call_of
from tests.gateway.sandbox.reading.junk import JSON, KEYS
from workbench.domain.models import Model
from workbench.gateway.calls import Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.reading.messages import read, read_counted
from workbench.gateway.sandbox.turns import AskRefused

CLAUDE = Model("anthropic/claude", known=False)
HI: dict[str, Any] = {"model": "m", "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}]}
LOOKUP = {"name": "lookup", "description": "Looks up", "input_schema": {"type": "object"}}


def ask(body: dict[str, Any]) -> Ask:
    return read(body, call_of(body, Shape.MESSAGES, provider="anthropic", model="claude"), CLAUDE)


def asked(*content: Any, **more: Any) -> Ask:
    return ask({**HI, "messages": [{"role": "user", "content": list(content)}], **more})


def test_the_system_may_speak_in_mid_conversation_where_that_beta_is_asked_for() -> None:
    messages = [{"role": "user", "content": "hi"}, {"role": "system", "content": "There are agents."}]
    body = {**HI, "messages": messages}
    beta = {"anthropic-beta": "interleaved-thinking-2025-05-14,mid-conversation-system-2026-04-07"}
    call = call_of(body, Shape.MESSAGES, provider="anthropic", model="claude", headers=beta)
    found = read(body, call, CLAUDE)
    assert found.question == "hi"
    assert [turn.role for turn in found.turns] == ["user", "system"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"max_tokens": None}, "/max_tokens"),
        ({"max_tokens": "9"}, "/max_tokens"),
        ({"model": 5}, "/model"),
        ({"messages": []}, "/messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "/messages/0/role"),
        ({"messages": [{"role": "user", "content": []}]}, "/messages/0/content"),
        ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "/messages/0/content/0"),
        ({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}, "/messages/0/content/0/tool_use_id"),
        (
            {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t"}]}]},
            "/messages/0/content/0",
        ),
        ({"temperature": 1.5}, "/temperature"),
        ({"tools": [{"input_schema": {}}]}, "/tools/0/name"),
        ({"tools": [{"name": "f"}]}, "/tools/0/input_schema"),
        ({"tool_choice": {"type": "tool", "name": "gone"}}, "/tool_choice"),
        ({"thinking": {"type": "enabled"}}, "/thinking/budget_tokens"),
        ({"thinking": {"type": "enabled", "budget_tokens": 5000}}, "/max_tokens"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_pointed_at(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(AskRefused) as refused:
        ask({**HI, **change})
    assert refused.value.pointer == pointer


def test_counting_needs_no_limit() -> None:
    body = {name: value for name, value in HI.items() if name != "max_tokens"}
    assert read_counted(body, call_of(body, Shape.MESSAGES), CLAUDE).prompt_tokens > 0


@pytest.mark.parametrize("system", ["Be brief", [{"type": "text", "text": "Be brief"}]])
def test_a_system_prompt_is_a_text_or_blocks(system: Any) -> None:
    assert ask({**HI, "system": system}).system == "Be brief"


def test_a_picture_is_seen_and_must_be_what_it_says() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": SQUARE}
    (seen,) = asked({"type": "image", "source": source}).attachments
    assert seen.told() == "PNG, 2 × 2 pixels, 73 bytes"
    with pytest.raises(AskRefused, match="does not match"):
        asked({"type": "image", "source": {**source, "media_type": "image/jpeg"}})


def test_a_result_follows_the_text_beside_it_and_knows_its_tool() -> None:
    messages = [
        {"role": "user", "content": "look"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "lookup", "input": {}}]},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "found"}]},
                {"type": "text", "text": "go on"},
            ],
        },
    ]
    turns = ask({**HI, "messages": messages, "tools": [LOOKUP]}).turns
    assert [(turn.role, turn.text, turn.name) for turn in turns[-2:]] == [
        ("user", "go on", ""),
        ("tool", "found", "lookup"),
    ]


def test_what_an_agent_reminds_of_is_context_and_not_the_question() -> None:
    found = asked(
        {"type": "text", "text": "<system-reminder>rules</system-reminder>"},
        {"type": "text", "text": "Hello"},
    )
    assert found.question == "Hello"
    assert "rules" in found.system


def test_tools_of_the_provider_are_taken_and_never_called() -> None:
    found = ask({**HI, "tools": [{"type": "web_search_20250305", "name": "web_search"}, LOOKUP]}).options
    assert [tool.name for tool in found.tools] == ["lookup"]


@pytest.mark.parametrize(
    ("choice", "read_as"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "any"}, "required"),
        ({"type": "none"}, "none"),
        ({"type": "tool", "name": "lookup"}, "=lookup"),
    ],
)
def test_a_choice_of_tools_is_read(choice: Any, read_as: str) -> None:
    found = ask(
        {**HI, "tools": [LOOKUP], "tool_choice": {**choice, "disable_parallel_tool_use": True}}
    ).options
    assert (found.tool_choice, found.parallel_calls) == (read_as, False)


def test_it_thinks_when_it_is_told_to() -> None:
    assert not ask(HI).options.thinks
    assert ask({**HI, "thinking": {"type": "adaptive"}}).options.effort == "high"
    enabled = {"max_tokens": 9000, "thinking": {"type": "enabled", "budget_tokens": 5000}}
    assert ask({**HI, **enabled}).options.effort == "medium"


def test_a_schema_is_read_from_either_place() -> None:
    wanted = {"type": "json_schema", "schema": {"type": "object"}}
    assert ask({**HI, "output_config": {"format": wanted}}).options.schema == {"type": "object"}
    assert ask({**HI, "output_format": wanted}).options.schema == {"type": "object"}


@given(st.dictionaries(KEYS, JSON), st.lists(JSON, max_size=3))
def test_any_object_is_understood_or_refused(body: dict[str, Any], content: list[Any]) -> None:
    for request in (body, {**HI, **body}, {**HI, "messages": [{"role": "user", "content": content}]}):
        try:
            found = ask(request)
        except AskRefused:
            continue
        assert found.turns
