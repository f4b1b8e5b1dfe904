"""The operators of a condition: each takes its operand once and gives a test of one value, as strict about types as Mongo."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from workbench.domain.routes.errors import RouteError
from workbench.routing.facts import MISSING

Check = Callable[[Any], bool]

MAX_PATTERN = 1000
MAX_SEARCHED = 65_536
"""Characters of a value that a pattern is tried on; what comes after them is not looked at."""
_OPTIONS = "ims"


def equal_to(operand: Any) -> Check:
    """true is not 1, and 1 is 1.0."""
    if isinstance(operand, str):
        return lambda value: bool(value == operand)
    return lambda value: same(value, operand)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON values are."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def among(operand: Any) -> Check:
    if not isinstance(operand, list | tuple):
        raise RouteError("$in and $nin take a list.")
    if all(isinstance(value, str) for value in operand):
        texts = frozenset(operand)
        return lambda value: value.__class__ is str and value in texts
    checks = [equal_to(value) for value in operand]
    return lambda value: any(check(value) for check in checks)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Check]:
    def made(operand: Any) -> Check:
        if isinstance(operand, str):
            return lambda value: value.__class__ is str and compare(value, operand)
        if isinstance(operand, bool) or not isinstance(operand, int | float):
            raise RouteError("$gt, $gte, $lt and $lte take a number or a text.")
        return lambda value: (value.__class__ is int or value.__class__ is float) and compare(value, operand)

    return made


def exists(operand: Any) -> Check:
    if not isinstance(operand, bool):
        raise RouteError("$exists takes true or false.")
    return lambda value: value is not MISSING


def searched(pattern: Any, options: Any = "") -> Check:
    """A regular expression in RE2's grammar, whose time is linear in the text. options: of i, m and s."""
    if not isinstance(pattern, str):
        raise RouteError("$regex takes a text.")
    if len(pattern) > MAX_PATTERN:
        raise RouteError(f"The pattern is longer than {MAX_PATTERN} characters.")
    if not isinstance(options, str) or set(options) - set(_OPTIONS):
        raise RouteError("$options takes the letters i, m and s.")
    search = _compiled(f"(?{options}){pattern}" if options else pattern)
    return lambda value: value.__class__ is str and search(value[:MAX_SEARCHED].encode("utf-8", "replace"))


def _compiled(pattern: str) -> Callable[[bytes], bool]:
    import re2  # type: ignore[import-untyped]  # late: only routes with a pattern need it

    settings = re2.Options()
    settings.log_errors = False
    settings.never_capture = True
    try:
        found = re2.compile(pattern, settings)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        why = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise RouteError(
            f"The pattern cannot be used: {why}.",
            why="Patterns are RE2's, which has no look-around and no back-references, so that none can hang.",
        ) from None
    return lambda text: found.search(text) is not None


OPERATORS: Mapping[str, Callable[[Any], Check]] = {
    "$eq": equal_to,
    "$ne": equal_to,
    "$gt": _ordered(operator.gt),
    "$gte": _ordered(operator.ge),
    "$lt": _ordered(operator.lt),
    "$lte": _ordered(operator.le),
    "$in": among,
    "$nin": among,
    "$exists": exists,
    "$regex": searched,
}
NEGATIVE = frozenset({"$ne", "$nin"})
"""Operators that hold where their check does not."""
