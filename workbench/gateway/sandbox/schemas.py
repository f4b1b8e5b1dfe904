"""Whether a value fits a JSON Schema: the keywords that tools and response formats use, checked without a library."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

Schema = Mapping[str, Any] | bool


class Unsatisfiable(Exception):
    """No value could be found that fits the schema; the text says at which keyword it failed."""


def resolve(root: Schema, reference: str) -> Schema:
    """The schema a local `$ref` points to; raises Unsatisfiable for one that points nowhere or outside."""
    if not reference.startswith("#"):
        raise Unsatisfiable(f"$ref {reference} is not in this document")
    found: Any = root
    for step in reference[1:].split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            raise Unsatisfiable(f"$ref {reference} points nowhere")
    if not isinstance(found, Mapping | bool):
        raise Unsatisfiable(f"$ref {reference} is not a schema")
    return found


def fits(schema: Schema, value: Any, root: Schema) -> bool:
    """True if value is valid against schema, whose local references are looked up in root."""
    if isinstance(schema, bool):
        return schema
    if "$ref" in schema and not fits(resolve(root, str(schema["$ref"])), value, root):
        return False
    return all(check(schema, value, root) for key, check in _CHECKS if key in schema)


def same(left: Any, right: Any) -> bool:
    """JSON equality: 1 is 1.0, but neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def is_type(value: Any, name: str) -> bool:
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, Mapping)
    return False


def types_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    given = schema.get("type")
    if isinstance(given, str):
        return (given,)
    return tuple(given) if isinstance(given, list) else ()


def is_of_its_type(schema: Mapping[str, Any], value: Any) -> bool:
    return any(is_type(value, name) for name in types_of(schema))


_Check = Callable[[Mapping[str, Any], Any, Schema], bool]


def _type(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return is_of_its_type(schema, value)


def _enum(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return any(same(value, option) for option in schema["enum"])


def _const(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return same(value, schema["const"])


def _all_of(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return all(fits(part, value, root) for part in schema["allOf"])


def _any_of(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return any(fits(part, value, root) for part in schema["anyOf"])


def _one_of(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return sum(fits(part, value, root) for part in schema["oneOf"]) == 1


def _not(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    return not fits(schema["not"], value, root)


def _if(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    branch = schema.get("then" if fits(schema["if"], value, root) else "else", True)
    return fits(branch, value, root)


def _numbers(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    if not is_type(value, "number"):
        return True
    step = schema.get("multipleOf")
    return (
        value >= schema.get("minimum", -math.inf)
        and value <= schema.get("maximum", math.inf)
        and value > schema.get("exclusiveMinimum", -math.inf)
        and value < schema.get("exclusiveMaximum", math.inf)
        and (not step or _is_multiple(value, step))
    )


def _is_multiple(value: float, step: float) -> bool:
    """Exact for whole numbers of any size; a float's step is met as closely as floats can."""
    if not isinstance(step, float):
        return value % step == 0
    try:
        return (value / step).is_integer()
    except OverflowError:
        return (Fraction(value) / Fraction(step)).denominator == 1


def _strings(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    if not isinstance(value, str):
        return True
    return schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf) and (
        "pattern" not in schema or found(schema["pattern"], value)
    )


def found(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text, by an engine that no pattern can hang; raises Unsatisfiable for one it cannot read."""
    return bool(_compiled(pattern)(text))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Callable[[str], Any]:
    import re2  # type: ignore[import-untyped]  # late: only schemas with a pattern need it

    settings = re2.Options()
    settings.log_errors = False
    settings.never_capture = True
    try:
        search: Callable[[str], Any] = re2.compile(pattern, settings).search
    except (re2.error, UnicodeError) as error:
        raise Unsatisfiable(f"pattern {pattern[:200]}: it cannot be read here") from error
    return search


def _arrays(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    if not isinstance(value, list):
        return True
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf):
        return False
    if schema.get("uniqueItems") and not unique(value):
        return False
    if "contains" in schema and not any(fits(schema["contains"], item, root) for item in value):
        return False
    return all(fits(part, item, root) for part, item in items_of(schema, value))


def unique(items: Sequence[Any]) -> bool:
    return not any(same(item, other) for i, item in enumerate(items) for other in items[:i])


def items_of(schema: Mapping[str, Any], value: Sequence[Any]) -> Iterator[tuple[Schema, Any]]:
    """Each item beside the schema that governs it; `items` as a list is the older spelling of `prefixItems`."""
    prefix = schema.get("prefixItems", ())
    rest = schema.get("items", True)
    if isinstance(rest, list):
        prefix, rest = rest, schema.get("additionalItems", True)
    for index, item in enumerate(value):
        yield (prefix[index] if index < len(prefix) else rest), item


def _objects(schema: Mapping[str, Any], value: Any, root: Schema) -> bool:
    if not isinstance(value, Mapping):
        return True
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", math.inf):
        return False
    if any(name not in value for name in schema.get("required", ())):
        return False
    for name, others in schema.get("dependentRequired", {}).items():
        if name in value and any(other not in value for other in others):
            return False
    names = schema.get("propertyNames")
    if names is not None and not all(fits(names, name, root) for name in value):
        return False
    return all(
        fits(part, item, root) for name, item in value.items() for part in property_schemas(schema, name)
    )


def property_schemas(schema: Mapping[str, Any], name: str) -> list[Schema]:
    """All schemas that govern a property of this name."""
    parts = [part for pattern, part in schema.get("patternProperties", {}).items() if found(pattern, name)]
    if name in schema.get("properties", {}):
        parts.append(schema["properties"][name])
    return parts or [schema.get("additionalProperties", True)]


_OBJECT_KEYS = [
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
]
_ARRAY_KEYS = ["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"]
_NUMBER_KEYS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
_STRING_KEYS = ["minLength", "maxLength", "pattern"]
_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("type", _type),
    ("enum", _enum),
    ("const", _const),
    *((key, _numbers) for key in _NUMBER_KEYS),
    *((key, _strings) for key in _STRING_KEYS),
    *((key, _arrays) for key in _ARRAY_KEYS),
    *((key, _objects) for key in _OBJECT_KEYS),
    ("allOf", _all_of),
    ("anyOf", _any_of),
    ("oneOf", _one_of),
    ("not", _not),
    ("if", _if),
)
