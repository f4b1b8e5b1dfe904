"""One small request through a route, to see which model answers it (ai-gateway §7.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from workbench.client.addresses import asked_of, bearer, gateway_token, gateway_url, secrets_of
from workbench.client.connection import Call, HttpClient, Timeouts
from workbench.client.failures import Door, failure_of
from workbench.domain.chat import Served
from workbench.domain.gateways import ROUTE
from workbench.domain.targets import Connection

MOST_TOKENS = 16
"""Enough to answer, and less than some models refuse as too few to think in."""
_TIMEOUTS = Timeouts(connect_s=10.0, first_byte_s=120.0, idle_s=60.0)
_OURS = frozenset(
    {"authorization", "content-length", "content-type", "host", "cf-aig-authorization", "accept-encoding"}
)
"""Headers of a rehearsed request that a real one has of its own."""


class RouteProbe:
    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def ask(
        self,
        connection: Connection,
        route: str,
        *,
        metadata: Mapping[str, Any],
        headers: Mapping[str, str],
        body: Mapping[str, Any],
    ) -> Served:
        """Ask `dynamic/{route}` at the compat door, and give who says to have answered. Raises RequestFailed.

        body: a chat body or parts of one; what it leaves out is made as small as it can be. It is never streamed or cached.
        """
        model = f"{ROUTE}{route}"
        asked = replace(asked_of(connection, Door.GATEWAY), model=model)
        small = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": MOST_TOKENS}
        content = {**small, **body, "model": model, "stream": False}
        call = Call(
            "POST",
            gateway_url(connection.target, "/compat/chat/completions"),
            asked,
            (*_headers(connection, metadata), *_theirs(headers)),
            msgspec.json.encode(content),
            secrets_of(connection),
        )
        reply = await self._http.fetch(call, _TIMEOUTS)
        if reply.status >= 300:
            raise failure_of(reply.status, reply.headers, reply.body, asked)
        return Served(reply.headers.get("cf-aig-model", ""), reply.headers.get("cf-aig-provider", ""))


def _headers(connection: Connection, metadata: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    headers = [
        ("content-type", "application/json"),
        ("cf-aig-authorization", bearer(gateway_token(connection))),
        ("cf-aig-skip-cache", "true"),
    ]
    if metadata:
        headers.append(("cf-aig-metadata", json.dumps(dict(metadata))))
    return tuple(headers)


def _theirs(headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Credentials are the connection's, never the file's."""
    return tuple(
        (name, value)
        for name, value in headers.items()
        if name.lower() not in _OURS and name.lower() != "cf-aig-metadata"
    )
