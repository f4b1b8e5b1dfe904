"""Requests that came, sent through a draft and through what is deployed: from the local gateway's journal, or an exported log."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Protocol

from workbench.domain.errors import InvalidInput
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.elements import Route
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.routing.flow import Prices
from workbench.routing.lint.uses import uses_of
from workbench.routing.logfile import read_log
from workbench.routing.logged import Logged, logged
from workbench.routing.replay import Change as Change
from workbench.routing.replay import Replay as Replay
from workbench.routing.replay import Side as Side
from workbench.routing.replay import Unused as Unused
from workbench.routing.replay import replay
from workbench.services.route_odds import in_loop, stoppable

MOST_BYTES = 256 * 1024 * 1024
ROWS = 500
_AT_ONCE = 8
"""Rows whose head and body are fetched side by side."""


class Details(Protocol):
    """services.gateway_requests.Details."""

    @property
    def row(self) -> LogRow: ...


class Requests(Protocol):
    """services.gateway_requests.GatewayRequests."""

    async def page(self, query: LogQuery, number: int) -> LogPage: ...
    async def details(self, row: LogRow) -> Details: ...


class RouteReplay:
    """price_of: services.route_odds.RouteOdds.price_of. progress: called in the loop's thread with the part that is done."""

    def __init__(self, requests: Requests, price_of: Prices, *, most_bytes: int = MOST_BYTES) -> None:
        self._requests = requests
        self._price_of = price_of
        self._most_bytes = most_bytes

    async def of_journal(
        self,
        draft: Route,
        deployed: Route | None,
        *,
        count: int = ROWS,
        gateway: str = DEFAULT_GATEWAY,
        route: str = "",
        progress: Callable[[float], None] | None = None,
    ) -> Replay:
        """The last `count` requests of a gateway; route: only those to this route. Raises RequestFailed, RouteError."""
        routes = [draft] if deployed is None else [draft, deployed]
        rows = await self.rows(count, gateway=gateway, route=route, whole=_looks_inside(routes))
        return await self.of_rows(draft, deployed, rows, progress=progress)

    async def rows(
        self, count: int, *, gateway: str = DEFAULT_GATEWAY, route: str = "", whole: bool = True
    ) -> list[LogRow]:
        """The last so many requests, newest first. whole: with heads and bodies, where they were kept. Raises RequestFailed."""
        rows: list[LogRow] = []
        query = LogQuery(gateway, route=route)
        for number in range(1, count + 1):
            found = await self._requests.page(query, number)
            rows += found.rows
            if not found.rows or len(rows) >= min(count, found.total):
                break
        known = {row.id: row for row in rows}  # new ones may have pushed some to the next page
        rows = list(known.values())[:count]
        return await self._whole(rows) if whole else rows

    async def _whole(self, rows: Sequence[LogRow]) -> list[LogRow]:
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(row: LogRow) -> LogRow:
            async with slots:
                return (await self._requests.details(row)).row

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(row)) for row in rows]
        except BaseExceptionGroup as failed:
            raise _first(failed) from failed
        return [task.result() for task in tasks]

    async def of_rows(
        self,
        draft: Route,
        deployed: Route | None,
        rows: Sequence[LogRow],
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Replay:
        """Raises RouteError."""
        found = [logged(row) for row in rows]
        usable = [one for one in found if isinstance(one, Logged)]
        unused = Counter(one for one in found if isinstance(one, str))
        return await self._replay(draft, deployed, lambda: (usable, unused), progress)

    async def of_file(
        self,
        draft: Route,
        deployed: Route | None,
        path: Path,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Replay:
        """A log that was exported. Raises InvalidInput where it cannot be read or is none, RouteError."""

        def read() -> tuple[Sequence[Logged], Mapping[str, int]]:
            log = read_log(content_of(path, self._most_bytes), path.name)
            return log.rows, log.unused

        return await self._replay(draft, deployed, read, progress)

    async def _replay(
        self,
        draft: Route,
        deployed: Route | None,
        read: Callable[[], tuple[Sequence[Logged], Mapping[str, int]]],
        progress: Callable[[float], None] | None,
    ) -> Replay:
        stop, tell = Event(), in_loop(progress)

        def work() -> Replay:
            rows, unused = read()
            return replay(
                rows,
                draft,
                deployed,
                self._price_of,
                unused=unused,
                progress=tell,
                should_stop=stop.is_set,
            )

        return await stoppable(work, stop)


def content_of(path: Path, most: int) -> bytes:
    """Raises InvalidInput for what cannot be read, or is too large."""
    try:
        if path.stat().st_size > most:
            raise InvalidInput(
                f"{path.name} is larger than {most / 1024 / 1024:.0f} MB.",
                field="log",
                fix="Export fewer rows at a time.",
            )
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"{path.name} cannot be read.", field="log", why=f"{error.strerror}." if error.strerror else ""
        ) from error


def _looks_inside(routes: Sequence[Route]) -> bool:
    """Whether a route asks more of a request than its metadata, which every row has."""
    return any(not use.field.startswith("metadata.") for route in routes for use in uses_of(route))


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
