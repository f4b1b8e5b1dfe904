"""A provider on loopback in threads: it answers as its script says, remembers what it was asked, and can be killed."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from workbench.domain.gateway import Upstream as Behind
from workbench.domain.gateway import UpstreamKind

USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
FRAMES = (
    b'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n',
    b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":3}}\n\n',
    b"data: [DONE]\n\n",
)


@dataclass(frozen=True)
class Said:
    """pieces: sent one by one. before: waited for ahead of the head; between: ahead of the second piece. cut: reset at the end."""

    status: int = 200
    pieces: tuple[bytes, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    before: threading.Event | None = None
    between: threading.Event | None = None
    cut: bool = False


def completion(text: str = "Hello", **more: Any) -> Said:
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}], "usage": USAGE}
    return Said(pieces=(json.dumps(body).encode(),), headers={"content-type": "application/json"}, **more)


def stream(*frames: bytes, **more: Any) -> Said:
    return Said(pieces=frames or FRAMES, headers={"content-type": "text/event-stream"}, **more)


def refusal(status: int, **headers: str) -> Said:
    body = json.dumps({"error": {"message": "not now"}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(status, (body,), {"content-type": "application/json", **named})


@dataclass
class Asked:
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


class Upstream:
    """script: what to say to the nth request (from 0). gone: set when a client has left in the middle of an answer."""

    def __init__(self) -> None:
        self.script: Callable[[Asked, int], Said] = lambda asked, nth: completion()
        self.asked: list[Asked] = []
        self.gone = threading.Event()
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def behind(self) -> Behind:
        """This one, as a gateway's upstream."""
        return Behind(UpstreamKind.OPENAI, base_url=f"http://127.0.0.1:{self.port}/v1")

    def says(self, *said: Said) -> None:
        """These in order, and the last one from then on."""
        first = len(self.asked)
        self.script = lambda asked, nth: said[min(nth - first, len(said) - 1)]

    def start(self) -> None:
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                upstream._open.add(self.connection)

            def finish(self) -> None:
                upstream._open.discard(self.connection)
                try:
                    super().finish()
                except OSError:
                    pass  # killed

            def do_POST(self) -> None:
                upstream._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            request_queue_size = 256

            def handle_error(self, request: Any, client_address: Any) -> None:
                pass  # a connection that was killed

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), name="upstream").start()

    def kill(self) -> None:
        """Nobody listens from here on, and what was under way is reset."""
        assert self._server is not None
        self._server.shutdown()
        for connection in list(self._open):
            _reset(connection)
        self._server.server_close()
        self._server = None

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", "0"))
        sent = handler.rfile.read(length)
        asked = Asked(
            handler.path,
            {name.lower(): value for name, value in handler.headers.items()},
            json.loads(sent) if sent[:1] == b"{" else {},
        )
        with self._lock:
            nth = len(self.asked)
            self.asked.append(asked)
        said = self.script(asked, nth)
        try:
            self._say(handler, said)
        except OSError:
            self.gone.set()
            handler.close_connection = True

    def _say(self, handler: BaseHTTPRequestHandler, said: Said) -> None:
        if said.before is not None:
            said.before.wait(20)
        handler.send_response(said.status)
        whole = not said.cut and said.between is None and len(said.pieces) == 1
        for name, value in said.headers.items():
            handler.send_header(name, value)
        if whole:
            handler.send_header("content-length", str(len(said.pieces[0])))
        else:
            handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        for number, piece in enumerate(said.pieces):
            if number == 1 and said.between is not None:
                while not said.between.wait(0.01):
                    handler.wfile.write(b"1\r\n:\r\n")  # a comment, so that it notices a client that left
                    handler.wfile.flush()
            handler.wfile.write(piece if whole else b"%x\r\n%s\r\n" % (len(piece), piece))
            handler.wfile.flush()
        if said.cut:
            _reset(handler.connection)
            handler.close_connection = True
        elif not whole:
            handler.wfile.write(b"0\r\n\r\n")


def _reset(connection: socket.socket) -> None:
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    except OSError:
        pass


@contextmanager
def serving() -> Iterator[Upstream]:
    upstream = Upstream()
    upstream.start()
    try:
        yield upstream
    finally:
        if upstream._server is not None:
            upstream.kill()
