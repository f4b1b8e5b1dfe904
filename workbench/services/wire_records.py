"""Wire records of calls: of those that run, and of those that ended, stored as soon as the disk takes them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from workbench.domain.errors import StorageFailed
from workbench.domain.exchange import Exchange

_MOST_UNSAVED = 50

_log = logging.getLogger(__name__)


class Store(Protocol):
    """storage.exchanges.ExchangeStore."""

    async def put(self, exchange: Exchange, message_id: str = "") -> None: ...
    async def get(self, exchange_id: str) -> Exchange | None: ...


class WireRecords:
    """A record that cannot be stored fails nothing: it is kept in memory, and stored with a later one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._running: dict[str, Exchange] = {}
        self._unsaved: OrderedDict[str, tuple[Exchange, str]] = OrderedDict()

    @contextmanager
    def running(self, exchange: Exchange) -> Iterator[None]:
        """It can be looked at while its call runs."""
        self._running[exchange.id] = exchange
        try:
            yield
        finally:
            del self._running[exchange.id]

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
