"""What one request asks of the gateway: its `cf-aig-*` headers over the gateway's settings (ai-gateway §2.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from workbench.domain.gateways import (
    MAX_ATTEMPTS,
    MAX_CACHE_TTL_S,
    MAX_RETRY_DELAY_MS,
    MIN_CACHE_TTL_S,
    Backoff,
    GatewaySettings,
)
from workbench.domain.routes.elements import MAX_METADATA
from workbench.gateway.journal.cost import CustomCost, custom_cost

MAX_TIMEOUT_MS = 24 * 3600 * 1000
_RESERVED = "cf."


class BadOption(Exception):
    """A header holds what it cannot; the text names it and says what it takes."""


@dataclass(frozen=True, slots=True)
class Options:
    """cache_ttl_s: 0 forbids caching; None: nobody said, so that only a custom key asks for it. tries: the first included.

    timeout_ms: to the first byte, 0 for none.
    """

    cache_ttl_s: int | None = None
    skip_cache: bool = False
    cache_key: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    custom_cost: CustomCost | None = None
    collect_log: bool = True
    collect_payload: bool = True
    timeout_ms: int = 0
    tries: int = 1
    delay_ms: int = 0
    backoff: Backoff = Backoff.CONSTANT
    trace: bool = False


def options_of(settings: GatewaySettings) -> Options:
    """What holds for a request that asks for nothing."""
    # `retry_max_attempts` and `cf-aig-max-attempts` count the first try too: "How often the gateway tries" (inferred).
    return Options(
        cache_ttl_s=settings.cache_ttl or None,
        collect_log=settings.collect_logs,
        collect_payload=settings.collect_payloads,
        tries=settings.retry_max_attempts or 1,
        delay_ms=settings.retry_delay_ms or 0,
        backoff=settings.retry_backoff or Backoff.CONSTANT,
    )


def read_options(base: Options, headers: Mapping[str, str]) -> Options:
    """base with what the headers (lower-case names) say over it. Raises BadOption."""
    if OPTION_HEADERS.isdisjoint(headers):
        return base
    changes: dict[str, Any] = {}
    for name, (option, read) in _READERS.items():
        value = headers.get(name)
        if value is not None:
            changes[option] = read(name, value.strip())
    return replace(base, **changes)


def _flag(name: str, value: str) -> bool:
    match value.lower():
        case "true" | "1":
            return True
        case "false" | "0" | "":
            return False
    raise BadOption(f"{name} must be true or false, not “{value[:40]}”")


def _number(lowest: int, highest: int, unit: str, *, also: int | None = None) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 12 else -1
        if number == also or lowest <= number <= highest:
            return number
        zero = f"{also} or " if also is not None else ""
        raise BadOption(
            f"{name} must be {zero}a whole number from {lowest} to {highest}{unit}, not “{value[:40]}”"
        )

    return read


def _backoff(name: str, value: str) -> Backoff:
    try:
        return Backoff(value.lower())
    except ValueError:
        raise BadOption(f"{name} must be constant, linear or exponential, not “{value[:40]}”") from None


def _text(name: str, value: str) -> str:
    if len(value) > 1024:
        raise BadOption(f"{name} may have at most 1024 characters")
    return value


def metadata_of(name: str, value: str) -> Mapping[str, Any]:
    """The first five entries without reserved ones; a nested value makes all of it ignored (ai-gateway §2.1)."""
    found = _object(name, value)
    if any(isinstance(one, dict | list) for one in found.values()):
        return {}
    kept = [(key, one) for key, one in found.items() if not key.startswith(_RESERVED)]
    return dict(kept[:MAX_METADATA])


def _cost(name: str, value: str) -> CustomCost:
    cost = custom_cost(value)
    if cost is None:
        raise BadOption(
            f"{name} must be a JSON object with per_token_in, per_token_out or total_cost in US dollars"
        )
    return cost


def _object(name: str, value: str) -> dict[str, Any]:
    # A header is Latin-1 on its way here, and what clients write is UTF-8; a universal leg's is text already.
    for encoding in ("latin-1", "utf-8"):
        try:
            found = msgspec.json.decode(value.encode(encoding))
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    raise BadOption(f"{name} must be a JSON object, not “{value[:40]}”")


_TTL = _number(MIN_CACHE_TTL_S, MAX_CACHE_TTL_S, " seconds (one month)", also=0)
_READERS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    # The two old names first: where both are sent, the new one holds.
    "cf-cache-ttl": ("cache_ttl_s", _TTL),
    "cf-skip-cache": ("skip_cache", _flag),
    "cf-aig-cache-ttl": ("cache_ttl_s", _TTL),
    "cf-aig-skip-cache": ("skip_cache", _flag),
    "cf-aig-cache-key": ("cache_key", _text),
    "cf-aig-metadata": ("metadata", metadata_of),
    "cf-aig-custom-cost": ("custom_cost", _cost),
    "cf-aig-collect-log": ("collect_log", _flag),
    "cf-aig-collect-log-payload": ("collect_payload", _flag),
    "cf-aig-request-timeout": ("timeout_ms", _number(1, MAX_TIMEOUT_MS, " ms")),
    "cf-aig-max-attempts": ("tries", _number(1, MAX_ATTEMPTS, "")),
    "cf-aig-retry-delay": ("delay_ms", _number(0, MAX_RETRY_DELAY_MS, " ms")),
    "cf-aig-backoff": ("backoff", _backoff),
    "x-workbench-trace": ("trace", _flag),
}
OPTION_HEADERS = frozenset(_READERS)
