"""A dry run's request, edited by its form."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.services.route_proof import Request
from workbench.ui.routes.proof.requests import (
    flag_of,
    prompt_of,
    shown_value,
    tokens_of,
    typed_value,
    with_image,
    with_prompt,
    with_stream,
    with_tokens,
    with_tools,
)

CHAT = Request(body={"messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hi"}]})  # fmt: skip


@given(st.text(), st.booleans(), st.booleans(), st.booleans())
def test_prompt_and_switches_are_read_back(text: str, image: bool, tools: bool, stream: bool) -> None:
    request = with_stream(with_tools(with_image(with_prompt(CHAT, text), image), tools), stream)
    assert prompt_of(request) == text
    assert [flag_of(request, name) for name in ("has_image", "has_tools", "stream")] == [image, tools, stream]
    assert request.body["messages"][0] == CHAT.body["messages"][0]
    back = with_stream(with_tools(with_image(request, False), False), False)
    assert back == with_prompt(CHAT, text)


def test_a_prompt_is_made_where_there_is_none_and_an_empty_one_makes_none() -> None:
    assert with_prompt(Request(), "") == Request()
    assert prompt_of(with_prompt(Request(), "Hello")) == "Hello"
    assert prompt_of(Request(body={"prompt": "Hello"})) == "Hello"


@pytest.mark.parametrize("tokens", [1, 50, 5_000])
def test_a_prompt_is_filled_up_or_cut_to_a_length(tokens: int) -> None:
    request = with_tokens(with_prompt(Request(), "word " * 400), tokens)
    assert tokens_of(request) == pytest.approx(tokens, abs=2)


@given(st.none() | st.booleans() | st.integers() | st.text())
def test_a_value_in_a_table_is_read_back_as_what_it_is(value: Any) -> None:
    found = typed_value(shown_value(value))
    assert found == value
    assert type(found) is type(value)


def test_pictures_of_a_request_from_elsewhere_can_be_taken_out() -> None:
    body = {
        "messages": [{"role": "user", "content": [{"type": "input_image"}, {"type": "text", "text": "a"}]}]
    }
    assert not flag_of(with_image(Request(body=body), False), "has_image")
