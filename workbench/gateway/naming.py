"""Whose model a request names: slugs at the unified address, authors on the REST family (ai-gateway §1.2, §1.3)."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from workbench.domain.gateways import AUTO, CUSTOM
from workbench.domain.urls import PROVIDERS
from workbench.gateway.doors import ROUTES_RUN_AT
from workbench.gateway.protocol import (
    INVALID_PROVIDER,
    MALFORMED_MODEL,
    NO_ROUTE,
    WORKERS_AI,
    Family,
)
from workbench.gateway.replies import BAD_INPUT, NO_SUCH_MODEL, PROVIDER_FAILED

SLUGS = PROVIDERS
AUTHOR_OF_SLUG = {"google-ai-studio": "google", "grok": "xai", "perplexity-ai": "perplexity"}
"""Where the two differ; the third is (inferred)."""
SLUG_OF_AUTHOR = {author: slug for slug, author in AUTHOR_OF_SLUG.items()}
MODEL_NOT_FOUND = 7003

_CF = re.compile(r"@(?:cf|hf)/[^/\s]+/[^/\s]+")


class Named(msgspec.Struct, frozen=True):
    """provider: a gateway slug. model: without the provider. wire: as the answer's `model` field says it."""

    provider: str
    model: str
    wire: str


class NotNamed(Exception):
    """The `model` of a request does not name one at this address. maker: who says so, "workers-ai" or "gateway"."""

    def __init__(self, maker: str, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.maker = maker
        self.status = status
        self.code = code
        self.message = message


def named(family: Family, model: str) -> Named:
    """Read a model's name as the family writes it; raises NotNamed."""
    return _at_rest(model) if family is Family.REST else _at_compat(model)


def checked(model: Any) -> str:
    """A `model` as text; raises NotNamed where there is none, and for the Auto Router, which is Cloudflare's alone."""
    if not isinstance(model, str) or not model:
        raise NotNamed(
            WORKERS_AI, 400, BAD_INPUT, "AiError: Bad input: Error: required properties at '/' are 'model'"
        )
    if model == AUTO:
        raise NotNamed(
            "gateway",
            400,
            PROVIDER_FAILED,
            f"“{AUTO}” is chosen by Cloudflare's Auto Router, which runs only there: name a model or a dynamic route",
        )
    return model


def not_here(model: str) -> NotNamed:
    """A dynamic route was called at an address that runs none (ai-gateway §7.1)."""
    return NotNamed("gateway", 400, NO_ROUTE, f"No route for that URI: {ROUTES_RUN_AT}, as “{model[:72]}”")


def rest_name(provider: str, model: str) -> str:
    """As the REST family names it: `@cf/…`, else `{author}/{model}`."""
    if provider == WORKERS_AI:
        return model
    return f"{AUTHOR_OF_SLUG.get(provider, provider)}/{model}"


def _at_rest(model: str) -> Named:
    if model.startswith("@"):
        if not _CF.fullmatch(model):
            message = f"Invalid model id “{model[:100]}”: it reads @cf/author/name"
            raise NotNamed(WORKERS_AI, 404, MALFORMED_MODEL, message)
        return Named(WORKERS_AI, model, model)
    author, slash, name = model.partition("/")
    if not slash or not name:
        raise NotNamed(WORKERS_AI, 400, NO_SUCH_MODEL, f"No such model {model[:100]} or task")
    if author in AUTHOR_OF_SLUG:
        hint = f"{AUTHOR_OF_SLUG[author]}/{name}"[:100]
        message = f"Model not found: on this address it is called {hint}"
        raise NotNamed("gateway", 404, MODEL_NOT_FOUND, message)
    return Named(SLUG_OF_AUTHOR.get(author, author), name, model)


def _at_compat(model: str) -> Named:
    slug, slash, name = model.partition("/")
    if not slash or not name:
        message = f"Invalid provider: “{model[:100]}” is not {{provider}}/{{model}}"
        raise NotNamed("gateway", 400, INVALID_PROVIDER, message)
    if slug == WORKERS_AI:
        if not _CF.fullmatch(name):
            raise NotNamed(WORKERS_AI, 400, NO_SUCH_MODEL, f"No such model {name[:100]} or task")
        return Named(WORKERS_AI, name, name)
    if slug not in SLUGS and not slug.startswith(CUSTOM):
        hint = f"; on this address it is called {SLUG_OF_AUTHOR[slug]}" if slug in SLUG_OF_AUTHOR else ""
        raise NotNamed("gateway", 400, INVALID_PROVIDER, f"Invalid provider: “{slug[:64]}”{hint}")
    return Named(slug, name, name)
