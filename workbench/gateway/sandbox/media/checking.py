"""Is a request what the schema asks for? Worded as the real API words it, with JSON pointers (workers-ai §15, code 5006)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.gateway.sandbox.media.fields import Schema
from workbench.gateway.sandbox.schemas import is_type, types_of
from workbench.gateway.sandbox.turns import mismatch

_LONG = 256
"""From here on a list of numbers is taken for the bytes of a file and checked at once."""


@dataclass(frozen=True, slots=True)
class Violation:
    pointer: str
    text: str


def violation(schema: Schema, value: Any) -> Violation | None:
    """The first thing wrong with a value, or None. Where several branches fail, all are told in one."""
    return next(_violations(schema, value, ""), None)


def _violations(schema: Schema, value: Any, at: str) -> Iterator[Violation]:
    branches = schema.get("oneOf") or schema.get("anyOf")
    if branches:
        yield from _no_branch(branches, value, at, "oneOf" if "oneOf" in schema else "anyOf")
    wanted = types_of(schema)
    if wanted and not any(is_type(value, name) for name in wanted):
        yield Violation(at, mismatch(at or "/", value, "' or '".join(wanted)))
        return
    if isinstance(value, Mapping):
        yield from _object(schema, value, at)
    elif isinstance(value, list):
        yield from _array(schema, value, at)
    else:
        yield from _scalar(schema, value, at)


def _no_branch(branches: Sequence[Schema], value: Any, at: str, word: str) -> Iterator[Violation]:
    """Told only where no branch fits: that more than one does, the real API does not mind (inferred)."""
    wrong = [next(_violations(branch, value, at), None) for branch in branches]
    if None not in wrong:
        texts = ", ".join(dict.fromkeys(each.text for each in wrong if each))
        deepest = max((each.pointer for each in wrong if each), key=len)
        yield Violation(deepest, f"{word} at '{at or '/'}' not met, 0 matches: {texts}")


def _object(schema: Schema, value: Mapping[str, Any], at: str) -> Iterator[Violation]:
    missing = [name for name in schema.get("required", ()) if name not in value]
    if missing:
        yield Violation(
            f"{at}/{missing[0]}",
            f"required properties at '{at or '/'}' are '{', '.join(schema['required'])}'",
        )
    known: Mapping[str, Schema] = schema.get("properties", {})
    rest = schema.get("additionalProperties")
    others = [name for name in value if name not in known]
    if rest is False and others:
        told = ", ".join(f"{at}/{_escaped(name)}" for name in others)
        yield Violation(f"{at}/{_escaped(others[0])}", f"Additional or unevaluated properties '{told}'")
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", len(value)):
        low, high = schema.get("minProperties", 0), schema.get("maxProperties")
        yield Violation(at, f"'{at or '/'}' must have from {low} to {high} properties")
    names = schema.get("propertyNames", {}).get("pattern")
    for name in others:
        if names and not re.search(names, name):
            yield Violation(f"{at}/{_escaped(name)}", f"'{at}/{_escaped(name)}' is no valid name")
        if isinstance(rest, Mapping):
            yield from _violations(dict(rest), value[name], f"{at}/{_escaped(name)}")
    for name, part in known.items():
        if name in value and isinstance(part, dict):
            yield from _violations(part, value[name], f"{at}/{_escaped(name)}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _array(schema: Schema, value: list[Any], at: str) -> Iterator[Violation]:
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    if len(value) < low:
        yield Violation(at, f"'{at}' must have >= {low} items")
    if high is not None and len(value) > high:
        yield Violation(at, f"'{at}' must have <= {high} items")
    items = schema.get("items", {})
    if len(value) >= _LONG and items.get("type") == "number" and _all_bytes(value):
        return
    for index, item in enumerate(value):
        yield from _violations(items, item, f"{at}/{index}")


def _all_bytes(value: list[Any]) -> bool:
    try:
        bytes(value)
    except (TypeError, ValueError):
        return False
    return True


def _scalar(schema: Schema, value: Any, at: str) -> Iterator[Violation]:
    options = schema.get("enum")
    if options is not None and value not in options:
        yield Violation(at, f"'{at}' must be one of {', '.join(map(str, options))}")
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0):
            yield Violation(at, f"Length of '{at}' must be >= {schema['minLength']} not met")
        if len(value) > schema.get("maxLength", len(value)):
            yield Violation(at, f"Length of '{at}' must be <= {schema['maxLength']} not met")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield Violation(at, f"'{at}' does not match {schema['pattern']}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if "minimum" in schema and value < schema["minimum"]:
            yield Violation(at, f"'{at}' must be >= {schema['minimum']}")
        if "maximum" in schema and value > schema["maximum"]:
            yield Violation(at, f"'{at}' must be <= {schema['maximum']}")
