"""Passing a request on to an upstream and its answer back, frame by frame."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from workbench.gateway.protocol import Family
from workbench.gateway.providers.outgoing import Outgoing
from workbench.gateway.replies import PROVIDER_FAILED, Cut, Headers, Reply, error_reply

MAX_WHOLE = 64 * 1024 * 1024
"""A whole reply that has to be understood may weigh this much."""

_KEPT_PREFIXES = (b"x-ratelimit-", b"openai-", b"anthropic-")
_CLOUDFLARES_PREFIXES = (*_KEPT_PREFIXES, b"cf-aig-", b"cf-ai-")
_KEPT_NAMES = frozenset(
    [
        b"content-type",
        b"content-encoding",
        b"content-disposition",
        b"content-range",
        b"retry-after",
        b"cf-ray",
        b"cache-control",
        b"www-authenticate",
        b"x-request-id",
        b"request-id",
    ]
)


class UpstreamFailed(Exception):
    """No reply came. timed_out: it took too long, rather than being refused or cut. The text says what happened."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


class Incoming(Protocol):
    """An upstream's reply whose head is here and whose body may still be coming."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Headers:
        """Names in lower case."""
        ...

    def arrived(self) -> bytes | None:
        """The body where all of it has come already. Not for a reply that is read by its pieces."""
        ...

    def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes; raises UpstreamFailed where it is cut."""
        ...

    async def aclose(self) -> None:
        """Let go of the connection at once; closes it when the body was not read to its end."""
        ...


class Transport(Protocol):
    """What speaks HTTP to upstreams."""

    async def send(self, outgoing: Outgoing) -> Incoming:
        """Raises UpstreamFailed."""
        ...


async def forward(
    transport: Transport,
    outgoing: Outgoing,
    family: Family,
    *,
    cloudflare: bool = False,
    json_streams: bool = False,
) -> Reply:
    """The upstream's answer, or what became of the request as an error reply.

    cloudflare: its `cf-aig-*` and `cf-ai-*` headers are kept; from anybody else they mean nothing. JSON is read whole, so
    that an answer that is cut is still an error with a status; anything else is passed on as it comes, and with
    json_streams JSON too (Google streams an array where nobody asks for events).
    """
    try:
        incoming = await transport.send(outgoing)
        if 300 <= incoming.status < 400:
            await incoming.aclose()
            # Following it, or letting the client follow it, would take the request and its key somewhere nobody chose.
            message = f"{outgoing.place} answered with a redirect"
            return error_reply(family, 502, PROVIDER_FAILED, message)
        if not 200 <= incoming.status < 600:
            # A 101 would turn the client's connection into something else; the others are none of HTTP's.
            await incoming.aclose()
            raise UpstreamFailed(f"it answered with status {incoming.status}")
        headers = _kept(incoming, cloudflare=cloudflare)
        if is_json(headers) and not (json_streams and incoming.status == 200):
            return Reply(incoming.status, headers, await whole(incoming))
        return Reply(incoming.status, headers, stream=_PassedOn(incoming))
    except UpstreamFailed as failed:
        return failure(family, outgoing, failed)


class _PassedOn:
    """An upstream's body on its way through: what comes leaves, and a cut stays a cut."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._incoming.pieces():
                yield piece
        except UpstreamFailed as failed:
            raise Cut from failed

    async def aclose(self) -> None:
        await self._incoming.aclose()


async def whole(incoming: Incoming) -> bytes:
    """Raises UpstreamFailed where the body is cut or larger than MAX_WHOLE."""
    pieces = []
    size = 0
    try:
        if (body := incoming.arrived()) is not None:  # no more than a connection's buffer holds
            return body
        async for piece in incoming.pieces():
            size += len(piece)
            if size > MAX_WHOLE:
                raise UpstreamFailed("the reply is larger than the gateway takes")
            pieces.append(piece)
    finally:
        await incoming.aclose()
    return b"".join(pieces)


def failure(family: Family, outgoing: Outgoing, failed: UpstreamFailed) -> Reply:
    """Code 2005 as documented; 502 and 504 instead of its 400, so that clients know a retry may help (inferred)."""
    status = 504 if failed.timed_out else 502
    message = f"Failed to get response from provider: {outgoing.place}: {failed}"
    return error_reply(family, status, PROVIDER_FAILED, message)


def is_json(headers: Headers) -> bool:
    for name, value in headers:
        if name == b"content-type" and value.partition(b";")[0].strip().lower() == b"application/json":
            return True
    return False


def _kept(incoming: Incoming, *, cloudflare: bool) -> Headers:
    """The headers that mean something to the client."""
    prefixes = _CLOUDFLARES_PREFIXES if cloudflare else _KEPT_PREFIXES
    return [
        header for header in incoming.headers if header[0] in _KEPT_NAMES or header[0].startswith(prefixes)
    ]
