"""The least a gateway in Python can do: bare ASGI on uvicorn, aiohttp to the upstream, every byte passed on. The reference.

python -m benchmarks._passthrough http://127.0.0.1:PORT        prints its port
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import aiohttp
import uvicorn

Message = MutableMapping[str, Any]


class PassThrough:
    def __init__(self, upstream: str) -> None:
        self._url = f"{upstream}/v1/chat/completions"
        self._session: aiohttp.ClientSession | None = None

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), auto_decompress=False
            )
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        async with self._session.post(
            self._url, data=body, headers={"content-type": "application/json"}
        ) as reply:
            kind = reply.headers.get("content-type", "").encode()
            headers = [(b"content-type", kind)]
            if kind != b"text/event-stream":
                whole = await reply.read()
                headers.append((b"content-length", str(len(whole)).encode()))
                await send({"type": "http.response.start", "status": reply.status, "headers": headers})
                await send({"type": "http.response.body", "body": whole})
                return
            await send({"type": "http.response.start", "status": reply.status, "headers": headers})
            async for piece in reply.content.iter_any():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body"})


async def _serve(upstream: str) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0), backlog=2048)) as listener:
        listener.setblocking(False)
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(
            PassThrough(upstream),
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1]))
