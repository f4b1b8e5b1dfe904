"""The gateway's way out: aiohttp's client behind the Transport protocol, the one module that knows it."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import urlsplit
from urllib.request import getproxies

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from workbench.gateway.providers.addresses import Forbidden, check_address
from workbench.gateway.providers.forwarding import UpstreamFailed
from workbench.gateway.providers.outgoing import Outgoing

CONNECT_S = 10.0
SILENCE_S = 300.0
"""How long an upstream may say nothing, before its first byte or between two: slow models think for minutes."""


class Pool:
    """Connections to upstreams, shared by all requests. Made inside the running loop. resolver: makes what looks names up."""

    def __init__(
        self,
        *,
        connect_s: float = CONNECT_S,
        silence_s: float = SILENCE_S,
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
    ) -> None:
        self._connect_s = connect_s
        self._silence_s = silence_s
        self._resolver = resolver
        self._sessions: dict[tuple[bool, bool], aiohttp.ClientSession] = {}

    async def send(self, outgoing: Outgoing) -> Reading:
        try:
            url = URL(outgoing.url, encoded=True)
            host = url.host or ""
            _check(host, outgoing.guarded)
            response = await self._session(_is_abroad(host), outgoing.guarded).request(
                outgoing.method,
                url,
                headers=outgoing.headers,
                data=outgoing.body or None,
                allow_redirects=False,
            )
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise self._failed(error) from error
        return Reading(response, self._failed)

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    def _session(self, abroad: bool, guarded: bool) -> aiohttp.ClientSession:
        """abroad: the user's proxy settings hold for the world, not for this machine."""
        session = self._sessions.get((abroad, guarded))
        if session is None:
            session = self._sessions[abroad, guarded] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=30, resolver=_Checking(self._resolver(), guarded=guarded)
                ),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=self._connect_s, sock_read=self._silence_s
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=abroad,
                skip_auto_headers=("User-Agent",),
            )
        return session

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
            case aiohttp.ClientResponseError():
                return UpstreamFailed("it answered with something that is not HTTP")
        return UpstreamFailed(f"the request could not be sent ({type(error).__name__})")


class Reading:
    """A reply whose body is still coming."""

    def __init__(
        self, response: aiohttp.ClientResponse, failed: Callable[[Exception], UpstreamFailed]
    ) -> None:
        self._response = response
        self._failed = failed
        self._closed: asyncio.Future[None] | None = None
        connection = response.connection
        if connection is not None and connection.protocol is not None and not response.content.is_eof():
            # Where the rest is not HTTP (a chunk without a size), aiohttp closes the connection and tells nobody: whoever
            # reads would wait for ever.
            self._closed = connection.protocol.closed
            if self._closed is not None:
                self._closed.add_done_callback(self._broken)

    @property
    def status(self) -> int:
        return self._response.status

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        return [(name.lower(), value) for name, value in self._response.headers.items()]

    async def pieces(self) -> AsyncIterator[bytes]:
        content = self._response.content
        try:
            async for piece in content.iter_any():
                yield piece
        except (aiohttp.ClientError, OSError, RuntimeError) as error:  # RuntimeError: closed before it was read
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
        content = self._response.content
        if not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError("the connection was closed"))

    async def aclose(self) -> None:
        if self._closed is not None:
            self._closed.remove_done_callback(self._broken)
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


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


@functools.lru_cache(maxsize=256)
def _is_abroad(host: str) -> bool:
    try:
        return host != "localhost" and not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
