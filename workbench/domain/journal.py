"""A row of the gateway's journal: one request, what came of it, and why (ai-gateway §8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class CostSource(StrEnum):
    """How a cost came about. CHARGED: the provider told it. PRICES: tokens by the price list. CUSTOM: `cf-aig-custom-cost`.

    CACHED: an answer from the cache costs nothing. UNKNOWN: there is no price or no count.
    """

    CHARGED = "charged"
    PRICES = "prices"
    CUSTOM = "custom"
    CACHED = "cached"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class AttemptRow:
    """One try at one provider. started_ms: after the request came. waited_ms: the pause before it.

    element: the route's element that asked for it, "" outside a route. error: what ended it, "" when it answered.
    """

    provider: str
    model: str
    status: int | None
    started_ms: float
    ended_ms: float
    waited_ms: float = 0.0
    element: str = ""
    error: str = ""


@dataclass(slots=True)
class LogRow:
    """created_at: Unix seconds. Times end in _ms and count from the request's arrival; None: it never came to that.

    upstream: who really answered: "sandbox", "stored-key", "caller-key", "cloudflare", "server", "cache", or "" when nobody was asked.
    queue_ms: until the first attempt began. first_byte_ms, last_byte_ms: of the answer, as the upstream gave it.
    tokens_in: all of the input, what came from the provider's prompt cache (cached_tokens) included. tokens_estimated: the
    provider told no count. step: of a universal request, which leg answered. client_gone: the caller left before the end.
    Bodies and heads are None when they are not kept; bodies are whole, heads are JSON texts with secrets masked.
    """

    id: str
    created_at: float
    gateway: str
    path: str = ""
    provider: str = ""
    model: str = ""
    upstream: str = ""
    status_code: int = 0
    success: bool = False
    cached: bool = False
    duration_ms: float = 0.0
    queue_ms: float | None = None
    first_byte_ms: float | None = None
    last_byte_ms: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cached_tokens: int | None = None
    tokens_estimated: bool = False
    cost: float | None = None
    cost_source: CostSource = CostSource.UNKNOWN
    metadata: Mapping[str, Any] = field(default_factory=dict)
    event_id: str = ""
    model_type: str = ""
    request_type: str = ""
    request_content_type: str = ""
    response_content_type: str = ""
    request_size: int = 0
    response_size: int = 0
    step: int = 0
    attempts: tuple[AttemptRow, ...] = ()
    route: str = ""
    trace_id: str = ""
    cache_key: str = ""
    user_agent: str = ""
    authentication: bool = True
    client_gone: bool = False
    error: str = ""
    feedback: int | None = None
    score: float | None = None
    request_head: str | None = None
    response_head: str | None = None
    request_body: bytes | None = None
    response_body: bytes | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows of the journal, in the order asked for. total: how many there are in all."""

    rows: tuple[LogRow, ...]
    total: int
