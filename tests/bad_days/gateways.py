"""A gateway in front of an upstream, its rows, and requests that no HTTP library would send."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bad_days.hostile import Hostile
from tests.gateway.wire import TOKEN, Wire, running
from workbench.domain.gateway import Upstream, UpstreamKind
from workbench.domain.secret import Secret

MANAGE = "/client/v4/accounts/acc/ai-gateway/"
LOGS = f"{MANAGE}gateways/default/logs"
THEIRS = "openai/gpt-4o"
UPSTREAM_KEY = "canary-upstream-key-51c9"


def behind(server: Hostile) -> Upstream:
    return Upstream(UpstreamKind.OPENAI, base_url=f"{server.address}/v1", api_token=Secret(UPSTREAM_KEY))


@contextmanager
def in_front_of(server: Hostile, folder: Path) -> Iterator[Wire]:
    """A gateway that asks the server for every model. What it starts when it is first needed is started."""
    with running(folder, upstream=behind(server)) as wire:
        assert total(wire) == 0
        yield wire


def total(wire: Wire) -> int:
    """How many rows there are. Those of requests that have ended are among them."""
    count: int = wire.ask("GET", LOGS).json["result_info"]["total_count"]
    return count


def rows(wire: Wire, query: str = "") -> list[dict[str, Any]]:
    """All of them, newest first."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = wire.ask("GET", f"{LOGS}?per_page=50&page={page}&{query}").json
        found += answer["result"]
        if len(found) >= answer["result_info"]["total_count"]:
            return found
        page += 1


def request(
    wire: Wire, method: str, path: str, *headers: str, body: bytes = b"", token: str = TOKEN
) -> bytes:
    """Its bytes; headers are lines."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{wire.port}", f"Authorization: Bearer {token}"]
    return "\r\n".join((*lines, *headers, "", "")).encode("latin-1") + body


def raw(wire: Wire, sent: bytes) -> bytes:
    """What comes back for these very bytes, until the gateway closes."""
    with socket.create_connection(("127.0.0.1", wire.port), timeout=20) as connection:
        with contextlib.suppress(OSError):  # refused before all of it was sent, as it should be
            connection.sendall(sent)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def code_of(body: bytes) -> int:
    """The code in an error body, which has to be one of the documented envelopes (ai-gateway §3.3 A and C)."""
    told = json.loads(body)
    assert told["success"] is False, told
    errors = told.get("errors") if told.get("name") != "AiGatewayError" else told["error"]
    assert isinstance(errors, list), told
    assert errors, told
    assert all(isinstance(one["code"], int) and one["message"] for one in errors), told
    code: int = errors[0]["code"]
    return code
