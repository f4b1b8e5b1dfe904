"""Lists of models in each maker's shape."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.sandbox.asking import NEW, Heard, ask
from workbench.gateway.calls import Shape


def listed(provider: str, endpoint: str) -> Heard:
    return ask(b"", Shape.OTHER, provider=provider, model="", endpoint=endpoint, method="GET")


@pytest.mark.parametrize(
    ("provider", "endpoint"), [("openai", "models"), ("groq", "models"), ("mistral", "v1/models")]
)
def test_most_list_as_openai_does(provider: str, endpoint: str) -> None:
    found = listed(provider, endpoint).json
    assert found["object"] == "list"
    assert all(entry["owned_by"] == "sandbox" and "sandbox" in entry["id"] for entry in found["data"])


def test_anthropic_and_google_list_in_their_own_shapes() -> None:
    claude = listed("anthropic", "v1/models?limit=5").json
    assert claude["data"][0]["type"] == "model"
    assert (claude["first_id"], claude["has_more"]) == (claude["data"][0]["id"], False)
    google = listed("google-ai-studio", "v1beta/models").json
    assert all(entry["name"].startswith("models/sandbox") for entry in google["models"])


def test_workers_ai_lists_the_catalogue() -> None:
    assert NEW.id in {entry["id"] for entry in listed("workers-ai", "v1/models").json["data"]}


@pytest.mark.parametrize(
    ("provider", "endpoint", "key", "value"),
    [
        ("openai", "models/gpt", "id", "gpt"),
        ("anthropic", "v1/models/claude", "id", "claude"),
        ("google-ai-studio", "v1beta/models/gemini", "name", "models/gemini"),
    ],
)
def test_any_one_model_is_told(provider: str, endpoint: str, key: str, value: Any) -> None:
    assert listed(provider, endpoint).json[key] == value


def test_the_listed_models_do_what_they_say() -> None:
    question = {"messages": [{"role": "user", "content": "Explain tides"}]}
    thinking = ask(question, model="sandbox-thinking").json["choices"][0]["message"]
    assert thinking["reasoning_content"]
    assert "reasoning_content" not in ask(question, model="sandbox-chat").json["choices"][0]["message"]
    drawing = ask(
        {"contents": [{"parts": [{"text": "A cat"}]}]},
        Shape.GENERATE,
        provider="google-ai-studio",
        model="sandbox-image",
    )
    assert "inlineData" in drawing.json["candidates"][0]["content"]["parts"][-1]
