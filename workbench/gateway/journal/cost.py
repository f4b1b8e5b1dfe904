"""What an answer cost: as the caller says, as the provider charged it, or by the price list; never invented."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from workbench.domain.chat import Usage
from workbench.domain.journal import CostSource
from workbench.domain.models import USD_PER_NEURON, Model, estimated_usd
from workbench.storage.catalogue import offline_models

_PRICED_PROVIDER = "workers-ai"
"""The price list is Cloudflare's own; what others charge is not known here."""


@dataclass(frozen=True, slots=True)
class CustomCost:
    """`cf-aig-custom-cost` (ai-gateway §2.1): US dollars for a token, or `total` for the request whatever its tokens."""

    per_token_in: float = 0.0
    per_token_out: float = 0.0
    per_cache_read_token: float | None = None
    per_cache_write_token: float | None = None
    total: float | None = None

    def of(self, usage: Usage) -> float | None:
        """None where the input was not counted. A cache rate that is missing is `per_token_in` (ai-gateway §2.1)."""
        if self.total is not None:
            return self.total
        if usage.prompt_tokens is None:
            return None
        read = min(usage.cached_tokens or 0, usage.prompt_tokens)
        written = min(usage.cache_write_tokens or 0, usage.prompt_tokens - read)
        read_rate = self.per_token_in if self.per_cache_read_token is None else self.per_cache_read_token
        write_rate = self.per_token_in if self.per_cache_write_token is None else self.per_cache_write_token
        return (
            (usage.prompt_tokens - read - written) * self.per_token_in
            + read * read_rate
            + written * write_rate
            + (usage.completion_tokens or 0) * self.per_token_out
        )


def custom_cost(header: str) -> CustomCost | None:
    """The header's rates; None for a header that says none, is not JSON or holds no amounts, which is ignored (inferred)."""
    try:
        value = msgspec.json.decode(header)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    names = ("per_token_in", "per_token_out", "per_cache_read_token", "per_cache_write_token", "total_cost")
    into, out, read, write, total = (_amount(value.get(name)) for name in names)
    if into is None and out is None and total is None:
        return None
    return CustomCost(into or 0.0, out or 0.0, read, write, total)


def priced(
    usage: Usage,
    *,
    provider: str,
    model: str,
    custom: CustomCost | None = None,
    cached: bool = False,
    models: Mapping[str, Model] | None = None,
) -> tuple[float | None, CostSource]:
    """US dollars for one answer, and how they came about. cached: from the gateway's own cache, which is free.

    In this order: the caller's own rates, which are meant to be believed over anybody else's (ai-gateway §9.6), the neurons
    the provider charged, the price list of Workers AI (models: another one, by id), unknown. An estimated count gives an estimated cost: `usage.estimated` says so.
    """
    if cached:
        return 0.0, CostSource.CACHED
    if custom is not None and (cost := custom.of(usage)) is not None:
        return cost, CostSource.CUSTOM
    if usage.neurons is not None:
        return usage.neurons * USD_PER_NEURON, CostSource.CHARGED
    if provider == _PRICED_PROVIDER:
        known = (_offline() if models is None else models).get(model)
        if known is not None:
            cost = estimated_usd(
                known, usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens or 0
            )
            if cost is not None:
                return cost, CostSource.PRICES
    return None, CostSource.UNKNOWN


@cache
def _offline() -> Mapping[str, Model]:
    return {model.id: model for model in offline_models()}


def _amount(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        amount = float(value)
    except OverflowError:
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None
