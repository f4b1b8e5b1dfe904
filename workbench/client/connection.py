"""The one place that makes httpx clients: opens replies, records them, turns every network exception into RequestFailed."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from workbench.client import network
from workbench.client.failures import Asked
from workbench.client.masking import Masker
from workbench.client.recording import Recorder
from workbench.client.retries import RetryPolicy
from workbench.domain.secret import Secret

if TYPE_CHECKING:
    import ssl

    import httpx

MAX_REPLY_BYTES = 64 * 1024 * 1024
DRAIN_S = 0.25
CLOSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. first_byte: from sending to the first byte of the body. idle: between two chunks of it."""

    connect_s: float = 10.0
    first_byte_s: float = 120.0
    idle_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request to send. secrets: whatever must not show up in a record, all that `headers` and `url` hold of them.

    kept_body: what a record keeps in place of a body that holds pictures; None for the body itself.
    """

    method: str
    url: str
    asked: Asked
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    secrets: tuple[Secret, ...] = ()
    kept_body: bytes | None = None

    def __repr__(self) -> str:  # headers hold revealed secrets
        return f"Call({self.method})"


class Whole(NamedTuple):
    """A reply that was read to its end. headers: names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Reply:
    """An open reply. headers: names in lower case. Its chunks are recorded as they are read."""

    def __init__(
        self,
        response: httpx.Response,
        call: Call,
        recorder: Recorder | None,
        timeouts: Timeouts,
        deadline: float,
    ) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}
        self._response = response
        self._chunks = response.aiter_bytes()
        self._call = call
        self._recorder = recorder
        self._timeouts = timeouts
        self._deadline: float | None = deadline

    async def next_chunk(self) -> bytes | None:
        """The next bytes as the network delivered them, None at the end. Raises RequestFailed (CUT, TIMEOUT …)."""
        import httpx

        if self._deadline is not None:
            limit, limit_s = asyncio.timeout_at(self._deadline), self._timeouts.first_byte_s
        else:
            limit, limit_s = asyncio.timeout(self._timeouts.idle_s), self._timeouts.idle_s
        try:
            async with limit:
                chunk = await anext(self._chunks, None)
        except TimeoutError:
            raise network.silent(_place(self._call.url), limit_s) from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as exc:
            raise network.network_failure(exc, self._call.url, self._call.asked) from exc
        if chunk is None:
            return None
        self._deadline = None
        if self._recorder is not None:
            self._recorder.chunk(chunk)
        return chunk

    async def read(self, *, limit: int = MAX_REPLY_BYTES) -> bytes:
        """The rest of the body, cut off at limit bytes."""
        chunks: list[bytes] = []
        size = 0
        while size < limit and (chunk := await self.next_chunk()) is not None:
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks)[:limit]

    async def drain(self) -> None:
        """Read what little follows the end of a stream, so that the connection can be used again; unrecorded, bounded."""
        await self._run_out(DRAIN_S)

    async def aclose(self) -> None:
        """Close the connection, unless the body was read to its end.

        httpx reads through a chain of generators; one that is dropped half-way is finished by tasks of the loop's own,
        some time later. So they are asked once more: on a closed connection they end at once.
        """
        await self._response.aclose()
        await self._run_out(CLOSE_S)

    async def _run_out(self, limit_s: float) -> None:
        import httpx

        with suppress(TimeoutError, httpx.HTTPError, httpx.StreamError, OSError):
            async with asyncio.timeout(limit_s):
                while await anext(self._chunks, None) is not None:
                    pass


class HttpClient:
    """Lazy: httpx is imported, and TLS set up, in a thread at the first call. Belongs to one event loop.

    transport: replaces the network, for tests. clock counts seconds; sleep and dice serve the retries.
    Proxies and certificates of the environment hold for everything but loopback.
    """

    def __init__(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        dice: random.Random | None = None,
        timeouts: Timeouts | None = None,
        retries: RetryPolicy | None = None,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.retries = retries or RetryPolicy(dice=dice or random.Random())
        self.timeouts = timeouts or Timeouts()
        self._transport = transport
        self._clients: dict[tuple[bool, bool], httpx.AsyncClient] = {}
        self._making = asyncio.Lock()

    @asynccontextmanager
    async def open(
        self, call: Call, recorder: Recorder | None = None, timeouts: Timeouts | None = None
    ) -> AsyncIterator[Reply]:
        """Send, and give the reply as soon as its headers are there, whatever its status. Raises RequestFailed.

        Leaving the block closes the connection at once if the body was not read to its end.
        """
        import httpx

        timeouts = timeouts or self.timeouts
        client = await self._client(call.url)
        request = _built(client, call, timeouts)
        if recorder is not None:
            kept = call.body if call.kept_body is None else call.kept_body
            recorder.sent(call.method, call.url, request.headers.multi_items(), kept, Masker(call.secrets))
        deadline = asyncio.get_running_loop().time() + timeouts.first_byte_s
        try:
            async with asyncio.timeout_at(deadline):
                response = await client.send(request, stream=True)
        except TimeoutError:
            raise network.silent(_place(call.url), timeouts.first_byte_s) from None
        except httpx.LocalProtocolError:
            raise network.unsendable() from None  # its text quotes the header, which may be a token
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise network.unusable_address(call.url) from None
        except (httpx.HTTPError, OSError) as exc:
            raise network.network_failure(exc, call.url, call.asked) from exc
        if recorder is not None:
            recorder.answered(response.status_code, response.headers.multi_items())
        reply = Reply(response, call, recorder, timeouts, deadline)
        try:
            yield reply
        finally:
            await reply.aclose()

    async def fetch(self, call: Call, timeouts: Timeouts | None = None) -> Whole:
        """One small reply, read to its end, whatever its status; not sent again. Raises RequestFailed."""
        async with self.open(call, timeouts=timeouts) as reply:
            return Whole(reply.status, reply.headers, await reply.read())

    async def aclose(self) -> None:
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()

    async def _client(self, url: str) -> httpx.AsyncClient:
        loopback = network.is_loopback(url)
        key = (loopback, loopback and url.startswith("https:"))
        async with self._making:
            if key not in self._clients:
                try:
                    self._clients[key] = await asyncio.to_thread(_made, *key, self._transport)
                except (ImportError, ValueError):
                    raise network.unusable_proxy() from None
            return self._clients[key]


def _made(loopback: bool, tls: bool, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """In a thread: the import costs 55 ms, the certificates as much again (performance.md §1)."""
    import httpx

    return httpx.AsyncClient(
        transport=transport,
        trust_env=not loopback,
        verify=tls_context(trusting=transport is None and (tls or not loopback)),
        headers={"user-agent": "ai-workbench"},
        follow_redirects=False,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=30.0),
    )


def tls_context(*, trusting: bool) -> ssl.SSLContext:
    """The certificates of certifi and of the system, for a company's own are only in the latter. Bare where none are needed."""
    import ssl

    import httpx

    if not trusting:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def _built(client: httpx.AsyncClient, call: Call, timeouts: Timeouts) -> httpx.Request:
    """The time limits on reading are Reply's; httpx has one for both the first byte and the rest."""
    import httpx

    try:
        return client.build_request(
            call.method,
            call.url,
            headers=list(call.headers),
            content=call.body or None,
            timeout=httpx.Timeout(None, connect=timeouts.connect_s, write=timeouts.idle_s),
        )
    except httpx.InvalidURL:
        raise network.unusable_address(call.url) from None
    except UnicodeError:
        raise network.unsendable() from None


def _place(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]
