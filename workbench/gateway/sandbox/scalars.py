"""Plain values that fit a JSON Schema: choices, numbers and texts, taken from the prompt where the schema lets them in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from workbench.gateway.sandbox.patterns import matching
from workbench.gateway.sandbox.schemas import Schema, Unsatisfiable, fits, is_of_its_type, types_of

_TRIES = 24
_LONGEST = 20_000
"""Characters of a text that a schema may ask for."""
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
WORDS = [
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


class Scalars:
    """hint: a prompt. attempt, where it is asked for: how often it was tried before; only the first takes the hint."""

    def __init__(self, root: Schema, dice: Random, hint: str) -> None:
        self._root = root
        self._dice = dice
        self._hint = hint

    def option(self, schema: Mapping[str, Any], attempt: int) -> Any:
        """A choice the prompt mentions is taken first."""
        options = [
            option for option in schema["enum"] if not types_of(schema) or is_of_its_type(schema, option)
        ]
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

    def number(self, schema: Mapping[str, Any], *, whole: bool, attempt: int) -> int | float:
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

    def string(self, schema: Mapping[str, Any], name: str, attempt: int) -> str:
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength", math.inf)
        if least > _LONGEST:
            raise Unsatisfiable(f"minLength {least} is too long for the sandbox")
        if "pattern" in schema:
            return self._to_length(matching(schema["pattern"], self._dice), schema, least, most)
        if (shape := _FORMATS.get(schema.get("format", ""))) is not None:
            return shape.format(day=self._dice.randint(1, 28), n=self._dice.randint(1, 9999))
        text = self._hinted_text(name) if attempt == 0 else ""
        if not least <= len(text) <= most or not text:
            text = " ".join(self._dice.choice(WORDS) for _ in range(2))
        while len(text) < least:
            text += f" {self._dice.choice(WORDS)}"
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
