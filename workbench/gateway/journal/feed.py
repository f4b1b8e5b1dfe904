"""The live feed: rows as server-sent events, to any number of readers, none of whom can hold up another or the gateway."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

import msgspec

from workbench.domain.journal import LogRow
from workbench.storage.journal import COLUMNS

BEAT_S = 10.0
MAX_QUEUED = 1000
"""Rows that wait for one reader; then it loses the oldest and is told how many."""
_AT_ONCE = 100

History = Callable[[], Awaitable[Sequence[LogRow]]]


class Feed:
    """Events: `log` (a row as JSON, its id as the event's), `warning` ({"warning": text}, "" when it is over) and `missed`
    ({"rows": n}). A comment every ten seconds says that the feed lives. Belongs to the loop's thread.
    """

    def __init__(self) -> None:
        self._readers: set[_Reader] = set()
        self._warning = ""
        self._ended = False

    def publish(self, row: LogRow) -> None:
        for reader in self._readers:
            reader.add(row)

    def warn(self, warning: str) -> None:
        self._warning = warning
        for reader in self._readers:
            reader.wake.set()

    def hang_up(self) -> None:
        """Every feed ends, those to come at once."""
        self._ended = True
        for reader in self._readers:
            reader.wake.set()

    async def read(self, history: History | None = None) -> AsyncGenerator[bytes, None]:
        """One reader's events. history: the rows to begin with; what comes while it is fetched is told after it, once."""
        reader = _Reader()
        self._readers.add(reader)
        try:
            yield b"retry: 1000\n\n"
            told: set[str] = set()
            if history is not None:
                rows = await history()
                told.update(row.id for row in rows)
                for start in range(0, len(rows), _AT_ONCE):
                    yield b"".join(map(_event, rows[start : start + _AT_ONCE]))
            warning = ""
            while not self._ended:
                pieces = reader.take(told)
                if warning != self._warning:
                    warning = self._warning
                    pieces.append(b"event: warning\ndata: " + _json({"warning": warning}) + b"\n\n")
                if pieces:
                    yield b"".join(pieces)
                elif not await reader.more():
                    yield b": feed\n\n"
        finally:
            self._readers.discard(reader)


class _Reader:
    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self._rows: deque[LogRow] = deque()
        self._missed = 0

    def add(self, row: LogRow) -> None:
        self._rows.append(row)
        if len(self._rows) > MAX_QUEUED:
            self._rows.popleft()
            self._missed += 1
        self.wake.set()

    async def more(self) -> bool:
        """Wait until there is something to tell; False when nothing came for a while."""
        try:
            async with asyncio.timeout(BEAT_S):
                await self.wake.wait()
        except TimeoutError:
            return False
        return True

    def take(self, told: set[str]) -> list[bytes]:
        self.wake.clear()
        pieces: list[bytes] = []
        if self._missed:
            pieces.append(b"event: missed\ndata: " + _json({"rows": self._missed}) + b"\n\n")
            self._missed = 0
        for _ in range(min(len(self._rows), _AT_ONCE)):
            row = self._rows.popleft()
            if row.id not in told:
                pieces.append(_event(row))
        if self._rows:
            self.wake.set()
        return pieces


def _event(row: LogRow) -> bytes:
    return b"id: " + row.id.encode() + b"\nevent: log\ndata: " + _json(facts(row)) + b"\n\n"


def facts(row: LogRow) -> dict[str, Any]:
    """The row's fields by their names, without heads and bodies."""
    return {name: getattr(row, name) for name in COLUMNS}


def _json(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (
        ValueError,
        OverflowError,
    ):  # half a surrogate pair, or an integer beyond 64 bits, in the metadata
        return json.dumps(value, default=str).encode()
