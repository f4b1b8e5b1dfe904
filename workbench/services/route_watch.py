"""A route at work: the requests that pass it, requests sent to try it, and what the sandbox is told to do wrong on its way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from workbench.client.gateway_logs import FeedEvent, Warned
from workbench.client.gateway_logs import Missed as Missed
from workbench.domain.chat import Served
from workbench.domain.errors import InvalidInput, RequestFailed
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.trace import Trace
from workbench.domain.targets import DEFAULT_GATEWAY, Connection
from workbench.routing.cases import answers_of, cases_of, names_model
from workbench.routing.engine import compile_route
from workbench.routing.rehearsal import Request as Request

LOCAL_ID = "local"
SHOWN = 100
"""Requests that are looked up when somebody begins to watch."""
_BEHIND_S = 2.0
"""Of a request that ended longer ago than this the trace is not looked up: there are more than can be followed one by one."""
_TOGETHER = 4


class Targets(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Client(Protocol):
    """client.gateway_desk.GatewayDesk."""

    async def trace(self, connection: Connection, trace_id: str) -> Trace | None: ...
    async def faults(self, connection: Connection) -> Mapping[str, str]: ...
    async def set_faults(self, connection: Connection, orders: Mapping[str, str]) -> Mapping[str, str]: ...


class Requests(Protocol):
    """services.gateway_requests.GatewayRequests."""

    async def page(self, query: LogQuery, number: int) -> LogPage: ...
    def feed(self, since: str = "") -> AsyncGenerator[FeedEvent, None]: ...


class Probe(Protocol):
    """client.route_probe.RouteProbe."""

    async def ask(
        self,
        connection: Connection,
        route: str,
        *,
        metadata: Mapping[str, Any],
        headers: Mapping[str, str],
        body: Mapping[str, Any],
    ) -> Served: ...


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that went through the route. trace: None where it is not kept, or came faster than it could be looked up."""

    row: LogRow
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A request sent to try the route. served: who says to have answered; error: why nobody did. took_ms: to the end of the answer."""

    took_ms: float
    served: Served | None = None
    error: RequestFailed | None = None


@dataclass(frozen=True, slots=True)
class Smoke:
    """One request after a deployment. expected: who may answer by the graph, as "provider/model". why: "" where it is as expected."""

    sent: Sent
    expected: tuple[str, ...]
    why: str = ""

    @property
    def passed(self) -> bool:
        return not self.why


class RouteWatch:
    """Raises RequestFailed. The local gateway is started where it does not run."""

    def __init__(
        self,
        targets: Targets,
        client: Client,
        requests: Requests,
        probe: Probe,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """clock: seconds, for how long things take. now: Unix seconds."""
        self._targets = targets
        self._client = client
        self._requests = requests
        self._probe = probe
        self._clock = clock
        self._now = now

    async def recent(self, route: str, gateway: str = DEFAULT_GATEWAY) -> tuple[Passed, ...]:
        """The newest requests that went through it here, oldest first, at most SHOWN."""
        here = await self._here()
        rows: list[LogRow] = []
        number = 1
        while len(rows) < SHOWN:
            page = await self._requests.page(LogQuery(gateway, route=route), number)
            rows += page.rows
            if not page.rows or len(rows) >= page.total:
                break
            number += 1
        some = asyncio.Semaphore(_TOGETHER)

        async def traced(row: LogRow) -> Passed:
            async with some:
                return await self._passed(here, row)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(traced(row)) for row in reversed(rows[:SHOWN])]
        return tuple(task.result() for task in tasks)

    async def follow(
        self, route: str, gateway: str = DEFAULT_GATEWAY
    ) -> AsyncGenerator[Passed | Missed, None]:
        """Requests through it from now on, as they end, until the gateway does."""
        here = await self._here()
        async with aclosing(self._requests.feed(str(self._now()))) as events:
            async for event in events:
                if isinstance(event, Missed):
                    yield event
                elif not isinstance(event, Warned) and (event.route, event.gateway) == (route, gateway):
                    ended = event.created_at + event.duration_ms / 1000
                    behind = self._now() - ended > _BEHIND_S
                    yield Passed(event) if behind else await self._passed(here, event)

    async def send(self, target_id: str, route: str, request: Request, gateway: str = "") -> Sent:
        """Send one request for real, and tell what came of it; a failure of the route is told, not raised.

        Raises InvalidInput where no route can run there.
        """
        connection = await self._targets.connection(target_id)
        if not connection.target.can.gateway:
            raise InvalidInput(
                f"“{connection.target.name}” has no gateway, so no route runs there.",
                field="target",
                fix="Choose the local gateway, or a Cloudflare connection with a gateway.",
            )
        if gateway:
            connection = replace(connection, target=replace(connection.target, gateway=gateway))
        began = self._clock()
        try:
            served = await self._probe.ask(
                connection, route, metadata=request.metadata, headers=request.headers, body=request.body
            )
        except RequestFailed as error:
            return Sent((self._clock() - began) * 1000, error=error)
        return Sent((self._clock() - began) * 1000, served)

    async def smoke(
        self, target_id: str, route: Route, gateway: str = "", request: Request | None = None
    ) -> Smoke:
        """Ask the route as it was just deployed, and compare who answers with who should. Raises RouteError if it cannot run.

        request: None for that of the first test in its file that needs nobody to fail, else an empty one.
        """
        request = request or _first_request(route)
        expected = answers_of(compile_route(route), request)
        sent = await self.send(target_id, route.name, request, gateway)
        return Smoke(sent, expected, _unexpected(sent, expected))

    async def faults(self, route: str) -> Mapping[str, str]:
        """What the sandbox does wrong for elements of this route, by element id; see `GET /workbench/faults` for the grammar."""
        prefix = _prefix(route)
        orders = await self._client.faults(await self._here())
        return {glob.removeprefix(prefix): order for glob, order in orders.items() if glob.startswith(prefix)}

    async def order(self, route: str, element: str, order: str) -> Mapping[str, str]:
        """Have the sandbox misbehave for one element ("status=500"), "" for no more; gives the orders for the route as they are now."""
        here = await self._here()
        orders = {**await self._client.faults(here)}
        glob = _prefix(route) + element
        orders.pop(glob, None)
        if order:
            orders[glob] = order
        told = await self._client.set_faults(here, orders)
        prefix = _prefix(route)
        return {glob.removeprefix(prefix): order for glob, order in told.items() if glob.startswith(prefix)}

    async def trace(self, row: LogRow) -> Trace | None:
        return (await self._passed(await self._here(), row)).trace

    async def _passed(self, here: Connection, row: LogRow) -> Passed:
        return Passed(row, await self._client.trace(here, row.trace_id) if row.trace_id else None)

    async def _here(self) -> Connection:
        return await self._targets.connection(LOCAL_ID)


def _first_request(route: Route) -> Request:
    try:
        cases = cases_of(route)
    except RouteError:
        return Request()
    return next((case.request for case in cases if not case.outcomes), Request())


def _prefix(route: str) -> str:
    return f"route/{route}/"


def _unexpected(sent: Sent, expected: tuple[str, ...]) -> str:
    should = " or ".join(expected)
    if sent.served is None:
        error = sent.error.what if sent.error is not None else ""
        return (
            ""
            if not expected and sent.error is not None and sent.error.status
            else f"Nobody answered. {error}".strip()
        )
    if not sent.served.model:
        return "The reply does not say who answered (it has no cf-aig-model header)."
    if any(names_model(name, sent.served.provider, sent.served.model) for name in expected):
        return ""
    answered = f"{sent.served.provider or '?'}/{sent.served.model}"
    return f"{answered} answered, and by the graph {should or 'nobody'} should."
