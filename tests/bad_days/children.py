"""The gateway as its command starts it, in a process that signals, full disks and SIGKILL can reach."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.gateway.wire import TOKEN, Wire

ROOT = Path(__file__).parents[2]
CUT_AFTER_S = 30


@dataclass(frozen=True)
class Child:
    process: subprocess.Popen[str]
    wire: Wire

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(CUT_AFTER_S)

    def ended(self) -> tuple[int, str]:
        """Asked to stop: its exit code, and what it printed meanwhile."""
        self.process.terminate()
        output, errors = self.process.communicate(timeout=CUT_AFTER_S)
        return self.process.returncode, output + errors


def command(folder: Path, *options: str) -> list[str]:
    gateway = [sys.executable, "-m", "workbench", "gateway", "--token-file", "-", "--data-dir", str(folder)]
    return [*gateway, *options] if "--port" in options else [*gateway, "--port", "0", *options]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "WORKBENCH_HOME": str(folder / "home")}


@contextmanager
def child(folder: Path, *options: str) -> Iterator[Child]:
    """One that listens; killed at the end if it still runs."""
    process = subprocess.Popen(
        command(folder, *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(folder),
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{TOKEN}\n")
        process.stdin.flush()
        line = process.stdout.readline().strip()
        assert line.startswith("listening on "), line
        yield Child(process, Wire(line.removeprefix("listening on ")))
    finally:
        process.kill()
        process.communicate()


def refused(folder: Path, *options: str) -> str:
    """What a gateway says that does not start."""
    done = subprocess.run(
        command(folder, *options),
        input=f"{TOKEN}\n",
        capture_output=True,
        text=True,
        env=environment(folder),
        timeout=CUT_AFTER_S,
        check=False,
    )
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr
