"""The gateway as a process: signals, ports, its state file, and what it must not leak."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.gateway.wire import PLAIN, TOKEN, V1, Wire, running
from workbench.domain.errors import InvalidInput, StorageFailed, WorkbenchError
from workbench.domain.secret import Secret
from workbench.gateway import server
from workbench.gateway.server import GatewayConfig, PortTaken, serve

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from workbench.domain.secret import Secret
from workbench.gateway.server import GatewayConfig, serve
token = Secret(sys.stdin.readline().strip())
def listening(address):
    print(address, flush=True)
    print(*sorted(sys.modules), flush=True)
code = serve(GatewayConfig(token=token, data_dir=Path(sys.argv[1]), port=0, on_listening=listening))
print(*sorted(sys.modules), flush=True)
sys.exit(code)
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM to catch")


@contextmanager
def process(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Wire]]:
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(f"{TOKEN}\n")
        child.stdin.flush()
        yield child, Wire(child.stdout.readline().strip())
    finally:
        child.kill()
        child.communicate()


def test_sigterm_ends_it_cleanly_with_streams_and_leases_open(tmp_path: Path) -> None:
    body = {"model": PLAIN, "stream": True, "messages": [{"role": "user", "content": "hello there"}]}
    with process(tmp_path) as (child, wire), ExitStack() as stack:
        lease = stack.enter_context(wire.open("GET", "/workbench/lease"))
        lease.readline()
        hung = stack.enter_context(wire.open("POST", V1, body, {"x-sandbox": "hang-after=1"}))
        hung.readline()
        slow = stack.enter_context(wire.open("POST", V1, body, {"x-sandbox": "pace=0.5"}))
        slow.readline()
        begun = time.monotonic()
        child.send_signal(signal.SIGTERM)
        output, errors = child.communicate(timeout=5)
        assert time.monotonic() - begun < 5  # a promise of the interface, not a measure of speed
        assert child.returncode == 0
        assert errors == ""
        lease.read()  # ended, and not cut: it was told
        assert not (tmp_path / "gateway.json").exists()
        first, last = (line.split() for line in output.splitlines())
        assert "aiohttp" not in first, "it comes when there is nothing to do"
        assert "httpx" not in last


def test_the_state_file_tells_port_pid_and_instance_and_no_secret(tmp_path: Path) -> None:
    with process(tmp_path) as (child, wire):
        facts = json.loads((tmp_path / "gateway.json").read_text())
        assert facts["port"] == wire.port
        assert facts["pid"] == child.pid
        assert facts["instance"] == wire.ask("GET", "/healthz").json["instance"]
        assert set(facts) == {"port", "pid", "instance"}


def test_a_state_file_of_a_newer_gateway_is_left_alone(tmp_path: Path) -> None:
    newer = '{"instance": "newer"}'
    with running(tmp_path):
        (tmp_path / "gateway.json").write_text(newer)
    assert (tmp_path / "gateway.json").read_text() == newer


def test_a_taken_port_is_told_in_words(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkbenchError) as told:
            serve(GatewayConfig(token=Secret(TOKEN), data_dir=tmp_path, port=port))
        assert isinstance(told.value, PortTaken)
        assert str(port) in told.value.what
        assert told.value.why
        assert f"--port {told.value.free}" in told.value.fix
        with closing(socket.socket()) as next_one:
            next_one.bind(("127.0.0.1", told.value.free))


def test_a_second_gateway_on_a_data_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PREDECESSOR_S", 0.05)
    with running(tmp_path), pytest.raises(WorkbenchError) as told:
        serve(GatewayConfig(token=Secret(TOKEN), data_dir=tmp_path, port=0))
    assert "uses this data folder already" in told.value.what
    assert "--data-dir" in told.value.fix
    with running(tmp_path) as wire:  # and when the first has gone there is room
        assert wire.ask("GET", "/healthz").status == 200


def test_a_killed_gateway_leaves_the_folder_to_the_next(tmp_path: Path) -> None:
    with process(tmp_path) as (child, _):
        child.kill()
        child.wait()
    with running(tmp_path) as wire:
        assert wire.ask("GET", "/healthz").status == 200


def test_a_data_folder_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed, match="data folder"):
        serve(GatewayConfig(token=Secret(TOKEN), data_dir=tmp_path / "file", port=0))


def test_it_does_not_start_without_a_token(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="access token"):
        serve(GatewayConfig(token=Secret(""), data_dir=tmp_path, port=0))


def test_it_listens_on_loopback_only(shared: Wire) -> None:
    assert shared.address == f"http://127.0.0.1:{shared.port}"


def test_no_secret_is_in_any_output_or_file(tmp_path: Path) -> None:
    canary = "canary-upstream-key-51c9"
    with process(tmp_path) as (child, wire):
        wire.ask(
            "PUT",
            "/workbench/upstream",
            {
                "kind": "openai",
                "base_url": "http://127.0.0.1:9/v1",
                "api_token": canary,
                "gateway_token": canary,
            },
        )
        answers = [
            wire.chat(),
            wire.ask("GET", "/workbench/status"),
            wire.ask("PUT", "/workbench/upstream", {"api_token": canary, "kind": "x"}),
        ]
        child.send_signal(signal.SIGTERM)
        output, errors = child.communicate(timeout=5)
        told = b"".join(answer.body for answer in answers).decode() + output + errors
        told += "".join(path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file())
        told += repr(GatewayConfig(token=Secret(TOKEN), data_dir=tmp_path))
        assert answers[0].status == 502
        assert canary not in told
        assert TOKEN not in told
