"""The servers a gateway benchmark needs, each a process of its own, pinned to one core where the system can."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import ROOT

TOKEN = "benchmark-token-of-enough-length"
GATEWAY_CORE, CLIENT_CORE = 0, 1


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def cpu_s(self) -> float:
        """Processor time it has used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmRSS:"))


def pin(core: int, pid: int = 0) -> None:
    if hasattr(os, "sched_setaffinity") and core < (os.cpu_count() or 1):
        os.sched_setaffinity(pid, {core})


@contextmanager
def started(command: Sequence[str], core: int, *, stdin: str = "") -> Iterator[Server]:
    """Its first line of output ends in its port."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        pin(core, process.pid)
        if process.stdin is not None:
            process.stdin.write(stdin)
            process.stdin.close()
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        yield Server(int(line.rpartition(":")[2]), process.pid)
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


@contextmanager
def mock() -> Iterator[Server]:
    with started([sys.executable, "-m", "benchmarks._mock"], CLIENT_CORE) as server:
        yield server


@contextmanager
def passthrough(upstream: Server) -> Iterator[Server]:
    command = [sys.executable, "-m", "benchmarks._passthrough", f"http://127.0.0.1:{upstream.port}"]
    with started(command, GATEWAY_CORE) as server:
        yield server


@contextmanager
def gateway(upstream: Server) -> Iterator[Server]:
    """The real one with its journal on, in front of upstream."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "workbench", "gateway", "--port", "0"]
        command += ["--token-file", "-", "--data-dir", folder]
        with started(command, GATEWAY_CORE, stdin=TOKEN + "\n") as server:
            put(server, "upstream", {"kind": "openai", "base_url": f"http://127.0.0.1:{upstream.port}/v1"})
            yield server


def put(server: Server, door: str, value: object) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/workbench/{door}",
        json.dumps(value).encode(),
        {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        assert reply.status == 200, reply.status
