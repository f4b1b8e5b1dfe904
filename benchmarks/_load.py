"""Clients on plain sockets: each sends its next request when the answer to the last is complete."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import cast


@dataclass(slots=True)
class Load:
    """What a round came to. latencies in seconds, one for each request; events: `data:` lines of streams."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    events: int = 0
    failed: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def events_per_second(self) -> float:
        return self.events / self.seconds


def request(path: str, body: bytes, token: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{{port}}\r\ncontent-type: application/json\r\n"
    if token:
        head += f"authorization: Bearer {token}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


class _Client(asyncio.Protocol):
    def __init__(self, sent: bytes, load: Load, until: float) -> None:
        self._sent = sent
        self._load = load
        self._until = until
        self._buffer = bytearray()
        self._size = -1
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop has its own class
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self._load.failed += 1
            self.done.set_result(None)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        if self._size < 0:
            buffer += data
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(buffer[:end]).lower()
            self._load.failed += not head.startswith(b"http/1.1 200")
            at = head.find(b"content-length:")
            self._size = end + 4 + int(head[at + 15 :].partition(b"\r\n")[0]) if at >= 0 else 0
            data = bytes(buffer[end + 4 :])
        elif self._size:
            buffer += data
        else:
            buffer[:] = buffer[-8:] + data
        if self._size:
            if len(buffer) >= self._size:
                self._complete()
            return
        self._load.events += data.count(b"data: ")
        if buffer.endswith(b"0\r\n\r\n"):
            self._complete()

    def _complete(self) -> None:
        now = time.perf_counter()
        self._load.latencies.append(now - self._started)
        self._buffer.clear()
        self._size = -1
        if now < self._until:
            self._next()
            return
        self.done.set_result(None)
        self._transport.close()

    def _next(self) -> None:
        self._started = time.perf_counter()
        self._transport.write(self._sent)


def run(port: int, sent: bytes, *, clients: int, seconds: float) -> Load:
    """Load the server at port for that long."""
    import uvloop

    sent = sent.replace(b"{port}", str(port).encode())
    load = Load()

    async def work() -> None:
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        opened = [
            await loop.create_connection(lambda: _Client(sent, load, began + seconds), "127.0.0.1", port)
            for _ in range(clients)
        ]
        await asyncio.gather(*(client.done for _, client in opened))
        load.seconds = time.perf_counter() - began

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work())
    return load
