"""The management API on a file of its own, asked as the gateway asks it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from tests.storage.conftest import Loop
from workbench.gateway.configuration import Configuration
from workbench.gateway.management.management import Management
from workbench.gateway.replies import Reply, json_reply
from workbench.storage.gateway_configuration import GATEWAY_MIGRATIONS
from workbench.storage.secrets import MemorySecrets

GATEWAY: dict[str, Any] = {
    "id": "team",
    "cache_invalidate_on_update": True,
    "cache_ttl": 0,
    "collect_logs": True,
    "rate_limiting_interval": 0,
    "rate_limiting_limit": 0,
}


@dataclass(frozen=True)
class Told:
    status: int
    body: Any
    headers: dict[bytes, bytes]

    @property
    def result(self) -> Any:
        assert self.status == 200, self.body
        assert self.body["success"] is True
        return self.body["result"]

    @property
    def data(self) -> Any:
        assert self.status == 200, self.body
        return self.body["data"]

    @property
    def problems(self) -> dict[str, str]:
        """The messages of a 400 by their paths, as in "body.elements.1.type"."""
        assert self.status == 400, self.body
        assert self.body["result"] is None
        assert {error["code"] for error in self.body["errors"]} == {7001}
        return {".".join(map(str, error.get("path", ()))): error["message"] for error in self.body["errors"]}

    @property
    def code(self) -> int:
        assert self.body["success"] is False
        return int(self.body["errors"][0]["code"])


class Desk:
    def __init__(self, run: Loop) -> None:
        self.run = run
        self.secrets = MemorySecrets(note="")
        self.database = run.database(migrations=GATEWAY_MIGRATIONS, busy_ms=20)
        self.open()

    def open(self) -> None:
        """Also again: with what is on disk, and the same keychain."""
        self.configuration = self.run(Configuration.open(self.database, self.secrets))
        self._management = Management(self.configuration, Logs(), "http://127.0.0.1:8787")

    def ask(self, method: str, path: str, body: Any = None, query: str = "") -> Told:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        reply = self.run(self._management.answer(method, path, query, sent))
        return Told(reply.status, json.loads(reply.body), dict(reply.headers))

    def get(self, path: str, query: str = "") -> Told:
        return self.ask("GET", path, query=query)

    def post(self, path: str, body: Any) -> Told:
        return self.ask("POST", path, body)

    def locked(self) -> sqlite3.Connection:
        other = sqlite3.connect(self.run.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other


class Logs:
    """Says what it was asked."""

    async def answer(self, method: str, gateway_id: str, tail: str, query: str, body: bytes) -> Reply:
        return json_reply(200, [method, gateway_id, tail, query, body.decode()])
