"""The parts of a compiled condition: each holds or does not, and can tell why in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from workbench.routing.comparisons import Check
from workbench.routing.facts import MISSING, Facts, parts_of, reached, reader, shown

_MAX_TOLD = 4
"""Parts named in one sentence; of the others only the number is told."""
_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Told:
    holds: bool
    sentence: str
    saw: dict[str, Any] = field(default_factory=dict)


class Part(Protocol):
    holds: Callable[[Facts], bool]

    def told(self, facts: Facts) -> Told: ...


class Test:
    """One operator on one field. positive: it holds where a value passes the check, otherwise where none does."""

    __slots__ = ("_field", "_name", "_operand", "_values", "holds")

    def __init__(self, field: str, name: str, operand: Any, check: Check, *, positive: bool) -> None:
        self._field = field
        self._name = name
        self._operand = operand
        root, rest = parts_of(field)
        if root == "body" and ("." in rest):
            self._values = _several(rest.split("."))
            self.holds: Callable[[Facts], bool] = _any_of(self._values, check, positive)
        else:
            read = reader(field)
            self._values = _one(read)
            plain = name == "$eq" and isinstance(operand, str)
            self.holds = _equal(read, operand) if plain else _one_of(read, check, positive)

    def told(self, facts: Facts) -> Told:
        holds = self.holds(facts)
        values = self._values(facts)
        value = values[0] if len(values) == 1 else values or MISSING
        seen = shown(self._field, value)
        is_ = "is missing" if value is MISSING else f"is {worded(seen)}"
        verdict = "true" if holds else "false"
        sentence = f"{self._field} {is_}, so {self._name} {worded(self._operand)} is {verdict}"
        return Told(holds, sentence, {self._field: seen})


def _one(read: Callable[[Facts], Any]) -> Callable[[Facts], list[Any]]:
    def values(facts: Facts) -> list[Any]:
        value = read(facts)
        return [] if value is MISSING else [value]

    return values


def _several(path: list[str]) -> Callable[[Facts], list[Any]]:
    return lambda facts: list(reached(facts.body, path))


def _equal(read: Callable[[Facts], Any], operand: str) -> Callable[[Facts], bool]:
    """`_one_of` for the test that most conditions are: text equal to a text."""

    def holds(facts: Facts) -> bool:
        value = read(facts)
        return value == operand or (value.__class__ is list and operand in value)

    return holds


def _one_of(read: Callable[[Facts], Any], check: Check, positive: bool) -> Callable[[Facts], bool]:
    """The fast way, for fields that lead to one value at most."""

    def found(facts: Facts) -> bool:
        value = read(facts)
        if value is MISSING:
            return False
        return check(value) or (value.__class__ is list and any(map(check, value)))

    return found if positive else lambda facts: not found(facts)


def _any_of(values: Callable[[Facts], list[Any]], check: Check, positive: bool) -> Callable[[Facts], bool]:
    def found(facts: Facts) -> bool:
        reached = values(facts)
        inner = (value for value in reached if value.__class__ is list)
        return any(map(check, chain(reached, chain.from_iterable(inner))))

    return found if positive else lambda facts: not found(facts)


class Every:
    """$and, and several keys of one object. Of nothing it holds."""

    __slots__ = ("_parts", "holds")

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        tests = tuple(part.holds for part in parts)

        def holds(facts: Facts) -> bool:
            for test in tests:  # noqa: SIM110  a generator expression costs more than the tests
                if not test(facts):
                    return False
            return True

        self.holds: Callable[[Facts], bool] = holds

    def told(self, facts: Facts) -> Told:
        if not self._parts:
            return Told(True, "there is nothing to hold, so the condition is true")
        return _decided(self._parts, facts, wanted=False) or _all_told(self._parts, facts, True)


class Some:
    """$or."""

    __slots__ = ("_parts", "holds")

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        tests = tuple(part.holds for part in parts)

        def holds(facts: Facts) -> bool:
            for test in tests:  # noqa: SIM110
                if test(facts):
                    return True
            return False

        self.holds: Callable[[Facts], bool] = holds

    def told(self, facts: Facts) -> Told:
        return _decided(self._parts, facts, wanted=True) or _all_told(self._parts, facts, False)


class Negated:
    """$not."""

    __slots__ = ("_part", "holds")

    def __init__(self, part: Part) -> None:
        self._part = part
        inner = part.holds
        self.holds: Callable[[Facts], bool] = lambda facts: not inner(facts)

    def told(self, facts: Facts) -> Told:
        told = self._part.told(facts)
        verdict = "false" if told.holds else "true"
        return Told(not told.holds, f"{told.sentence}, and $not of it is {verdict}", told.saw)


class NoneOf(Negated):
    """$nor."""

    __slots__ = ()

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(Some(parts))

    def told(self, facts: Facts) -> Told:
        told = self._part.told(facts)
        verdict = "false" if told.holds else "true"
        return Told(not told.holds, f"{told.sentence}, and $nor is {verdict}", told.saw)


def _decided(parts: Sequence[Part], facts: Facts, *, wanted: bool) -> Told | None:
    """What the first part that is `wanted` tells: it decides alone."""
    for number, part in enumerate(parts, 1):
        if part.holds(facts) is wanted:
            told = part.told(facts)
            decides = f" (part {number} of {len(parts)} decides)" if len(parts) > 1 else ""
            return Told(wanted, told.sentence + decides, told.saw)
    return None


def _all_told(parts: Sequence[Part], facts: Facts, holds: bool) -> Told:
    told = [part.told(facts) for part in parts[:_MAX_TOLD]]
    sentence = "; ".join(one.sentence for one in told)
    more = len(parts) - len(told)
    saw = {field: value for one in told for field, value in one.saw.items()}
    return Told(holds, sentence + (f"; and {more} more" if more else ""), saw)


def worded(value: Any) -> str:
    """A value in a sentence: a plain word as it is, everything else as JSON, cut where it is long."""
    if isinstance(value, str) and value and not any(char.isspace() or char in "\"',;:" for char in value):
        text = value
    else:
        text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"
