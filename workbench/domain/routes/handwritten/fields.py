"""Fields of a request as people write them, as the fields a condition knows (ai-gateway §7.3)."""

from __future__ import annotations

from collections.abc import Sequence

COUNTRY = "headers.cf-ipcountry"
"""There is no geographic element; whoever calls has to send the country (ai-gateway §7.2)."""

_COUNTRIES = frozenset(
    {"country", "cf.country", "geo.country", "request.cf.country", "request.country", "ip.country", "request.geo.country",
     "user.country", "location.country", "geo", "countrycode"}
)  # fmt: skip
_DERIVED = {
    "prompt_tokens_estimate": {"tokens", "prompttokens", "inputtokens", "tokencount", "estimatedtokens", "prompttokensestimate",
                               "prompttokencount", "prompt.tokens"},
    "has_image": {"hasimage", "hasimages", "images", "image"},
    "has_tools": {"hastools", "tools"},
    "stream": {"stream", "streaming"},
}  # fmt: skip
_METADATA = frozenset({"metadata", "meta", "user", "customer", "account", "session", "tenant"})
_BODY = frozenset(
    {"model", "messages", "maxtokens", "temperature", "topp", "seed", "prompt", "responseformat"}
)
_REQUESTS = frozenset({"request", "req", "ctx", "context", "r"})


def field_of(path: Sequence[str]) -> str:
    """The field that a written path means; a name that is nothing of a request's own is taken for metadata.

    `user.plan` is metadata.plan and `user.id` is metadata.user_id, for metadata is flat.
    """
    parts = [part for part in path if part]
    if _plain(parts) in {_plain([name]) for name in _COUNTRIES}:
        return COUNTRY
    if len(parts) > 1 and parts[0].lower() in _REQUESTS:
        parts = parts[1:]
    derived = _derived(parts)
    if derived and (len(parts) == 1 or path[0] == "prompt"):
        return f"request.{derived}"
    head, rest = parts[0].lower(), parts[1:]
    if head in ("headers", "header") and rest:
        return f"headers.{'.'.join(rest).lower()}"
    if head == "body" and rest:
        return f"body.{'.'.join(rest)}"
    if head.replace("_", "") in _BODY:
        return f"body.{'.'.join(parts)}"
    if head in _METADATA and rest:
        owner = "" if head in ("metadata", "meta") else head
        return f"metadata.{_flat(owner, rest)}"
    return f"metadata.{'.'.join(parts)}"


def _flat(owner: str, rest: list[str]) -> str:
    return f"{owner}_id" if owner and rest == ["id"] else ".".join(rest)


def _derived(parts: list[str]) -> str:
    plain = _plain(parts)
    return next((name for name, spellings in _DERIVED.items() if plain in spellings), "")


def _plain(parts: Sequence[str]) -> str:
    return ".".join(parts).lower().replace("_", "").replace("-", "")
