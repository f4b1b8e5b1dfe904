"""Values that fit a JSON Schema, made up from dice and, where it fits, from the words of the prompt."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import msgspec

from workbench.gateway.sandbox.joining import joined
from workbench.gateway.sandbox.patterns import matching
from workbench.gateway.sandbox.scalars import WORDS, Scalars
from workbench.gateway.sandbox.schemas import Schema, Unsatisfiable, fits, found, resolve, types_of, unique

_TRIES = 24
_SHALLOW = 4
"""Below this depth only what is required is made, so that a schema that holds itself comes to an end."""
_DEEPEST = 40
_MOST_STEPS = 5_000
"""How many parts may be tried in all: a hostile schema must not hold up the other requests."""
_MOST_PARTS = 1_000
"""Items of an array or properties of an object that may be asked for."""


def json_text(schema: Schema, dice: Random, hint: str = "") -> str:
    """An instance as JSON text. hint: a prompt whose words and numbers are used where the schema lets them in.

    Raises Unsatisfiable.
    """
    if schema == {}:
        return msgspec.json.encode({"answer": hint[:200], "sandbox": True}).decode()
    return msgspec.json.encode(instance(schema, dice, hint)).decode()


def instance(schema: Schema, dice: Random, hint: str = "") -> Any:
    """A value that fits the schema; raises Unsatisfiable when none was found."""
    try:
        return _Maker(schema, dice, hint).make(schema, 0, "")
    except RecursionError as error:
        raise Unsatisfiable("the schema is nested too deeply") from error


class _Hopeless(Unsatisfiable):
    """Another try would end the same way."""


class _Maker:
    def __init__(self, root: Schema, dice: Random, hint: str) -> None:
        self._root = root
        self._dice = dice
        self._scalars = Scalars(root, dice, hint)
        self._steps = 0

    def make(self, schema: Schema, depth: int, name: str) -> Any:
        """A few honest tries, each checked; the deeper it is the plainer they are. An object's own examples come first."""
        if depth > _DEEPEST:
            raise Unsatisfiable("the schema requires itself without end")
        trouble = Unsatisfiable("no value fits")
        for attempt in range(_TRIES if depth <= _SHALLOW else 4):
            try:
                value = self._attempt(schema, depth, name, attempt)
                if fits(schema, value, self._root):
                    return value
            except _Hopeless:
                raise
            except Unsatisfiable as error:
                trouble = error
        raise trouble

    def _attempt(self, schema: Schema, depth: int, name: str, attempt: int) -> Any:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _Hopeless("the schema is too large")
        if schema is False:
            raise Unsatisfiable("a schema that is false allows nothing")
        plain = self._merged({} if schema is True else schema, attempt, 0, deep=depth > _SHALLOW)
        if "const" in plain:
            return plain["const"]
        if "enum" in plain:
            return self._scalars.option(plain, attempt)
        kind = self._kind(plain, depth, attempt)
        match kind:
            case "object":
                examples = plain.get("examples")
                if attempt == 0 and isinstance(examples, list) and examples:
                    return self._dice.choice(examples)
                return self._object(plain, depth)
            case "array":
                return self._array(plain, depth, name)
            case "string":
                return self._scalars.string(plain, name, attempt)
            case "integer" | "number":
                return self._scalars.number(plain, whole=kind == "integer", attempt=attempt)
            case "boolean":
                return self._dice.random() < 0.5
        return None

    def _merged(self, schema: Mapping[str, Any], attempt: int, level: int, *, deep: bool) -> dict[str, Any]:
        """One flat schema: references followed, `allOf` joined, one branch of `anyOf`, `oneOf` and `if` chosen."""
        if level > _DEEPEST:
            raise Unsatisfiable("references go round in a circle")
        plain = {
            k: v
            for k, v in schema.items()
            if k not in ("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else")
        }
        parts: list[Schema] = list(schema.get("allOf", ()))
        if "$ref" in schema:
            parts.append(resolve(self._root, str(schema["$ref"])))
        for key in ("anyOf", "oneOf"):
            if branches := schema.get(key):
                ordered = sorted(branches, key=_grows) if deep else branches
                parts.append(ordered[attempt % len(branches)])
        if "if" in schema:
            parts += (
                [schema["if"], schema.get("then", True)] if attempt % 2 == 0 else [schema.get("else", True)]
            )
        for part in parts:
            if part is False:
                raise Unsatisfiable("a schema that is false allows nothing")
            if isinstance(part, Mapping):
                plain = joined(plain, self._merged(part, attempt, level + 1, deep=deep))
        return plain

    def _kind(self, schema: Mapping[str, Any], depth: int, attempt: int) -> str:
        """Something before nothing, unless it is deep already."""
        kinds = sorted(types_of(schema), key=lambda kind: (kind == "null") is (depth <= _SHALLOW))
        return kinds[attempt % len(kinds)] if kinds else _implied(schema)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties: Mapping[str, Schema] = schema.get("properties", {})
        required: Sequence[str] = schema.get("required", ())
        most = schema.get("maxProperties", math.inf)
        made: dict[str, Any] = {}
        for name in [*required, *(name for name in properties if name not in required)]:
            if name in made or (name not in required and (depth >= _SHALLOW or len(made) >= most)):
                continue
            try:
                made[name] = self.make(self._property(schema, name), depth + 1, name)
            except Unsatisfiable:
                if name in required:
                    raise
        for name, others in schema.get("dependentRequired", {}).items():
            for other in others if name in made else ():
                if other not in made:
                    made[other] = self.make(self._property(schema, other), depth + 1, other)
        return self._topped_up(schema, made, depth)

    def _property(self, schema: Mapping[str, Any], name: str) -> Schema:
        parts: list[Schema] = [
            part for pattern, part in schema.get("patternProperties", {}).items() if found(pattern, name)
        ]
        if name in schema.get("properties", {}):
            parts.insert(0, schema["properties"][name])
        if not parts:
            return schema.get("additionalProperties", True)  # type: ignore[no-any-return]  # JSON is untyped
        return parts[0] if len(parts) == 1 else {"allOf": parts}

    def _topped_up(self, schema: Mapping[str, Any], made: dict[str, Any], depth: int) -> dict[str, Any]:
        """Invented names, until there are as many properties as `minProperties` wants."""
        if schema.get("minProperties", 0) > _MOST_PARTS:
            raise _Hopeless("minProperties is too large for the sandbox")
        patterns = list(schema.get("patternProperties", {}))
        tries = 0
        while len(made) < schema.get("minProperties", 0):
            tries += 1
            if tries > 200:
                raise Unsatisfiable("minProperties cannot be met")
            if patterns:
                pattern = patterns[tries % len(patterns)]
                name = matching(pattern, self._dice)
                if name in made and found(pattern, f"{name}{tries}"):
                    name = f"{name}{tries}"
            elif "propertyNames" in schema:
                name = str(self.make({"type": "string", **_mapping(schema["propertyNames"])}, depth + 1, ""))
            else:
                name = f"{self._dice.choice(WORDS)}{tries}"
            if name not in made:
                made[name] = self.make(self._property(schema, name), depth + 1, name)
        return made

    def _array(self, schema: Mapping[str, Any], depth: int, name: str) -> list[Any]:
        prefix = schema.get("prefixItems", ())
        rest = schema.get("items", True)
        if isinstance(rest, list):
            prefix, rest = rest, schema.get("additionalItems", True)
        least = max(schema.get("minItems", 0), 1 if "contains" in schema else 0)
        if least > _MOST_PARTS:
            raise _Hopeless("minItems is too large for the sandbox")
        most = schema.get("maxItems", math.inf)
        if rest is False:
            most = min(most, len(prefix))
        wanted = least if depth >= _SHALLOW else max(least, len(prefix) or 2)
        wanted = int(min(wanted, most))
        made: list[Any] = []
        tries = 0
        while len(made) < wanted and tries < 50 + 4 * wanted:
            tries += 1
            part = prefix[len(made)] if len(made) < len(prefix) else rest
            if "contains" in schema and len(made) == wanted - 1:
                part = {"allOf": [schema["contains"], part]}
            try:
                item = self.make(part, depth + 1, name)
            except Unsatisfiable:
                if len(made) >= least:
                    break
                raise
            if not schema.get("uniqueItems") or unique([*made, item]):
                made.append(item)
        return made


def _implied(schema: Mapping[str, Any]) -> str:
    """The type a schema without `type` is about; text where anything goes."""
    for kind, keys in _KEYWORDS.items():
        if any(key in schema for key in keys):
            return kind
    return "string"


_KEYWORDS = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "contains"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("pattern", "minLength", "maxLength", "format"),
}


def _grows(schema: Schema) -> bool:
    """It may hold more of itself; such branches are left for last where it is deep already."""
    return isinstance(schema, Mapping) and bool({"$ref", "properties", "items"} & schema.keys())


def _mapping(schema: Schema) -> Mapping[str, Any]:
    return schema if isinstance(schema, Mapping) else {}
