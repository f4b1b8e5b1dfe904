"""packaging/bundle/alone.py: cut off or not, and nothing in between. In programs of their own, for it cannot be undone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux cuts a program off")


def ran(program: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "packaging")}
    return subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )


def test_cut_off_it_reaches_itself_and_nobody_else() -> None:
    done = ran(
        "import socket, sys\n"
        "from bundle.alone import Refused, cut_off\n"
        "try:\n    cut_off()\nexcept Refused:\n    sys.exit(7)\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), 5).close()\n"
        "try:\n    socket.create_connection(('192.0.2.1', 80), 5)\n"
        "except OSError as error:\n    print(error.strerror)\n"
    )
    if done.returncode == 7:
        pytest.skip("this machine does not let a program cut itself off")
    assert (done.returncode, done.stdout.strip()) == (0, "Network is unreachable"), done.stderr


def test_refused_in_the_middle_it_is_where_it_was() -> None:
    """As on systems that let anybody make a network of its own and nobody bring it up."""
    done = ran(
        "import os, socket\n"
        "from bundle import alone\n"
        "def refuse():\n    raise PermissionError(1, 'Operation not permitted')\n"
        "alone._bring_up_loopback = refuse\n"
        "before = os.readlink('/proc/self/ns/net')\n"
        "try:\n    alone.cut_off()\nexcept alone.Refused as error:\n    print(error)\n"
        "assert os.readlink('/proc/self/ns/net') == before\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), 5).close()\n"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "Operation not permitted"), done.stderr
