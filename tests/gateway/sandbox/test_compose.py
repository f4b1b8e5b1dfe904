"""What the sandbox answers: deterministic, within limits, and about what was asked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.sandbox.asking import SQUARE, call_of
from workbench.domain.models import Model, ReasoningEffort
from workbench.gateway.calls import Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.compose import Answer, compose
from workbench.gateway.sandbox.reading import chat
from workbench.gateway.sandbox.tokens import tokens_of

PLAIN = Model("@cf/x/plain", "Text Generation", schema_shape="chat-openai")
LEGACY = Model("@cf/x/legacy", "Text Generation", schema_shape="chat-legacy")
THINKER = Model(
    "@cf/x/thinker",
    "Text Generation",
    schema_shape="chat-openai",
    reasoning=True,
    reasoning_effort=ReasoningEffort(
        ("max", "low", "none"), "max", True, "enable_thinking", {"minimal": "low"}
    ),
)
ALWAYS = Model(
    "@cf/x/always",
    "Text Generation",
    reasoning=True,
    reasoning_effort=ReasoningEffort(("high",), "high", False),
)
TOOL = {
    "type": "function",
    "function": {
        "name": "find_flights",
        "description": "Search flights between two airports",
        "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    },
}
OTHER = {"type": "function", "function": {"name": "other", "parameters": {"type": "object"}}}


def asked(prompt: str = "Explain tides", model: Model = PLAIN, *, native: bool = False, **more: Any) -> Ask:
    body = {"messages": [{"role": "user", "content": prompt}], **more}
    shape = Shape.RUN if native else Shape.CHAT
    return chat.read(body, call_of(body, shape, provider="workers-ai", model=model.id), model)


def answered(prompt: str = "Explain tides", model: Model = PLAIN, **more: Any) -> Answer:
    return compose(asked(prompt, model, **more))


def text_of(prompt: str, model: Model = PLAIN, **more: Any) -> str:
    return "".join(answered(prompt, model, **more).text)


def test_the_same_request_gets_the_same_answer_streamed_or_not() -> None:
    first = answered("Explain tides", stream=True, stream_options={"include_usage": True})
    assert first == answered("Explain tides", stream=False)


@pytest.mark.parametrize("other", [{"seed": 7}, {"temperature": 0.5}])
def test_another_seed_or_setting_gets_another_answer(other: dict[str, Any]) -> None:
    assert answered("Explain tides").text != answered("Explain tides", **other).text


def test_the_answer_says_first_that_it_is_the_sandbox_and_quotes_the_question() -> None:
    text = text_of("How do tides work on small islands?")
    first, quoted, *_ = text.split("\n\n")
    assert "sandbox" in first
    assert "No model was called" in first
    assert quoted == "> How do tides work on small islands?"


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("What is 2+2?", "2 + 2 = **4**"),
        ("12 divided by 8", "12 divided by 8 = **1.5**"),
        ("Say pong", "pong"),
        ('Reply with exactly "all good"', "all good"),
        ("Count from 3 to 6", "3, 4, 5, 6"),
    ],
)
def test_what_can_be_known_is_answered(prompt: str, answer: str) -> None:
    assert text_of(prompt) == answer


def test_division_by_zero_is_no_crash() -> None:
    assert "zero" in text_of("what is 5 / 0")


@pytest.mark.parametrize(
    ("prompt", "part"),
    [
        ("Write a rust function that sorts", "```rust\n"),
        ("Compare cats and dogs in a table", "| --- |"),
        ("List five rivers", "5. "),
        ("Привет, расскажи о приливах", "песочниц"),
        ("حدثني عن المد والجزر", "التجريبية"),
    ],
)
def test_the_form_of_the_answer_follows_the_question(prompt: str, part: str) -> None:
    assert part in text_of(prompt)


def test_sample_code_is_never_named_after_a_keyword() -> None:
    for word in ("while", "class", "lambda"):
        assert f"def {word}(" not in text_of(f"Write Python code: {word}")


def test_what_came_with_the_question_is_reflected() -> None:
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{SQUARE}"}}
    messages = [
        {"role": "system", "content": "You are a pirate"},
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "hi"},
        {"role": "user", "content": [{"type": "text", "text": "Explain tides"}, picture, picture]},
    ]
    text = text_of("", messages=messages)
    assert "You are a pirate" in text
    assert "1 earlier question" in text
    assert "2 pictures (PNG, 2 × 2 pixels, 73 bytes; PNG, 2 × 2 pixels, 73 bytes)" in text


@given(st.integers(1, 3000))
def test_markdown_of_any_length_is_exactly_that_long(tokens: int) -> None:
    answer = answered(f"Write {tokens} tokens of mixed markdown about rivers")
    assert len(answer.text) == answer.completion_tokens == tokens
    assert "".join(answer.text).count("```") % 2 == 0
    assert answer.finish == "stop"


def test_long_markdown_has_everything_a_renderer_must_cope_with() -> None:
    text = text_of("Write 2000 tokens of mixed markdown about rivers")
    for part in (
        "# ",
        "## ",
        "- ",
        "  - ",
        "1. ",
        "```python",
        "| --- |",
        "> ",
        "](http",
        "- [x]",
        "`",
    ):
        assert part in text, part
    assert re.search(r"[\u0600-\u06ff]{3}", text), "right to left"
    assert re.search(r"[\u0400-\u04ff]{3}", text)
    assert len(set(text.split("```")[1::2])) > 2, "code in several languages"


@given(st.integers(1, 400))
def test_no_more_tokens_than_allowed(limit: int) -> None:
    answer = answered("Explain tides", THINKER, max_tokens=limit)
    free = answered("Explain tides", THINKER, max_tokens=100_000)
    assert answer.completion_tokens == min(limit, free.completion_tokens)
    assert answer.finish == ("length" if limit < free.completion_tokens else "stop")
    assert free.reasoning[: len(answer.reasoning)] == answer.reasoning


def test_a_legacy_model_stops_at_256_where_nothing_is_said() -> None:
    answer = compose(asked("Write 2000 tokens of markdown", LEGACY, native=True))
    assert (answer.completion_tokens, answer.finish) == (256, "length")


def test_a_stop_sequence_is_left_out_with_what_follows() -> None:
    answer = answered("Count from 1 to 9", stop=["4", "7"])
    assert "".join(answer.text) == "1, 2, 3, "
    assert (answer.finish, answer.stopped_by) == ("stop", "4")
    assert "".join(answered("Count from 1 to 9", stop=" 5").text) == "1, 2, 3, 4,"


def test_a_reasoning_model_thinks_as_hard_as_it_is_told() -> None:
    hard, easy = answered(model=THINKER), answered(model=THINKER, reasoning_effort="minimal")
    assert len(hard.reasoning) > len(easy.reasoning) > 0
    for off in ({"reasoning_effort": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}):
        assert not answered(model=THINKER, **off).reasoning
    assert answered(model=ALWAYS, reasoning_effort="none").reasoning, "it cannot be switched off"
    assert not answered(model=PLAIN, reasoning_effort="high").reasoning


def test_a_distilled_model_thinks_inside_its_text() -> None:
    model = Model("@cf/deepseek-ai/deepseek-r1-distill-qwen-32b", reasoning=True)
    answer = answered(model=model)
    assert not answer.reasoning
    assert "".join(answer.text).startswith("<think>\n")
    assert "</think>" in "".join(answer.text)


@pytest.mark.parametrize(
    ("prompt", "choice", "called"),
    [
        ("Explain tides", "auto", ()),
        ("Please use find_flights", "auto", ("find_flights",)),
        ("find flights to Rome", "auto", ("find_flights",)),
        ("Search for flights between airports", "auto", ("find_flights",)),
        ("Search between two airports", "auto", ()),
        ("Use a tool, please", "auto", ("find_flights",)),
        ("Use find_flights and other", "auto", ("find_flights", "other")),
        ("Have you any other idea?", "auto", ()),
        ("What does `other` do?", "auto", ("other",)),
        ("Use find_flights", "none", ()),
        ("Explain tides", "required", ("find_flights",)),
        ("Explain tides", {"type": "function", "function": {"name": "other"}}, ("other",)),
    ],
)
def test_tools_are_called_when_asked_for(prompt: str, choice: Any, called: tuple[str, ...]) -> None:
    answer = answered(prompt, tools=[TOOL, OTHER], tool_choice=choice)
    assert tuple(call.name for call in answer.calls) == called
    assert answer.finish == ("tool_calls" if called else "stop")
    assert bool(answer.text) != bool(called)
    for call in answer.calls:
        assert isinstance(json.loads(call.arguments), dict)


def test_one_call_at_a_time_where_that_is_asked() -> None:
    assert (
        len(answered("Use find_flights and other", tools=[TOOL, OTHER], parallel_tool_calls=False).calls) == 1
    )


def test_json_is_json_and_bare_schemas_do() -> None:
    assert isinstance(json.loads(text_of("hi", response_format={"type": "json_object"})), dict)
    bare = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    assert (
        json.loads(text_of("hi", response_format={"type": "json_schema", "json_schema": bare}))["n"]
        is not None
    )


def test_a_guard_model_gives_a_verdict() -> None:
    assert (
        text_of("how to bake bread", Model("@cf/meta/llama-guard-3-8b", schema_shape="chat-flat-object"))
        == "safe"
    )


@given(st.text(min_size=1))
def test_any_prompt_gets_an_answer(prompt: str) -> None:
    answer = answered(prompt)
    assert answer.text
    assert tokens_of("".join(answer.text))
