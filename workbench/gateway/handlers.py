"""The ASGI side: lets requests in, finds the door, and sends replies; no protocol knowledge lives here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl

from workbench.gateway.access import MAX_BODY, Access, Gone, Hosts, Receive, TooLarge, read_body
from workbench.gateway.catalogue import BadQuery, Catalogue
from workbench.gateway.connection import CALLER, Caller
from workbench.gateway.doors import door_of
from workbench.gateway.own_doors import OwnDoors
from workbench.gateway.protocol import (
    INFERENCE,
    Action,
    Door,
    Family,
    Inference,
    Refusal,
    header_name,
    ids_of,
)
from workbench.gateway.replies import (
    BAD_INPUT,
    FROM_A_PAGE,
    INTERNAL,
    NO_SUCH_MODEL,
    TOO_LARGE,
    TOO_SLOW,
    UNAUTHORIZED_GATEWAY,
    UNAUTHORIZED_REST,
    WRONG_HOST,
    Cut,
    Reply,
    Stream,
    enveloped,
    error_reply,
    json_reply,
    refusal_reply,
)
from workbench.gateway.schema_replies import schemas_of

log = logging.getLogger(__name__)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_CATALOGUE = (Action.SEARCH, Action.SCHEMA, Action.MODELS)


class Answering(Protocol):
    """Whoever answers a request for a model (gateway.pipeline.Pipeline). The reply's status and headers are final."""

    async def answer(self, inference: Inference) -> Reply: ...

    def settle(self) -> None:
        """Whoever reads the journal from here on sees what has been answered."""
        ...


class Managing(Protocol):
    """The management API (gateway.management.Management)."""

    async def answer(self, method: str, tail: str, query: str, body: bytes) -> Reply: ...


class Listing(Protocol):
    """A live upstream's own model list; None where the sandbox answers (gateway.providers.Providers)."""

    async def catalogue(self, door: Door, query: str) -> Reply | None: ...


class Gateway:
    """The ASGI application."""

    def __init__(
        self,
        *,
        access: Access,
        hosts: Hosts,
        catalogue: Catalogue,
        pipeline: Answering,
        management: Managing,
        listing: Listing,
    ) -> None:
        self._access = access
        self._hosts = hosts
        self._catalogue = catalogue
        self._pipeline = pipeline
        self._management = management
        self._listing = listing
        self._own: OwnDoors | None = None
        self.answered = 0

    def open_own(self, own: OwnDoors) -> None:
        """Its own doors, which tell of it, and so are made after it."""
        self._own = own

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1003})
            return
        # Who is told when the client leaves; a server that tells nobody gives none, and the request is worked to its end.
        caller: Caller = scope.get(CALLER) or Caller()
        caller.task = task = asyncio.current_task()
        exchange = _Exchange(send)
        try:
            await self._serve(scope, receive, exchange)
        except Gone:
            pass
        except asyncio.CancelledError:
            if task is None or not (caller.gone or caller.slow):
                raise
            task.uncancel()
            if caller.slow and not exchange.begun:
                await exchange.send(_too_slow(scope))
        finally:
            caller.task = None
            if exchange.stream is not None:  # every stream is closed, read to its end or not
                await exchange.stream.aclose()

    async def _serve(self, scope: Mapping[str, Any], receive: Receive, exchange: _Exchange) -> None:
        try:
            await exchange.send(await self._reply(scope, receive))
        except Cut:
            pass  # returning without the last body message makes the server close the connection, which is what a cut is
        except Exception:  # the request loop's edge: a bug costs one request, and its caller is told
            log.exception("%s %s failed", scope["method"], scope["path"])
            if not exchange.begun:
                message = "Internal error of the local gateway; its log has the details"
                family = _door_of(scope["method"], scope["raw_path"]).family
                await exchange.send(error_reply(family, 500, INTERNAL, message))

    async def _reply(self, scope: Mapping[str, Any], receive: Receive) -> Reply:
        headers = {header_name(name): value.decode("latin-1") for name, value in scope["headers"]}
        method = scope["method"]
        door = _door_of(method, scope["raw_path"])
        refused = self._refused(door, headers)
        if refused is not None:
            return refused
        if isinstance(door, Refusal):
            return refusal_reply(door)
        try:
            body = await read_body(receive, headers.get("content-length"))
        except TooLarge:
            # The connection stays: what is left of the body is read and dropped, so that the answer can be read.
            message = f"Request is too large: the gateway takes at most {MAX_BODY >> 20} MB"
            return error_reply(door.family, 413, TOO_LARGE, message)
        query = scope["query_string"].decode("latin-1")
        if door.action in INFERENCE:
            self.answered += 1
            return await self._pipeline.answer(Inference(door, headers, query, body, ids_of(headers), method))
        self._pipeline.settle()
        if door.action is Action.MANAGE:
            return await self._management.answer(method, door.tail, query, body)
        if door.action in _CATALOGUE:
            return await self._catalogue_reply(door, query)
        assert self._own is not None
        return await self._own.answer(door, method, query, headers, body)

    def _refused(self, door: Door | Refusal, headers: Mapping[str, str]) -> Reply | None:
        if not self._hosts.admits(headers.get("host", "")):
            return error_reply(door.family, 403, WRONG_HOST, "This Host is not served here")
        # A page's own requests tell an origin; what it merely shows or loads (an image, a script, a link) tells a site.
        if "origin" in headers or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return error_reply(door.family, 403, FROM_A_PAGE, "Requests from web pages are not allowed")
        # A gateway's `authentication` setting changes nothing here. Cloudflare lets anybody in where it is off; on a desk the
        # access token is what keeps other users and programs of the machine from the accounts behind the gateway.
        if self._access.admits(headers) or (isinstance(door, Door) and door.action is Action.HEALTH):
            return None
        if door.family is Family.GATEWAY:
            return error_reply(door.family, 401, UNAUTHORIZED_GATEWAY, "Unauthorized")
        return error_reply(door.family, 401, UNAUTHORIZED_REST, "Authentication error")

    async def _catalogue_reply(self, door: Door, query: str) -> Reply:
        live = await self._listing.catalogue(door, query)
        if live is not None:
            return live
        options = dict(parse_qsl(query))
        if door.action is Action.MODELS:
            prefix = "workers-ai/" if door.provider == "compat" else ""
            return json_reply(200, self._catalogue.plain_list(prefix))
        try:
            if door.action is Action.SEARCH:
                return json_reply(200, self._catalogue.search(options))
        except BadQuery as bad:
            return error_reply(door.family, 400, BAD_INPUT, str(bad))
        name = options.get("model", "")
        model = self._catalogue.find(name)
        schemas = schemas_of(model) if model is not None else None
        if schemas is None:
            message = f"No such model {name[:100]} or no schema"
            return error_reply(door.family, 404 if name else 400, NO_SUCH_MODEL, message)
        return json_reply(200, enveloped(schemas))


class _Exchange:
    """A reply onto the wire."""

    __slots__ = ("_send", "begun", "stream")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.stream: Stream | None = None
        self.begun = False

    async def send(self, reply: Reply) -> None:
        """Raises Cut where a stream ends without its end."""
        send = self._send
        self.stream = stream = reply.stream
        if stream is None:
            reply.headers.append((b"content-length", b"%d" % len(reply.body)))
        self.begun = True
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        if stream is None:
            await send({"type": "http.response.body", "body": reply.body})
            return
        async for piece in stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})


@lru_cache(maxsize=512)
def _door_of(method: str, raw_path: bytes) -> Door | Refusal:
    return door_of(method, raw_path.decode("latin-1"))


def _too_slow(scope: Mapping[str, Any]) -> Reply:
    door = _door_of(scope["method"], scope["raw_path"])
    close = (b"connection", b"close")
    return error_reply(door.family, 408, TOO_SLOW, "The request did not arrive in time", [close])
