"""Values that fit a JSON Schema, made up from dice and, where it fits, from the words of the prompt."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import msgspec

from workbench.gateway.sandbox.patterns import matching
from workbench.gateway.sandbox.schemas import (
    Schema,
    Unsatisfiable,
    fits,
    is_type,
    resolve,
    types_of,
    unique,
)

_TRIES = 24
_SHALLOW = 4
"""Below this depth only what is required is made, so that a schema that holds itself comes to an end."""
_DEEPEST = 40
_MOST_STEPS = 5_000
"""How many parts may be tried in all: a hostile schema must not hold up the other requests."""
_FORMATS = {
    "date": "2026-11-{day:02d}",
    "time": "09:{day:02d}:00Z",
    "date-time": "2026-11-{day:02d}T09:30:00Z",
    "duration": "P{day}D",
    "email": "someone{n}@example.com",
    "idn-email": "someone{n}@example.com",
    "hostname": "host{n}.example.com",
    "ipv4": "192.0.2.{day}",
    "ipv6": "2001:db8::{day}",
    "uri": "https://example.com/{n}",
    "uri-reference": "/items/{n}",
    "iri": "https://example.com/{n}",
    "uuid": "01890a5d-ac96-774b-bcce-{n:012x}",
    "json-pointer": "/items/{n}",
    "regex": "^[a-z]+$",
}
_WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "heron",
    "indigo",
    "juniper",
    "kelp",
    "linden",
    "maple",
    "north",
    "olive",
    "pine",
]


def json_text(schema: Schema, dice: Random, hint: str = "") -> str:
    """An instance as JSON text. hint: a prompt whose words and numbers are used where the schema lets them in.

    Raises Unsatisfiable.
    """
    if schema == {}:
        return msgspec.json.encode({"answer": hint[:200], "sandbox": True}).decode()
    return msgspec.json.encode(instance(schema, dice, hint)).decode()


def instance(schema: Schema, dice: Random, hint: str = "") -> Any:
    """A value that fits the schema; raises Unsatisfiable when none was found."""
    return _Maker(schema, dice, hint).make(schema, 0, "")


class _Hopeless(Unsatisfiable):
    """Another try would end the same way."""


class _Maker:
    def __init__(self, root: Schema, dice: Random, hint: str) -> None:
        self._root = root
        self._dice = dice
        self._hint = hint
        self._steps = 0

    def make(self, schema: Schema, depth: int, name: str) -> Any:
        """A few honest tries, each checked; the deeper it is the plainer they are."""
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
            return self._option(plain, attempt)
        kind = self._kind(plain, depth, attempt)
        match kind:
            case "object":
                return self._object(plain, depth)
            case "array":
                return self._array(plain, depth, name)
            case "string":
                return self._string(plain, name, attempt)
            case "integer" | "number":
                return self._number(plain, whole=kind == "integer", attempt=attempt)
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
                plain = _joined(plain, self._merged(part, attempt, level + 1, deep=deep))
        return plain

    def _option(self, schema: Mapping[str, Any], attempt: int) -> Any:
        """A choice the prompt mentions is taken first."""
        options = [option for option in schema["enum"] if not types_of(schema) or _any_type(option, schema)]
        if not options:
            raise Unsatisfiable("no choice of the enum has the type that is asked for")
        if attempt == 0:
            hint = self._hint.lower()
            for option in options:
                if (
                    isinstance(option, str)
                    and option
                    and re.search(rf"\b{re.escape(option.lower())}\b", hint)
                ):
                    return option
        return self._dice.choice(options)

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
            part for pattern, part in schema.get("patternProperties", {}).items() if re.search(pattern, name)
        ]
        if name in schema.get("properties", {}):
            parts.insert(0, schema["properties"][name])
        if not parts:
            return schema.get("additionalProperties", True)  # type: ignore[no-any-return]  # JSON is untyped
        return parts[0] if len(parts) == 1 else {"allOf": parts}

    def _topped_up(self, schema: Mapping[str, Any], made: dict[str, Any], depth: int) -> dict[str, Any]:
        """Invented names, until there are as many properties as `minProperties` wants."""
        patterns = list(schema.get("patternProperties", {}))
        tries = 0
        while len(made) < schema.get("minProperties", 0):
            tries += 1
            if tries > 200:
                raise Unsatisfiable("minProperties cannot be met")
            if patterns:
                pattern = patterns[tries % len(patterns)]
                name = matching(pattern, self._dice)
                if name in made and re.search(pattern, f"{name}{tries}"):
                    name = f"{name}{tries}"
            elif "propertyNames" in schema:
                name = str(self.make({"type": "string", **_mapping(schema["propertyNames"])}, depth + 1, ""))
            else:
                name = f"{self._dice.choice(_WORDS)}{tries}"
            if name not in made:
                made[name] = self.make(self._property(schema, name), depth + 1, name)
        return made

    def _array(self, schema: Mapping[str, Any], depth: int, name: str) -> list[Any]:
        prefix = schema.get("prefixItems", ())
        rest = schema.get("items", True)
        if isinstance(rest, list):
            prefix, rest = rest, schema.get("additionalItems", True)
        least = max(schema.get("minItems", 0), 1 if "contains" in schema else 0)
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

    def _number(self, schema: Mapping[str, Any], *, whole: bool, attempt: int) -> int | float:
        low, high, open_low, open_high = _range(schema)
        step = schema.get("multipleOf") or (1 if whole else 0)
        if (
            attempt == 0
            and (hinted := self._hinted_number(whole=whole)) is not None
            and fits(schema, hinted, self._root)
        ):
            return hinted
        if whole and step != int(step):
            step = step * (10 ** len(str(step).partition(".")[2]))
        if step:
            first = math.floor(low / step) + 1 if open_low else math.ceil(low / step)
            last = math.ceil(high / step) - 1 if open_high else math.floor(high / step)
            if first > last:
                raise Unsatisfiable("no number lies between the limits")
            chosen = self._dice.randint(first, last) * step
            return int(chosen) if whole else chosen
        share = self._dice.uniform(0.05, 0.95) if low < high else 0.0
        value = low + (high - low) * share
        short = round(value, 2)
        return short if low < short < high else value

    def _hinted_number(self, *, whole: bool) -> int | float | None:
        match = re.search(r"(?<![\w.])-?\d{1,9}(?:\.\d{1,6})?(?![\w])", self._hint)
        if match is None or (whole and "." in match[0]):
            return None
        return float(match[0]) if "." in match[0] else int(match[0])

    def _string(self, schema: Mapping[str, Any], name: str, attempt: int) -> str:
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength", math.inf)
        if "pattern" in schema:
            return self._to_length(matching(schema["pattern"], self._dice), schema, least, most)
        if (shape := _FORMATS.get(schema.get("format", ""))) is not None:
            return shape.format(day=self._dice.randint(1, 28), n=self._dice.randint(1, 9999))
        text = self._hinted_text(name) if attempt == 0 else ""
        if not least <= len(text) <= most or not text:
            text = " ".join(self._dice.choice(_WORDS) for _ in range(2))
        while len(text) < least:
            text += f" {self._dice.choice(_WORDS)}"
        return text if len(text) <= most else text[: int(most)]

    def _to_length(self, text: str, schema: Mapping[str, Any], least: int, most: float) -> str:
        """Another try where the length is wrong; an unanchored pattern may simply be padded."""
        for _ in range(_TRIES):
            if least <= len(text) <= most:
                return text
            text = matching(schema["pattern"], self._dice)
        return text.ljust(least, "a") if len(text) < least else text[: int(most)]

    def _hinted_text(self, name: str) -> str:
        """What the prompt says in quotes, or a name in it (“… in Berlin”), else its own words."""
        if quoted := re.search(r"[\"“«]([^\"”»]{1,80})[\"”»]", self._hint):
            return quoted[1]
        names = re.findall(r"(?<![.?!] )(?<!^)\b[A-ZА-Я][\w'-]+(?: [A-ZА-Я][\w'-]+)*", self._hint)
        if names:
            return str(names[0])
        words = self._hint.split()
        return " ".join(words[:12]) if words and name else ""


def _joined(left: dict[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    """Both schemas' demands as one; what cannot be said in one schema is caught by the check afterwards."""
    joined = dict(left)
    for key, value in right.items():
        joined[key] = _joined_keyword(key, joined[key], value) if key in joined else value
    return joined


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


def _range(schema: Mapping[str, Any]) -> tuple[float, float, bool, bool]:
    """low, high, and whether each is itself left out."""
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    open_low = schema.get("exclusiveMinimum", -math.inf) >= low and "exclusiveMinimum" in schema
    open_high = schema.get("exclusiveMaximum", math.inf) <= high and "exclusiveMaximum" in schema
    low = schema["exclusiveMinimum"] if open_low else low
    high = schema["exclusiveMaximum"] if open_high else high
    room = 100 + 10 * (schema.get("multipleOf") or 0)
    if low == -math.inf:
        low = min(0, high - room) if high != math.inf else 0
    if high == math.inf:
        high = low + room
    return low, high, open_low, open_high


def _grows(schema: Schema) -> bool:
    """It may hold more of itself; such branches are left for last where it is deep already."""
    return isinstance(schema, Mapping) and bool({"$ref", "properties", "items"} & schema.keys())


def _any_type(value: Any, schema: Mapping[str, Any]) -> bool:
    return any(is_type(value, kind) for kind in types_of(schema))


def _mapping(schema: Schema) -> Mapping[str, Any]:
    return schema if isinstance(schema, Mapping) else {}
