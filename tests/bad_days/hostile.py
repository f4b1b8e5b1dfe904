"""An upstream in a thread of its own, which behaves as badly as it is told and sees what the gateway does to it."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PATIENCE_S = 10.0
LONGEST_HEAD = 64 * 1024 * 1024
ENDLESS = 256 * 1024 * 1024
RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def streams(self) -> bool:
        return b'"stream":true' in self.body.replace(b" ", b"")


class Peer:
    """One connection with a request on it. What cannot be said because the gateway has gone raises ConnectionError."""

    def __init__(
        self, server: Hostile, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked = asked
        self._server = server
        self._reader = reader
        self._writer = writer

    async def say(self, *pieces: bytes) -> None:
        """Each piece leaves by itself."""
        for piece in pieces:
            self._writer.write(piece)
            await self._writer.drain()
            await asyncio.sleep(0)

    async def say_for_ever(self, piece: bytes) -> None:
        while True:
            await self.say(piece)
            self._server.said += len(piece)

    async def until_left(self) -> None:
        """Nothing more is said; returns when the gateway has gone."""
        await self._reader.read()

    async def until_told(self) -> None:
        """See Hostile.go_on."""
        await self._server.told.wait()

    def reset(self) -> None:
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self._writer.transport.abort()


Manner = Callable[[Peer], Awaitable[None]]


class Hostile:
    """manner: how requests are answered from now on; a connection is kept open after `well` alone.

    said: how many bytes of what has no end went out.
    """

    def __init__(self) -> None:
        self.manner: Manner = well
        self.asked: list[Asked] = []
        self.port = 0
        self.said = 0
        self._open: set[asyncio.StreamWriter] = set()
        self.told = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._listener: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """How many the gateway holds open at this moment."""
        return len(self._open)

    def wait_for(self, claim: Callable[[], bool]) -> None:
        """Fails where the claim does not come true."""
        deadline = time.monotonic() + PATIENCE_S
        while not claim():
            assert time.monotonic() < deadline, f"{self.connections} connections, {len(self.asked)} requests"
            time.sleep(0.005)

    def wait_for_silence(self) -> None:
        """Until what has no end is taken no more."""
        before = -1
        while before != self.said:
            before = self.said
            assert before < ENDLESS, "it was all taken"
            time.sleep(0.1)

    def go_on(self) -> None:
        """For a manner that waits until it is told."""
        self._loop.call_soon_threadsafe(self.told.set)

    def hold(self) -> None:
        """Manners wait again, until they are told."""
        self.told.clear()

    def start(self) -> None:
        """Again at the same port, if there was one before."""
        if not self._thread.is_alive():
            self._thread.start()
        self._run(self._start())

    def stop(self) -> None:
        """Dead at once: nobody listens, and every connection is reset."""
        self._run(self._stop())

    def end(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    async def _start(self) -> None:
        # Not asyncio's own server: closed in the moment of accepting, it forgets the connection and leaves it open.
        listener = self._listener = socket.create_server(("127.0.0.1", self.port), backlog=2048)
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._loop.add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                connection, _ = listener.accept()
                task = self._loop.create_task(self._serve(connection))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _stop(self) -> None:
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        self.told.set()
        # None is cancelled: one that was accepted and has not begun would keep its connection.
        while self._tasks:
            for writer in tuple(self._open):
                if not writer.transport.is_closing():
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    writer.transport.abort()
            await asyncio.wait(self._tasks, timeout=0.005)

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection, limit=LONGEST_HEAD)
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                keep = True
                while keep:
                    asked = await _read(reader)
                    self.asked.append(asked)
                    manner = self.manner
                    await manner(Peer(self, asked, reader, writer))
                    keep = manner is well
        finally:
            self._open.discard(writer)
            writer.transport.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = await reader.readuntil(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, path, _ = line.split(" ", 2)
    return Asked(method, path, headers, body)


@contextmanager
def hostile(manner: Manner | None = None) -> Iterator[Hostile]:
    server = Hostile()
    server.manner = manner or well
    server.start()
    try:
        yield server
    finally:
        server.end()


def told(text: str) -> bytes:
    """A chat completion."""
    message = {"role": "assistant", "content": text}
    return json.dumps(
        {
            "id": "c",
            "object": "chat.completion",
            "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        }
    ).encode()


def frame(text: str) -> bytes:
    delta = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
    return b"data: " + json.dumps(delta).encode() + b"\n\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def head(status: str = "200 OK", kind: str = "application/json", **more: object) -> bytes:
    fields = {"content-type": kind, **{name.replace("_", "-"): value for name, value in more.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode()


def streaming(**more: Any) -> bytes:
    return head(kind="text/event-stream", transfer_encoding="chunked", **more)


# Manners. Those that end without a word close the connection.


async def well(peer: Peer) -> None:
    if peer.asked.streams:
        frames = *map(frame, ("All ", "is ", "well.")), b"data: [DONE]\n\n"
        await peer.say(streaming(), *map(chunk, frames), b"0\r\n\r\n")
    else:
        body = told("All is well.")
        await peer.say(head(content_length=len(body)) + body)


async def hangs_up(peer: Peer) -> None:
    """At once, with not a byte said."""


async def is_silent(peer: Peer) -> None:
    await peer.until_left()


async def stops_in_the_head(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 200 OK\r\nContent-Ty")
    await peer.until_left()


async def resets_in_the_head(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 200 OK\r\nContent-Ty")
    peer.reset()


async def promises_more_than_it_sends(peer: Peer) -> None:
    await peer.say(head(content_length=10_000) + told("Half of it"))


async def sends_more_than_it_promises(peer: Peer) -> None:
    body = told("All is well.")
    await peer.say(head(content_length=len(body)) + body + b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad")
    await peer.until_left()


async def contradicts_itself_about_the_length(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 30\r\n\r\n{}")


async def resets_in_the_stream(peer: Peer) -> None:
    await peer.say(streaming(), chunk(frame("All ")))
    await peer.until_told()
    peer.reset()


async def ends_the_stream_early(peer: Peer) -> None:
    await peer.say(streaming(), chunk(frame("All ")))
    await peer.until_told()


async def streams_without_an_end(peer: Peer) -> None:
    await peer.say(streaming(), chunk(frame("All ")))
    await peer.until_left()


async def has_no_last_header(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 200 OK\r\n")
    await peer.say_for_ever(b"x-more: " + b"y" * 1000 + b"\r\n")


async def has_a_header_without_end(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 200 OK\r\nx-more: ")
    await peer.say_for_ever(b"y" * 1000)


async def redirects(peer: Peer) -> None:
    await peer.say(head("302 Found", location="http://169.254.169.254/latest/meta-data/", content_length=0))


async def says_continue_first(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 100 Continue\r\n\r\n")
    await well(peer)


async def switches_protocols(peer: Peer) -> None:
    await peer.say(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")
    await peer.until_left()


async def has_a_status_of_its_own(peer: Peer) -> None:
    await peer.say(head("999 Odd", content_length=2) + b"{}")


async def speaks_something_else(peer: Peer) -> None:
    await peer.say(b"220 mail.example ESMTP ready\r\n\x00\xff\xfe")


async def sends_one_chunk_for_ever(peer: Peer) -> None:
    await peer.say(streaming(), b"7fffffff\r\n")
    await peer.say_for_ever(frame("on and on ") * 50)


async def sends_json_for_ever(peer: Peer) -> None:
    await peer.say(head(transfer_encoding="chunked"), b"7fffffff\r\n")
    await peer.say_for_ever(b'"on and on",' * 5000)


async def breaks_its_chunks(peer: Peer) -> None:
    await peer.say(streaming(), chunk(frame("All ")))
    await peer.until_told()
    await peer.say(b"zz\r\nnot a chunk\r\n")


async def has_no_content_with_a_body(peer: Peer) -> None:
    await peer.say(head("204 No Content", content_length=5) + b"hello")


async def packs_what_should_come_plain(peer: Peer) -> None:
    body = gzip.compress(told("All is well."))
    await peer.say(head(content_encoding="gzip", content_length=len(body)) + body)


async def calls_a_page_json(peer: Peer) -> None:
    body = b"<html>Bad gateway</html>"
    await peer.say(head(content_length=len(body)) + body)


async def answers_with_a_page(peer: Peer) -> None:
    body = b"<html>Down for maintenance</html>"
    await peer.say(head("503 Service Unavailable", "text/html", content_length=len(body)) + body)


async def smuggles_a_line_into_a_header(peer: Peer) -> None:
    body = b"{}"
    await peer.say(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\nset-cookie: a=b\r\ncontent-length: 2\r\n\r\n"
        + body
    )
