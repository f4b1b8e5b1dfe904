"""A server on loopback that answers as it is told: well, with an error, or by breaking off."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CERTIFICATE = Path(__file__).parents[1] / "client" / "selfsigned.pem"
TLS_HELLO = b"\x16"


@dataclass(frozen=True)
class Answer:
    """pieces: parts of the body, each sent by itself. cut: the connection is reset after them. hang: it stays open instead."""

    status: int = 200
    body: Any = None
    pieces: tuple[bytes, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    hang: bool = False


def chunk(text: str, finish: str | None = None) -> bytes:
    frame = {
        "object": "chat.completion.chunk",
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }
    return f"data: {json.dumps(frame)}\n\n".encode()


def words(*texts: str) -> tuple[bytes, ...]:
    return tuple(chunk(text) for text in texts)


WELL = Answer(pieces=(*words("All ", "is ", "well."), chunk("", "stop"), b"data: [DONE]\n\n"))


class Loopback:
    """answer: what every request gets from now on. at: by a part of the path, wins over it. requests: (path, headers, body)."""

    def __init__(self) -> None:
        self.answer = WELL
        self.at: dict[str, Answer] = {}
        self.port = 0
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sent_messages(self) -> list[tuple[str, str]]:
        """Role and text of each turn in the newest request."""
        return [(turn["role"], turn["content"]) for turn in json.loads(self.requests[-1][2])["messages"]]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            start = await reader.readexactly(1)
            if start == TLS_HELLO:
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            head = start + await reader.readuntil(b"\r\n\r\n")
            line, *lines = head.decode().strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            path = line.split()[1]
            self.requests.append((path, headers, body))
            answer = next((answer for part, answer in self.at.items() if part in path), self.answer)
            await self._reply(answer, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # cancelled at the end of the test; the server's own callback would log it
        finally:
            self._open.discard(writer)
            writer.close()

    async def _reply(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        streams = answer.body is None
        kind = "text/event-stream" if streams else "application/json"
        headers = {"content-type": kind, "connection": "close", **answer.headers}
        pieces = answer.pieces if streams else (json.dumps(answer.body).encode(),)
        if not answer.cut and not answer.hang:
            headers["content-length"] = str(sum(map(len, pieces)))
        else:
            headers["content-length"] = "1000000"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} Told\r\n{head}\r\n".encode())
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.005)
        if answer.hang:
            await asyncio.sleep(3600)
        if answer.cut:
            writer.transport.abort()

    def hang_up(self) -> None:
        """Break every connection that is open."""
        for writer in tuple(self._open):
            writer.transport.abort()


@asynccontextmanager
async def loopback(*, tls: bool = False, port: int = 0) -> AsyncIterator[Loopback]:
    server = Loopback()
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", port, ssl=context)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.hang_up()
        for task in asyncio.all_tasks():
            if getattr(task.get_coro(), "__qualname__", "") == "Loopback.serve":
                task.cancel()
                await asyncio.wait((task,))


# Error bodies by maker (ai-gateway §3.3, workers-ai §3).


def gateway_made(status: int, code: int, message: str) -> Answer:
    """Envelope A."""
    return Answer(
        status,
        {
            "success": False,
            "result": [],
            "messages": [],
            "error": [{"code": code, "message": message}],
            "name": "AiGatewayError",
            "httpCode": status,
            "internalCode": code,
        },
    )


def policy_made(status: int, message: str) -> Answer:
    """Envelope B."""
    return Answer(status, {"success": False, "error": {"message": message}})


def api_made(status: int, code: int, message: str) -> Answer:
    """Envelope C."""
    return Answer(
        status,
        {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None},
    )


def provider_made(status: int, message: str, kind: str = "", code: str = "") -> Answer:
    """Body E, as OpenAI writes it."""
    return Answer(status, {"error": {"message": message, "type": kind or None, "code": code or None}})
