"""The way an answer took through a route, and what was sent to get it, out of the answer's wire record."""

from __future__ import annotations

import json
from typing import Any, Protocol

from workbench.domain.exchange import Exchange
from workbench.domain.routes.trace import Trace
from workbench.domain.targets import Connection

TRACE_ID = "x-workbench-trace-id"
_METADATA = "cf-aig-metadata"


class Targets(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Client(Protocol):
    """client.gateway_desk.GatewayDesk."""

    async def trace(self, connection: Connection, trace_id: str) -> Trace | None: ...


class RouteWays:
    """Ways are kept by the local gateway, which is started where it does not run."""

    def __init__(self, targets: Targets, client: Client) -> None:
        self._targets = targets
        self._client = client

    async def of(self, exchange: Exchange) -> Trace | None:
        """None where the answer came through no route, or its way is not kept any more. Raises RequestFailed."""
        trace_id = trace_id_of(exchange)
        if not trace_id:
            return None
        return await self._client.trace(await self._targets.connection("local"), trace_id)


def trace_id_of(exchange: Exchange) -> str:
    """What the gateway calls the way; "" where there is none, as behind a gateway that tells none."""
    return next((value for name, value in exchange.response_headers if name.lower() == TRACE_ID), "")


def sent_request(exchange: Exchange) -> dict[str, dict[str, Any]]:
    """Headers (in small letters), metadata and body as a route sees them, secrets masked; a body that is no object is empty."""
    headers = {name.lower(): value for name, value in exchange.request_headers}
    metadata = _object(headers.pop(_METADATA, ""))
    return {"headers": headers, "metadata": metadata, "body": _object(exchange.request_body)}


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
