"""Paths to doors: which addresses the gateway has, and what stands behind each (ai-gateway §1.1, §12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from workbench.domain.gateways import CUSTOM, PROVIDER_SLUGS, ROUTE
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.gateway.protocol import (
    BAD_ACCOUNT,
    COMPAT,
    INVALID_PROVIDER,
    MALFORMED_MODEL,
    NO_ROUTE,
    WORKERS_AI,
    Action,
    Door,
    Family,
    Refusal,
)

_READ = ("GET", "HEAD")
_POST = ("POST",)
_ANY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_OWN: Mapping[str, Door] = {
    "/healthz": Door(Family.OWN, Action.HEALTH, _READ),
    "/workbench/status": Door(Family.OWN, Action.STATUS, _READ),
    "/workbench/upstream": Door(Family.OWN, Action.UPSTREAM, ("PUT",)),
    "/workbench/providers": Door(Family.OWN, Action.PROVIDERS, (*_READ, "PUT")),
    "/workbench/faults": Door(Family.OWN, Action.FAULTS, (*_READ, "PUT")),
    "/workbench/feed": Door(Family.OWN, Action.FEED, ("GET",)),
    "/workbench/lease": Door(Family.OWN, Action.LEASE, ("GET",)),
    "/workbench/release": Door(Family.OWN, Action.RELEASE, _POST),
    "/client/v4/user/tokens/verify": Door(Family.REST, Action.VERIFY, _READ),
}
_TRACES = "/workbench/traces/"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CUSTOM_SLUG = re.compile(rf"{CUSTOM}[A-Za-z0-9_-]{{1,64}}")
_MODEL = re.compile(r"@(?:cf|hf)/[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_ESCAPE = re.compile(r"(?:^|[/\\])\.{1,2}(?:[/\\]|$)|[\\\x00-\x1f\x7f]")
_V1_TAILS: Mapping[str, tuple[Action, tuple[str, ...]]] = {
    "v1/chat/completions": (Action.CHAT, _POST),
    "v1/embeddings": (Action.EMBEDDINGS, _POST),
    "v1/responses": (Action.RESPONSES, _POST),
    "v1/messages": (Action.MESSAGES, _POST),
    "v1/models": (Action.MODELS, _READ),
}
_REST_TAILS: Mapping[str, tuple[Action, tuple[str, ...]]] = {
    **{f"ai/{tail}": known for tail, known in _V1_TAILS.items()},
    "ai/run": (Action.RUN, _POST),
    "ai/models/search": (Action.SEARCH, _READ),
    "ai/models/schema": (Action.SCHEMA, _READ),
    "ai/tomarkdown": (Action.TOMARKDOWN, _POST),
    "ai/tomarkdown/supported": (Action.TOMARKDOWN, _READ),
    "tokens/verify": (Action.VERIFY, _READ),
}
_COMPAT_TAILS: Mapping[str, tuple[Action, tuple[str, ...]]] = {
    "chat/completions": (Action.CHAT, _POST),
    "embeddings": (Action.EMBEDDINGS, _POST),
    "models": (Action.MODELS, _READ),
}
_OPENAI_WORDS = frozenset(
    {"chat", "completions", "responses", "embeddings", "models", "messages", "images", "audio"}
)


def door_of(method: str, path: str) -> Door | Refusal:
    """The door at a path as it came, still percent-encoded, or why there is none. Never raises, whatever the path holds."""
    door = _OWN.get(path) or _door_at(path)
    if isinstance(door, Refusal) or method in door.methods:
        return door
    # workers-ai §15 gives 7000 for a wrong method as for a wrong path; the status 405 is (inferred).
    return Refusal(
        door.family, 405, NO_ROUTE, f"Method {method[:20]} is not available for that URI", door.methods
    )


def _door_at(path: str) -> Door | Refusal:
    if path.startswith("/v1/"):
        return _gateway_door(path.removeprefix("/v1/"))
    if path.startswith("/client/v4/accounts/"):
        return _rest_door(path.removeprefix("/client/v4/accounts/"))
    if path.startswith(_TRACES):
        return Door(Family.OWN, Action.TRACE, _READ, tail=unquote(path.removeprefix(_TRACES)))
    slug, _, tail = path.removeprefix("/").partition("/")
    if slug == COMPAT or is_provider(slug):
        # The form of a custom domain, which has neither account nor gateway in it (ai-gateway §1.1, §12).
        return provider_door("", DEFAULT_GATEWAY, slug, tail)
    return _no_route(Family.REST)


def is_provider(slug: str) -> bool:
    """True for a slug the gateway has a door for, `custom-…` included; whether such a custom provider exists is asked later."""
    return slug in PROVIDER_SLUGS or _CUSTOM_SLUG.fullmatch(slug) is not None


def _gateway_door(rest: str) -> Door | Refusal:
    account, _, rest = rest.partition("/")
    gateway, _, rest = rest.partition("/")
    slug, _, tail = rest.partition("/")
    if account in _OPENAI_WORDS and (not gateway or gateway in _OPENAI_WORDS):
        # An SDK that was given this server as if it were OpenAI's: say so at once (ai-gateway §11).
        message = "No route for that URI: the OpenAI base URL of this gateway ends in /v1/{account}/{gateway}/compat"
        return Refusal(Family.GATEWAY, 404, NO_ROUTE, message)
    if not _NAME.fullmatch(account) or not _NAME.fullmatch(gateway):
        return _no_route(Family.GATEWAY)
    if not slug and not tail:
        return Door(Family.GATEWAY, Action.UNIVERSAL, _POST, account, gateway)
    return provider_door(account, gateway, slug, tail)


def provider_door(account: str, gateway: str, slug: str, tail: str) -> Door | Refusal:
    """The door behind a gateway's own address. tail: percent-encoded, without its query."""
    if slug == COMPAT:
        return _compat_door(account, gateway, tail)
    if not is_provider(slug):
        return Refusal(
            Family.GATEWAY,
            400,
            INVALID_PROVIDER,
            f"Invalid provider: “{unquote(slug)[:64]}” is not served here",
        )
    if slug == WORKERS_AI:
        return _workers_ai_door(account, gateway, tail)
    if leads_out(tail):
        return _no_route(Family.GATEWAY, 400, "the path leads out of the provider's address")
    return Door(Family.GATEWAY, Action.PROVIDER, _ANY, account, gateway, slug, tail=tail)


def leads_out(tail: str) -> bool:
    """True where a tail, once decoded, could climb above the address it is put behind, or holds what no path may."""
    return _ESCAPE.search(unquote(tail)) is not None


def _compat_door(account: str, gateway: str, tail: str) -> Door | Refusal:
    known = _COMPAT_TAILS.get(tail)
    if known is None:
        takes = "the unified address takes chat/completions, embeddings and models"
        return _no_route(Family.GATEWAY, 404, takes)
    return Door(Family.GATEWAY, known[0], known[1], account, gateway, COMPAT, tail=tail)


def _workers_ai_door(account: str, gateway: str, tail: str) -> Door | Refusal:
    if (known := _V1_TAILS.get(tail)) is not None:
        return Door(Family.GATEWAY, known[0], known[1], account, gateway, WORKERS_AI, tail=tail)
    return _run_door(Family.GATEWAY, account, gateway, unquote(tail.removeprefix("run/")))


def _rest_door(rest: str) -> Door | Refusal:
    account, _, tail = rest.partition("/")
    if not _NAME.fullmatch(account):
        return Refusal(
            Family.REST,
            404,
            BAD_ACCOUNT,
            f"Could not route to /accounts/{account[:64]}, perhaps your object identifier is invalid?",
        )
    if (known := _REST_TAILS.get(tail)) is not None:
        return Door(Family.REST, known[0], known[1], account, tail=tail.removeprefix("ai/"))
    if tail.startswith("ai/run/"):
        # Cloudflare's own SDK sends the slashes of the model percent-encoded.
        return _run_door(Family.REST, account, "", unquote(tail.removeprefix("ai/run/")))
    if tail.startswith("ai-gateway/"):
        return Door(Family.REST, Action.MANAGE, _ANY, account, tail=unquote(tail.removeprefix("ai-gateway/")))
    return _no_route(Family.REST)


def _run_door(family: Family, account: str, gateway: str, model: str) -> Door | Refusal:
    if _MODEL.fullmatch(model):
        return Door(family, Action.RUN, _POST, account, gateway, WORKERS_AI, model, tail=model)
    if model.startswith("@"):
        message = f"Invalid model id “{model[:100]}”: it reads @cf/author/name"
        return Refusal(family, 404, MALFORMED_MODEL, message, native=True)
    # ai-gateway §3.3: `/ai/run/dynamic/x` is answered with 400, other unknown paths with 404 (workers-ai §15).
    status = 400 if family is Family.REST else 404
    if model.startswith(ROUTE):
        return _no_route(family, status, f"{ROUTES_RUN_AT}, as “{model[:72]}”")
    if family is Family.REST and "/" in model:
        return _no_route(family, status, f"send “{model[:100]}” to /ai/run, as the body's 'model'")
    return _no_route(family, status)


ROUTES_RUN_AT = "dynamic routes are called at compat/chat/completions or ai/v1/chat/completions"


def _no_route(family: Family, status: int = 404, why: str = "") -> Refusal:
    return Refusal(family, status, NO_ROUTE, f"No route for that URI{why and ': '}{why}")
