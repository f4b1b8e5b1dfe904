from __future__ import annotations

import sqlite3

import pytest

from workbench.storage.rows import insert, insertion, listed


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE things (key INTEGER PRIMARY KEY, name TEXT UNIQUE, weight REAL)")
    return connection


def test_a_row_is_inserted_by_the_names_of_its_columns_and_gets_a_number(
    connection: sqlite3.Connection,
) -> None:
    assert insert(connection, "things", {"weight": 1.5, "name": "a"}) == 1
    assert insert(connection, "things", {"name": "b"}) == 2
    assert connection.execute("SELECT name, weight FROM things").fetchall() == [("a", 1.5), ("b", None)]
    connection.close()


def test_an_insertion_can_be_gone_on_with(connection: sqlite3.Connection) -> None:
    row = {"name": "a", "weight": 1.0}
    again = f"{insertion('things', row)} ON CONFLICT (name) DO UPDATE SET weight = excluded.weight"
    for weight in (1.0, 2.0):
        connection.execute(again, row | {"weight": weight})
    assert connection.execute("SELECT weight FROM things").fetchall() == [(2.0,)]
    connection.close()


def test_any_number_of_values_can_be_looked_for(connection: sqlite3.Connection) -> None:
    for name in ("a", "b", 'c"'):
        insert(connection, "things", {"name": name})
    wanted = listed(name for name in ("b", 'c"', *map(str, range(50_000))))
    found = connection.execute(
        "SELECT name FROM things WHERE name IN (SELECT value FROM json_each(?))", (wanted,)
    )
    assert [row[0] for row in found] == ["b", 'c"']
    connection.close()
