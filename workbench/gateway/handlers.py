"""The ASGI side: lets requests in, finds the door, and sends replies; no protocol knowledge lives here."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Protocol
from urllib.parse import parse_qsl

from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.gateway.access import Access, Gone, Hosts, Receive, TooLarge, read_body
from workbench.gateway.catalogue import BadQuery, Catalogue
from workbench.gateway.leases import Leases
from workbench.gateway.own import Instance, read_upstream, upstream_facts
from workbench.gateway.protocol import (
    Action,
    BadBody,
    Door,
    Family,
    Inference,
    Refusal,
    door_of,
    ids_of,
    json_object,
)
from workbench.gateway.replies import (
    BAD_INPUT,
    EVENT_STREAM,
    FROM_A_PAGE,
    INTERNAL,
    NO_STORE,
    NO_SUCH_MODEL,
    PROVIDER_FAILED,
    TOO_LARGE,
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
from workbench.gateway.sandbox import faults
from workbench.gateway.sandbox.sandbox import Sandbox
from workbench.gateway.schema_replies import schemas_of

log = logging.getLogger(__name__)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_INFERENCE = (Action.CHAT, Action.RUN)


class Answerer(Protocol):
    """Whoever answers a request for a model. The reply's status and headers are final when it is returned;
    raises Cut when there is nothing more to say to this client."""

    async def answer(self, inference: Inference) -> Reply: ...


class Forwarder(Answerer, Protocol):
    """An answerer that passes requests on; it also fetches the upstream's own model list."""

    async def catalogue(self, door: Door, query: str) -> Reply: ...


class Gateway:
    """The ASGI application. forwarder_for: makes what forwards to an upstream; called when the upstream is set."""

    def __init__(
        self,
        *,
        instance: Instance,
        access: Access,
        hosts: Hosts,
        catalogue: Catalogue,
        leases: Leases,
        closing: asyncio.Event,
        upstream: Upstream,
        forwarder_for: Callable[[Upstream], Forwarder],
    ) -> None:
        self._instance = instance
        self._access = access
        self._hosts = hosts
        self._catalogue = catalogue
        self._leases = leases
        self._closing = closing
        self._sandbox = Sandbox(catalogue, closing)
        self._forwarder_for = forwarder_for
        self._forwarder: Forwarder | None = None
        self._upstream = upstream
        self._answered = 0
        self.set_upstream(upstream)

    def set_upstream(self, upstream: Upstream) -> None:
        """From the next request on; those under way end where they began."""
        self._upstream = upstream
        self._forwarder = None if upstream.kind is UpstreamKind.SANDBOX else self._forwarder_for(upstream)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1003})
            return
        try:
            reply = await self._reply(scope, receive)
        except Gone:
            return
        except Exception:  # the request loop's edge: a bug costs one request, and its caller is told
            log.exception("%s %s failed", scope["method"], scope["path"])
            reply = error_reply(
                Family.REST, 500, INTERNAL, "Internal error of the local gateway; its log has the details"
            )
        try:
            await _send(reply, send, receive)
        except Exception:  # as above; the head has left, so the stream is cut
            log.exception("Sending the answer to %s %s failed", scope["method"], scope["path"])

    async def _reply(self, scope: Mapping[str, Any], receive: Receive) -> Reply:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        door = door_of(scope["method"], scope["path"])
        refused = self._refused(door, headers)
        if refused is not None:
            return refused
        if isinstance(door, Refusal):
            return refusal_reply(door)
        try:
            body = await read_body(receive, headers.get("content-length"))
        except TooLarge:
            reply = error_reply(door.family, 413, TOO_LARGE, "Request is too large")
            reply.headers.append((b"connection", b"close"))
            return reply
        query = scope["query_string"].decode("latin-1")
        if door.action in _INFERENCE:
            return await self._inference(Inference(door, headers, query, body, ids_of(headers)), receive)
        return await self._other(door, query, body)

    def _refused(self, door: Door | Refusal, headers: Mapping[str, str]) -> Reply | None:
        if not self._hosts.admits(headers.get("host", "")):
            return error_reply(door.family, 403, WRONG_HOST, "This Host is not served here")
        if "origin" in headers:
            return error_reply(door.family, 403, FROM_A_PAGE, "Requests from web pages are not allowed")
        if (isinstance(door, Door) and door.action is Action.HEALTH) or self._access.admits(headers):
            return None
        if door.family is Family.GATEWAY:
            return error_reply(door.family, 401, UNAUTHORIZED_GATEWAY, "Unauthorized")
        return error_reply(door.family, 401, UNAUTHORIZED_REST, "Authentication error")

    async def _inference(self, inference: Inference, receive: Receive) -> Reply:
        """The answer, or Gone as soon as the client is: a request nobody waits for is not worked on."""
        answerer: Answerer = self._forwarder or self._sandbox
        self._answered += 1
        reply: Reply | None = None
        try:
            async with _until_gone(receive):
                reply = await answerer.answer(inference)
        except Cut:
            return error_reply(inference.door.family, 503, PROVIDER_FAILED, "The gateway is stopping")
        except Gone:
            if reply is not None and reply.stream is not None:
                await reply.stream.aclose()
            raise
        assert reply is not None
        return reply

    async def _other(self, door: Door, query: str, body: bytes) -> Reply:
        match door.action:
            case Action.HEALTH:
                return json_reply(200, self._instance.health(), [NO_STORE])
            case Action.STATUS:
                return json_reply(200, self._status(), [NO_STORE])
            case Action.VERIFY:
                return json_reply(
                    200, enveloped({"id": self._instance.id.replace("-", ""), "status": "active"})
                )
            case Action.LEASE:
                return Reply(200, [EVENT_STREAM, NO_STORE], stream=self._leases.hold())
            case Action.RELEASE:
                return json_reply(200, {"exits": self._leases.release(), "leases": self._leases.held})
            case Action.UPSTREAM | Action.SANDBOX:
                return self._settings(door.action, body)
            case Action.SEARCH | Action.SCHEMA | Action.MODELS:
                return await self._catalogue_reply(door, query)
        raise AssertionError(door)

    async def _catalogue_reply(self, door: Door, query: str) -> Reply:
        if self._forwarder is not None:
            return await self._forwarder.catalogue(door, query)
        options = dict(parse_qsl(query))
        if door.action is Action.MODELS:
            return json_reply(
                200, self._catalogue.plain_list("workers-ai/" if door.provider == "compat" else "")
            )
        try:
            if door.action is Action.SEARCH:
                return json_reply(200, self._catalogue.search(options))
        except BadQuery as bad:
            return error_reply(door.family, 400, BAD_INPUT, str(bad))
        name = options.get("model", "")
        model = self._catalogue.find(name)
        schemas = schemas_of(model) if model is not None else None
        if schemas is None:
            return error_reply(
                door.family, 404 if name else 400, NO_SUCH_MODEL, f"No such model {name[:100]} or no schema"
            )
        return json_reply(200, enveloped(schemas))

    def _settings(self, action: Action, body: bytes) -> Reply:
        try:
            if action is Action.UPSTREAM:
                self.set_upstream(read_upstream(json_object(body)))
            else:
                self._sandbox.faults.set(json_object(body) if body else {})
        except (BadBody, faults.BadFaults) as bad:
            return error_reply(Family.OWN, 400, BAD_INPUT, str(bad))
        return json_reply(200, self._status(), [NO_STORE])

    def _status(self) -> dict[str, Any]:
        return {
            **self._instance.health(),
            "address": self._instance.address,
            "port": self._instance.port,
            "uptime_s": round(time.time() - self._instance.started_at, 1),
            "leases": self._leases.held,
            "requests": self._answered,
            "upstream": upstream_facts(self._upstream),
            "sandbox": {"faults": self._sandbox.faults.as_told(), "grammar": faults.__doc__},
        }


async def _send(reply: Reply, send: Send, receive: Receive) -> None:
    """The reply onto the wire; a stream that is cut, or whose reader left, ends without its end."""
    start = {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
    if reply.stream is None:
        reply.headers.append((b"content-length", str(len(reply.body)).encode()))
        await send(start)
        await send({"type": "http.response.body", "body": reply.body})
        return
    try:
        async with _until_gone(receive):
            await _send_stream(start, reply.stream, send)
    except (Cut, Gone):
        # Returning without the last body message makes the server close the connection, which is what a cut is.
        return
    finally:
        await reply.stream.aclose()


async def _send_stream(start: MutableMapping[str, Any], stream: Stream, send: Send) -> None:
    await send(start)
    async for piece in stream:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


@asynccontextmanager
async def _until_gone(receive: Receive) -> AsyncGenerator[None, None]:
    """Cancels what runs inside when the client disconnects, and raises Gone in its place."""
    task = asyncio.current_task()
    assert task is not None
    gone = False

    async def watch() -> None:
        nonlocal gone
        while (await receive())["type"] != "http.disconnect":
            pass
        gone = True
        task.cancel()

    cut: Cut | None = None
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(watch())
            try:
                yield
            except Cut as raised:  # kept out of the group, which would wrap it
                cut = raised
            finally:
                watching.cancel()
    except asyncio.CancelledError:
        if gone:
            task.uncancel()
            raise Gone from None
        raise
    if cut is not None:
        raise cut
