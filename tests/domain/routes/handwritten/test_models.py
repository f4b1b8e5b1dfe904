"""Model names in the spellings of the REST family, of gateways, and of people."""

from __future__ import annotations

import pytest

from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.handwritten.models import named_model


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("openai/gpt-4o-mini", "openai", "gpt-4o-mini"),
        ("@cf/meta/llama-3.1-8b-instruct", "workers-ai", "@cf/meta/llama-3.1-8b-instruct"),
        ("workers-ai/@cf/meta/llama", "workers-ai", "@cf/meta/llama"),
        ("google/gemini-2.5-flash", "google-ai-studio", "gemini-2.5-flash"),
        ("google-ai-studio/gemini-2.5-flash", "google-ai-studio", "gemini-2.5-flash"),
        ("xai/grok-4", "grok", "grok-4"),
        ("anthropic:claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("openrouter/meta-llama/llama-3:free", "openrouter", "meta-llama/llama-3:free"),
        ("custom-ollama/llama3:8b", "custom-ollama", "llama3:8b"),
        ("gpt-4o", "openai", "gpt-4o"),
        ("o3", "openai", "o3"),
        ("claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("gemini-2.5-pro", "google-ai-studio", "gemini-2.5-pro"),
    ],
)
def test_a_name_says_provider_and_model(name: str, provider: str, model: str) -> None:
    named = named_model(name)
    assert (named.provider, named.model) == (provider, model)


def test_a_provider_beside_the_name_counts_and_is_not_said_twice() -> None:
    named = named_model("google/gemini-2.5-flash", "google")
    assert (named.provider, named.model) == ("google-ai-studio", "gemini-2.5-flash")
    assert "google-ai-studio" in named.change


@pytest.mark.parametrize("name", ["", "openai/", "mystery/model", "llama-3", "dynamic/support", "minimax/m3"])
def test_what_names_nobody_is_refused(name: str) -> None:
    with pytest.raises(RouteError):
        named_model(name)
