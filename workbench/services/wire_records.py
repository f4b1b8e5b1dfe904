"""Wire records of calls: of those that run, and of those that ended, stored as soon as the disk takes them."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from workbench.domain.errors import StorageFailed
from workbench.domain.exchange import Exchange
from workbench.services.background import to_the_end

_MOST_UNSAVED = 50

_log = logging.getLogger(__name__)


class Store(Protocol):
    """storage.exchanges.ExchangeStore."""

    async def put(self, exchange: Exchange, message_id: str = "") -> None: ...
    async def get(self, exchange_id: str) -> Exchange | None: ...


@dataclass(slots=True)
class RecordedCall:
    """took_ms: as its record tells, once it has ended well."""

    took_ms: float = 0.0


class WireRecords:
    """A record that cannot be stored fails nothing: it is kept in memory, and stored with a later one."""

    def __init__(self, store: Store, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._ticks = ticks
        self._running: dict[str, Exchange] = {}
        self._unsaved: OrderedDict[str, tuple[Exchange, str]] = OrderedDict()

    @asynccontextmanager
    async def call(
        self, exchange: Exchange, of: str, *, only_failed: bool = False
    ) -> AsyncIterator[RecordedCall]:
        """The block makes the call; its record can be looked at meanwhile, and is kept when it ends, however that is.

        of: as for `keep`. only_failed: the record of one that ends well is not kept.
        """
        call = RecordedCall()
        began = self._ticks()
        failed = True
        self._running[exchange.id] = exchange
        try:
            yield call
            failed = False
        finally:
            if failed or not only_failed:
                await to_the_end(self.keep(exchange, of))
            del self._running[exchange.id]
        ended_ms = exchange.ended_ms
        call.took_ms = (self._ticks() - began) * 1000 if ended_ms is None else ended_ms

    async def get(self, exchange_id: str) -> Exchange | None:
        """Also one whose call runs. Raises StorageFailed."""
        if found := self._running.get(exchange_id):
            return found
        unsaved = self._unsaved.get(exchange_id)
        return unsaved[0] if unsaved else await self._store.get(exchange_id)

    async def keep(self, exchange: Exchange, of: str) -> None:
        """of: the id of what the call was made for. A call that was never sent has no record."""
        if not exchange.method:
            return
        self._unsaved[exchange.id] = (exchange, of)
        while self._unsaved:
            exchange_id, (record, owner) = next(iter(self._unsaved.items()))
            try:
                await self._store.put(record, owner)
            except StorageFailed as error:
                _log.warning("A wire record was not stored: %s", error.why or error.what)
                if len(self._unsaved) > _MOST_UNSAVED:
                    self._unsaved.popitem(last=False)
                return
            self._unsaved.pop(exchange_id, None)
