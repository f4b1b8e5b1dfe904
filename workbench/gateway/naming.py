"""Whose model a request names: slugs at the unified address, authors on the REST family (ai-gateway §1.2, §1.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from workbench.gateway.protocol import Action, Door, Family
from workbench.gateway.replies import BAD_INPUT, PROVIDER_FAILED

SLUGS = frozenset(
    {
        "workers-ai", "openai", "anthropic", "google-ai-studio", "google-vertex-ai", "grok", "groq", "mistral",
        "deepseek", "perplexity-ai", "cerebras", "cohere", "openrouter", "fireworks", "azure-openai", "aws-bedrock",
        "huggingface", "replicate", "baseten", "parallel",
    }
)  # fmt: skip
AUTHOR_OF_SLUG = {"google-ai-studio": "google", "grok": "xai"}
SLUG_OF_AUTHOR = {author: slug for slug, author in AUTHOR_OF_SLUG.items()}
WORKERS_AI = "workers-ai"
INVALID_PROVIDER = 2008
"""(inferred)"""

_CF = re.compile(r"@(?:cf|hf)/[^/\s]+/[^/\s]+")


@dataclass(frozen=True, slots=True)
class Named:
    """provider: a gateway slug. model: without the provider. wire: as the answer's `model` field says it."""

    provider: str
    model: str
    wire: str


class NotNamed(Exception):
    """The `model` of a request does not name one at this address."""

    def __init__(self, maker: str, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.maker = maker
        self.status = status
        self.code = code
        self.message = message


def named_at(door: Door, model: Any) -> Named:
    """Read the model's name as the address has it; raises NotNamed."""
    if door.action is Action.RUN:
        return Named(WORKERS_AI, door.model, door.model)
    if not isinstance(model, str) or not model:
        raise NotNamed(
            WORKERS_AI, 400, BAD_INPUT, "AiError: Bad input: Error: required properties at '/' are 'model'"
        )
    if model.startswith("dynamic/") or model == "cloudflare/auto":
        raise NotNamed("gateway", 400, PROVIDER_FAILED, f"There is no route “{model}” on this gateway")
    if door.family is Family.REST or door.provider == WORKERS_AI:
        return _at_rest(model, door)
    return _at_compat(model)


def _at_rest(model: str, door: Door) -> Named:
    if model.startswith("@"):
        if not _CF.fullmatch(model):
            raise NotNamed(
                WORKERS_AI, 404, 3042, f"Invalid model id “{model[:100]}”: it reads @cf/author/name"
            )
        return Named(WORKERS_AI, model, model)
    author, slash, name = model.partition("/")
    if not slash or not name or door.provider == WORKERS_AI:
        raise NotNamed(WORKERS_AI, 400, 5007, f"No such model {model[:100]} or task")
    if author in AUTHOR_OF_SLUG:
        hint = f"{AUTHOR_OF_SLUG[author]}/{name}"
        raise NotNamed("gateway", 404, 7003, f"Model not found: on this address it is called {hint[:100]}")
    return Named(SLUG_OF_AUTHOR.get(author, author), name, model)


def _at_compat(model: str) -> Named:
    slug, slash, name = model.partition("/")
    if not slash or not name:
        raise NotNamed(
            "gateway",
            400,
            INVALID_PROVIDER,
            f"Invalid provider: “{model[:100]}” is not {{provider}}/{{model}}",
        )
    if slug == WORKERS_AI:
        if not _CF.fullmatch(name):
            raise NotNamed(WORKERS_AI, 400, 5007, f"No such model {name[:100]} or task")
        return Named(WORKERS_AI, name, name)
    if slug not in SLUGS and not slug.startswith("custom-"):
        hint = f"; on this address it is called {SLUG_OF_AUTHOR[slug]}" if slug in SLUG_OF_AUTHOR else ""
        raise NotNamed("gateway", 400, INVALID_PROVIDER, f"Invalid provider: “{slug[:64]}”{hint}")
    return Named(slug, name, name)
