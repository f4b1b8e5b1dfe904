"""Two JSON Schemas that must both hold, as one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from workbench.gateway.sandbox.schemas import Unsatisfiable, types_of


def joined(left: dict[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Both schemas' demands as one; what cannot be said in one schema is caught by the check afterwards."""
    both = dict(left)
    for key, value in right.items():
        both[key] = _joined_keyword(key, both[key], value) if key in both else value
    return both


def _joined_keyword(key: str, left: Any, right: Any) -> Any:
    match key:
        case "properties" | "patternProperties":
            both = {name: {"allOf": [left[name], right[name]]} for name in left if name in right}
            return {**left, **right, **both}
        case "required":
            return [*left, *(name for name in right if name not in left)]
        case "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties":
            return max(left, right)
        case "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties":
            return min(left, right)
        case "type":
            return _common_types(left, right)
        case "enum":
            return [option for option in left if option in right]
        case "items" | "contains" | "additionalProperties" | "propertyNames":
            return {"allOf": [left, right]}
        case "multipleOf" if isinstance(left, int) and isinstance(right, int):
            return math.lcm(left, right)
    return right


def _common_types(left: Any, right: Any) -> list[str]:
    ours, theirs = types_of({"type": left}), types_of({"type": right})
    common = [kind for kind in ours if kind in theirs or (kind == "integer" and "number" in theirs)]
    common += [kind for kind in theirs if kind == "integer" and "number" in ours and kind not in common]
    if not common:
        raise Unsatisfiable("two types are asked for at once")
    return common
