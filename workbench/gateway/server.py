"""The gateway as a process: its socket, its loop, its signals, and the file that says it is running."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.gateway import DEFAULT_PORT, Upstream
from workbench.domain.secret import Secret
from workbench.gateway.access import Access, Hosts
from workbench.gateway.catalogue import Catalogue
from workbench.gateway.forwarding import Forwarding
from workbench.gateway.handlers import Forwarder, Gateway
from workbench.gateway.leases import Leases
from workbench.gateway.own import Instance
from workbench.storage.catalogue import offline_models

if TYPE_CHECKING:
    from workbench.gateway.upstream import Pool

STATE_FILE = "gateway.json"
FORCE_AFTER_S = 2
"""How long open streams may go on after SIGTERM before they are cut."""


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """port: 0 takes a free one. leased: exit when no window holds a lease any more.

    on_listening: called once, with the address (`http://127.0.0.1:8787`), when requests are taken.
    """

    token: Secret
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    leased: bool = False
    upstream: Upstream = field(default_factory=Upstream)
    on_listening: Callable[[str], None] = lambda address: None


def serve(config: GatewayConfig) -> int:
    """Run the gateway until it is told to stop, and return the exit code. Blocks; brings its own event loop.

    SIGTERM and SIGINT stop it when it runs in the main thread. Raises WorkbenchError when it cannot start.
    """
    if not config.token:
        raise InvalidInput(
            "The local gateway needs an access token.",
            field="token",
            fix="Give it one, or let the app make one.",
        )
    with (
        contextlib.closing(_bound(config.host, config.port)) as listener,
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        runner.run(_run(config, listener))
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from error
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> WorkbenchError:
    if error.errno == errno.EADDRINUSE:
        return WorkbenchError(
            f"The local gateway cannot use port {port}.",
            why="Another program, perhaps another gateway, is listening on it.",
            fix="Stop that program, or choose another port: workbench gateway --port 8788.",
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return WorkbenchError(
            f"The local gateway may not use port {port}.",
            why="Ports below 1024 belong to the system.",
            fix="Choose a higher one: workbench gateway --port 8787.",
        )
    return WorkbenchError(
        f"The local gateway cannot listen on {host}:{port}.",
        why=f"{error.strerror or error}.",
        fix="Use 127.0.0.1, which every machine has.",
    )


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: it would end the process by the signal instead of with an exit code."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _run(config: GatewayConfig, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    name = f"[{config.host}]" if ":" in config.host else config.host
    instance = Instance.now(f"http://{name}:{port}", port)
    closing = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        forwarder_for = await stack.enter_async_context(_forwarders(config.token))
        server: _Server

        def stop() -> None:
            server.should_exit = True
            closing.set()

        leases = Leases(closing, stop, leased=config.leased)
        app = Gateway(
            instance=instance,
            access=Access(config.token),
            hosts=Hosts(config.host, port),
            catalogue=Catalogue(offline_models()),
            leases=leases,
            closing=closing,
            upstream=config.upstream,
            forwarder_for=forwarder_for,
        )
        server = _Server(_uvicorn_config(app), lambda: config.on_listening(instance.address))
        stack.enter_context(_signals(stop))
        stack.enter_context(_state_file(config.data_dir, instance))
        leases.start()
        await server.serve(sockets=[listener])


def _uvicorn_config(app: Gateway) -> uvicorn.Config:
    # A cut stream is an application that "returned without completing the response": uvicorn calls it an error, we do not.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=FORCE_AFTER_S,
    )


@contextlib.contextmanager
def _signals(stop: Callable[[], None]) -> Generator[None, None, None]:
    """Stop on SIGTERM and SIGINT; only the main thread can take signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def on_signal(number: int, frame: Any) -> None:
        loop.call_soon_threadsafe(stop)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _state_file(folder: Path, instance: Instance) -> Generator[None, None, None]:
    """`gateway.json` for as long as the gateway runs: how a window finds it. It holds no secret."""
    path = folder / STATE_FILE
    facts = {"port": instance.port, "pid": os.getpid(), "instance": instance.id}
    draft = folder / f"{STATE_FILE}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(facts), encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        raise StorageFailed(
            "The local gateway cannot write into its data folder.",
            why=f"{folder}: {error.strerror or error}.",
            fix="Make room or choose another folder: workbench gateway --data-dir FOLDER.",
        ) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if json.loads(path.read_text(encoding="utf-8")).get("instance") == instance.id:
                path.unlink()


@contextlib.asynccontextmanager
async def _forwarders(token: Secret) -> AsyncIterator[Callable[[Upstream], Forwarder]]:
    """Makes what forwards, with one connection pool for all. The sandbox does without, so aiohttp is imported late."""
    pool: Pool | None = None

    def forwarder_for(upstream: Upstream) -> Forwarder:
        nonlocal pool
        if pool is None:
            from workbench.gateway.upstream import Pool

            pool = Pool()
        return Forwarding(upstream, pool, Access(token))

    try:
        yield forwarder_for
    finally:
        if pool is not None:
            await pool.close()
