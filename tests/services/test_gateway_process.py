"""The real gateway, started, shared, killed and stopped as a window does it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.waiting import until
from workbench.client.connection import HttpClient
from workbench.client.gateway_control import GatewayControl
from workbench.domain.errors import WorkbenchError
from workbench.domain.gateway import ACCESS_TOKEN, GatewayPhase
from workbench.domain.secret import Secret
from workbench.services.gateway import LocalGateway, StartRefused
from workbench.services.gateway_process import GatewayLauncher, last_words
from workbench.storage.secrets import MemorySecrets

TOKEN = Secret("a-token-of-this-test-only")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def window(
    folder: Path, port: int, secrets: MemorySecrets, command: Sequence[str] = ()
) -> AsyncIterator[LocalGateway]:
    http = HttpClient()
    launcher = GatewayLauncher(folder, folder / "gateway.log", command=command)
    gateway = LocalGateway(secrets, GatewayControl(http), launcher, lambda: port)
    try:
        yield gateway
    finally:
        await gateway.aclose()
        await http.aclose()


async def holding(token: Secret = TOKEN) -> MemorySecrets:
    secrets = MemorySecrets()
    await secrets.put(ACCESS_TOKEN, token)
    return secrets


async def answers(address: str) -> bool:
    http = HttpClient()
    try:
        return await GatewayControl(http).alive(address) is True
    finally:
        await http.aclose()


async def gone(address: str) -> None:
    """Wait until nothing answers there; the test's own time limit ends a wait in vain."""
    while await answers(address):  # noqa: ASYNC110  another process ends, of which nothing tells us
        await asyncio.sleep(0.02)


def pid_of(gateway: LocalGateway) -> int:
    assert gateway._seat is not None
    process = gateway._seat.process
    assert process is not None
    return int(process.pid)  # type: ignore[attr-defined]  # of GatewayProcess; the protocol needs none


def test_a_window_starts_the_gateway_and_stops_it(tmp_path: Path, run_async: Run) -> None:
    port = free_port()

    async def scenario() -> None:
        async with window(tmp_path, port, MemorySecrets()) as gateway:
            state = await gateway.ensure()
            assert (state.phase, state.address) == (GatewayPhase.RUNNING, f"http://127.0.0.1:{port}")
            assert await answers(state.address)
        assert not await answers(state.address)

    run_async(scenario())


def test_two_windows_share_it_and_the_first_may_leave(tmp_path: Path, run_async: Run) -> None:
    port, secrets = free_port(), MemorySecrets()

    async def scenario() -> None:
        async with window(tmp_path, port, secrets) as second:
            async with window(tmp_path, port, secrets) as first:
                started = await first.ensure()
                shared = await second.ensure()
                assert (shared.address, shared.shared) == (started.address, True)
            assert await answers(shared.address)
        await gone(shared.address)

    run_async(scenario())


def test_a_port_that_is_taken_is_left_alone(tmp_path: Path, run_async: Run) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = int(stranger.getsockname()[1])

        def hang_up() -> None:
            stranger.accept()[0].close()

        async def scenario() -> None:
            async with window(tmp_path, port, MemorySecrets()) as gateway, asyncio.TaskGroup() as group:
                group.create_task(asyncio.to_thread(hang_up))
                state = await gateway.ensure()
                assert state.phase is GatewayPhase.RUNNING
                assert state.address != f"http://127.0.0.1:{port}"
                assert str(port) in state.note

        run_async(scenario())


def test_a_gateway_that_is_killed_is_missed_at_once_and_started_again(tmp_path: Path, run_async: Run) -> None:
    async def scenario() -> None:
        async with window(tmp_path, free_port(), MemorySecrets()) as gateway:
            await gateway.ensure()
            first = pid_of(gateway)
            os.kill(first, signal.SIGKILL)
            await until(lambda: gateway.state.phase is GatewayPhase.RESTARTING)
            state = await gateway.ensure()
            assert (state.phase, state.restarts) == (GatewayPhase.RUNNING, 1)
            assert pid_of(gateway) != first

    run_async(scenario())


def test_a_program_that_cannot_run_says_why(tmp_path: Path, run_async: Run) -> None:
    launcher = GatewayLauncher(
        tmp_path, tmp_path / "log", command=(sys.executable, "-c", "import sys; sys.exit('no such thing')")
    )
    with pytest.raises(WorkbenchError) as raised:
        run_async(launcher.launch(0, TOKEN))
    assert "no such thing" in raised.value.why
    assert raised.value.fix


@pytest.mark.parametrize(
    ("said", "why", "fix"),
    [
        ("workbench: The data file is damaged. Hint: Move it.", "The data file is damaged.", "Move it."),
        ("The cache begins anew: x\nworkbench: No room.", "No room.", "The log is"),
    ],
)
def test_a_gateway_that_refuses_to_start_is_told_in_its_own_words(
    tmp_path: Path, run_async: Run, said: str, why: str, fix: str
) -> None:
    command = (sys.executable, "-c", f"import sys; sys.exit({said!r})")
    with pytest.raises(StartRefused) as raised:
        run_async(GatewayLauncher(tmp_path, tmp_path / "log", command=command).launch(0, TOKEN))
    assert raised.value.why == why
    assert raised.value.fix.startswith(fix)


def test_what_went_wrong_unexpectedly_is_no_refusal(tmp_path: Path, run_async: Run) -> None:
    said = "workbench: something unexpected went wrong (KeyError: 'x'). Hint: report it."
    command = (sys.executable, "-c", f"import sys; sys.exit({said!r})")
    with pytest.raises(WorkbenchError) as raised:
        run_async(GatewayLauncher(tmp_path, tmp_path / "log", command=command).launch(0, TOKEN))
    assert not isinstance(raised.value, StartRefused)


def test_a_program_that_is_not_there_says_so(tmp_path: Path, run_async: Run) -> None:
    launcher = GatewayLauncher(tmp_path, tmp_path / "log", command=("/no/such/program",))
    with pytest.raises(WorkbenchError) as raised:
        run_async(launcher.launch(0, TOKEN))
    assert "/no/such/program" in raised.value.why


def test_a_program_that_never_listens_is_ended(tmp_path: Path, run_async: Run) -> None:
    launcher = GatewayLauncher(
        tmp_path,
        tmp_path / "log",
        command=(sys.executable, "-c", "import time; time.sleep(60)"),
        start_s=0.3,
    )
    with pytest.raises(WorkbenchError):
        run_async(launcher.launch(0, TOKEN))


def test_a_start_that_is_given_up_leaves_no_child(tmp_path: Path, run_async: Run) -> None:
    born: list[subprocess.Popen[bytes]] = []
    spawning = threading.Event()

    def slowly(command: object, log: object, environ: object, token: object) -> subprocess.Popen[bytes]:
        spawning.set()
        time.sleep(0.05)
        born.append(
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.PIPE)
        )
        return born[0]

    async def scenario() -> None:
        launcher = GatewayLauncher(tmp_path, tmp_path / "log", spawn=slowly)
        task = asyncio.get_running_loop().create_task(launcher.launch(0, TOKEN))
        await asyncio.to_thread(spawning.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run_async(scenario())
    assert born[0].returncode is not None


def test_the_token_is_in_no_argument_and_no_variable(tmp_path: Path, run_async: Run) -> None:
    show = "import os, sys; sys.exit(f'{sys.argv} {dict(os.environ)}')"
    launcher = GatewayLauncher(tmp_path, tmp_path / "log", command=(sys.executable, "-c", show))
    with pytest.raises(WorkbenchError):
        run_async(launcher.launch(0, TOKEN))
    seen = (tmp_path / "log").read_text()
    assert "--token-file" in seen
    assert TOKEN.reveal() not in seen


def test_last_words_are_those_since_the_start(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("old\n")
    start = log.stat().st_size
    with log.open("a") as file:
        file.write("one\n\ntwo\n")
    assert last_words(log, start) == "one two"
    assert last_words(tmp_path / "none", 0) == ""


BRIEF_GATEWAY = """
import sys
from workbench.gateway import leases
from workbench.cli import main

leases.HEIR_S = 0.5
sys.exit(main())
"""
"""One that waits less long for another window after its last."""
WINDOW = """
import asyncio, pathlib, sys
from tests.services.test_gateway_process import holding, pid_of, window

async def main():
    folder, port, *command = sys.argv[1:]
    async with window(pathlib.Path(folder), int(port), await holding(), command) as gateway:
        print((await gateway.ensure()).address, pid_of(gateway), flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


def killed_window(folder: Path, port: int, *command: str) -> tuple[str, str]:
    """Address and process id of the gateway that it left behind."""
    killed = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(folder), str(port), *command], stdout=subprocess.PIPE
    )
    assert killed.stdout is not None
    address, pid = killed.stdout.readline().decode().split()
    killed.kill()
    killed.wait()
    killed.stdout.close()
    return address, pid


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_the_window_after_a_killed_one_waits_calmly_and_has_its_gateway(
    tmp_path: Path, run_async: Run
) -> None:
    """It has a token of its own, as where there is no keychain."""
    port, command = free_port(), (sys.executable, "-c", BRIEF_GATEWAY)
    _, pid = killed_window(tmp_path, port, *command)

    async def scenario() -> None:
        async with window(tmp_path, port, MemorySecrets(), command) as gateway:
            phases: list[GatewayPhase] = []
            gateway.on_change(lambda state: phases.append(state.phase))
            state = await gateway.ensure()
            assert phases == [GatewayPhase.STARTING, GatewayPhase.RUNNING]
            assert (state.address, state.note) == (f"http://127.0.0.1:{port}", "")
            assert str(pid_of(gateway)) != pid

    run_async(scenario())


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_the_window_after_a_killed_one_takes_its_gateway_over_at_any_port(
    tmp_path: Path, run_async: Run
) -> None:
    address, pid = killed_window(tmp_path, free_port())
    try:

        async def scenario() -> None:
            async with window(tmp_path, free_port(), await holding()) as gateway:
                state = await gateway.ensure()
                assert (state.phase, state.address, state.shared) == (GatewayPhase.RUNNING, address, True)

        run_async(scenario())
        run_async(gone(address))
    finally:
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_window_that_is_killed_leaves_a_gateway_that_holds_no_lease(tmp_path: Path, run_async: Run) -> None:
    """It then leaves by itself after its time of grace, which the gateway's own tests prove; here it is asked to."""
    address, pid = killed_window(tmp_path, free_port())
    try:
        os.kill(int(pid), 0)  # it is still there
    finally:
        os.kill(int(pid), signal.SIGTERM)

    run_async(gone(address))
