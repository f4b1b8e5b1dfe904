"""Model names as people write them, as provider and model of a route element (ai-gateway §1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.domain.gateways import CUSTOM, PROVIDER_SLUGS, ROUTE
from workbench.domain.routes.errors import RouteError

WORKERS_AI = "workers-ai"

_OTHER_SLUGS = frozenset(
    {
        "google-vertex-ai",
        "fireworks",
        "azure-openai",
        "aws-bedrock",
        "huggingface",
        "replicate",
        "baseten",
        "parallel",
    }
)
"""Providers that the real gateway has and the local one has no door for."""

_ALIASES = {
    "google": "google-ai-studio", "gemini": "google-ai-studio", "google-gemini": "google-ai-studio", "xai": "grok",
    "x-ai": "grok", "perplexity": "perplexity-ai", "mistralai": "mistral", "mistral-ai": "mistral",
    "vertex": "google-vertex-ai", "vertex-ai": "google-vertex-ai", "bedrock": "aws-bedrock", "azure": "azure-openai",
    "workersai": WORKERS_AI, "workers": WORKERS_AI, "cloudflare": WORKERS_AI,
}  # fmt: skip
"""Authors of the REST family and other spellings, by the gateway's slug."""

_BY_NAME = (
    (re.compile(r"(gpt|chatgpt|o[1-9]|text-embedding|dall-e)\b.*"), "openai"),
    (re.compile(r"claude-.+"), "anthropic"),
    (re.compile(r"(gemini|gemma)-.+"), "google-ai-studio"),
    (re.compile(r"grok-.+"), "grok"),
    (re.compile(r"(mistral|magistral|ministral|codestral|devstral|pixtral)-.+"), "mistral"),
    (re.compile(r"deepseek-.+"), "deepseek"),
    (re.compile(r"command-.+"), "cohere"),
    (re.compile(r"sonar(-.+)?"), "perplexity-ai"),
)  # fmt: skip
"""Whose a model is that is named without its provider."""


@dataclass(frozen=True, slots=True)
class NamedModel:
    """change: what was read into the name, "" where it said everything itself."""

    provider: str
    model: str
    change: str = ""


def named_model(name: str, provider: str = "") -> NamedModel:
    """Read `openai/gpt-4o-mini`, `@cf/…`, `google/…`, `anthropic:claude-…`, or a bare name. Raises RouteError (no pointer)."""
    name = name.strip()
    if not name:
        raise RouteError("A model has no name.")
    if name.startswith(ROUTE):
        raise RouteError(f"“{name}” is a route, and a route cannot lead into another.")
    if provider:
        slug = _slug(provider.strip())
        return NamedModel(slug, _bare(name, provider.strip(), slug), _said(provider, slug))
    if name.startswith("@"):
        return NamedModel(WORKERS_AI, name)
    head, mark, rest = name.partition("/")
    if not mark or ":" in head:
        head, mark, rest = name.partition(":")
    if not mark:
        return _guessed(name)
    if not rest:
        raise RouteError(f"“{name}” names no model after “{head}”.")
    slug = _slug(head)
    return NamedModel(slug, rest, _said(head, slug))


def _slug(provider: str) -> str:
    lower = provider.lower()
    slug = _ALIASES.get(lower, lower)
    if slug in PROVIDER_SLUGS or slug in _OTHER_SLUGS or slug.startswith(CUSTOM):
        return slug
    raise RouteError(
        f"“{provider}” is no provider of the gateway.",
        fix=f"There are {', '.join(PROVIDER_SLUGS)}, and {CUSTOM}… for a server of your own.",
    )


def _bare(name: str, provider: str, slug: str) -> str:
    """The model's own name where the provider is given beside it and again before it."""
    head, mark, rest = name.partition("/")
    return rest if mark and rest and head.lower() in (provider.lower(), slug) else name


def _said(written: str, slug: str) -> str:
    return "" if written == slug else f"Provider “{written}” is called “{slug}” on a gateway."


def _guessed(name: str) -> NamedModel:
    for pattern, slug in _BY_NAME:
        if pattern.fullmatch(name.lower()):
            return NamedModel(slug, name, f"“{name}” is taken for a model of {slug}.")
    raise RouteError(
        f"“{name}” does not say whose model it is.",
        fix="Write it as provider/model, such as openai/gpt-4o-mini.",
    )
