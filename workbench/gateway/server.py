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
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import uvicorn

from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.gateway.access import Hosts
from workbench.gateway.connection import Connection
from workbench.gateway.handlers import Gateway
from workbench.gateway.leases import Leases
from workbench.gateway.own import Instance
from workbench.gateway.parts import GatewayConfig as GatewayConfig
from workbench.gateway.parts import opened
from workbench.storage.locks import FileLock

STATE_FILE = "gateway.json"
LOCK_FILE = "gateway.lock"
PREDECESSOR_S = 4.0
"""How long a gateway that is just leaving the data folder is waited for."""
FORCE_AFTER_S = 2
"""How long open streams may go on after SIGTERM before they are cut."""


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
        _sole_user(config.data_dir),
        asyncio.Runner(loop_factory=_loop_factory()) as runner,
    ):
        runner.run(_run(config, listener))
    return 0


class PortTaken(WorkbenchError):
    """free: a port above it that nobody uses at the moment, 0 if none was found."""

    def __init__(self, port: int, free: int) -> None:
        super().__init__(
            f"The local gateway cannot use port {port}.",
            why="Another program, perhaps another gateway, is listening on it.",
            fix=f"Stop that program, or choose another port: workbench gateway --port {free or port + 1}.",
        )
        self.free = free


@contextlib.contextmanager
def _sole_user(folder: Path) -> Generator[None, None, None]:
    """Two gateways would each keep a journal and a configuration of their own in memory, and write them over one another's."""
    lock = FileLock(folder / LOCK_FILE)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = lock.wait(PREDECESSOR_S)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    if not free:
        raise WorkbenchError(
            "Another local gateway uses this data folder already.",
            why=f"{folder} can serve one gateway at a time.",
            fix="Stop the other one, or give this one a folder of its own: workbench gateway --data-dir FOLDER.",
        )
    try:
        yield
    finally:
        lock.release()


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


def _free_port(host: str, taken: int) -> int:
    for port in range(taken + 1, min(taken + 50, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return 0


def _cannot_listen(host: str, port: int, error: OSError) -> WorkbenchError:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(port, _free_port(host, port))
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

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:  # ten ticks are a second
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.check(now)
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _run(config: GatewayConfig, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    instance = Instance.now(f"http://{_reached_at(config.host)}:{port}", port)
    closing = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        server: _Server

        def stop() -> None:
            server.should_exit = True
            closing.set()
            parts.journal.hang_up()

        leases = Leases(closing, stop, leased=config.leased)
        parts = await opened(config, instance, closing, stack)
        app = parts.gateway(Hosts(config.host, port), leases)

        def started() -> None:
            config.on_listening(instance.address)
            parts.warm_up(lambda: app.answered)

        server = _Server(_uvicorn_config(app), started)
        stack.enter_context(_signals(stop))
        stack.enter_context(_state_file(config.data_dir, instance))
        leases.start()
        await server.serve(sockets=[listener])
        await _settled(server)


def _reached_at(host: str) -> str:
    """Where this machine's own programs find it."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1" if host == "0.0.0.0" else "[::1]"
    return f"[{host}]" if ":" in host else host


async def _settled(server: uvicorn.Server) -> None:
    """uvicorn cancels what is left after its grace and does not wait: those requests still have rows to write."""
    if tasks := list(server.server_state.tasks):
        await asyncio.wait(tasks, timeout=FORCE_AFTER_S)


def _uvicorn_config(app: Gateway) -> uvicorn.Config:
    # A cut stream is an application that "returned without completing the response": uvicorn calls it an error, we do not.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        app,
        http=Connection,
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
        draft.write_text(json.dumps(facts), encoding="utf-8")
        os.replace(draft, path)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if json.loads(path.read_text(encoding="utf-8")).get("instance") == instance.id:
                path.unlink()


def _cannot_write(folder: Path, error: OSError) -> StorageFailed:
    return StorageFailed(
        "The local gateway cannot write into its data folder.",
        why=f"{folder}: {error.strerror or error}.",
        fix="Make room or choose another folder: workbench gateway --data-dir FOLDER.",
    )
