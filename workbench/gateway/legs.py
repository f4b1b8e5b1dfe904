"""The universal endpoint's body: legs, each a request to a provider in its own right (ai-gateway §1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from workbench.domain.exchange import SECRET_HEADERS, masked_query
from workbench.domain.secret import MASK
from workbench.gateway.access import TOKEN_HEADERS
from workbench.gateway.doors import provider_door
from workbench.gateway.naming import NotNamed
from workbench.gateway.protocol import (
    INFERENCE,
    Action,
    BadBody,
    Inference,
    Refusal,
    json_value,
)

MAX_LEGS = 32
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_NOT_SHARED = frozenset({*TOKEN_HEADERS, "content-type", "content-length"})
_CONFIG_HEADERS = {
    "requestTimeout": "cf-aig-request-timeout",
    "maxAttempts": "cf-aig-max-attempts",
    "retryDelay": "cf-aig-retry-delay",
    "backoff": "cf-aig-backoff",
}


def read_legs(inference: Inference) -> Iterator[tuple[Inference, dict[str, Any]]]:
    """Each leg as a request at its provider's door, with its body as parsed. Raises BadBody and NotNamed."""
    entries = json_value(inference.body)
    if isinstance(entries, dict):  # first-party clients send a single leg without the array
        entries = [entries]
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_LEGS:
        raise BadBody(f"the body must be an array of 1 to {MAX_LEGS} legs")
    shared = _shared_headers(inference.headers)
    for number, entry in enumerate(entries):
        yield _leg(inference, shared, entry, f"leg {number}")


def keepable(body: bytes) -> bytes | None:
    """The body as it may be kept: the keys in its legs' headers and addresses masked. None for one that cannot be read."""
    try:
        entries = json_value(body)
    except BadBody:
        return None
    legs = entries if isinstance(entries, list) else [entries]
    return msgspec.json.encode([_keepable_leg(leg) for leg in legs])


def _keepable_leg(leg: Any) -> Any:
    if not isinstance(leg, dict):
        return None
    kept = dict(leg)
    if isinstance(headers := leg.get("headers"), dict):
        kept["headers"] = {
            name: MASK if name.lower() in SECRET_HEADERS else value for name, value in headers.items()
        }
    elif headers is not None:
        kept["headers"] = MASK
    if isinstance(endpoint := leg.get("endpoint"), str):
        kept["endpoint"] = masked_query(endpoint)
    return kept


def _shared_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The request's own headers, without its keys: a key is one provider's, and no leg may take it to another.

    Nor does its `content-type` hold, for each leg's body is JSON.
    """
    return {name: value for name, value in headers.items() if name not in _NOT_SHARED}


def _leg(
    inference: Inference, shared: Mapping[str, str], entry: Any, where: str
) -> tuple[Inference, dict[str, Any]]:
    if not isinstance(entry, dict):
        raise BadBody(f"{where} is not an object")
    provider = _field(entry, "provider", str, "", where)
    endpoint, _, query = _field(entry, "endpoint", str, "", where).lstrip("/").partition("?")
    body = _field(entry, "query", dict, {}, where)
    door = provider_door(inference.door.account, inference.door.gateway, provider, endpoint)
    if isinstance(door, Refusal):
        raise NotNamed(
            "workers-ai" if door.native else "gateway", door.status, door.code, f"{where}: {door.message}"
        )
    if door.action not in INFERENCE or door.action is Action.UNIVERSAL or "POST" not in door.methods:
        raise BadBody(f"{where}: a leg cannot ask for {provider}/{endpoint[:100]}")
    headers = {
        **shared,
        **_config(_field(entry, "config", dict, {}, where), where),
        **_headers(_field(entry, "headers", dict, {}, where), where),
    }
    leg = replace(
        inference, door=door, headers=headers, query=query, body=msgspec.json.encode(body), method="POST"
    )
    return leg, body


def _field(entry: Mapping[str, Any], name: str, kind: type, default: Any, where: str) -> Any:
    value = entry.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise BadBody(f"{where}: '{name}' must be {'a text' if kind is str else 'an object'}")
    return value


def _config(config: Mapping[str, Any], where: str) -> dict[str, str]:
    """A leg's `config` as the headers that mean the same, so that there is one place to read them from."""
    headers = {}
    for name, header in _CONFIG_HEADERS.items():
        value = config.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str if name == "backoff" else int | float):
            raise BadBody(f"{where}: 'config.{name}' must be {'a text' if name == 'backoff' else 'a number'}")
        headers[header] = value if isinstance(value, str) else f"{value:.0f}"
    return headers


def _headers(given: Mapping[str, Any], where: str) -> dict[str, str]:
    headers = {}
    for name, value in given.items():
        text = _header_text(value)
        if not _HEADER_NAME.fullmatch(name) or text is None:
            raise BadBody(f"{where}: 'headers.{name[:40]}' cannot be sent as a header")
        headers[name.lower()] = text
    return headers


def _header_text(value: Any) -> str | None:
    """A header's value; numbers, booleans and objects (such as `cf-aig-metadata`) are told as JSON does."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text.strip() if text.isprintable() and value is not None else None
