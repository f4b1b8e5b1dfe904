"""Conditions (ai-gateway §7.3): a query object compiled to a function, and the sentence that says why it held or not.

Which operators the real gateway knows is not published; this is the Mongo subset (inferred). As in Mongo several keys
must all hold, a bare value means $eq, and a list matches where any of its elements does. A missing field matches only
$ne, $nin, $exists false, and $not and $nor of what failed; unlike Mongo's, a missing field is not equal to null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.domain.routes.errors import RouteError, pointer
from workbench.routing.comparisons import NEGATIVE, OPERATORS, searched
from workbench.routing.explained import Every, Negated, NoneOf, Part, Some, Test
from workbench.routing.facts import Facts

MAX_TESTS = 500
MAX_NESTING = 20
_COMBINATIONS: Mapping[str, Callable[[list[Part]], Part]] = {"$and": Every, "$or": Some, "$nor": NoneOf}

Where = tuple[str | int, ...]


class Condition:
    """holds(facts): whether it does. Safe to share; facts that are missing or of another type never raise."""

    __slots__ = ("_part", "holds")

    def __init__(self, part: Part) -> None:
        self._part = part
        self.holds = part.holds

    def explain(self, facts: Facts) -> tuple[str, dict[str, Any]]:
        """A sentence that names the part that decided, and the values it looked at by field, None for a missing one."""
        told = self._part.told(facts)
        return told.sentence, told.saw


def compile_condition(query: Mapping[str, Any]) -> Condition:
    """Raises RouteError with the place in `query` of what cannot be evaluated."""
    return Condition(_Compiler().query(query, ()))


class _Compiler:
    def __init__(self) -> None:
        self._tests = 0

    def query(self, query: Any, at: Where) -> Part:
        if not isinstance(query, Mapping):
            raise RouteError("A condition is an object of fields.", pointer=pointer(*at))
        if len(at) > 2 * MAX_NESTING:
            raise RouteError(f"Conditions are nested more than {MAX_NESTING} deep.", pointer=pointer(*at))
        parts = [part for key, value in query.items() for part in self._parts(key, value, (*at, key))]
        return parts[0] if len(parts) == 1 else Every(parts)

    def _parts(self, key: str, value: Any, at: Where) -> list[Part]:
        if key in _COMBINATIONS:
            return [_COMBINATIONS[key](self._queries(key, value, at))]
        if key == "$not":
            return [Negated(self.query(value, at))]
        if key.startswith("$"):
            raise RouteError(
                f"{key} cannot stand before a field.",
                pointer=pointer(*at),
                fix="Here go $and, $or, $nor or a field.",
            )
        return self._tests_of(key, value, at)

    def _queries(self, key: str, value: Any, at: Where) -> list[Part]:
        if not isinstance(value, list | tuple) or not value:
            raise RouteError(f"{key} takes a list of conditions, at least one.", pointer=pointer(*at))
        return [self.query(query, (*at, index)) for index, query in enumerate(value)]

    def _tests_of(self, field: str, value: Any, at: Where) -> list[Part]:
        if not _is_operators(value, at):
            return [self._test(field, "$eq", value, at, at)]
        if "$options" in value and "$regex" not in value:
            raise RouteError("$options goes with $regex.", pointer=pointer(*at, "$options"))
        return [
            self._of_operator(field, name, operand, value, (*at, name))
            for name, operand in value.items()
            if name != "$options"
        ]

    def _of_operator(self, field: str, name: str, operand: Any, beside: Mapping[str, Any], at: Where) -> Part:
        if name == "$not":
            if not _is_operators(operand, at):
                raise RouteError("$not takes an object of operators.", pointer=pointer(*at))
            inner = self._tests_of(field, operand, at)
            return Negated(inner[0] if len(inner) == 1 else Every(inner))
        return self._test(field, name, operand, at, at[:-1], beside.get("$options", ""))

    def _test(
        self, field: str, name: str, operand: Any, at: Where, field_at: Where, options: Any = ""
    ) -> Part:
        self._tests += 1
        if self._tests > MAX_TESTS:
            raise RouteError(f"A condition has more than {MAX_TESTS} tests.", pointer=pointer(*at))
        if name not in OPERATORS:
            raise RouteError(
                f"{name} is no operator.",
                pointer=pointer(*at),
                fix=f"There are {', '.join(OPERATORS)} and $not.",
            )
        try:
            check = searched(operand, options) if name == "$regex" else OPERATORS[name](operand)
        except RouteError as error:
            raise _placed(error, at) from None
        try:
            return Test(field, name, operand, check, positive=_positive(name, operand))
        except RouteError as error:
            raise _placed(error, field_at) from None


def _positive(name: str, operand: Any) -> bool:
    return name not in NEGATIVE and not (name == "$exists" and operand is False)


def _is_operators(value: Any, at: Where) -> bool:
    """Whether an object holds operators rather than being a value to compare with."""
    if not isinstance(value, Mapping) or not any(key.startswith("$") for key in value):
        return False
    plain = next((key for key in value if not key.startswith("$")), None)
    if plain is not None:
        raise RouteError(f"“{plain}” stands among operators.", pointer=pointer(*at, plain))
    return True


def _placed(error: RouteError, at: Where) -> RouteError:
    return RouteError(error.what, pointer=pointer(*at), why=error.why, fix=error.fix)
