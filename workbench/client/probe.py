"""Single checks of a connection, which the doctor and the status dot put together. None of them is sent again on failure."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec

from workbench.client.addresses import (
    api_token,
    api_url,
    asked_of,
    bearer,
    gateway_token,
    gateway_url,
    secrets_of,
    server_headers,
    server_url,
)
from workbench.client.catalogue import decoded
from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Asked, Door, failure_of
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.targets import DEFAULT_GATEWAY, Connection

_TIMEOUTS = Timeouts(connect_s=5.0, first_byte_s=15.0, idle_s=15.0)
_NEARBY = Timeouts(connect_s=0.5, first_byte_s=1.5, idle_s=1.5)
_NOT_A_USERS_TOKEN = frozenset({1000, 9109})
_ABOUT_THE_ACCOUNT = frozenset({Failure.NOT_FOUND, Failure.MODEL_NOT_FOUND})
_ABOUT_THE_DOOR = frozenset({Failure.UNAUTHORIZED, Failure.GATEWAY_NOT_FOUND})


class ProbeClient:
    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def reach(self, connection: Connection) -> float:
        """Milliseconds of the cheapest call that needs the credentials. Raises RequestFailed."""
        began = self._http.clock()
        if not connection.target.can.cloudflare_api:
            await self._json(self._listing(connection))
        elif connection.credentials.api_token:
            await self._json(self._api_call(connection, "/ai/models/search?per_page=1"))
        else:
            await self.gateway_token(connection)
        return (self._http.clock() - began) * 1000

    async def verify_token(self, connection: Connection) -> str:
        """Which kind of token it is, "user" or "account"; both have their own door (workers-ai §2). Raises RequestFailed."""
        base = api_url(connection.target, "").rpartition("/accounts/")[0]
        try:
            reply = await self._json(self._call(connection, f"{base}/user/tokens/verify"))
            kind = "user"
        except RequestFailed as error:
            if error.status != 401 and error.code not in _NOT_A_USERS_TOKEN:
                raise
            reply = await self._json(self._api_call(connection, "/tokens/verify"))
            kind = "account"
        result = reply.get("result")
        status = result.get("status", "") if isinstance(result, dict) else ""
        if status != "active":
            raise _inactive_token(str(status))
        return kind

    async def account(self, connection: Connection) -> None:
        """Raises RequestFailed where the account is the trouble; a missing permission is not."""
        try:
            await self._json(self._api_call(connection, "/ai/models/search?per_page=1"))
        except RequestFailed as error:
            if error.status is None or error.status >= 500 or error.failure in _ABOUT_THE_ACCOUNT:
                raise

    async def workers_ai_permission(self, connection: Connection) -> None:
        """The cheapest call that wants “Workers AI – Read” (workers-ai §2). Raises RequestFailed."""
        await self._json(self._api_call(connection, "/ai/models/search?per_page=1"))

    async def gateway_exists(self, connection: Connection) -> None:
        """Raises RequestFailed; FORBIDDEN or UNAUTHORIZED mean only that the token may not look.

        The default gateway comes into being with its first request (ai-gateway §1.1), so its absence is no failure.
        """
        target = connection.target
        if target.can.sandbox:
            return  # the local gateway answers to every name
        gateway = target.gateway or DEFAULT_GATEWAY
        path = f"/ai-gateway/gateways/{quote(gateway, safe='')}"
        try:
            await self._json(self._api_call(connection, path))
        except RequestFailed as error:
            if error.failure is Failure.GATEWAY_NOT_FOUND or error.status == 404:
                if gateway == DEFAULT_GATEWAY:
                    return
                raise _no_gateway(gateway, error) from None
            raise

    async def gateway_token(self, connection: Connection) -> None:
        """Knocks on the gateway with an empty question: whatever it says about the question, it let us in. Costs nothing.

        (inferred: ai-gateway §3.1 puts the token before everything else.) Raises RequestFailed.
        """
        url = gateway_url(connection.target, "/compat/chat/completions")
        headers = (
            ("content-type", "application/json"),
            ("cf-aig-authorization", bearer(gateway_token(connection))),
        )
        asked = asked_of(connection, Door.GATEWAY)
        call = Call("POST", url, asked, headers, b"{}", secrets_of(connection))
        reply = await self._http.fetch(call, _TIMEOUTS)
        if reply.status < 300:
            return
        error = failure_of(reply.status, reply.headers, reply.body, asked)
        if error.maker is Maker.PROVIDER:
            return
        if error.failure in _ABOUT_THE_DOOR or reply.status in (401, 404) or reply.status >= 500:
            raise error

    async def listening(self, base_url: str) -> bool:
        """Whether something OpenAI-compatible answers under base_url, which ends in `/v1`. Quick; never raises."""
        call = Call("GET", f"{base_url.rstrip('/')}/models", Asked(Door.SERVER, "the server"))
        try:
            reply = await self._http.fetch(call, _NEARBY)
            body = msgspec.json.decode(reply.body)
        except (RequestFailed, msgspec.DecodeError, UnicodeError):
            return False
        if not isinstance(body, dict):
            return False
        if reply.status == 200:
            return isinstance(body.get("data"), list) or body.get("object") == "list"
        return reply.status in (401, 403) and "error" in body

    def _call(self, connection: Connection, url: str) -> Call:
        headers = (("authorization", bearer(api_token(connection))),)
        return Call("GET", url, asked_of(connection, Door.API), headers, secrets=secrets_of(connection))

    def _api_call(self, connection: Connection, path: str) -> Call:
        return self._call(connection, api_url(connection.target, path))

    def _listing(self, connection: Connection) -> Call:
        url = server_url(connection.target, "/models")
        asked = asked_of(connection, Door.SERVER)
        return Call("GET", url, asked, server_headers(connection), secrets=secrets_of(connection))

    async def _json(self, call: Call) -> dict[str, Any]:
        return decoded(await self._http.fetch(call, _TIMEOUTS), call)


def _inactive_token(status: str) -> RequestFailed:
    return RequestFailed(
        "The API token is not active.",
        why=f"Cloudflare says it is {status}." if status else "Cloudflare does not say why.",
        fix="Make a new token, or enable this one in the dashboard.",
        failure=Failure.UNAUTHORIZED,
        maker=Maker.WORKERS_AI,
    )


def _no_gateway(name: str, error: RequestFailed) -> RequestFailed:
    return error.reworded(
        f"There is no gateway named “{name}”.",
        fix="Check the name, or make the gateway in the dashboard; only “default” is made by itself.",
        failure=Failure.GATEWAY_NOT_FOUND,
        maker=Maker.GATEWAY,
    )
