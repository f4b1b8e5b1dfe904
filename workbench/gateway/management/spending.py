"""`spend_limits` of a gateway (ai-gateway §5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.gateways import SpendRule
from workbench.domain.ids import new_id
from workbench.domain.routes.elements import Technique
from workbench.gateway.management.fields import Fields

MAX_RULES = 20
_FILTER, _PARTITION = "filter", "partition"
_MAX_WINDOW_S = 366 * 86_400


def read_spend_limits(body: Fields) -> tuple[tuple[SpendRule, ...], dict[str, Any] | None]:
    """The rules in force, and the whole document as it is told back: rules that are off are in it, too, and each has an id."""
    if body.raw("spend_limits") is None:
        return (), None
    limits = body.object("spend_limits")
    enabled = limits.flag("enabled", True)
    found = limits.objects("rules")
    if len(found) > MAX_RULES:
        limits.wrong(f"Expected at most {MAX_RULES} rules", "rules")
    read = [_rule(rule) for rule in found]
    ids = [rule.id for rule, _ in read]
    if len(set(ids)) < len(ids):
        limits.wrong("Two rules have the same id", "rules")
    document = {
        "enabled": enabled,
        "rules": [{**_known(rule), "id": one.id} for (one, _), rule in zip(read, found, strict=True)],
    }
    return tuple(rule for rule, on in read if on and enabled), document


def _rule(rule: Fields) -> tuple[SpendRule, bool]:
    rule.need("limit", "limitType", "window")
    if rule.has("limitType") and rule.raw("limitType") != "cost":
        rule.wrong("Expected cost", "limitType")
    partition, metadata = _metadata(rule.object("metadata"))
    read = SpendRule(
        id=rule.text("id", most=64) or new_id(),
        limit=rule.above_zero("limit"),
        window_s=rule.whole("window", 1, _MAX_WINDOW_S, 1) or 1,
        technique=rule.choice("technique", Technique) or Technique.FIXED,
        partition=partition,
        metadata=metadata,
        models=_filter(rule, "model"),
        providers=_filter(rule, "provider"),
    )
    return read, rule.flag("enabled", True)


def _metadata(metadata: Fields) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    partition: list[str] = []
    filters: dict[str, tuple[str, ...]] = {}
    for key in metadata.values:
        mode = metadata.object(key).raw("mode")
        if mode == _PARTITION:
            partition.append(key)
        elif mode == _FILTER:
            filters[key] = _values(metadata.object(key))
        else:
            metadata.wrong(f"Expected {_FILTER} or {_PARTITION}", key, "mode")
    return tuple(partition), filters


def _filter(rule: Fields, name: str) -> tuple[str, ...]:
    """The API takes only filters here; the docs' partition by model or provider is in no type of it (ai-gateway §5.2)."""
    if rule.raw(name) is None:
        return ()
    found = rule.object(name)
    if found.raw("mode") != _FILTER:
        found.wrong(f"Expected {_FILTER}", "mode")
    return _values(found)


def _values(found: Fields) -> tuple[str, ...]:
    """An empty filter would hold for everything, which is not what it says."""
    values = found.texts("values")
    if not values:
        found.wrong("Expected at least one value", "values")
    return values


def _known(rule: Fields) -> dict[str, Any]:
    names = ("enabled", "limitType", "limit", "window", "technique", "metadata", "model", "provider")
    return {name: rule.raw(name) for name in names if rule.raw(name) is not None}
