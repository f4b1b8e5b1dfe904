"""Pieces of SQL that every table needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=StrEnum)
Row = dict[str, Any]
"""Values by the names of their columns."""


def insertion(table: str, columns: Iterable[str]) -> str:
    """A statement that adds a Row with these columns."""
    names = tuple(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


def insert(connection: sqlite3.Connection, table: str, row: Row) -> int:
    """The number SQLite gave it."""
    return connection.execute(insertion(table, row), row).lastrowid or 0


def newest(
    connection: sqlite3.Connection, table: str, limit: int, before: str, *, where: str = "TRUE"
) -> sqlite3.Cursor:
    """Rows by their ids, which grow with time, the newest first; before: the id of the last one that is known already."""
    return connection.execute(
        f"SELECT * FROM {table} WHERE {where} AND (:before = '' OR id < :before) ORDER BY id DESC LIMIT :limit",
        {"before": before, "limit": limit},
    )


def tallies(
    connection: sqlite3.Connection,
    table: str,
    of: str,
    ids: Iterable[str],
    kind: type[S],
    *,
    where: str = "TRUE",
) -> dict[str, dict[S, int]]:
    """How many rows of each thing are in which state. of: the column that names the thing."""
    counts: dict[str, dict[S, int]] = {}
    for id, state, count in connection.execute(
        f"""SELECT {of}, state, count(*) FROM {table} WHERE {where}
            AND {of} IN (SELECT value FROM json_each(?)) GROUP BY {of}, state""",
        (listed(ids),),
    ):
        counts.setdefault(id, {})[kind(state)] = count
    return counts


def listed(values: Iterable[object]) -> str:
    """For `IN (SELECT value FROM json_each(…))`, which takes any number of them."""
    return msgspec.json.encode(tuple(values)).decode()
