"""A loopback server that streams an answer at a set pace, as an OpenAI-compatible one does. A process of its own."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

from benchmarks._texts import mixed_markdown
from benchmarks.harness import ROOT

_TICK_S = 0.01


class Upstream:
    """Starts the server; `last_sent` tells when (time.monotonic) the last token left it. Use as a context manager."""

    def __init__(self, tokens: int, per_second: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks._upstream", str(tokens), str(per_second)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._out = self._process.stdout
        self.base_url = f"http://127.0.0.1:{self._out.readline().strip()}/v1"

    def last_sent(self) -> float:
        return float(self._out.readline())

    def __enter__(self) -> Upstream:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._out.close()


async def _serve(tokens: int, per_second: int) -> None:
    pieces = mixed_markdown(tokens)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        for line in head.lower().split("\r\n"):
            if line.startswith("content-length:"):
                await reader.readexactly(int(line.partition(":")[2]))
        if "/chat/completions" in head.split("\r\n")[0]:
            await _stream(writer, pieces, per_second)
        else:
            body = b'{"object":"list","data":[{"id":"bench","object":"model"}]}'
            writer.write(
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
                + f"content-length: {len(body)}\r\n\r\n".encode()
                + body
            )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


async def _stream(writer: asyncio.StreamWriter, pieces: list[str], per_second: int) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
    began, sent = time.monotonic(), 0
    while sent < len(pieces):
        due = min(int((time.monotonic() - began) * per_second) + 1, len(pieces))
        for piece in pieces[sent:due]:
            writer.write(b"data: " + json.dumps(_frame({"content": piece}, None)).encode() + b"\n\n")
        sent = due
        await writer.drain()
        # About one token to a chunk at 500/s, as it is on a real line.
        await asyncio.sleep(min(1 / per_second, _TICK_S))
    print(time.monotonic(), flush=True)
    end = {**_frame({}, "stop"), "usage": {"prompt_tokens": 9, "completion_tokens": len(pieces)}}
    writer.write(b"data: " + json.dumps(end).encode() + b"\n\ndata: [DONE]\n\n")


def _frame(delta: dict[str, str], reason: str | None) -> dict[str, object]:
    return {
        "id": "chatcmpl-bench",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "bench",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
