"""The journal: rows in, the feed and everything that reads rows out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from workbench.domain.gateways import GatewaySettings
from workbench.domain.journal import LogRow
from workbench.domain.routes.trace import Trace
from workbench.gateway.journal.feed import Feed
from workbench.gateway.journal.writer import Writer
from workbench.storage import journal_queries
from workbench.storage.database import Database, Work
from workbench.storage.journal import JOURNAL_MIGRATIONS, MAX_BYTES, JournalFile

T = TypeVar("T")

SETTLE_S = 1.0
LAST_ROWS = 200
"""How many rows a feed begins with at most."""

SettingsOf = Callable[[str], GatewaySettings | None]


def _no_settings(gateway_id: str) -> GatewaySettings:
    return GatewaySettings(gateway_id)


class Journal:
    """Open with `Journal.open`, in the loop that will add rows. It writes by a connection and a thread of its own, and reads by
    others, so that no query holds up the writing.
    """

    def __init__(self, path: Path, settings_of: SettingsOf, max_bytes: int) -> None:
        loop = asyncio.get_running_loop()
        self._path = path
        self._feed = Feed()
        self._database: Database | None = None
        self._opening = asyncio.Lock()

        def said(warning: str) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._feed.warn, warning)

        self._writer = Writer(lambda: JournalFile(path, settings_of, max_bytes), said)

    @classmethod
    async def open(
        cls, path: Path, *, settings_of: SettingsOf = _no_settings, max_bytes: int = MAX_BYTES
    ) -> Journal:
        """path: of journal.db; a file that cannot be opened gives a `warning` and is tried again, it stops nobody.

        settings_of: how many rows a gateway keeps (`Configuration.gateway`); called in another thread. max_bytes: of the file.
        """
        return cls(path, settings_of, max_bytes)

    def add(self, row: LogRow, trace: Trace | None = None) -> None:
        """Never blocks, never raises. The row is the journal's from here on: do not change it."""
        self._writer.add(row, trace)
        self._feed.publish(row)

    @property
    def warning(self) -> str:
        """Why rows are not recorded, for the user; "" when they are."""
        return self._writer.warning

    @property
    def lost(self) -> int:
        """How many rows were given up since the gateway began."""
        return self._writer.lost

    def feed(self, since: str = "") -> AsyncGenerator[bytes, None]:
        """Server-sent events (see Feed). since: a row's id (`Last-Event-ID`) or Unix seconds; begins with what came after it, the
        last LAST_ROWS rows at most. "" begins with what comes next.
        """
        return self._feed.read((lambda: self._since(since)) if since else None)

    def hang_up(self) -> None:
        """End every feed; for a gateway that is stopping, which waits for its streams to end."""
        self._feed.hang_up()

    async def trace(self, trace_id: str) -> Trace | None:
        """Raises StorageFailed."""
        return await self.read(lambda connection: journal_queries.trace(connection, trace_id))

    async def read(self, work: Work[T]) -> T:
        """Run a query of storage.journal_queries; it sees everything added before. Raises StorageFailed."""
        await self._settle()
        return await (await self._reading()).read(work)

    async def write(self, work: Work[T]) -> T:
        """As read, in a transaction."""
        await self._settle()
        return await (await self._reading()).write(work)

    async def aclose(self) -> None:
        """Store what waits, and close. A second call does nothing."""
        self.hang_up()
        await asyncio.to_thread(self._writer.close)
        if self._database is not None:
            await self._database.aclose()

    async def _since(self, since: str) -> Sequence[LogRow]:
        return await self.read(lambda connection: journal_queries.since(connection, since, LAST_ROWS))

    async def _settle(self) -> None:
        """Wait for what was just added, but not for a disk that is full."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                await asyncio.wrap_future(self._writer.settled())

    async def _reading(self) -> Database:
        async with self._opening:
            if self._database is None:
                self._database = await Database.open(self._path, migrations=JOURNAL_MIGRATIONS)
            return self._database
