"""What one connection may ask of the gateway, below the application: how large a head, how slow a request, who is still there.

uvicorn with httptools sets no bounds of its own here, tells of a client that leaves only to those who keep a task waiting
for it, and writes the head of an answer apart from its body. All three are put right where the bytes arrive and leave, and
cost a request nothing.
"""

from __future__ import annotations

import asyncio
import functools
from typing import Any
from urllib.parse import unquote

import httptools
import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from workbench.gateway.protocol import Family
from workbench.gateway.replies import BAD_INPUT, HEAD_TOO_LARGE, TOO_SLOW, api_error, gateway_error

CALLER = "workbench.caller"
"""Where in an ASGI scope the Caller is."""
MAX_HEADERS = 256
MAX_HEAD_BYTES = 64 * 1024
MAX_URL_BYTES = 8 * 1024
MAX_READING_S = 60.0
"""How long a whole request, body included, may take to arrive: on a desk, slower ones are asleep or mean harm."""
KEEP_ALIVE_S = 5.0
"""How long a connection is kept for a next request."""
LINGER_S = 2.0
_CLOSE = (b"connection", b"close")


class Caller:
    """The client behind a request, while it is connected. gone: it left. slow: its request did not arrive in time."""

    __slots__ = ("gone", "slow", "task")

    def __init__(self) -> None:
        self.gone = False
        self.slow = False
        self.task: asyncio.Task[Any] | None = None
        """What works on the request: cancelled when the client is gone or slow."""

    def left(self) -> None:
        self.gone = True
        if self.task is not None:
            self.task.cancel()

    def dawdles(self) -> None:
        self.slow = True
        if self.task is not None:
            self.task.cancel()


class _TooMuch(Exception):
    """The head is over a limit: what is left of it is not read."""


class Answer(RequestResponseCycle):
    """uvicorn's, with the head kept back until the first of the body is there: they leave in one piece, with one system call.

    A stream's head waits for its first piece, then; ours have it when they begin.
    """

    _head = b""

    async def send(self, message: Any) -> None:
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if message["type"] == "http.response.start":
            self.response_started = True
            self._head = self._head_of(message["status"], message["headers"])
            return
        body: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        if self.scope["method"] == "HEAD":
            body = b""
        elif self.chunked_encoding:
            body = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            if not more:
                body += b"0\r\n\r\n"
        self.transport.write(self._head + body)
        self._head = b""
        if not more:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()

    def _head_of(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        """Names in lower case. Raises ValueError for what would break the head apart.

        Nothing is looked for with `in`: bytes are tried as a number first, which costs more than the search.
        """
        self.waiting_for_100_continue = False
        lines = [*self.default_headers, *headers]
        head = b"\r\n".join((STATUS_LINE[status][:-2], *map(b": ".join, lines), b""))
        if not head.count(b"\r") == head.count(b"\n") == 1 + len(lines) or head.count(b"\0"):
            raise ValueError("a header of the answer has a line break in it")
        if _CLOSE in lines:
            self.keep_alive = False
        elif not self.keep_alive:
            head += b"connection: close\r\n"
        if head.rfind(b"\r\ncontent-length: ") < 0 and status not in (204, 304):
            self.chunked_encoding = True
            head += b"transfer-encoding: chunked\r\n"
        return head + b"\r\n"


class Connection(HttpToolsProtocol):
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._callers: list[Caller] = []
        self._reading_since: float | None = self.loop.time()
        self._idle_since: float | None = None
        self._in_head = False
        self._head_bytes = 0
        self._refusal = (400, BAD_INPUT, "This is not an HTTP request that can be read")
        self._refused = False

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._in_head:  # a head that comes in pieces, perhaps one header without an end
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refusal = _TOO_LARGE
                self.send_400_response("")
                return
        else:
            self._head_bytes = len(data)  # at most so much of it is a head
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for caller in self._callers:
            caller.left()
        self._callers.clear()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._reading_since = self.loop.time()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """As uvicorn's own, without what is never asked of it here (WebSockets, a limit of connections), and with an Answer."""
        self._in_head = False
        self._idle_since = None
        self._check_head()
        caller = Caller()
        self._callers.append(caller)
        parser, scope = self.parser, self.scope
        version = parser.get_http_version()
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = version
        scope["raw_path"], scope["path"], scope["query_string"] = _address(self.url)
        scope[CALLER] = caller  # type: ignore[literal-required]
        before = self.cycle
        self.cycle = Answer(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:  # it came before the answer to the last: its turn is later
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _check_head(self) -> None:
        if len(self.headers) > MAX_HEADERS:
            self._refusal = (431, HEAD_TOO_LARGE, f"A request may have {MAX_HEADERS} headers")
            raise _TooMuch
        if len(self.url) > MAX_URL_BYTES:
            self._refusal = (414, HEAD_TOO_LARGE, f"The address is longer than {MAX_URL_BYTES} bytes")
            raise _TooMuch
        if self._head_bytes > MAX_HEAD_BYTES and _weight(self.headers) > MAX_HEAD_BYTES:
            self._refusal = _TOO_LARGE
            raise _TooMuch

    def on_message_complete(self) -> None:
        self._reading_since = None
        super().on_message_complete()
        if not self.pipeline:
            # A large body paused it, and nobody asks for more of one that is whole: a client that leaves would not be noticed.
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """As uvicorn's own, but that `check` ends a connection that is idle: a timer for each answer is seldom needed."""
        if self._callers:
            del self._callers[0]  # answers leave in the order of their requests
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idle_since = self.loop.time()

    def send_400_response(self, msg: str) -> None:
        """What could not become a request is refused in our envelopes, and the connection ends once that has been read."""
        del msg
        if self._refused:
            return
        self._refused = True
        status, code, message = self._refusal
        family = Family.GATEWAY if getattr(self, "url", b"").startswith(b"/v1/") else Family.REST
        envelope = gateway_error if family is Family.GATEWAY else api_error
        body = msgspec.json.encode(envelope(status, code, message))
        head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(
            body
        )
        self.transport.write(STATUS_LINE[status] + head + body)
        # Closed with bytes still unread, the connection would be reset, and the refusal lost with it.
        self.transport.write_eof()
        self.loop.call_later(LINGER_S, self.transport.close)

    def check(self, now: float) -> None:
        """Called every second or so: ends what does not arrive in time, and who asks nothing any more."""
        since = self._reading_since
        if since is None:
            if self._idle_since is not None and now - self._idle_since >= KEEP_ALIVE_S:
                self.transport.close()
            return
        if now - since < MAX_READING_S:
            return
        self._reading_since = None
        if self._callers and not self._in_head:
            self._callers[-1].dawdles()
        elif self._in_head:
            self._refusal = (408, TOO_SLOW, "The request did not arrive in time")
            self.send_400_response("")
        else:
            self.transport.close()  # it never said anything


@functools.lru_cache(maxsize=256)
def _address(url: bytes) -> tuple[bytes, str, bytes]:
    """The path as it came, the same decoded, and the query. Raises HttpParserInvalidURLError."""
    parsed = httptools.parse_url(url)
    return parsed.path, unquote(parsed.path.decode("ascii")), parsed.query or b""


def _weight(headers: list[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) for name, value in headers)


_TOO_LARGE = (431, HEAD_TOO_LARGE, f"The headers are larger than {MAX_HEAD_BYTES} bytes")
