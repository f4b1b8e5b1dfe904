"""The local gateway's management API, logs and own doors, asked without a socket: what the window's services speak to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from tests.gateway.management.desk import Desk
from tests.storage.conftest import Loop
from workbench.client.connection import HttpClient
from workbench.client.gateway_desk import GatewayDesk
from workbench.client.management import ManagementClient
from workbench.domain.gateway import Upstream
from workbench.domain.secret import Secret
from workbench.domain.targets import Connection, Credentials, Target
from workbench.gateway.journal.journal import Journal
from workbench.gateway.journal.logs_api import LogsApi
from workbench.gateway.leases import Leases
from workbench.gateway.management.management import Management
from workbench.gateway.own import Instance
from workbench.gateway.own_doors import OwnDoors
from workbench.gateway.protocol import Action, Door, Family
from workbench.gateway.sandbox.fault_rules import FaultRules
from workbench.services.targets import LOCAL

ADDRESS = "http://127.0.0.1:8787"
HERE = Connection(
    replace(LOCAL, api_base=f"{ADDRESS}/client/v4", gateway_base=f"{ADDRESS}/v1"),
    Credentials(Secret("canary-access-token"), Secret("canary-access-token")),
)
PREFIX = "/client/v4/accounts/local/ai-gateway/"
_OWN = {
    "status": Action.STATUS,
    "providers": Action.PROVIDERS,
    "faults": Action.FAULTS,
    "traces": Action.TRACE,
}


class Here:
    """services.targets.TargetService, where there is the local gateway only."""

    def get(self, target_id: str) -> Target:
        return HERE.target

    async def connection(self, target_id: str = "") -> Connection:
        return HERE


@dataclass
class Local:
    """asked: method and path of every request. on_request, on_reply: called as one leaves and as its reply comes; either may
    raise httpx.TransportError, as a network does that breaks there.
    """

    run: Loop
    desk: Desk
    journal: Journal
    client: GatewayDesk
    management: ManagementClient
    asked: list[tuple[str, str]] = field(default_factory=list)
    questions: list[httpx.Request] = field(default_factory=list)
    on_request: Callable[[], None] = lambda: None
    on_reply: Callable[[], None] = lambda: None


@contextmanager
def local_gateway(folder: Path) -> Iterator[Local]:
    run = Loop(folder)
    desk = Desk(run)
    journal = run(Journal.open(folder / "journal.db"))
    management = Management(desk.configuration, LogsApi(journal), ADDRESS)
    own = OwnDoors(
        instance=Instance.now(ADDRESS, 8787),
        leases=Leases(asyncio.Event(), lambda: None, leased=False),
        journal=journal,
        configuration=desk.configuration,
        faults=FaultRules(folder / "faults.json"),
        upstream=Upstream(),
        set_upstream=lambda upstream: None,
        answered=lambda: 0,
    )

    async def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer canary-access-token"
        path, query = request.url.path, request.url.query.decode()
        local.on_request()
        local.asked.append((request.method, path))
        if path.startswith("/v1/"):
            local.questions.append(request)
            return httpx.Response(200, json={})
        if path.startswith("/workbench/"):
            name, _, tail = path.removeprefix("/workbench/").partition("/")
            door = Door(Family.OWN, _OWN[name], ("GET", "PUT"), tail=tail)
            reply = await own.answer(door, request.method, query, {}, request.content)
        else:
            tail = path.removeprefix(PREFIX)
            reply = await management.answer(request.method, tail, query, request.content)
        local.on_reply()
        return httpx.Response(reply.status, headers=list(reply.headers), content=reply.body)

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    http = HttpClient(transport=httpx.MockTransport(answer), sleep=at_once)
    local = Local(run, desk, journal, GatewayDesk(http), ManagementClient(http))
    try:
        yield local
    finally:
        run(http.aclose())
        run(journal.aclose())
        run.close()
