"""Checks of model elements against what is known of providers and their models."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache, partial

from workbench.domain.gateways import CUSTOM
from workbench.domain.models import Model
from workbench.domain.routes.edits import changed
from workbench.domain.routes.elements import MAX_RETRIES, ModelCall
from workbench.domain.routes.findings import Finding, Fix, author_of
from workbench.routing.lint.look import Look

_SLUGS = {
    "google": "google-ai-studio", "gemini": "google-ai-studio", "xai": "grok", "x-ai": "grok", "cloudflare": "workers-ai",
    "perplexity": "perplexity-ai", "vertex": "google-vertex-ai", "bedrock": "aws-bedrock", "azure": "azure-openai",
}  # fmt: skip
"""Other names people, and other address families (ai-gateway §1.2), have for a gateway's slugs."""
_SAYS_SO_ITSELF = frozenset(
    {"openai", "anthropic", "google-ai-studio", "grok", "mistral", "deepseek", "workers-ai"}
)
"""Providers none of whose own model ids begins with their name; `groq/compound` and `openrouter/auto` are ids."""


def names(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if not isinstance(element, ModelCall):
            continue
        for part, value in (("provider", element.provider), ("model", element.model)):
            if not value:
                yield look.finding(
                    "unnamed-model",
                    f"“{element.id}” names no {part}.",
                    "So nobody can be asked.",
                    at=at,
                    path=("properties", part),
                )
        if element.provider and not look.facts.knows_provider(element.provider):
            yield _unknown_provider(look, at, element)


def _unknown_provider(look: Look, at: int, element: ModelCall) -> Finding:
    custom = {CUSTOM + slug for slug in look.facts.custom or {}}
    known = look.facts.providers | custom
    near = [_SLUGS[element.provider]] if element.provider in _SLUGS else []
    near += get_close_matches(element.provider, sorted(known), n=2)
    near += [CUSTOM + element.provider] if CUSTOM + element.provider in custom else []
    missing = "There is no custom provider of that slug." if element.provider.startswith(CUSTOM) else ""
    return look.finding(
        "unknown-provider",
        f"“{element.id}” asks the provider “{element.provider}”, which is not known.",
        missing
        or "A route names providers as gateway addresses do, so Google is google-ai-studio and xAI grok.",
        at=at,
        path=("properties", "provider"),
        fixes=tuple(
            Fix(f"Use {slug}", partial(changed, element_id=element.id, provider=slug))
            for slug in dict.fromkeys(near)
            if slug in known
        ),
    )


def catalogue(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if not isinstance(element, ModelCall):
            continue
        if bare := _without_provider(element):
            yield _provider_in_model(look, at, element, bare)
        elif (model := look.facts.model(element.provider, element.model)) is None:
            yield from _unlisted(look, at, element)
        elif model.deprecated:
            yield _retired(look, at, element, model)


def _without_provider(element: ModelCall) -> str:
    """The model's id without the provider before it, "" where none is."""
    if element.provider not in _SAYS_SO_ITSELF:
        return ""
    own = _own_id(element, element.model)
    return "" if own == element.model else own


def _provider_in_model(look: Look, at: int, element: ModelCall, bare: str) -> Finding:
    return look.finding(
        "provider-in-model",
        f"The model of “{element.id}” is “{element.model}”, with the provider in it.",
        "In a route the provider has a field of its own, and the model is the provider's own id.",
        at=at,
        path=("properties", "model"),
        fixes=(Fix(f"Use {bare}", partial(changed, element_id=element.id, model=bare)),),
    )


def _unlisted(look: Look, at: int, element: ModelCall) -> Iterator[Finding]:
    listed = look.facts.models_of(element.provider)
    if listed and element.model:
        near = _near(element.model, listed)
        yield look.finding(
            "unknown-model",
            f"{element.provider} lists no model “{element.model}”.",
            "It may be newer than the list; if it is not there, every attempt fails.",
            at=at,
            path=("properties", "model"),
            fixes=tuple(
                Fix(f"Use {model}", partial(changed, element_id=element.id, model=model)) for model in near
            ),
        )


@lru_cache(maxsize=256)
def _near(model: str, listed: tuple[str, ...]) -> list[str]:
    """Kept, for an editor asks again after every edit."""
    return get_close_matches(model, listed, n=2, cutoff=0.75)


def _retired(look: Look, at: int, element: ModelCall, model: Model) -> Finding:
    when = f" on {model.retires_on}" if model.retires_on else ""
    if not model.replacement:
        return look.finding(
            "deprecated-model",
            f"“{element.model}” is being retired{when}.",
            "Then every attempt at it fails, and no successor is named.",
            at=at,
            path=("properties", "model"),
        )
    successor = _own_id(element, model.replacement)
    return look.finding(
        "replaced-model",
        f"“{element.model}” is being retired{when}; its successor is “{successor}”.",
        "Requests may be answered by the successor, at its price, or fail.",
        at=at,
        path=("properties", "model"),
        fixes=(Fix(f"Use {successor}", partial(changed, element_id=element.id, model=successor)),),
    )


def _own_id(element: ModelCall, catalogued: str) -> str:
    """Without the provider before it, where one is."""
    prefixes = (f"{element.provider}/", f"{author_of(element.provider)}/")
    return next((catalogued.removeprefix(one) for one in prefixes if catalogued.startswith(one)), catalogued)


def patience(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if not isinstance(element, ModelCall):
            continue
        if element.timeout_ms < 0:
            yield look.finding(
                "timeout-range",
                f"The timeout of “{element.id}” is {element.timeout_ms} ms.",
                "It is the time to the first byte; 0 waits without a limit.",
                at=at,
                path=("properties", "timeout"),
                fixes=(Fix("Set it to none", partial(changed, element_id=element.id, timeout_ms=0)),),
            )
        if not 0 <= element.retries <= MAX_RETRIES:
            nearest = min(max(element.retries, 0), MAX_RETRIES)
            yield look.finding(
                "retries-range",
                f"“{element.id}” is to be tried again {element.retries} times.",
                f"A gateway tries again {MAX_RETRIES} times at most.",
                at=at,
                path=("properties", "retries"),
                fixes=(
                    Fix(f"Set it to {nearest}", partial(changed, element_id=element.id, retries=nearest)),
                ),
            )
