"""A provider that costs next to nothing: 1 KB of JSON, or a stream of events, as fast as a plain socket gives them.

    python -m benchmarks._mock        prints its port

Each event of a stream leaves in a write of its own, so that whoever passes them on meets them one by one.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, cast

EVENTS = 200
_TEXT = "The route met its condition and went to the model of the second branch. " * 9

_whole = json.dumps(
    {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1,
        "model": "bench",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": _TEXT}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 20, "completion_tokens": 130, "total_tokens": 150},
    }
).encode()
WHOLE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
    + str(len(_whole)).encode()
    + b"\r\n\r\n"
    + _whole
)
STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def _event(value: Any) -> bytes:
    data = b"data: " + (value if isinstance(value, bytes) else json.dumps(value).encode()) + b"\n\n"
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


_head = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
_token = {"index": 0, "delta": {"content": "token "}, "finish_reason": None}
TOKEN = _event({**_head, "choices": [_token]})
_usage = {"prompt_tokens": 20, "completion_tokens": EVENTS, "total_tokens": 20 + EVENTS}
END = _event({**_head, "choices": [], "usage": _usage}) + _event(b"[DONE]") + b"0\r\n\r\n"


class _Mock(asyncio.Protocol):
    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop has its own class
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            length = 0
            if (at := head.find(b"content-length:")) >= 0:
                length = int(head[at + 15 :].partition(b"\r\n")[0])
            whole = end + 4 + length
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            if b'"stream":true' in body or b'"stream": true' in body:
                self._transport.write(STREAM_HEAD)
                self._next(EVENTS)
            else:
                self._transport.write(WHOLE)

    def _next(self, left: int) -> None:
        if self._transport.is_closing():
            return
        if not left:
            self._transport.write(END)
            return
        self._transport.write(TOKEN)
        self._loop.call_soon(self._next, left - 1)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Mock, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(_serve()))
