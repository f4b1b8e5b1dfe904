"""Wire records: what was sent and what came back, kept compressed."""

from __future__ import annotations

import sqlite3
import zlib

import msgspec

from workbench.domain.exchange import Exchange
from workbench.storage.database import Database


class ExchangeStore:
    """Secrets are masked before an Exchange exists; nothing is masked here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, exchange: Exchange, message_id: str = "") -> None:
        """Store it as it is now; may be called again while it grows."""
        packed = msgspec.msgpack.encode(exchange)  # here, for it may change while the thread works

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?)",
                (exchange.id, message_id, exchange.started_at, zlib.compress(packed)),
            )

        await self._database.write(work)

    async def get(self, exchange_id: str) -> Exchange | None:
        def work(connection: sqlite3.Connection) -> Exchange | None:
            row = connection.execute("SELECT packed FROM exchanges WHERE id = ?", (exchange_id,)).fetchone()
            return msgspec.msgpack.decode(zlib.decompress(row["packed"]), type=Exchange) if row else None

        return await self._database.read(work)
