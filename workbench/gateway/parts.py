"""The parts of a gateway, opened and put together: its files, its providers, its pipeline, its doors."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.errors import InvalidInput, StorageFailed
from workbench.domain.gateway import DEFAULT_PORT, Upstream
from workbench.domain.secret import Secret
from workbench.gateway.access import Access, Hosts
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.configuration import Configuration
from workbench.gateway.handlers import Gateway
from workbench.gateway.journal.journal import Journal
from workbench.gateway.journal.logs_api import LogsApi
from workbench.gateway.leases import Leases
from workbench.gateway.management.management import Management
from workbench.gateway.own import Instance
from workbench.gateway.own_doors import OwnDoors
from workbench.gateway.pipeline.background import Background
from workbench.gateway.pipeline.cache import Cache
from workbench.gateway.pipeline.counted import counting
from workbench.gateway.pipeline.pipeline import Pipeline
from workbench.gateway.providers.forwarding import Transport
from workbench.gateway.providers.providers import Providers
from workbench.gateway.sandbox import fault_rules
from workbench.gateway.sandbox.faults import BadFaults
from workbench.gateway.sandbox.sandbox import Sandbox
from workbench.storage.catalogue import offline_models
from workbench.storage.database import Database
from workbench.storage.gateway_cache import GatewayCache
from workbench.storage.gateway_configuration import GATEWAY_MIGRATIONS
from workbench.storage.journal import FILE as JOURNAL_FILE
from workbench.storage.secrets import MemorySecrets, SecretStore

if TYPE_CHECKING:
    from workbench.gateway.providers.upstream import Pool

log = logging.getLogger(__name__)

CONFIGURATION_FILE = "gateway.db"
CACHE_FILE = "cache.db"
IDLE_S = 1.0
_POOL = "workbench.gateway.providers.upstream"


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """port: 0 takes a free one. leased: exit when no window holds a lease any more. secrets: where stored keys are.

    on_listening: called once, with the address (`http://127.0.0.1:8787`), when requests are taken.
    """

    token: Secret
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    leased: bool = False
    upstream: Upstream = field(default_factory=Upstream)
    secrets: SecretStore = field(default_factory=MemorySecrets)
    on_listening: Callable[[str], None] = lambda address: None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running gateway is made of."""

    config: GatewayConfig
    instance: Instance
    access: Access
    catalogue: Catalogue
    configuration: Configuration
    journal: Journal
    faults: fault_rules.FaultRules
    providers: Providers
    pipeline: Pipeline
    background: Background

    def gateway(self, hosts: Hosts, leases: Leases) -> Gateway:
        """The application, with every door open."""
        gateway = Gateway(
            access=self.access,
            hosts=hosts,
            catalogue=self.catalogue,
            pipeline=self.pipeline,
            management=Management(self.configuration, LogsApi(self.journal), self.instance.address),
            listing=self.providers,
        )
        gateway.open_own(
            OwnDoors(
                instance=self.instance,
                leases=leases,
                journal=self.journal,
                configuration=self.configuration,
                faults=self.faults,
                upstream=self.config.upstream,
                set_upstream=self.set_upstream,
                answered=lambda: gateway.answered,
            )
        )
        return gateway

    def warm_up(self, answered: Callable[[], int]) -> None:
        """Import what the first call to somebody real needs, once no request has come for a moment."""
        self.background.start(_warmed(answered))

    def set_upstream(self, upstream: Upstream) -> None:
        self.providers.set_upstream(upstream)
        self.pipeline.set_upstream(upstream)


async def opened(
    config: GatewayConfig, instance: Instance, closing: asyncio.Event, stack: contextlib.AsyncExitStack
) -> Parts:
    """Everything opened, to be closed by the stack in reverse order. Raises StorageFailed, InvalidInput."""
    folder = config.data_dir
    database = await Database.open(folder / CONFIGURATION_FILE, migrations=GATEWAY_MIGRATIONS)
    stack.push_async_callback(database.aclose)
    configuration = await Configuration.open(database, config.secrets)
    journal = await Journal.open(folder / JOURNAL_FILE, settings_of=configuration.gateway)
    stack.push_async_callback(journal.aclose)
    store = await _cache(folder / CACHE_FILE)
    stack.push_async_callback(store.aclose)
    transport = await stack.enter_async_context(_transport())
    background = await stack.enter_async_context(Background())
    ledger = await stack.enter_async_context(counting(store, background))

    access = Access(config.token)
    catalogue = Catalogue(offline_models())
    faults = _faults(folder)
    providers = Providers(
        configuration, Sandbox(catalogue, closing, faults), transport, access, config.upstream
    )
    pipeline = Pipeline(
        configuration=configuration,
        providers=providers,
        rows=journal,
        cache=Cache(store, background),
        background=background,
        access=access,
        ledger=ledger,
        stopping=closing.is_set,
        upstream=config.upstream,
    )
    stack.callback(pipeline.settle)
    return Parts(
        config, instance, access, catalogue, configuration, journal, faults, providers, pipeline, background
    )


async def _warmed(answered: Callable[[], int]) -> None:
    before = -1
    while before != (now := answered()):
        before = now
        await asyncio.sleep(IDLE_S)
    thread = ThreadPoolExecutor(1, "warm-up")  # its own, so that it ends with the import
    try:
        await asyncio.get_running_loop().run_in_executor(thread, importlib.import_module, _POOL)
    finally:
        thread.shutdown(wait=False)


async def _cache(path: Path) -> GatewayCache:
    """What is in it can be had again, so a file that cannot be used stops nobody: it is put aside. Raises StorageFailed."""
    try:
        return await GatewayCache.open(path)
    except StorageFailed as failed:
        log.warning("The cache begins anew: %s %s", failed.what, failed.why)
        await asyncio.to_thread(_put_aside, path)
        return await GatewayCache.open(path)


def _put_aside(path: Path) -> None:
    for part in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with contextlib.suppress(OSError):
            part.replace(part.with_name(f"{part.name}.damaged"))


def _faults(folder: Path) -> fault_rules.FaultRules:
    rules = fault_rules.FaultRules(folder / fault_rules.FILE)
    try:
        rules.load()
    except BadFaults as bad:
        raise InvalidInput(
            "The file with the sandbox's faults cannot be read.",
            why=f"{bad}.",
            fix="Put it right, or move it away.",
        ) from bad
    return rules


@contextlib.asynccontextmanager
async def _transport() -> AsyncIterator[Callable[[], Transport]]:
    """One connection pool for all. The sandbox does without, so aiohttp is imported late (see Parts.warm_up)."""
    pool: Pool | None = None

    def transport() -> Transport:
        nonlocal pool
        if pool is None:
            from workbench.gateway.providers.upstream import Pool

            pool = Pool()
        return pool

    try:
        yield transport
    finally:
        if pool is not None:
            await pool.close()
