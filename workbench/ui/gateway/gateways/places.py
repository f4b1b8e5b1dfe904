"""Places in a gateway's document by dotted path, as the API names them when it refuses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RULES = "spend_limits.rules"


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """None where there is nothing."""
    found: Any = document
    for step in path.split("."):
        if isinstance(found, list):
            found = found[int(step)] if step.isdecimal() and int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, Mapping) else None
    return found


def put_at(document: dict[str, Any], path: str, value: object) -> None:
    """Objects on the way are made where they are missing; a list has to have the place already."""
    *steps, last = path.split(".")
    inside: Any = document
    for step in steps:
        if isinstance(inside, list):
            inside = inside[int(step)]
        else:
            if not isinstance(inside.get(step), dict | list):
                inside[step] = {}
            inside = inside[step]
    inside[int(last) if isinstance(inside, list) else last] = value


def rules_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The spend limits, in their order."""
    rules = value_at(document, RULES)
    return [dict(rule) for rule in rules if isinstance(rule, Mapping)] if isinstance(rules, list) else []
