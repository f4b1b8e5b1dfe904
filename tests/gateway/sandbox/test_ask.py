"""What a request comes to, whatever wire it came by."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.sandbox.asking import NEW, SQUARE, call_of
from workbench.domain.models import Model
from workbench.gateway.calls import Shape
from workbench.gateway.sandbox.ask import Ask
from workbench.gateway.sandbox.reading import chat, generate, messages, responses
from workbench.gateway.sandbox.turns import AskRefused

OTHER = Model("openai/m", known=False)
SAME: list[tuple[Any, Shape, dict[str, Any]]] = [
    (
        chat,
        Shape.CHAT,
        {
            "messages": [{"role": "system", "content": "Be brief"}, {"role": "user", "content": "Hi you"}],
            "temperature": 0.5,
        },
    ),
    (responses, Shape.RESPONSES, {"instructions": "Be brief", "input": "Hi you", "temperature": 0.5}),
    (
        messages,
        Shape.MESSAGES,
        {
            "model": "m",
            "max_tokens": 9,
            "system": [{"type": "text", "text": "Be brief"}],
            "messages": [{"role": "user", "content": "Hi you"}],
            "temperature": 0.5,
        },
    ),
    (
        generate,
        Shape.GENERATE,
        {
            "systemInstruction": {"parts": [{"text": "Be brief"}]},
            "contents": [{"parts": [{"text": "Hi you"}]}],
            "generationConfig": {"temperature": 0.5, "maxOutputTokens": 7},
        },
    ),
]


def read(reader: Any, shape: Shape, body: dict[str, Any]) -> Ask:
    found: Ask = reader.read(body, call_of(body, shape), OTHER)
    return found


def test_the_same_words_are_the_same_ask_over_every_wire() -> None:
    asks = [read(*case) for case in SAME]
    assert {ask.question for ask in asks} == {"Hi you"}
    assert {ask.system for ask in asks} == {"Be brief"}
    assert len({ask.seed for ask in asks}) == 1
    assert len({ask.prompt_tokens for ask in asks}) == 1


def test_another_picture_is_another_ask() -> None:
    def seed(picture: str) -> int:
        parts = [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{picture}"}}]
        return read(chat, Shape.CHAT, {"messages": [{"role": "user", "content": parts}]}).seed

    assert seed(SQUARE) == seed(SQUARE)
    assert seed(SQUARE) != seed(SQUARE[:-4] + "Yk==")


def test_a_picture_counts_as_tokens() -> None:
    parts: list[Any] = [{"type": "text", "text": "hi"}]
    alone = read(chat, Shape.CHAT, {"messages": [{"role": "user", "content": parts}]})
    parts.append({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{SQUARE}"}})
    shown = read(chat, Shape.CHAT, {"messages": [{"role": "user", "content": parts}]})
    assert shown.prompt_tokens == alone.prompt_tokens + shown.picture_tokens
    assert shown.picture_tokens > 0


def test_a_prompt_beyond_the_window_is_5021() -> None:
    body = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1000}
    with pytest.raises(AskRefused) as refused:
        chat.read(body, call_of(body, provider="workers-ai", model=NEW.id), NEW)
    assert refused.value.code == 5021


def test_a_directive_is_taken_out_of_the_newest_question_only() -> None:
    turns = [
        {"role": "user", "content": "[sandbox hang]\nold"},
        {"role": "user", "content": "[sandbox pace=5]\nnew"},
    ]
    ask = read(chat, Shape.CHAT, {"messages": turns})
    assert (ask.orders, ask.question) == ("pace=5", "new")
