"""A hand-written condition, an expression or some kind of object, as a query object (ai-gateway §7.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.handwritten.expressions import parse_expression
from workbench.domain.routes.handwritten.fields import field_of
from workbench.domain.routes.handwritten.queries import Query, all_of, any_of, none_of, text_test
from workbench.domain.routes.handwritten.shapes import Where, placed

_OPERATORS = {
    "eq": "$eq", "==": "$eq", "===": "$eq", "=": "$eq", "equals": "$eq", "equal": "$eq", "is": "$eq", "ne": "$ne", "!=": "$ne",
    "!==": "$ne", "notequals": "$ne", "isnot": "$ne", "gt": "$gt", ">": "$gt", "greaterthan": "$gt", "gte": "$gte", ">=": "$gte",
    "lt": "$lt", "<": "$lt", "lessthan": "$lt", "lte": "$lte", "<=": "$lte", "in": "$in", "oneof": "$in", "anyof": "$in",
    "nin": "$nin", "notin": "$nin", "exists": "$exists", "regex": "$regex", "matches": "$regex", "options": "$options",
    "not": "$not",
}  # fmt: skip
_TEXT_TESTS = {"contains": "contains", "startswith": "begins", "endswith": "ends"}
_COMBINATIONS = {"and": all_of, "all": all_of, "or": any_of, "any": any_of}
_FIELD_KEYS = ("field", "key", "path", "attribute", "property", "variable")
_OPERATOR_KEYS = ("operator", "op", "comparator", "comparison")
_VALUE_KEYS = ("value", "values")
_ROOTS = frozenset({"metadata", "headers", "body", "request"})
_MAX_NESTING = 20


def condition_of(value: Any, at: Where) -> Query:
    """Raises RouteError with the place. A list is taken as all of its conditions."""
    if len(at) > 2 * _MAX_NESTING:
        raise RouteError("The condition is nested too deeply.", pointer=pointer(*at))
    with placed(at):
        return _condition(value, at)


def _condition(value: Any, at: Where) -> Query:
    if isinstance(value, str):
        return _json_or_expression(value, at)
    if isinstance(value, list | tuple) and value:
        return all_of([condition_of(part, (*at, index)) for index, part in enumerate(value)])
    if not isinstance(value, Mapping) or not value:
        raise RouteError("A condition is an expression such as metadata.plan == 'free', or a query object.")
    if any(key in value for key in _FIELD_KEYS) and any(
        key in value for key in (*_OPERATOR_KEYS, *_VALUE_KEYS)
    ):
        return _triple(value)
    return all_of([_entry(key, inner, (*at, key)) for key, inner in value.items()])


def _json_or_expression(text: str, at: Where) -> Query:
    if text.lstrip().startswith("{"):
        try:
            return condition_of(json.loads(text), at)
        except (json.JSONDecodeError, RecursionError):
            raise RouteError("The condition begins like a query object, but is not JSON.") from None
    return parse_expression(text)


def _triple(value: Mapping[str, Any]) -> Query:
    """{"field": …, "operator": …, "value": …}"""
    known = (*_FIELD_KEYS, *_OPERATOR_KEYS, *_VALUE_KEYS)
    for key in value:
        if key not in known:
            raise RouteError(f"“{key}” beside a field, an operator and a value is not understood.")
    name = next(value[key] for key in _FIELD_KEYS if key in value)
    if not isinstance(name, str) or not name:
        raise RouteError("A field is a text such as metadata.plan.")
    operand = next((value[key] for key in _VALUE_KEYS if key in value), True)
    default = "in" if isinstance(operand, list | tuple) else "eq"
    operator = next((value[key] for key in _OPERATOR_KEYS if key in value), default)
    return {_field(name): _operators({str(operator): operand})}


def _entry(key: str, value: Any, at: Where) -> Query:
    word = key.lower().removeprefix("$")
    if word in _COMBINATIONS and isinstance(value, list | tuple) and value:
        return _COMBINATIONS[word]([condition_of(part, (*at, index)) for index, part in enumerate(value)])
    if word in ("not", "nor", "none"):
        parts = value if isinstance(value, list | tuple) else [value]
        return none_of(any_of([condition_of(part, (*at, index)) for index, part in enumerate(parts)]))
    if key.startswith("$"):
        raise RouteError(f"{key} cannot stand before a field.", pointer=pointer(*at))
    if key in _ROOTS and isinstance(value, Mapping) and value and not _has_operators(value):
        return all_of([_entry(f"{key}.{inner}", test, (*at, inner)) for inner, test in value.items()])
    return {_field(key): _test(value, at)}


def _field(name: str) -> str:
    """A field's name, in an expression's spelling too: request.headers['x'] beside headers.x."""
    if "[" not in name:
        return field_of(name.split("."))
    query = parse_expression(f"exists({name})")
    return next(iter(query))


def _test(value: Any, at: Where) -> Any:
    if isinstance(value, Mapping) and _has_operators(value):
        with placed(at):
            return _operators(value)
    if isinstance(value, list | tuple):
        return {"$in": list(value)}
    return {"$eq": value}


def _has_operators(value: Mapping[str, Any]) -> bool:
    return any(key.startswith("$") for key in value) or all(
        _word(key) in _OPERATORS or _word(key) in _TEXT_TESTS for key in value
    )


def _operators(value: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, operand in value.items():
        word = _word(key)
        if word in _TEXT_TESTS and isinstance(operand, str):
            found |= text_test(_TEXT_TESTS[word], operand)
        elif word == "not" and isinstance(operand, Mapping):
            found["$not"] = _operators(operand)
        elif word in _OPERATORS:
            found[_OPERATORS[word]] = operand
        else:
            raise RouteError(
                f"“{key}” is no operator.", fix=f"There are {', '.join(dict.fromkeys(_OPERATORS.values()))}."
            )
    return found


def _word(key: str) -> str:
    return key.lower().removeprefix("$").replace("_", "").replace(" ", "").replace("-", "")
