"""Gateways: create, list, get, replace, delete (ai-gateway §9.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from workbench.domain.exchange import masked_url
from workbench.domain.gateways import (
    MAX_ATTEMPTS,
    MAX_CACHE_TTL_S,
    MIN_CACHE_TTL_S,
    Backoff,
    GatewaySettings,
)
from workbench.domain.routes.elements import Technique
from workbench.domain.secret import MASK
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.domain.urls import MAX_GATEWAY_ID
from workbench.gateway.configuration import Configuration
from workbench.gateway.management.answers import Page, Request, listed, result, told_time
from workbench.gateway.management.fields import Fields
from workbench.gateway.management.spending import read_spend_limits
from workbench.gateway.replies import Reply

MAX_RETRY_DELAY_MS = 60_000
"""Of the gateway's setting; the request header goes to 5000 (ai-gateway §6)."""
_REQUIRED = (
    "cache_invalidate_on_update",
    "cache_ttl",
    "collect_logs",
    "rate_limiting_interval",
    "rate_limiting_limit",
)
_DELETE_OLDEST, _STOP = "DELETE_OLDEST", "STOP_INSERTING"
_LOG_ROWS = (10_000, 10_000_000)
_KEPT: Mapping[str, Callable[[Fields, str], object]] = {
    "dlp": Fields.object, "guardrails": Fields.object, "log_classification": Fields.flag, "logpush": Fields.flag,
    "logpush_public_key": Fields.text, "otel": Fields.objects, "store_id": Fields.text, "stripe": Fields.object,
    "workers_ai_billing_mode": Fields.text, "zdr": Fields.flag,
}  # fmt: skip
"""Documented fields without a local meaning, told back as they came, and how each is checked."""
_SILENT = frozenset({"store_id", "workers_ai_billing_mode", "log_classification", "logpush_public_key"})
"""Of these, the ones nobody relies on for safety or for data that should arrive somewhere."""


class LogStrategy(StrEnum):
    STOP_INSERTING = _STOP
    DELETE_OLDEST = _DELETE_OLDEST


class Gateways:
    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    async def list(self, request: Request) -> Reply:
        wanted = request.query.get("search", "").lower()
        found = [one for one in self._configuration.gateways() if wanted in one.id.lower()]
        found.sort(key=lambda one: (one.created_at, one.id))
        return listed(found, Page.of(request.query), gateway_document)

    async def create(self, request: Request) -> Reply:
        body = Fields(request.json())
        body.need("id")
        gateway_id = body.name(
            "id", rf"[A-Za-z0-9_-]{{1,{MAX_GATEWAY_ID}}}", f"1 to {MAX_GATEWAY_ID} letters, digits, - and _"
        )
        settings = read_gateway(body, gateway_id)
        return _told(await self._configuration.create_gateway(settings))

    async def get(self, gateway_id: str, request: Request) -> Reply:
        return result(gateway_document(self._configuration.wanted_gateway(gateway_id)))

    async def replace(self, gateway_id: str, request: Request) -> Reply:
        """A full update: what is not sent goes back to its default."""
        self._configuration.wanted_gateway(gateway_id)
        body = Fields(request.json())
        if body.has("id") and body.raw("id") != gateway_id:
            body.wrong("The id of a gateway cannot be changed", "id")
        return _told(await self._configuration.replace_gateway(read_gateway(body, gateway_id)))

    async def delete(self, gateway_id: str, request: Request) -> Reply:
        return result(gateway_document(await self._configuration.delete_gateway(gateway_id)))


def read_gateway(body: Fields, gateway_id: str) -> GatewaySettings:
    """Raises Refused with all that is wrong."""
    body.need(*_REQUIRED)
    desk = body.object("workbench")
    rules, spend_limits = read_spend_limits(body)
    settings = GatewaySettings(
        id=gateway_id,
        cache_ttl=body.whole("cache_ttl", MIN_CACHE_TTL_S, MAX_CACHE_TTL_S, or_zero=True),
        cache_invalidate_on_update=body.flag("cache_invalidate_on_update", False),
        collect_logs=body.flag("collect_logs", True),
        rate_limiting_interval=body.whole("rate_limiting_interval", 0, MAX_CACHE_TTL_S),
        rate_limiting_limit=body.whole("rate_limiting_limit", 0, 10**9),
        rate_limiting_technique=body.choice("rate_limiting_technique", Technique) or Technique.FIXED,
        authentication=body.flag("authentication", True),
        byok_only=body.flag("byok_only", False),
        retry_max_attempts=body.whole("retry_max_attempts", 1, MAX_ATTEMPTS),
        retry_delay_ms=body.whole("retry_delay", 0, MAX_RETRY_DELAY_MS),
        retry_backoff=body.choice("retry_backoff", Backoff),
        log_management=body.whole("log_management", *_LOG_ROWS) or GatewaySettings().log_management,
        delete_oldest_logs=body.choice("log_management_strategy", LogStrategy)
        is not LogStrategy.STOP_INSERTING,
        spend_rules=rules,
        other=_kept(body) | ({"spend_limits": spend_limits} if spend_limits is not None else {}),
        collect_payloads=desk.flag("collect_payloads", True),
        cache_streams=desk.flag("cache_streams", True),
        coalesce=desk.flag("coalesce", True),
    )
    if settings.rate_limiting_limit and not settings.rate_limiting_interval:
        body.wrong("Expected a number of seconds above 0, since there is a limit", "rate_limiting_interval")
    body.check()
    return settings


def _kept(body: Fields) -> dict[str, Any]:
    for name, check in _KEPT.items():
        check(body, name)
    kept = {name: body.raw(name) for name in _KEPT if body.has(name)}
    if kept.get("otel"):
        kept["otel"] = [_collector(one) for one in body.objects("otel")]
    if kept.get("stripe") and body.object("stripe").has("authorization"):
        kept["stripe"] = {**kept["stripe"], "authorization": MASK}
    return kept


def _collector(otel: Fields) -> dict[str, Any]:
    """Nothing is ever sent there from a desk, so its keys are not kept, only that there were some."""
    return {
        **otel.values,
        "url": masked_url(otel.text("url")),
        "headers": dict.fromkeys(otel.object("headers").values, MASK),
    }


def gateway_document(settings: GatewaySettings) -> dict[str, Any]:
    return {
        "authentication": settings.authentication,
        "byok_only": settings.byok_only,
        "cache_invalidate_on_update": settings.cache_invalidate_on_update,
        "cache_ttl": settings.cache_ttl,
        "collect_logs": settings.collect_logs,
        "created_at": told_time(settings.created_at),
        "id": settings.id,
        "is_default": settings.id == DEFAULT_GATEWAY,
        "log_management": settings.log_management,
        "log_management_strategy": _DELETE_OLDEST if settings.delete_oldest_logs else _STOP,
        "modified_at": told_time(settings.modified_at),
        "rate_limiting_interval": settings.rate_limiting_interval,
        "rate_limiting_limit": settings.rate_limiting_limit,
        "rate_limiting_technique": settings.rate_limiting_technique,
        "retry_backoff": settings.retry_backoff,
        "retry_delay": settings.retry_delay_ms,
        "retry_max_attempts": settings.retry_max_attempts,
        **settings.other,
        "workbench": {
            "cache_streams": settings.cache_streams,
            "coalesce": settings.coalesce,
            "collect_payloads": settings.collect_payloads,
        },
    }


def _told(settings: GatewaySettings) -> Reply:
    idle = [name for name in _KEPT if name not in _SILENT and _in_use(settings.other.get(name))]
    note = f"Kept and told back, but without effect on this desk: {', '.join(idle)}." if idle else ""
    return result(gateway_document(settings), note)


def _in_use(value: Any) -> bool:
    return bool(value.get("enabled", True)) if isinstance(value, dict) and value else bool(value)
