"""Where each provider lives, and how it takes its key (ai-gateway §1.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from workbench.domain.gateways import CustomProvider
from workbench.gateway.access import TOKEN_HEADERS
from workbench.gateway.providers.addresses import Forbidden, check_address

KEY_HEADERS = tuple(name for name in TOKEN_HEADERS if not name.startswith("cf-"))
"""Wherever some provider takes its key."""


@dataclass(frozen=True, slots=True)
class Host:
    """base: an http(s) address without a last slash. repeats: what clients write once more at the start of a tail though
    base ends in it. openai: what stands before `chat/completions`, `embeddings` and `responses` where the host takes them.

    auth, scheme: the header the key goes in and what stands before it. keys: where a caller may bring it. defaults: headers
    the host insists on, sent where the caller sent none.
    """

    base: str
    repeats: str = ""
    openai: str = ""
    auth: str = "authorization"
    scheme: str = "Bearer "
    keys: tuple[str, ...] = ("authorization",)
    defaults: Mapping[str, str] = field(default_factory=dict)

    def url(self, tail: str) -> str:
        return f"{self.base}/{tail.removeprefix(self.repeats)}"

    def key_headers(self, key: str, *, openai: bool) -> dict[str, str]:
        """openai: for one of the OpenAI-compatible endpoints, which take a key as OpenAI does whatever the rest wants."""
        if openai:
            return {"authorization": f"Bearer {key}"}
        return {self.auth: f"{self.scheme}{key}"}


HOSTS: Mapping[str, Host] = {
    "openai": Host("https://api.openai.com/v1", repeats="v1/"),
    "anthropic": Host(
        "https://api.anthropic.com",
        openai="v1/",
        auth="x-api-key",
        scheme="",
        keys=("x-api-key", "authorization"),
        defaults={"anthropic-version": "2023-06-01"},
    ),
    "google-ai-studio": Host(
        "https://generativelanguage.googleapis.com",
        openai="v1beta/openai/",
        auth="x-goog-api-key",
        scheme="",
        keys=("x-goog-api-key", "authorization"),
    ),
    "groq": Host("https://api.groq.com/openai/v1"),
    "grok": Host("https://api.x.ai/v1", repeats="v1/"),
    "mistral": Host("https://api.mistral.ai", openai="v1/"),
    "deepseek": Host("https://api.deepseek.com"),
    "openrouter": Host("https://openrouter.ai/api", openai="v1/"),
    "perplexity-ai": Host("https://api.perplexity.ai"),
    "cerebras": Host("https://api.cerebras.ai", openai="v1/"),
    "cohere": Host("https://api.cohere.ai", openai="compatibility/v1/"),
}
"""Workers AI is not among them: it is asked through the user's Cloudflare account only."""

_VERSIONED = re.compile(r"/v\d+(?:beta|alpha)?(?:/|$)")


def custom_host(provider: CustomProvider) -> Host:
    """A custom provider's: upstream = `{base_url}/{tail}`. Raises ValueError where base_url is none that may be asked.

    At the unified address its OpenAI-compatible endpoints are asked, under `v1/` unless base_url names a version (inferred).
    """
    base = provider.base_url.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("its base_url is not an http or https address")
    try:
        check_address(parts.hostname, guarded=False)
    except Forbidden as forbidden:
        raise ValueError(str(forbidden)) from forbidden
    openai = "" if _VERSIONED.search(parts.path) else "v1/"
    return Host(base, openai=openai, keys=KEY_HEADERS)
