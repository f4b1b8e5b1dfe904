"""What a gateway is told: its settings, stored keys, custom providers, routes and their versions (ai-gateway §3.4, §7.4, §9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.domain.routes.elements import Route, Technique
from workbench.domain.targets import DEFAULT_GATEWAY

DEFAULT_ALIAS = "default"
CUSTOM = "custom-"
"""What a custom provider's slug begins with in an address: `custom-{slug}` (ai-gateway §1.3)."""

ROUTE = "dynamic/"
"""What a route's name follows where a model is named (ai-gateway §1.2)."""
AUTO = "cloudflare/auto"
"""Cloudflare's own router, called as a model."""

PROVIDER_SLUGS = (
    "openai", "anthropic", "google-ai-studio", "workers-ai", "groq", "grok", "mistral", "deepseek", "openrouter",
    "perplexity-ai", "cerebras", "cohere",
)  # fmt: skip
"""The providers the local gateway has doors for."""

MIN_CACHE_TTL_S = 60
MAX_CACHE_TTL_S = 2_678_400
"""One month of 31 days (ai-gateway §4)."""
KEYED_CACHE_TTL_S = 300
"""What `cf-aig-cache-key` alone means (ai-gateway §4)."""
MAX_CACHED_BYTES = 25 * 1024 * 1024
MAX_ATTEMPTS = 5
MAX_RETRY_DELAY_MS = 5000


class Backoff(StrEnum):
    """Before attempt n+1: d, d·n, d·2^(n-1) (ai-gateway §6, inferred)."""

    CONSTANT = "constant"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"


class Mode(StrEnum):
    """Who answers for a provider, and with whose key.

    FOLLOW: as the gateway's upstream says (domain.gateway.Upstream). SANDBOX: simulated. STORED: the provider itself, with
    the stored key unless the request brings one. CALLER: the provider itself, only ever with the key on the request.
    """

    FOLLOW = "follow"
    SANDBOX = "sandbox"
    STORED = "stored-key"
    CALLER = "caller-key"


@dataclass(frozen=True, slots=True)
class SpendRule:
    """One rule of `spend_limits` (ai-gateway §5.2). limit: US dollars. partition: metadata keys with a bucket for each value.

    metadata, models, providers: the values it applies to; empty applies to all.
    """

    id: str
    limit: float
    window_s: int
    technique: Technique = Technique.FIXED
    partition: tuple[str, ...] = ()
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """A gateway as its owner set it (ai-gateway §9.1); times in seconds unless the name says ms; None and 0 mean off.

    The last four are the desk's own. cache_streams: finished streams are cached and replayed as streams. coalesce: identical
    requests under way at once are sent upstream once. sliding limits and log rows: as documented.
    other: documented fields without a local meaning (dlp, guardrails, otel …), kept and told back as they came.
    """

    id: str = DEFAULT_GATEWAY
    cache_ttl: int | None = 0
    cache_invalidate_on_update: bool = False
    collect_logs: bool = True
    rate_limiting_interval: int | None = 0
    rate_limiting_limit: int | None = 0
    rate_limiting_technique: Technique = Technique.FIXED
    authentication: bool = True
    byok_only: bool = False
    retry_max_attempts: int | None = None
    retry_delay_ms: int | None = None
    retry_backoff: Backoff | None = None
    log_management: int = 100_000
    delete_oldest_logs: bool = True
    spend_rules: tuple[SpendRule, ...] = ()
    created_at: float = 0.0
    modified_at: float = 0.0
    other: Mapping[str, Any] = field(default_factory=dict)
    collect_payloads: bool = True
    cache_streams: bool = True
    coalesce: bool = True


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """A stored key (ai-gateway §3.4) without the key, which is in the keychain under `provider_key_name`. preview: its last
    characters. rate_limit: requests in rate_limit_period_s, for this key alone.
    """

    id: str
    gateway_id: str
    provider_slug: str
    alias: str = DEFAULT_ALIAS
    default_config: bool = True
    preview: str = ""
    rate_limit: int | None = None
    rate_limit_period_s: int | None = None
    modified_at: float = 0.0


def provider_key_name(config_id: str) -> str:
    """Keychain entry of a stored provider key."""
    return f"gateway/provider-key/{config_id}"


def custom_headers_name(provider_id: str) -> str:
    """Keychain entry of a custom provider's extra headers, which may hold its key."""
    return f"gateway/custom-headers/{provider_id}"


@dataclass(frozen=True, slots=True)
class CustomProvider:
    """A server of the user's own, called as `custom-{slug}` (ai-gateway §9.5). base_url: http or https, no last slash."""

    id: str
    name: str
    slug: str
    base_url: str
    enable: bool = False
    description: str = ""
    link: str = ""
    position: int = 0
    created_at: float = 0.0
    modified_at: float = 0.0
    other: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteVersion:
    """A graph as it was saved once; it never changes."""

    id: str
    route: Route
    created_at: float


@dataclass(frozen=True, slots=True)
class RouteDeployment:
    id: str
    version_id: str
    created_at: float


@dataclass(frozen=True, slots=True)
class DeployedRoute:
    """A named route with its history, oldest first; the newest deployment's version is the one that runs."""

    id: str
    gateway_id: str
    name: str
    versions: tuple[RouteVersion, ...]
    deployments: tuple[RouteDeployment, ...]
    created_at: float
    modified_at: float

    @property
    def live(self) -> RouteVersion:
        wanted = self.deployments[-1].version_id
        return next(version for version in self.versions if version.id == wanted)


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """A route as the management API of a gateway tells of it. Times are Unix seconds, 0 where they are not told.

    version_id: the version that runs, "" where it is not told. graph: its elements as JSON, not read yet, None where they are
    not told; sidecar: what the desk adds to them, empty at Cloudflare.
    """

    id: str
    name: str
    gateway_id: str = ""
    version_id: str = ""
    created_at: float = 0.0
    modified_at: float = 0.0
    graph: tuple[Any, ...] | None = None
    sidecar: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """A version as the management API tells of it; active: it is the one that runs."""

    id: str
    created_at: float = 0.0
    active: bool = False
    graph: tuple[Any, ...] | None = None
    sidecar: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """A deployment made from here; no API keeps who and why. at: Unix seconds. note: what the user said of it, "" for nothing."""

    target_id: str
    gateway: str
    route: str
    version_id: str
    at: float
    who: str = ""
    note: str = ""


def is_route(model: str) -> bool:
    """The gateway decides which model it is."""
    return model.startswith(ROUTE) or model == AUTO


_RETRIED = frozenset({408, 409, 429})


def is_retried(status: int) -> bool:
    """Whether what failed with it may be sent again: 408, 409, 429 and every 5xx, as Cloudflare's own clients do (ai-gateway §3.3)."""
    return status in _RETRIED or status >= 500
