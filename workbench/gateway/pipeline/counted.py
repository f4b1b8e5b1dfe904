"""Limits and budgets outlive the gateway: a budget of a month is not given again because the window was closed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import msgspec

from workbench.domain.errors import StorageFailed
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.limits import Kept, Ledger
from workbench.storage.gateway_cache import GatewayCache

log = logging.getLogger(__name__)

EVERY_S = 5.0
"""What a gateway that is killed may forget."""


@asynccontextmanager
async def counting(
    store: GatewayCache, background: Background, now: Callable[[], float] = time.time
) -> AsyncIterator[Ledger]:
    """The ledger as the last gateway left it, written down every few seconds and at the end."""
    ledger = Ledger()
    try:
        if packed := await store.counted():
            ledger.restore(msgspec.msgpack.decode(packed, type=list[Kept]), now())
    except (StorageFailed, msgspec.MsgspecError, ValueError) as error:
        log.warning("What was used of limits and budgets cannot be read; they begin anew: %s", error)
    background.start(_writing(store, ledger, now))
    try:
        yield ledger
    finally:
        await _write(store, ledger, now)


async def _writing(store: GatewayCache, ledger: Ledger, now: Callable[[], float]) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        await _write(store, ledger, now)


async def _write(store: GatewayCache, ledger: Ledger, now: Callable[[], float]) -> None:
    if not ledger.changed:
        return
    try:
        await store.keep_counted(msgspec.msgpack.encode(ledger.snapshot(now())))
    except StorageFailed as failed:
        ledger.changed = True
        log.warning("What was used of limits and budgets is not kept: %s %s", failed.what, failed.why)
