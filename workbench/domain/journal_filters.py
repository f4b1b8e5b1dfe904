"""Conditions on rows of the journal: what they may ask, how they are typed, and whether a row meets them.

The logs API and `workbench logs --where` speak of the same fields; storage says the same in SQL.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from workbench.domain.errors import InvalidInput
from workbench.domain.journal import LogRow

METADATA = "metadata."
"""A field that begins so is one entry of the row's metadata."""
ANY_KEY, ANY_VALUE = "any metadata key", "any metadata value"
"""What the API calls `metadata.key` and `metadata.value` (ai-gateway §8.3)."""
TOKENS = "tokens"


class Op(StrEnum):
    """CONTAINS looks for text, upper and lower case alike in the letters A to Z. An order is never true of what is unknown."""

    EQ = "eq"
    NEQ = "neq"
    CONTAINS = "contains"
    LACKS = "lacks"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TIME = "time"
    METADATA = "metadata"


Value = str | float | bool | None

_KINDS: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: (
        "id", "gateway", "path", "provider", "model", "upstream", "cost_source", "event_id", "model_type", "request_type",
        "request_content_type", "response_content_type", "route", "trace_id", "cache_key", "user_agent", "error",
    ),
    FieldKind.NUMBER: (
        "status_code", "duration_ms", "queue_ms", "first_byte_ms", "last_byte_ms", "tokens_in", "tokens_out", TOKENS,
        "cached_tokens", "cost", "request_size", "response_size", "step", "feedback", "score",
    ),
    FieldKind.FLAG: ("success", "cached", "authentication", "client_gone", "tokens_estimated"),
    FieldKind.TIME: ("created_at",),
}  # fmt: skip
FIELDS: Mapping[str, FieldKind] = {name: kind for kind, names in _KINDS.items() for name in names}
ALIASES: Mapping[str, str] = {"duration": "duration_ms", "status": "status_code", "time": "created_at"}


@dataclass(frozen=True, slots=True)
class Filter:
    """field: one of FIELDS, METADATA plus a key, ANY_KEY or ANY_VALUE. values: typed by `filter_of`; with several, one of
    them has to fit, and for NEQ and LACKS none may.
    """

    field: str
    op: Op
    values: tuple[Value, ...]

    @property
    def kind(self) -> FieldKind:
        return FIELDS.get(self.field, FieldKind.METADATA)

    def holds(self, row: LogRow) -> bool:
        if self.op in (Op.NEQ, Op.LACKS):
            op = Op.EQ if self.op is Op.NEQ else Op.CONTAINS
            return not any(self._met(row, op, value) for value in self.values)
        return any(self._met(row, self.op, value) for value in self.values)

    def _met(self, row: LogRow, op: Op, value: Value) -> bool:
        if self.kind is not FieldKind.METADATA:
            return _compared(_of(row, self.field), op, value)
        if self.field == ANY_KEY:
            return any(_compared(key, op, value) for key in row.metadata)
        if self.field == ANY_VALUE:
            return any(_loosely(found, op, str(value)) for found in row.metadata.values())
        key = self.field.removeprefix(METADATA)
        return key in row.metadata and _loosely(row.metadata[key], op, str(value))


def filter_of(field: str, op: Op, values: Iterable[Value]) -> Filter:
    """A filter with its values as its field has them. Raises InvalidInput where the two do not go together."""
    field = ALIASES.get(field, field)
    if field not in (*FIELDS, ANY_KEY, ANY_VALUE) and not (
        field.startswith(METADATA) and len(field) > len(METADATA)
    ):
        raise _unknown(field)
    kind = FIELDS.get(field, FieldKind.METADATA)
    typed = tuple(_typed(field, kind, value) for value in values)
    if not typed:
        raise InvalidInput(f"There is no value to compare {field} with.", field=field)
    if op in (Op.LT, Op.LTE, Op.GT, Op.GTE) and (kind is FieldKind.FLAG or None in typed):
        raise InvalidInput(f"{field} has no order, so {op} cannot be asked of it.", field=field)
    if op in (Op.CONTAINS, Op.LACKS) and kind not in (FieldKind.TEXT, FieldKind.METADATA):
        raise InvalidInput(f"{field} is no text, so nothing can be looked for in it.", field=field)
    return Filter(field, op, typed)


_OPERATORS: Mapping[str, Op] = {
    ">=": Op.GTE, "<=": Op.LTE, "!=": Op.NEQ, "==": Op.EQ, "!~": Op.LACKS, "=": Op.EQ, "~": Op.CONTAINS, ">": Op.GT, "<": Op.LT,
}  # fmt: skip
_EXPRESSION = re.compile(r"\s*([^\s=<>!~]+)\s*(>=|<=|!=|==|!~|=|~|>|<)\s*(.*?)\s*", re.DOTALL)
_EXAMPLE = "Write FIELD OP VALUE, such as status_code>=400, model~llama, metadata.plan=free or cost>0.01."


def read_filter(expression: str) -> Filter:
    """`FIELD OP VALUE` with OP one of = != > >= < <= ~ (contains) !~. A value in double quotes is taken as it stands.

    `null` stands for "not known" with numbers. Raises InvalidInput.
    """
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        raise InvalidInput(f"“{expression}” is no condition.", field="where", fix=_EXAMPLE)
    field, operator, text = match.groups()
    quoted = len(text) >= 2 and text.startswith('"') and text.endswith('"')
    return filter_of(field, _OPERATORS[operator], (text[1:-1] if quoted else text,))


def _unknown(field: str) -> InvalidInput:
    names = (*FIELDS, *ALIASES, METADATA + "…")
    near = difflib.get_close_matches(field, names, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return InvalidInput(
        f"A row has no field called “{field}”.", field=field, fix=f"{hint}Fields: {', '.join(sorted(names))}."
    )


def _typed(field: str, kind: FieldKind, value: Value) -> Value:
    match kind:
        case FieldKind.NUMBER:
            return _number(field, value)
        case FieldKind.FLAG:
            return _flag(field, value)
        case FieldKind.TIME:
            return _time(field, value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return value if isinstance(value, str) else f"{value:g}" if abs(value) < 1e6 else repr(value)


def _number(field: str, value: Value) -> float | None:
    if value is None or value == "null":
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = float("nan")
    if number != number or number in (float("inf"), float("-inf")):
        raise InvalidInput(f"{field} is a number, and “{value}” is none.", field=field)
    return number


def _flag(field: str, value: Value) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    found = known.get(str(value).lower().removesuffix(".0"))
    if found is None:
        raise InvalidInput(f"{field} is true or false, and “{value}” is neither.", field=field)
    return found


def _time(field: str, value: Value) -> float:
    if isinstance(value, str):
        return read_time(value, field)
    seconds = _number(field, value)
    if seconds is None:
        raise InvalidInput(f"{field} is a time, and “{value}” is none.", field=field)
    return seconds


def read_time(text: str, field: str = "created_at") -> float:
    """Unix seconds of an ISO 8601 time (UTC where it names no zone) or of a plain number. Raises InvalidInput."""
    try:
        return float(text) if re.fullmatch(r"\d{1,12}(\.\d+)?", text) else _iso(text)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{field} is a time, and “{text}” is none.", field=field, fix="Write it as 2026-11-22T14:30:00Z."
        ) from error


def _iso(text: str) -> float:
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _of(row: LogRow, field: str) -> Any:
    if field == TOKENS:
        return (row.tokens_in or 0) + (row.tokens_out or 0)
    value = getattr(row, field)
    return value.value if isinstance(value, StrEnum) else value


def _compared(found: Any, op: Op, value: Any) -> bool:
    if op is Op.EQ:
        return bool(found == value)
    if found is None:
        return False
    if op is Op.CONTAINS:
        return _lower(value) in _lower(found)
    match op:
        case Op.LT:
            return bool(found < value)
        case Op.LTE:
            return bool(found <= value)
        case Op.GT:
            return bool(found > value)
    return bool(found >= value)


def _loosely(found: Any, op: Op, text: str) -> bool:
    """Metadata has no declared types: what was written on the left says how the text on the right is read. An order with a
    number on the right is one of numbers, else one of texts.
    """
    number = as_number(text)
    if isinstance(found, str):
        return (number is None or op in (Op.EQ, Op.CONTAINS)) and _compared(found, op, text)
    if op is Op.CONTAINS:
        return False
    if isinstance(found, bool) or found is None:
        return op is Op.EQ and text == {True: "true", False: "false", None: "null"}[found]
    return number is not None and _compared(found, op, number)


def as_number(text: str) -> float | None:
    """The number a text is, None where it is none."""
    return float(text) if re.fullmatch(r"-?\d{1,200}(\.\d+)?([eE][+-]?\d{1,2})?", text) else None


def _lower(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").lower()  # of bytes: A to Z only, as SQLite has it
