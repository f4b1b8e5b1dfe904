"""The gateway's way out: aiohttp's client behind the Transport protocol, the one module that knows it."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable, Sequence

import aiohttp
from yarl import URL

from workbench.gateway.forwarding import UpstreamFailed
from workbench.gateway.outgoing import Outgoing

CONNECT_S = 10.0
SILENCE_S = 300.0
"""How long an upstream may say nothing, before its first byte or between two: slow models think for minutes."""


class Pool:
    """Connections to upstreams, shared by all requests. Made inside the running loop."""

    def __init__(self, *, connect_s: float = CONNECT_S, silence_s: float = SILENCE_S) -> None:
        self._connect_s = connect_s
        self._silence_s = silence_s
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def send(self, outgoing: Outgoing) -> Reading:
        try:
            response = await self._session(outgoing.url).request(
                outgoing.method,
                URL(outgoing.url, encoded=True),
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

    def _session(self, url: str) -> aiohttp.ClientSession:
        """The user's proxy settings hold for the world, not for this machine."""
        abroad = not _is_loopback(URL(url, encoded=True).host or "")
        if abroad not in self._sessions:
            self._sessions[abroad] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=self._connect_s, sock_read=self._silence_s
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=abroad,
                skip_auto_headers=("User-Agent",),
            )
        return self._sessions[abroad]

    def _failed(self, error: Exception) -> UpstreamFailed:
        """What happened, in words; never the request, whose headers hold keys."""
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
            case aiohttp.ServerDisconnectedError() | ConnectionError():
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
        except (aiohttp.ClientError, OSError) as error:
            # aiohttp withholds what came in the same moment as the cut; it was sent, so it is passed on.
            if rest := content._read_nowait(-1):
                yield rest
            raise self._failed(error) from error

    async def aclose(self) -> None:
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
