"""The local gateway's own doors, as the window that runs it uses them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import fields
from typing import Any

import msgspec

from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door, failure_of
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.gateway import Upstream
from workbench.domain.secret import Secret

SERVICE = "ai-workbench-gateway"
_ASKED = Asked(Door.API, "the local gateway", local=True)
_SHORT = Timeouts(connect_s=5.0, first_byte_s=5.0, idle_s=5.0)
_LEASE = Timeouts(connect_s=5.0, first_byte_s=5.0, idle_s=20.0)
"""A lease says something every five seconds; one that is silent for long belongs to a gateway that hangs."""


class GatewayControl:
    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def alive(self, address: str) -> bool | None:
        """True: a gateway of ours, whoever's; False: something else answers, or does not; None: nothing listens."""
        try:
            reply = await self._http.fetch(Call("GET", f"{address}/healthz", _ASKED), _SHORT)
        except RequestFailed as error:
            return None if error.failure is Failure.CONNECT else False
        return _json(reply.body).get("service") == SERVICE

    async def admits(self, address: str, token: Secret) -> bool:
        """Whether the gateway there takes this token."""
        try:
            return (await self._http.fetch(_call("GET", address, "status", token), _SHORT)).status == 200
        except RequestFailed:
            return False

    async def lease(self, address: str, token: Secret) -> AsyncGenerator[None, None]:
        """Yields once it is held, and ends when the gateway has gone. Raises RequestFailed when it is not granted."""
        async with self._http.open(_call("GET", address, "lease", token), timeouts=_LEASE) as reply:
            if reply.status != 200:
                raise failure_of(reply.status, reply.headers, await reply.read(), _ASKED)
            if await reply.next_chunk() is None:
                return
            yield None
            try:
                while await reply.next_chunk() is not None:
                    pass
            except RequestFailed:
                pass  # that is how a gateway that dies is noticed

    async def release(self, address: str, token: Secret) -> bool:
        """Ask it to leave if nobody holds a lease; whether it does. Raises RequestFailed."""
        reply = await self._http.fetch(_call("POST", address, "release", token), _SHORT)
        return reply.status == 200 and _json(reply.body).get("exits") is True

    async def put_upstream(self, address: str, token: Secret, upstream: Upstream) -> None:
        """Tell it who answers. Raises RequestFailed."""
        secrets = tuple(secret for secret in (upstream.api_token, upstream.gateway_token) if secret)
        call = _call("PUT", address, "upstream", token, msgspec.json.encode(_as_json(upstream)), secrets)
        reply = await self._http.fetch(call, _SHORT)
        if reply.status != 200:
            raise failure_of(reply.status, reply.headers, reply.body, _ASKED)


def _call(
    method: str, address: str, door: str, token: Secret, body: bytes = b"", secrets: tuple[Secret, ...] = ()
) -> Call:
    headers = [("authorization", f"Bearer {token.reveal()}")]
    if body:
        headers.append(("content-type", "application/json"))
    return Call(method, f"{address}/workbench/{door}", _ASKED, tuple(headers), body, (token, *secrets))


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _as_json(upstream: Upstream) -> dict[str, str]:
    values = {field.name: getattr(upstream, field.name) for field in fields(upstream)}
    return {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in values.items()
        if value is not None
    }
