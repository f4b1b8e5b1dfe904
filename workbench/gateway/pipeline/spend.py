"""Budgets of a gateway: which of its spend rules a call falls under, and whether one of them is used up (ai-gateway §5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.domain.gateways import GatewaySettings, SpendRule
from workbench.domain.routes.findings import author_of
from workbench.gateway.calls import Call
from workbench.gateway.pipeline.limits import Ledger
from workbench.routing.attempts import Standing


@dataclass(frozen=True, slots=True)
class Overspent:
    """bucket: the rule's id and, where it has a bucket for each value, the values."""

    rule: SpendRule
    bucket: str
    standing: Standing


class Spending:
    """All rules are looked at before a call is made, and booked when its cost is known: a burst may overshoot."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def over(
        self, settings: GatewaySettings, call: Call, metadata: Mapping[str, Any], now: float
    ) -> Overspent | None:
        """The first rule that is used up, or None."""
        for rule, bucket in _applying(settings, call, metadata):
            key = ("spend", settings.id, bucket)
            standing = self._ledger.look(key, rule.limit, rule.window_s, rule.technique, now)
            if not standing.allowed:
                return Overspent(rule, bucket, standing)
        return None

    def book(
        self, settings: GatewaySettings, call: Call, metadata: Mapping[str, Any], usd: float, now: float
    ) -> None:
        for rule, bucket in _applying(settings, call, metadata):
            self._ledger.book(("spend", settings.id, bucket), usd, rule.window_s, rule.technique, now)


def _applying(
    settings: GatewaySettings, call: Call, metadata: Mapping[str, Any]
) -> Iterator[tuple[SpendRule, str]]:
    for rule in settings.spend_rules:
        if _applies(rule, call, metadata):
            # Requests without the key share a bucket of their own (inferred).
            values = [f"{name}={_text(metadata.get(name, ''))}" for name in rule.partition]
            yield rule, "/".join([rule.id, *values])


def _applies(rule: SpendRule, call: Call, metadata: Mapping[str, Any]) -> bool:
    if (
        rule.providers
        and call.provider not in rule.providers
        and author_of(call.provider) not in rule.providers
    ):
        return False
    if rule.models and not any(name in rule.models for name in _names(call)):
        return False
    return all(name in metadata and _text(metadata[name]) in values for name, values in rule.metadata.items())


def _names(call: Call) -> tuple[str, ...]:
    """The same model as each family spells it (ai-gateway §1.2)."""
    return call.model, f"{call.provider}/{call.model}", f"{author_of(call.provider)}/{call.model}"


def _text(value: Any) -> str:
    """As JSON has it: true, not True; 5, not 5.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
