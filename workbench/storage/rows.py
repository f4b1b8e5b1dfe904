"""Pieces of SQL that every table needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

Row = dict[str, Any]
"""Values by the names of their columns."""


def insertion(table: str, columns: Iterable[str]) -> str:
    """A statement that adds a Row with these columns."""
    names = tuple(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})"


def insert(connection: sqlite3.Connection, table: str, row: Row) -> int:
    """The number SQLite gave it."""
    return connection.execute(insertion(table, row), row).lastrowid or 0


def listed(values: Iterable[object]) -> str:
    """For `IN (SELECT value FROM json_each(…))`, which takes any number of them."""
    return msgspec.json.encode(tuple(values)).decode()
