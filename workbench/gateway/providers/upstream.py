"""The gateway's way out: aiohttp's client behind the Transport protocol, the one module that knows it."""

from __future__ import annotations

import asyncio
import functools
import re
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.helpers import get_env_proxy_for_url
from aiohttp.http import HttpProcessingError, RawResponseMessage
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from workbench.gateway.access import is_loopback
from workbench.gateway.providers.addresses import Forbidden, check_address
from workbench.gateway.providers.forwarding import UpstreamFailed
from workbench.gateway.providers.outgoing import Outgoing
from workbench.gateway.replies import Headers

CONNECT_S = 10.0
SILENCE_S = 300.0
"""How long an upstream may say nothing, before its first byte or between two: slow models think for minutes."""
SLOWEST_UPLOAD = 100_000
"""Bytes a second: an upstream may be silent for longer while a large body is still on its way."""
PROXY_S = 60.0
"""How long what the user's proxy settings say of a server is believed."""

_REPEATED = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Pool:
    """Connections to upstreams, shared by all requests. Made inside the running loop. resolver: makes what looks names up.

    aiohttp keeps the connections, makes new ones (names, TLS, proxies) and reads what comes. What leaves is written here: its
    session does much for a request that none of ours needs, and that costs as much as all the rest.
    """

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_S,
        silence_s: float = SILENCE_S,
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
    ) -> None:
        self._connect_s = connect_s
        self._silence_s = silence_s
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_s, sock_read=silence_s)
        self._resolver = resolver
        self._connectors: dict[bool, aiohttp.TCPConnector] = {}
        self._clock = asyncio.get_running_loop().time
        self._origins: dict[str, _Origin] = {}

    async def send(self, outgoing: Outgoing) -> Reading:
        again = outgoing.method in _REPEATED
        while True:
            try:
                return await self._sent(outgoing)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                # A connection kept from before may have been closed by now.
                if not again or isinstance(error, aiohttp.ClientConnectorError):
                    raise self._failed(error) from error
                again = False
            except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
                raise self._failed(error) from error

    async def close(self) -> None:
        for connector in self._connectors.values():
            await connector.close()

    async def _sent(self, outgoing: Outgoing) -> Reading:
        target = _target(outgoing.url)
        _check(target.host, outgoing.guarded)
        origin = self._origins.get(target.origin)
        if origin is None or origin.until < self._clock():
            origin = self._origins[target.origin] = await _origin(target)
        try:
            connection = await self._connector(outgoing.guarded).connect(origin.request, [], self._timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error
        try:
            return await self._answer(connection, outgoing, origin.head(outgoing, target))
        except BaseException:
            connection.close()
            raise

    async def _answer(self, connection: Connection, outgoing: Outgoing, head: bytes) -> Reading:
        protocol, transport = connection.protocol, connection.transport
        if protocol is None or transport is None:
            raise aiohttp.ServerDisconnectedError
        body = outgoing.body
        protocol.set_response_params(
            skip_payload=outgoing.method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=self._silence_s + len(body) / SLOWEST_UPLOAD,
        )
        transport.write(head + body)
        protocol.start_timeout()
        message, content = await protocol.read()
        while 100 <= message.code < 200 and message.code != 101:
            message, content = await protocol.read()
        return Reading(connection, message, content, self._failed)

    def _connector(self, guarded: bool) -> aiohttp.TCPConnector:
        connector = self._connectors.get(guarded)
        if connector is None:
            connector = self._connectors[guarded] = aiohttp.TCPConnector(
                limit=0, keepalive_timeout=30, resolver=_Checking(self._resolver(), guarded=guarded)
            )
        return connector

    def _failed(self, error: Exception) -> UpstreamFailed:
        """What happened, in words; never the request, whose headers hold keys."""
        forbidden = getattr(error, "os_error", error)  # where aiohttp wraps what its resolver raised
        if isinstance(forbidden, Forbidden):
            return UpstreamFailed(str(forbidden))
        match error:
            case aiohttp.ConnectionTimeoutError():
                return UpstreamFailed(f"no connection within {self._connect_s:g} s", timed_out=True)
            case TimeoutError():
                return UpstreamFailed(f"no sign of life for {self._silence_s:g} s", timed_out=True)
            case aiohttp.ClientConnectorDNSError():
                return UpstreamFailed("its name cannot be resolved")
            case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError() | ssl.SSLError():
                return UpstreamFailed("no secure connection could be made (TLS)")
            case aiohttp.ClientConnectorError():
                return UpstreamFailed("nothing answers there (connection refused or no way to it)")
            case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | ConnectionError():
                return UpstreamFailed("it closed the connection without an answer")
            case aiohttp.ClientPayloadError():
                return UpstreamFailed("it ended its answer in the middle")
            case HttpProcessingError():
                return UpstreamFailed("it answered with something that is not HTTP")
        return UpstreamFailed(f"the request could not be sent ({type(error).__name__})")


class Reading:
    """A reply whose body is still coming."""

    def __init__(
        self,
        connection: Connection,
        message: RawResponseMessage,
        content: aiohttp.StreamReader,
        failed: Callable[[Exception], UpstreamFailed],
    ) -> None:
        self.status = message.code
        self._connection = connection
        self._message = message
        self._content = content
        self._failed = failed
        self._closed: asyncio.Future[None] | None = None
        if not content.is_eof() and connection.protocol is not None:
            # Where the rest is not HTTP (a chunk without a size), aiohttp closes the connection and tells nobody: whoever
            # reads would wait for ever.
            self._closed = connection.protocol.closed
            if self._closed is not None:
                self._closed.add_done_callback(self._broken)

    @property
    def headers(self) -> Headers:
        return [(name.lower(), value) for name, value in self._message.raw_headers]

    def arrived(self) -> bytes | None:
        content = self._content
        return content.read_nowait() if content.is_eof() and content.exception() is None else None

    async def pieces(self) -> AsyncIterator[bytes]:
        content = self._content
        try:
            async for piece in content.iter_any():
                yield piece
        except (aiohttp.ClientError, OSError, RuntimeError) as error:  # Runtime…: closed before it was read
            # aiohttp withholds what came in the same moment as the cut; it was sent, so it is passed on.
            if rest := content._read_nowait(-1):
                yield rest
            if not isinstance(error, TimeoutError):
                error = aiohttp.ClientPayloadError(str(error))
            raise self._failed(error) from error

    def _broken(self, closed: asyncio.Future[None]) -> None:
        """The connection is closed. aiohttp itself has told the reader by now, if it does."""
        if not closed.cancelled():
            closed.exception()
        content = self._content
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError("the connection was closed"))

    async def aclose(self) -> None:
        if self._closed is not None:
            self._closed.remove_done_callback(self._broken)
        if self._content.at_eof():
            self._connection.release()
        else:
            self._connection.close()


@dataclass(frozen=True, slots=True)
class _Target:
    """An address taken apart. origin: all of it before the path. path: with the query."""

    url: URL
    host: str
    origin: str
    path: str


@functools.lru_cache(maxsize=256)
def _target(address: str) -> _Target:
    """Raises ValueError for what is no address of an HTTP server."""
    url = URL(address, encoded=True)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("not an http address")
    return _Target(url, url.host, f"{url.scheme}://{url.raw_authority}", url.raw_path_qs)


class _Request(aiohttp.ClientRequest):
    """The same for every connection to a server, so its key is made once."""

    @functools.cached_property
    def connection_key(self) -> ConnectionKey:
        return super().connection_key


class _Origin:
    """A server as aiohttp wants to be told of it, and what every request to it says. until: when to look for a proxy again."""

    def __init__(self, url: URL, proxy: tuple[URL, aiohttp.BasicAuth | None] | None, until: float) -> None:
        self.until = until
        self.request = _Request(
            "GET",
            url,
            headers={"accept-encoding": "identity"},
            skip_auto_headers=("User-Agent",),
            loop=asyncio.get_running_loop(),
            proxy=proxy[0] if proxy else None,
            proxy_auth=proxy[1] if proxy else None,
        )
        self._whole_address = proxy is not None and not self.request.is_ssl()
        self._headers = self._own_headers()

    def head(self, outgoing: Outgoing, target: _Target) -> bytes:
        """Raises ValueError where a header would break it apart."""
        # aiohttp adds what the proxy wants to know once it connects.
        own = self._own_headers() if self._whole_address else self._headers
        headers = {**own, **outgoing.headers}
        if outgoing.body or outgoing.method not in _WITHOUT_BODY:
            headers["content-length"] = str(len(outgoing.body))
        path = str(target.url.with_user(None)) if self._whole_address else target.path
        lines = [f"{outgoing.method} {path} HTTP/1.1", *[f"{name}: {headers[name]}" for name in headers]]
        if not (whole := "".join(lines)).isprintable() and _FORBIDDEN.search(whole):
            raise ValueError("a control character in a header")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _own_headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.request.headers.items()}


async def _origin(target: _Target) -> _Origin:
    """The user's proxy settings hold for the world, not for this machine."""
    proxy = await asyncio.to_thread(_proxy_for, target.url) if not is_loopback(target.host) else None
    url = target.url.with_path("/")
    return _Origin(url, proxy, asyncio.get_running_loop().time() + PROXY_S)


def _proxy_for(url: URL) -> tuple[URL, aiohttp.BasicAuth | None] | None:
    try:
        return get_env_proxy_for_url(url)
    except LookupError:
        return None


class _Checking(AbstractResolver):
    """Looks a name up and lets no address through that the upstream may not have.

    What is checked is what is connected to, so a name that changes its address in between gains nothing.
    """

    def __init__(self, inner: AbstractResolver, *, guarded: bool) -> None:
        self._inner = inner
        self._guarded = guarded
        self._proxies = {urlsplit(proxy).hostname for proxy in getproxies().values()}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        guarded = (
            self._guarded and host not in self._proxies
        )  # the user's own proxy may well be in their network
        for result in found:
            check_address(result["host"], guarded=guarded)
        return found

    async def close(self) -> None:
        await self._inner.close()


@functools.lru_cache(maxsize=256)
def _check(host: str, guarded: bool) -> None:
    """An address that is written out is never looked up. Raises Forbidden."""
    check_address(host, guarded=guarded)
