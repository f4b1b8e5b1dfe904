from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from workbench.storage.database import Database

T = TypeVar("T")


class Loop:
    """Runs coroutines one after another on one loop, and closes what was opened."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "workbench.db"
        self._runner = asyncio.Runner()
        self._open: list[Database] = []

    def __call__(self, coro: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(coro)

    def database(self, **options: Any) -> Database:
        database = self(Database.open(self.path, **options))
        self._open.append(database)
        return database

    def plan(self, database: Database, sql: str) -> str:
        """How SQLite goes about it."""
        rows = self(database.read(lambda c: c.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()))
        return " ".join(row["detail"] for row in rows)

    def close(self) -> None:
        for database in self._open:
            self(database.aclose())
        self._runner.close()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Loop]:
    loop = Loop(tmp_path)
    yield loop
    loop.close()


@pytest.fixture
def database(run: Loop) -> Database:
    return run.database()
