"""The value of a test as it is typed: a text, a number, yes or no, nothing, a list, or any JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from json import JSONDecodeError, JSONDecoder
from typing import Any

from workbench.ui.routes.inspector.numbers import narrowed, read_number, written_number


class ValueKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CLAIM = "claim"
    NOTHING = "nothing"
    LIST = "list"
    JSON = "json"


class NoValue(Exception):
    """What is typed is no value of that kind."""


_FOR_ONE = (ValueKind.TEXT, ValueKind.NUMBER, ValueKind.CLAIM, ValueKind.NOTHING, ValueKind.JSON)
_FOR_ORDER = (ValueKind.NUMBER, ValueKind.TEXT)
_BY_OPERATOR = {
    "$gt": _FOR_ORDER,
    "$gte": _FOR_ORDER,
    "$lt": _FOR_ORDER,
    "$lte": _FOR_ORDER,
    "$in": (ValueKind.LIST,),
    "$nin": (ValueKind.LIST,),
    "$exists": (ValueKind.CLAIM,),
    "$regex": (ValueKind.TEXT,),
}
_SCALAR = JSONDecoder()


def kinds_for(operator: str) -> tuple[ValueKind, ...]:
    """What may stand behind an operator; what is usual first."""
    return _BY_OPERATOR.get(operator, _FOR_ONE)


def kind_of(value: Any) -> ValueKind:
    if value is None:
        return ValueKind.NOTHING
    if isinstance(value, bool):
        return ValueKind.CLAIM
    if isinstance(value, int | float):
        return ValueKind.NUMBER
    if isinstance(value, str):
        return ValueKind.TEXT
    return ValueKind.LIST if isinstance(value, list | tuple) else ValueKind.JSON


def shown_as(operator: str, value: Any) -> ValueKind:
    """The kind that a stored value is edited as behind an operator; JSON where it is none that belongs there."""
    kind = kind_of(value)
    return kind if kind in kinds_for(operator) else ValueKind.JSON


def written(kind: ValueKind, value: Any) -> str:
    """A value as `read` takes it."""
    if kind is ValueKind.TEXT:
        return str(value)
    if kind is ValueKind.LIST:
        return _written_list(list(value))
    if kind is ValueKind.NUMBER:
        return written_number(value)
    if kind is ValueKind.NOTHING:
        return ""
    return json.dumps(value, ensure_ascii=False)


def read(kind: ValueKind, text: str) -> Any:
    """Raises NoValue. A list is written with commas; a text that looks like something else is quoted there."""
    if kind is ValueKind.TEXT:
        return text
    if kind is ValueKind.NOTHING:
        return None
    if kind is ValueKind.NUMBER:
        number = read_number(text)
        if number is None:
            raise NoValue
        return _whole(text, number)
    if kind is ValueKind.LIST:
        return _read_list(text)
    found = _json(text)
    if kind is ValueKind.CLAIM and not isinstance(found, bool):
        raise NoValue
    return found


def turned(value: Any, operator: str, wish: ValueKind | None = None) -> Any:
    """The value that comes closest to this one behind another operator, or as another kind."""
    kinds = kinds_for(operator)
    kind = wish if wish in kinds else None
    if kind is None:
        kind = kind_of(value) if kind_of(value) in kinds else kinds[0]
    if kind_of(value) is kind and kind is not ValueKind.JSON:
        return value
    if isinstance(value, list | tuple) and value and kind is not ValueKind.JSON:
        return turned(value[0], operator, kind)
    return _as_kind(value, kind)


def _as_kind(value: Any, kind: ValueKind) -> Any:
    match kind:
        case ValueKind.LIST:
            return [] if value in ("", None) else [value]
        case ValueKind.TEXT:
            return (
                "" if value is None else value if isinstance(value, str) else written(kind_of(value), value)
            )
        case ValueKind.NUMBER:
            number = read_number(str(value)) if isinstance(value, str) else None
            return narrowed(number) if number is not None else 0
        case ValueKind.CLAIM:
            return value not in (False, 0, "false", "no", "", None)
        case ValueKind.NOTHING:
            return None
    return value


def _whole(text: str, number: float) -> int | float:
    """1 and 1.0 are the same number, and are written as they were."""
    try:
        return int(text)
    except ValueError:
        return number


def _written_list(values: list[Any]) -> str:
    if any(isinstance(value, list | tuple | dict) for value in values) or values == [""]:
        return json.dumps(values, ensure_ascii=False)
    return ", ".join(_written_item(value) for value in values)


def _written_item(value: Any) -> str:
    if isinstance(value, str) and _is_bare(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_bare(text: str) -> bool:
    """Whether a text in a list needs no quotes."""
    if not text or text != text.strip() or text[0] in '"[{' or "," in text:
        return False
    try:
        _json(text)
    except NoValue:
        return True
    return False


def _read_list(text: str) -> list[Any]:
    text = text.strip()
    if text.startswith("["):
        found = _json(text)
        if not isinstance(found, list):
            raise NoValue
        return found
    return list(_items(text))


def _items(text: str) -> Iterator[Any]:
    """What is empty between commas is being typed, and is no item."""
    while text:
        if text[0] == '"':
            try:
                item, end = _SCALAR.raw_decode(text)
            except JSONDecodeError:
                raise NoValue from None
            rest = text[end:].lstrip()
            if rest and rest[0] != ",":
                raise NoValue
            yield item
            text = rest[1:].lstrip()
            continue
        item, _, text = text.partition(",")
        item, text = item.strip(), text.strip()
        if item:
            yield item if _is_bare(item) else _json(item)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise NoValue from None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
