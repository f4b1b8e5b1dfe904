"""Fields lead to values, by whatever spelling of a header's name, and what is derived is found out when asked for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.models import estimated_tokens
from workbench.domain.routes.errors import RouteError
from workbench.routing.facts import MISSING, Facts, shown

BODY = {
    "model": "dynamic/x",
    "temperature": 0,
    "user": None,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {}}],
        },
    ],
}
FACTS = Facts({"plan": "free", "cf.user_id": "u1", "n": 0}, {"X-Team": "a", "accept": "b"}, BODY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metadata.plan", "free"),
        ("metadata.n", 0),
        ("metadata.cf.user_id", "u1"),
        ("metadata.team", MISSING),
        ("headers.x-team", "a"),
        ("headers.X-TEAM", "a"),
        ("headers.Accept", "b"),
        ("headers.x-none", MISSING),
        ("body.temperature", 0),
        ("body.user", None),
        ("body.messages.0.role", "system"),
        ("body.messages.1.content.0.text", "What is this?"),
        ("body.messages.2.role", MISSING),
        ("body.messages.-1.role", MISSING),
        ("body.messages.role", MISSING),
        ("body.model.x", MISSING),
        ("request.stream", False),
        ("request.has_image", True),
        ("request.has_tools", False),
    ],
)
def test_a_field_leads_to_a_value(field: str, value: Any) -> None:
    assert FACTS.get(field) == value


@pytest.mark.parametrize(
    "field",
    [
        "plan",
        "",
        "metadata",
        "metadata.",
        "body..x",
        "headers",
        "request.tokens",
        "query.x",
        "body" + ".x" * 30,
    ],
)
def test_what_is_no_field_is_refused(field: str) -> None:
    with pytest.raises(RouteError):
        FACTS.get(field)


def test_the_prompts_tokens_are_those_of_all_its_text() -> None:
    assert FACTS.get("request.prompt_tokens_estimate") == estimated_tokens("Be brief.What is this?")
    assert Facts({}, {}, {"prompt": "one two three"}).get(
        "request.prompt_tokens_estimate"
    ) == estimated_tokens("one two three")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"tools": [{"type": "function"}]}, "has_tools"),
        ({"functions": [{}]}, "has_tools"),
        ({"stream": True}, "stream"),
        ({"image": "data:…"}, "has_image"),
        ({"messages": [{"content": [{"type": "image"}]}]}, "has_image"),
        ({"messages": [{"content": [{"type": "input_image"}]}]}, "has_image"),
    ],
)
def test_what_follows_from_the_body(body: dict[str, Any], field: str) -> None:
    assert Facts({}, {}, body).get(f"request.{field}") is True
    assert Facts({}, {}, {}).get(f"request.{field}") is False


def test_nothing_is_derived_before_it_is_asked_for() -> None:
    class Watched(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            raise AssertionError(key)

        def get(self, key: str, default: Any = None) -> Any:
            raise AssertionError(key)

    assert Facts({"plan": "free"}, {}, Watched(stream=True)).get("metadata.plan") == "free"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["messages", "content", "type", "text", "tools", "stream"]), inner, max_size=3
        )
    ),
)


@given(anything, st.sampled_from(["prompt_tokens_estimate", "has_image", "has_tools", "stream"]))
def test_a_body_of_any_shape_can_be_asked(body: Any, name: str) -> None:
    assert isinstance(Facts({}, {}, body).get(f"request.{name}"), int)


def test_a_trace_keeps_no_credential_and_nothing_long() -> None:
    assert "secret" not in shown("headers.Authorization", "Bearer secret")
    assert "secret" not in shown("headers.x-api-key", "secret")
    assert len(shown("body.prompt", "x" * 10_000)) == 200
    assert len(shown("body.messages", [{"content": "x"}] * 100)) == 6
    assert shown("body.user", MISSING) is None
