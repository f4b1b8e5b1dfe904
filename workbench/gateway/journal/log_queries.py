"""The query strings of the logs API as questions to the journal (ai-gateway §8.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from workbench.domain.errors import InvalidInput
from workbench.domain.journal_filters import (
    ANY_KEY,
    ANY_VALUE,
    METADATA,
    TOKENS,
    Filter,
    Op,
    Value,
    filter_of,
    read_time,
)
from workbench.storage.journal_queries import Query

PER_PAGE = 20
MAX_PER_PAGE = 50
_ORDERS = ("created_at", "provider", "model", "model_type", "success", "cached")
_DELETE_ORDERS = (*_ORDERS, "cost", "tokens_in", "tokens_out", "duration", "feedback")
_OPERATORS = ("eq", "neq", "contains", "lt", "gt")
_KEYS: Mapping[str, str] = {
    **{
        name: name
        for name in (
            "id", "created_at", "request_content_type", "response_content_type", "request_type", "success", "cached",
            "provider", "model", "model_type", "cost", "tokens", "tokens_in", "tokens_out", "feedback", "event_id",
            "authentication", "user_agent",
        )
    },
    "duration": "duration_ms",
    "metadata.key": ANY_KEY,
    "metadata.value": ANY_VALUE,
    # Our own, as the rows tell them: what the window's filters need.
    **{f"workbench.{name}": name for name in ("route", "upstream", "status_code")},
}  # fmt: skip
_ABSENT: Mapping[str, str] = {"wholesale": "false", "compatibilityMode": "false", "dlp_action": ""}
"""Fields without a local meaning: every row has this value."""
_RANGES: Mapping[str, str] = {
    "cost": "cost", "duration": "duration_ms", "tokens_in": "tokens_in", "tokens_out": "tokens_out", "total_tokens": TOKENS,
}  # fmt: skip
_PART = re.compile(r"filters(?:\[(\d*)\])?(?:\.(\w+)|\[(\w+)\])")


class BadQuery(Exception):
    """What was asked cannot be; path: where it stands."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, slots=True)
class Listing:
    query: Query
    page: int
    per_page: int
    meta_info: bool


def listing(text: str, gateway_id: str) -> Listing:
    """`GET …/logs`. Raises BadQuery."""
    pairs = parse_qsl(text, keep_blank_values=True)
    flat = dict(pairs)
    query = Query(
        gateway_id,
        (*_flat_filters(flat), *_filters(pairs)),
        flat.get("search", "").strip(),
        *_order(flat, _ORDERS),
    )
    return Listing(
        query,
        _whole(flat, "page", 1, 1_000_000_000),
        _whole(flat, "per_page", PER_PAGE, MAX_PER_PAGE),
        "meta_info" in flat and _boolean(flat["meta_info"], "meta_info"),
    )


def deletion(text: str, gateway_id: str) -> tuple[Query, int | None]:
    """`DELETE …/logs`: which rows, and how many of them at most. The oldest go first unless another order is given (inferred)."""
    pairs = parse_qsl(text, keep_blank_values=True)
    flat = dict(pairs)
    order, descending = _order({"order_by_direction": "asc", **flat}, _DELETE_ORDERS)
    limit = _whole(flat, "limit", 1, 1_000_000_000) if "limit" in flat else None
    return Query(gateway_id, _filters(pairs), "", order, descending), limit


def _order(flat: Mapping[str, str], allowed: Sequence[str]) -> tuple[str, bool]:
    name = flat.get("order_by", "created_at")
    if name not in allowed:
        raise BadQuery(f"Expected one of {', '.join(allowed)}", "query", "order_by")
    key = "order_by_direction" if "order_by_direction" in flat else "direction"
    direction = flat.get(key, "desc").lower()
    if direction not in ("asc", "desc"):
        raise BadQuery("Expected asc or desc", "query", key)
    return _KEYS[name], direction == "desc"


def _flat_filters(flat: Mapping[str, str]) -> list[Filter]:
    found: list[Filter] = []
    for name in ("model", "model_type", "provider", "request_content_type", "response_content_type"):
        if name in flat:
            found.append(_filter(name, name, Op.EQ, [flat[name]]))
    for name in ("success", "cached"):
        if name in flat:
            found.append(filter_of(name, Op.EQ, [_boolean(flat[name], name)]))
    if "feedback" in flat:  # 0 asks for thumbs down, 1 for thumbs up (inferred: rows hold -1 and 1)
        found.append(filter_of("feedback", Op.EQ, [1 if _boolean(flat["feedback"], "feedback") else -1]))
    for name, op in (("start_date", Op.GTE), ("end_date", Op.LTE)):
        if name in flat:
            found.append(_filter("created_at", name, op, [_time(flat[name], name)]))
    for name, column in _RANGES.items():
        for bound, op in (("min", Op.GTE), ("max", Op.LTE)):
            if (asked := f"{bound}_{name}") in flat:
                found.append(_filter(column, asked, op, [flat[asked]]))
    return found


def _filter(column: str, asked: str, op: Op, values: Iterable[Value]) -> Filter:
    try:
        return filter_of(column, op, values)
    except InvalidInput as bad:
        raise BadQuery(bad.what, "query", asked) from bad


@dataclass(slots=True)
class _Given:
    """One of `filters`, as far as it was given."""

    key: str | None = None
    operator: str | None = None
    values: list[Value] = field(default_factory=list)


def _filters(pairs: Sequence[tuple[str, str]]) -> tuple[Filter, ...]:
    given = _given(pairs)
    found: list[Filter] = []
    for at, one in enumerate(given):
        wanted = _read(one, at)
        before = found[-1] if found else None
        if (
            wanted is not None
            and wanted.field == ANY_VALUE
            and before is not None
            and before.field == ANY_KEY
            and before.op is Op.EQ
            and len(before.values) == 1
        ):
            # A key and then a value mean the value of that key (inferred).
            found[-1] = Filter(f"{METADATA}{before.values[0]}", wanted.op, wanted.values)
        elif wanted is not None:
            found.append(wanted)
    return tuple(found)


def _read(given: _Given, at: int) -> Filter | None:
    """None for a filter that every row fits. Raises BadQuery."""
    if given.key is None or (given.key not in _KEYS and given.key not in _ABSENT):
        message = "Required" if given.key is None else f"“{given.key[:64]}” is none of the keys"
        raise BadQuery(message, "query", "filters", at, "key")
    if given.operator not in _OPERATORS:
        message = "Required" if given.operator is None else f"Expected one of {', '.join(_OPERATORS)}"
        raise BadQuery(message, "query", "filters", at, "operator")
    if not given.values:
        raise BadQuery("Required", "query", "filters", at, "value")
    op = Op(given.operator)
    try:
        if given.key in _ABSENT:
            return _of_constant(_ABSENT[given.key], op, given.values)
        return filter_of(_KEYS[given.key], op, given.values)
    except InvalidInput as bad:
        raise BadQuery(bad.what, "query", "filters", at, "value") from bad


def _of_constant(constant: str, op: Op, values: Sequence[Value]) -> Filter | None:
    texts = [str(value).lower() for value in values]
    fits = constant in texts if op is Op.EQ else constant not in texts if op is Op.NEQ else False
    return None if fits else Filter("id", Op.EQ, ("",))


def _given(pairs: Sequence[tuple[str, str]]) -> list[_Given]:
    """The filters in all the forms that clients send.

    `filters.key=…&filters.operator=…&filters.value=…` is what the official SDK makes of a list, repeated for each filter without
    a number. It keeps their order, so a new key begins a new filter; where somebody sorted the parameters, the first key, operator
    and value belong together, and so on. `filters[0][key]` and `filters[0].key` are numbered; `filters={…}` and `filters=[…]` are JSON.
    """
    found: list[_Given] = []
    numbered: dict[int, _Given] = {}
    loose: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in ("filters", "filters[]"):
            found += _of_json(value)
        elif (match := _PART.fullmatch(name)) is not None:
            part = match[2] or match[3]
            if match[1]:
                _set(numbered.setdefault(int(match[1]), _Given()), part, value)
            else:
                loose.append((part, value))
    return [*found, *(numbered[at] for at in sorted(numbered)), *_in_order(loose)]


def _in_order(parts: Sequence[tuple[str, str]]) -> list[_Given]:
    names = [name for name, _ in parts]
    count = names.count("key")
    if sorted(names) == names and count > 1 and names.count("operator") == names.count("value") == count:
        keys, operators, values = (
            [value for part, value in parts if part == name] for name in ("key", "operator", "value")
        )
        return [_Given(k, o, [v]) for k, o, v in zip(keys, operators, values, strict=True)]
    found: list[_Given] = []
    for name, value in parts:
        if not found or (name == "key" and found[-1].key is not None):
            found.append(_Given())
        _set(found[-1], name, value)
    return found


def _set(given: _Given, name: str, value: str) -> None:
    if name == "key":
        given.key = value
    elif name == "operator":
        given.operator = value
    elif name == "value":
        given.values.append(value)


def _of_json(text: str) -> list[_Given]:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadQuery(
            "Expected JSON, or filters.key, filters.operator and filters.value", "query", "filters"
        ) from error
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in items):
        raise BadQuery("Expected objects with key, operator and value", "query", "filters")
    return [_of_object(item) for item in items]


def _of_object(item: Mapping[str, Any]) -> _Given:
    key, operator, value = item.get("key"), item.get("operator"), item.get("value")
    values = value if isinstance(value, list) else [] if "value" not in item else [value]
    if not all(entry is None or isinstance(entry, str | int | float | bool) for entry in values):
        raise BadQuery("Expected texts, numbers, booleans or null", "query", "filters")
    return _Given(None if key is None else str(key), None if operator is None else str(operator), values)


def _time(text: str, name: str) -> float:
    try:
        return read_time(text.replace(" ", "+"), name)  # a plus sign that was not escaped
    except InvalidInput as bad:
        raise BadQuery(bad.what, "query", name) from bad


def _boolean(text: str, name: str) -> bool:
    if text.lower() not in ("true", "false", "1", "0"):
        raise BadQuery("Expected true or false", "query", name)
    return text.lower() in ("true", "1")


def _whole(flat: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = flat.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= most:
        raise BadQuery(f"Expected a whole number from 1 to {most}", "query", name)
    return int(text)
