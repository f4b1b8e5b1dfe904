"""The local gateway's own doors, as the window that runs it uses them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.gateway import Upstream
from workbench.domain.secret import Secret

if TYPE_CHECKING:
    import httpx

SERVICE = "ai-workbench-gateway"
CALL_S = 5.0
SILENCE_S = 20.0
"""A lease says something every five seconds; one that is silent this long belongs to a gateway that hangs."""


class GatewayControl:
    """Short calls on loopback, never through a proxy. transport: for tests."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def alive(self, address: str) -> bool | None:
        """True: a gateway of ours, whoever's; False: something else answers, or does not; None: nothing listens."""
        import httpx

        try:
            reply = await self._http().get(f"{address}/healthz")
            found = reply.json()
        except httpx.ConnectError:
            return None
        except (httpx.HTTPError, ValueError):
            return False
        return isinstance(found, dict) and found.get("service") == SERVICE

    async def admits(self, address: str, token: Secret) -> bool:
        import httpx

        try:
            reply = await self._http().get(f"{address}/-/status", headers=_bearer(token))
        except httpx.HTTPError:
            return False
        return reply.status_code == 200

    async def lease(self, address: str, token: Secret) -> AsyncGenerator[None, None]:
        """Yields once it is held, and ends when the gateway has gone. Raises RequestFailed when it is not granted."""
        import httpx

        timeout = httpx.Timeout(CALL_S, read=SILENCE_S)
        async with _told():
            request = self._http().build_request(
                "GET", f"{address}/-/lease", headers=_bearer(token), timeout=timeout
            )
            reply = await self._http().send(request, stream=True)
        try:
            if reply.status_code != 200:
                raise _refused(reply.status_code)
            beats = reply.aiter_raw()
            async with _told():
                await anext(beats, b"")
            yield None
            try:
                async for _ in beats:
                    pass
            except httpx.HTTPError:
                pass  # that is how a gateway that dies is noticed
        finally:
            await reply.aclose()

    async def release(self, address: str, token: Secret) -> bool:
        """Ask it to leave if nobody holds a lease; whether it does. Raises RequestFailed."""
        async with _told():
            reply = await self._http().post(f"{address}/-/release", headers=_bearer(token))
        return reply.status_code == 200 and bool(reply.json().get("exits"))

    async def put_upstream(self, address: str, token: Secret, upstream: Upstream) -> None:
        """Tell it who answers. Raises RequestFailed."""
        async with _told():
            reply = await self._http().put(
                f"{address}/-/upstream", headers=_bearer(token), json=_as_json(upstream)
            )
        if reply.status_code != 200:
            raise _refused(reply.status_code)

    def _http(self) -> httpx.AsyncClient:
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(transport=self._transport, timeout=CALL_S, trust_env=False)
        return self._client


def _bearer(token: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}


def _as_json(upstream: Upstream) -> Mapping[str, Any]:
    values = {field.name: getattr(upstream, field.name) for field in fields(upstream)}
    return {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in values.items()
        if value is not None
    }


@asynccontextmanager
async def _told() -> AsyncGenerator[None, None]:
    import httpx

    try:
        yield
    except httpx.HTTPError as error:
        raise RequestFailed(
            "The local gateway does not answer.",
            failure=Failure.CONNECT,
            maker=Maker.NETWORK,
            why=str(error) or type(error).__name__,
            fix="It is started again by itself; try again in a moment.",
        ) from error


def _refused(status: int) -> RequestFailed:
    unauthorized = status == 401
    return RequestFailed(
        "The local gateway did not do what was asked.",
        failure=Failure.UNAUTHORIZED if unauthorized else Failure.PROTOCOL,
        maker=Maker.GATEWAY,
        why="It was started with another access token."
        if unauthorized
        else f"It answered with status {status}.",
        fix="Stop the other gateway, or choose another port in the preferences.",
        status=status,
    )
