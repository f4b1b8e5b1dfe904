"""Whether the gateway's memory stays flat: 100,000 requests, then 1,000 streams whose readers leave half-way.

    python -m benchmarks.gateway_memory

The reference is what the process holds after the first tenth, when its caches and pools have filled.
"""

from __future__ import annotations

import json
import socket
import sys

from benchmarks import _load
from benchmarks._servers import CLIENT_CORE, TOKEN, Server, gateway, mock, pin
from benchmarks.gateway import PATH
from benchmarks.harness import Row, show

REQUESTS = 100_000
STREAMS = 1_000
_MESSAGES = [{"role": "user", "content": "Is it flat?"}]


def main() -> int:
    pin(CLIENT_CORE)
    with mock() as upstream, gateway(upstream) as server:
        idle = server.memory_mb()
        _ask(server, REQUESTS // 10)
        warm = server.memory_mb()
        _ask(server, REQUESTS - REQUESTS // 10)
        after = server.memory_mb()
        for number in range(STREAMS):
            _leave(server, number)
        left = server.memory_mb()
    return show(
        "gateway memory",
        [
            Row("idle", idle, "MB", 70),
            Row(f"after {REQUESTS:,} requests", after, "MB", 1.1, warm, relative=True),
            Row(f"after {STREAMS:,} cancelled streams", left, "MB", 1.1, after, relative=True),
        ],
    )


def _ask(server: Server, count: int) -> None:
    body = json.dumps({"model": "openai/bench", "messages": _MESSAGES}).encode()
    done = 0
    while done < count:
        load = _load.run(server.port, _load.request(PATH, body, TOKEN), clients=32, seconds=2)
        if load.failed:
            raise RuntimeError(f"{load.failed} requests failed")
        done += len(load.latencies)


def _leave(server: Server, number: int) -> None:
    """Begin a stream and go away after some of it."""
    body = json.dumps({"model": "openai/bench", "messages": _MESSAGES, "stream": True}).encode()
    sent = _load.request(PATH, body, TOKEN).replace(b"{port}", str(server.port).encode())
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent)
        while number % 3 and not connection.recv(256).count(b"data:"):
            pass


if __name__ == "__main__":
    sys.exit(main())
