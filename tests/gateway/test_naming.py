"""Slugs at the unified address, authors on the REST family."""

from __future__ import annotations

import pytest

from workbench.gateway.naming import NotNamed, named, rest_name
from workbench.gateway.protocol import Family


@pytest.mark.parametrize(
    ("model", "provider", "name"),
    [
        ("@cf/meta/llama", "workers-ai", "@cf/meta/llama"),
        ("openai/gpt-4.1", "openai", "gpt-4.1"),
        ("google/gemini", "google-ai-studio", "gemini"),
        ("xai/grok-4", "grok", "grok-4"),
        ("alibaba/qwen3-max", "alibaba", "qwen3-max"),
        ("openrouter/a/b", "openrouter", "a/b"),
    ],
)
def test_a_rest_name_and_its_provider_lead_to_each_other(model: str, provider: str, name: str) -> None:
    found = named(Family.REST, model)
    assert (found.provider, found.model, found.wire) == (provider, name, model)
    assert rest_name(provider, name) == model


@pytest.mark.parametrize(
    ("family", "model", "hint"),
    [
        (Family.REST, "grok/grok-4", "xai/grok-4"),
        (Family.REST, "google-ai-studio/gemini", "google/gemini"),
        (Family.GATEWAY, "xai/grok-4", "called grok"),
        (Family.GATEWAY, "google/gemini", "called google-ai-studio"),
    ],
)
def test_the_other_familys_name_is_told_this_ones(family: Family, model: str, hint: str) -> None:
    with pytest.raises(NotNamed, match=hint):
        named(family, model)


@pytest.mark.parametrize(
    ("family", "model", "status", "code"),
    [
        (Family.REST, "@cf/x", 404, 3042),
        (Family.REST, "llama", 400, 5007),
        (Family.REST, "openai/", 400, 5007),
        (Family.GATEWAY, "gpt-4o", 400, 2008),
        (Family.GATEWAY, "meta/llama", 400, 2008),
        (Family.GATEWAY, "workers-ai/llama", 400, 5007),
    ],
)
def test_what_names_nobody_is_refused(family: Family, model: str, status: int, code: int) -> None:
    with pytest.raises(NotNamed) as wrong:
        named(family, model)
    assert (wrong.value.status, wrong.value.code) == (status, code)
