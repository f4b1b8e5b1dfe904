"""Questions to the journal: lists with filters, single rows, bodies, traces; and the few changes the API makes.

All take a connection, so that they run wherever one is: in a gateway's reading thread, or in a command without a gateway.
Values reach SQL as parameters only; column names come from the tables here.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from workbench.domain.journal import LogRow
from workbench.domain.journal_filters import (
    ANY_KEY,
    ANY_VALUE,
    METADATA,
    TOKENS,
    FieldKind,
    Filter,
    Op,
    as_number,
)
from workbench.domain.journal_filters import Value as FilterValue
from workbench.domain.routes.trace import Trace
from workbench.storage.journal import remove, row_of, rows_of, unpacked

RANGED = ("cost", "duration_ms", "tokens_in", "tokens_out", TOKENS)
"""What a list tells the smallest and the largest of."""
_SEARCHED = ("id", "event_id", "model", "provider", "path", "route", "error", "user_agent", "metadata")
_TRACES = msgspec.msgpack.Decoder(Trace)

Range = tuple[float | None, float | None]
Clause = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Query:
    """gateway: "" for all. search: text that a row holds anywhere but in its bodies. order_by: a field."""

    gateway: str = ""
    filters: tuple[Filter, ...] = ()
    search: str = ""
    order_by: str = "created_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """total: rows that fit in all. ranges: by field of RANGED, when they were asked for."""

    rows: tuple[LogRow, ...]
    total: int
    ranges: Mapping[str, Range] = field(default_factory=dict)


def page(
    connection: sqlite3.Connection, query: Query, *, offset: int = 0, limit: int = 50, ranges: bool = False
) -> Page:
    where, values = _where(query)
    found = connection.execute(
        f"SELECT * FROM logs WHERE {where} ORDER BY {_order(query)} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()
    total = _total(connection, query, where, values)
    return Page(tuple(map(row_of, found)), total, _ranges(connection, where, values) if ranges else {})


def find(connection: sqlite3.Connection, log_id: str, gateway: str = "") -> LogRow | None:
    """One row with its heads and bodies."""
    where, values = _where(Query(gateway))
    found = connection.execute(
        f"SELECT * FROM logs LEFT JOIN bodies USING (key) WHERE id = ? AND {where}", (log_id, *values)
    ).fetchone()
    if found is None:
        return None
    row = row_of(found)
    row.request_head, row.response_head = found["request_head"], found["response_head"]
    row.request_body, row.response_body = unpacked(found["request_body"]), unpacked(found["response_body"])
    return row


def ending(connection: sqlite3.Connection, end: str, most: int = 2) -> list[str]:
    """Ids that end so; the one that is `end` alone, where there is one."""
    found = connection.execute(
        "SELECT id FROM logs WHERE substr(id, -length(?)) = ? ORDER BY id <> ?, id LIMIT ?",
        (end, end, end, most),
    )
    ids = [log_id for (log_id,) in found]
    return [end] if end in ids else ids


def since(connection: sqlite3.Connection, mark: str, most: int) -> list[LogRow]:
    """The rows stored after the one of that id, or after that time (Unix seconds); the last ones, oldest first.

    After an id that is not there (any more): simply the last ones.
    """
    timed = re.fullmatch(r"\d{1,12}(\.\d+)?", mark) is not None
    clause = "created_at > ?" if timed else "key > coalesce((SELECT key FROM logs WHERE id = ?), 0)"
    found = connection.execute(
        f"SELECT * FROM logs WHERE {clause} ORDER BY key DESC LIMIT ?", (float(mark) if timed else mark, most)
    ).fetchall()
    return [row_of(record) for record in reversed(found)]


def trace(connection: sqlite3.Connection, trace_id: str) -> Trace | None:
    found = connection.execute("SELECT packed FROM traces WHERE id = ?", (trace_id,)).fetchone()
    return _TRACES.decode(found[0]) if found else None


def change(
    connection: sqlite3.Connection, gateway: str, log_id: str, values: Mapping[str, float | str | None]
) -> bool:
    """Set some of feedback, score and metadata (JSON text); False where there is no such row."""
    sets = ", ".join(f"{name} = ?" for name in ("feedback", "score", "metadata") if name in values)
    given = [values[name] for name in ("feedback", "score", "metadata") if name in values]
    sets = sets or "id = id"
    done = connection.execute(
        f"UPDATE logs SET {sets} WHERE gateway = ? AND id = ?", (*given, gateway, log_id)
    )
    return done.rowcount == 1


def delete(connection: sqlite3.Connection, query: Query, limit: int | None = None) -> int:
    """Remove the rows that fit, in the query's order; how many there were. limit: that many at most."""
    where, values = _where(query)
    found = connection.execute(
        f"SELECT key FROM logs WHERE {where} ORDER BY {_order(query)} LIMIT ?",
        (*values, -1 if limit is None else limit),
    )
    return remove(connection, [key for (key,) in found])


def _total(connection: sqlite3.Connection, query: Query, where: str, values: Sequence[Any]) -> int:
    if query.filters or query.search:
        (total,) = connection.execute(f"SELECT count(*) FROM logs WHERE {where}", values).fetchone()
    elif query.gateway:
        total = rows_of(connection, query.gateway)
    else:
        (total,) = connection.execute("SELECT coalesce(sum(rows), 0) FROM counts").fetchone()
    return int(total)


def _ranges(connection: sqlite3.Connection, where: str, values: Sequence[Any]) -> dict[str, Range]:
    wanted = ", ".join(f"min({_column(name)}), max({_column(name)})" for name in RANGED)
    found = connection.execute(f"SELECT {wanted} FROM logs WHERE {where}", values).fetchone()
    return {name: (found[2 * at], found[2 * at + 1]) for at, name in enumerate(RANGED)}


def _order(query: Query) -> str:
    direction = "DESC" if query.descending else "ASC"
    # Rows of one moment, or of one model, come in the order they were stored.
    return f"{_column(query.order_by)} {direction}, key {direction}"


def _where(query: Query) -> Clause:
    clauses: list[Clause] = [("gateway = ?", [query.gateway])] if query.gateway else []
    clauses += map(_clause, query.filters)
    if query.search:
        fits = " OR ".join(f"instr(lower({name}), lower(?)) > 0" for name in _SEARCHED)
        clauses.append((f"({fits})", [query.search] * len(_SEARCHED)))
    if not clauses:
        return "1", []
    return " AND ".join(text for text, _ in clauses), [value for _, values in clauses for value in values]


def _clause(wanted: Filter) -> Clause:
    """As Filter.holds has it."""
    if wanted.op in (Op.NEQ, Op.LACKS):
        op = Op.EQ if wanted.op is Op.NEQ else Op.CONTAINS
        text, values = _any(_compared(wanted, op, value) for value in wanted.values)
        return f"NOT coalesce({text}, 0)", values  # what is unknown is not equal, and holds nothing
    return _any(_compared(wanted, wanted.op, value) for value in wanted.values)


def _any(clauses: Iterable[Clause]) -> Clause:
    known = list(clauses)
    return f"({' OR '.join(text for text, _ in known)})", [value for _, values in known for value in values]


_SIGNS = {Op.LT: "<", Op.LTE: "<=", Op.GT: ">", Op.GTE: ">=", Op.EQ: "="}


def _compared(wanted: Filter, op: Op, value: FilterValue) -> Clause:
    match wanted.kind:
        case FieldKind.METADATA:
            return _in_metadata(wanted.field, op, str(value))
        case FieldKind.FLAG:
            # Written out, so that the index of failed rows is seen to fit.
            return f"{wanted.field} = {int(bool(value))}", []
    column = _column(wanted.field)
    if op is Op.CONTAINS:
        return f"instr(lower({column}), lower(?)) > 0", [value]
    if value is None:
        return f"{column} IS NULL", []
    return f"{column} {_SIGNS[op]} ?", [value]


def _in_metadata(name: str, op: Op, text: str) -> Clause:
    entry = "SELECT 1 FROM json_each(logs.metadata) AS entry WHERE"
    if name == ANY_KEY:
        fits = "instr(lower(entry.key), lower(?)) > 0" if op is Op.CONTAINS else f"entry.key {_SIGNS[op]} ?"
        return f"EXISTS ({entry} {fits})", [text]
    fits, values = _loosely(op, text)
    if name == ANY_VALUE:
        return f"EXISTS ({entry} {fits})", values
    return f"EXISTS ({entry} entry.key = ? AND {fits})", [name.removeprefix(METADATA), *values]


def _loosely(op: Op, text: str) -> Clause:
    if op is Op.CONTAINS:
        return "(entry.type = 'text' AND instr(lower(entry.value), lower(?)) > 0)", [text]
    number = as_number(text)
    clauses: list[Clause] = []
    if number is None or op is Op.EQ:
        clauses.append((f"entry.type = 'text' AND entry.value {_SIGNS[op]} ?", [text]))
    if number is not None:
        clauses.append((f"entry.type IN ('integer', 'real') AND entry.value {_SIGNS[op]} ?", [number]))
    if op is Op.EQ:
        clauses.append(("entry.type IN ('true', 'false', 'null') AND entry.type = ?", [text]))
    return _any(clauses)


def _column(name: str) -> str:
    return "coalesce(tokens_in, 0) + coalesce(tokens_out, 0)" if name == TOKENS else name
