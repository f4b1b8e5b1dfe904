"""Passing requests on to an upstream and its answers back, frame by frame."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.models import TEXT_GENERATION, Model
from workbench.gateway.access import Access
from workbench.gateway.catalogue import BadQuery, Catalogue
from workbench.gateway.outgoing import Outgoing, catalogue_outgoing, outgoing_for
from workbench.gateway.protocol import Action, BadBody, Door, Family, Inference
from workbench.gateway.replies import (
    BAD_INPUT,
    NO_SUCH_MODEL,
    PROVIDER_FAILED,
    Cut,
    Headers,
    Reply,
    enveloped,
    error_reply,
    id_headers,
    json_reply,
)

MAX_WHOLE = 64 * 1024 * 1024
"""A whole reply that has to be understood may weigh this much."""

_KEPT_PREFIXES = ("x-ratelimit-", "openai-", "anthropic-", "cf-aig-", "cf-ai-")
_KEPT_NAMES = frozenset(
    [
        "content-type",
        "content-encoding",
        "retry-after",
        "cf-ray",
        "cache-control",
        "www-authenticate",
        "x-request-id",
        "request-id",
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
    def headers(self) -> Sequence[tuple[str, str]]: ...

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


class Forwarding:
    """Answers by asking an upstream. access: tells our own token from a provider's key."""

    def __init__(self, upstream: Upstream, transport: Transport, access: Access) -> None:
        self._upstream = upstream
        self._transport = transport
        self._access = access

    async def answer(self, inference: Inference) -> Reply:
        family = inference.door.family
        try:
            outgoing = outgoing_for(self._upstream, inference, self._access)
        except BadBody as bad:
            return error_reply(family, 400, BAD_INPUT, f"AiError: Bad input: {bad}")
        try:
            incoming = await self._transport.send(outgoing)
        except UpstreamFailed as failed:
            reply = _failure(family, outgoing, failed)
        else:
            reply = await self._reply(incoming, outgoing, family)
        _add_ids(reply, inference)
        return reply

    async def catalogue(self, door: Door, query: str) -> Reply:
        outgoing = catalogue_outgoing(self._upstream, door, query)
        try:
            incoming = await self._transport.send(outgoing)
            body = await _whole(incoming)
        except UpstreamFailed as failed:
            return _failure(door.family, outgoing, failed)
        if self._upstream.kind is UpstreamKind.CLOUDFLARE and door.action is not Action.MODELS:
            return Reply(incoming.status, _kept(incoming), body)
        if incoming.status != 200:
            return Reply(incoming.status, _kept(incoming), body)
        try:
            return _catalogue_reply(_listed(body), door, query)
        except (BadBody, BadQuery) as bad:
            return error_reply(
                door.family, 502, PROVIDER_FAILED, f"{outgoing.place} gave no list of models: {bad}"
            )

    async def _reply(self, incoming: Incoming, outgoing: Outgoing, family: Family) -> Reply:
        if 300 <= incoming.status < 400:
            await incoming.aclose()
            # Following it, or letting the client follow it, would take the request and its key somewhere nobody chose.
            return error_reply(family, 502, PROVIDER_FAILED, f"{outgoing.place} answered with a redirect")
        wrap = outgoing.wrap and incoming.status == 200 and not _is(incoming, "text/event-stream")
        if not wrap and not _is(incoming, "application/json"):
            return Reply(incoming.status, _kept(incoming), stream=_PassedOn(incoming))
        try:
            body = await _whole(incoming)  # so that one that is cut is still an error with a status
        except UpstreamFailed as failed:
            return _failure(family, outgoing, failed)
        if not wrap:
            return Reply(incoming.status, _kept(incoming), body)
        try:
            return json_reply(
                200, enveloped(msgspec.Raw(_checked_json(body))), _kept(incoming, but="content-")
            )
        except BadBody as bad:
            return error_reply(
                family, 502, PROVIDER_FAILED, f"{outgoing.place} answered with something else: {bad}"
            )


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


async def _whole(incoming: Incoming) -> bytes:
    pieces = []
    size = 0
    try:
        async for piece in incoming.pieces():
            size += len(piece)
            if size > MAX_WHOLE:
                raise UpstreamFailed("the reply is larger than the gateway takes")
            pieces.append(piece)
    finally:
        await incoming.aclose()
    return b"".join(pieces)


def _failure(family: Family, outgoing: Outgoing, failed: UpstreamFailed) -> Reply:
    """Code 2005 as documented; 502 and 504 instead of its 400, so that clients know a retry may help (inferred)."""
    status = 504 if failed.timed_out else 502
    message = f"Failed to get response from provider: {outgoing.place}: {failed}"
    return error_reply(family, status, PROVIDER_FAILED, message)


def _is(incoming: Incoming, kind: str) -> bool:
    return any(name == "content-type" and value.startswith(kind) for name, value in incoming.headers)


def _kept(incoming: Incoming, *, but: str = "-") -> Headers:
    """The headers that mean something to the client; but: leave out those that start so."""
    return [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in incoming.headers
        if (name in _KEPT_NAMES or name.startswith(_KEPT_PREFIXES)) and not name.startswith(but)
    ]


def _add_ids(reply: Reply, inference: Inference) -> None:
    """Our own ids, where the upstream has not given its own."""
    if inference.door.family is not Family.GATEWAY and "cf-aig-gateway-id" not in inference.headers:
        return
    known = {name for name, _ in reply.headers}
    reply.headers += [(name, value) for name, value in id_headers(inference.ids) if name not in known]


def _checked_json(body: bytes) -> bytes:
    try:
        msgspec.json.decode(body, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        raise BadBody(str(error)) from error
    return body


def _listed(body: bytes) -> tuple[Model, ...]:
    """Models from OpenAI's list, or from `models/search`."""
    try:
        reply = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise BadBody(str(error)) from error
    entries: Any = reply.get("data", reply.get("result")) if isinstance(reply, Mapping) else None
    if not isinstance(entries, list):
        raise BadBody("there is neither data nor result in it")
    named = [entry for entry in entries if isinstance(entry, Mapping)]
    ids = [entry.get("name") if "properties" in entry else entry.get("id") for entry in named]
    return tuple(
        Model(id=model_id, task=TEXT_GENERATION, author=str(entry.get("owned_by") or ""))
        for model_id, entry in zip(ids, named, strict=True)
        if isinstance(model_id, str) and model_id
    )


def _catalogue_reply(models: tuple[Model, ...], door: Door, query: str) -> Reply:
    """An OpenAI-compatible server's list at our catalogue doors."""
    catalogue = Catalogue(models)
    match door.action:
        case Action.MODELS:
            return json_reply(200, catalogue.plain_list())
        case Action.SEARCH:
            return json_reply(200, catalogue.search(dict(parse_qsl(query))))
    return error_reply(door.family, 404, NO_SUCH_MODEL, "This upstream publishes no schemas")
