"""The local gateway's journal as the window shows it: live, page by page, and one request with everything about it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import msgspec

from workbench.client.gateway_logs import FeedEvent as FeedEvent
from workbench.client.gateway_logs import Missed as Missed
from workbench.client.gateway_logs import Warned as Warned
from workbench.domain.exchange import Exchange, Headers
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.routes.trace import Trace
from workbench.domain.secret import Secret
from workbench.domain.targets import LOCAL_ACCOUNT, Connection

PAGE = 50
"""Rows on a page."""
MOST_EXPORTED = 10_000
_LONG = frozenset({"request_head", "response_head", "request_body", "response_body"})
FIELDS = tuple(field.name for field in fields(LogRow) if field.name not in _LONG)


class Targets(Protocol):
    """services.targets.TargetService."""

    async def connection(self, target_id: str = "") -> Connection: ...


class Client(Protocol):
    """client.gateway_desk.GatewayDesk."""

    async def logs(self, connection: Connection, query: LogQuery, page: int = 1) -> LogPage: ...
    async def log(self, connection: Connection, gateway_id: str, log_id: str) -> LogRow: ...
    async def log_body(
        self, connection: Connection, gateway_id: str, log_id: str, part: str
    ) -> bytes | None: ...
    async def trace(self, connection: Connection, trace_id: str) -> Trace | None: ...
    async def rate_log(
        self,
        connection: Connection,
        gateway_id: str,
        log_id: str,
        *,
        feedback: int | None,
        score: float | None,
    ) -> None: ...
    async def delete_logs(
        self, connection: Connection, gateway_id: str, conditions: list[dict[str, Any]]
    ) -> None: ...
    async def ask(
        self, connection: Connection, gateway_id: str, model: str, text: str, metadata: Mapping[str, Any]
    ) -> None: ...


class Feed(Protocol):
    """client.gateway_logs.GatewayLogs."""

    def feed(self, address: str, token: Secret, since: str = "") -> AsyncGenerator[FeedEvent, None]: ...


@dataclass(frozen=True, slots=True)
class Details:
    """One request. row: with heads and, where they were kept, bodies. trace: its way through a route. address: of the gateway."""

    row: LogRow
    trace: Trace | None = None
    address: str = ""

    @property
    def exchange(self) -> Exchange:
        """As what was sent, for code that sends it again; without a method where the body was not kept."""
        row = self.row
        door = f"{self.address}/v1/{LOCAL_ACCOUNT}/{row.gateway}"
        named = _model_named(row.request_body)
        # A body that names its model with a provider before it came through the unified door.
        unified = bool(row.route) or named.startswith(f"{row.provider}/")
        url = f"{door}/compat/chat/completions" if unified else f"{door}/{row.provider}/{row.path}"
        body = row.request_body
        return Exchange(
            row.id,
            row.created_at,
            method="" if body is None else "POST",
            url=url,
            request_headers=tuple(one for one in headers_in(row.request_head) if one[0].lower() not in _OURS),
            request_body=body or b"",
            status=row.status_code or None,
            response_headers=headers_in(row.response_head),
        )


_OURS = frozenset({"x-request-id"})


class GatewayRequests:
    """Everything raises RequestFailed. The gateway is started where it does not run."""

    def __init__(self, targets: Targets, client: Client, logs: Feed) -> None:
        self._targets = targets
        self._client = client
        self._logs = logs

    async def page(self, query: LogQuery, number: int) -> LogPage:
        """number counts from 1; query.until keeps pages where they are."""
        return await self._client.logs(await self._here(), query, number)

    async def feed(self, since: str = "") -> AsyncGenerator[FeedEvent, None]:
        """Rows of all gateways as they end, until the gateway ends. since: a row's id, or Unix seconds; begins after it."""
        here = await self._here()
        assert here.credentials.api_token is not None
        address = here.target.api_base.removesuffix("/client/v4")
        async with aclosing(self._logs.feed(address, here.credentials.api_token, since)) as events:
            async for event in events:
                yield event

    async def details(self, row: LogRow) -> Details:
        """All there is about it; what was not kept is None."""
        here = await self._here()
        async with asyncio.TaskGroup() as group:
            whole = group.create_task(self._client.log(here, row.gateway, row.id))
            sent, came = (
                group.create_task(self._client.log_body(here, row.gateway, row.id, part))
                for part in ("request", "response")
            )
            trace = group.create_task(self._trace(here, row.trace_id))
        found = replace(whole.result(), request_body=sent.result(), response_body=came.result())
        return Details(found, trace.result(), here.target.api_base.removesuffix("/client/v4"))

    async def rate(self, row: LogRow, *, feedback: int | None, score: float | None) -> None:
        await self._client.rate_log(await self._here(), row.gateway, row.id, feedback=feedback, score=score)

    async def ask(
        self, model: str, text: str, *, gateway: str = "default", metadata: Mapping[str, Any] | None = None
    ) -> None:
        """Send one small question, so that there is something to look at. model: as the unified address names it."""
        await self._client.ask(await self._here(), gateway, model, text, metadata or {})

    async def delete(self, query: LogQuery) -> None:
        """All rows that query finds. The API cannot delete by text, so those are deleted by their ids, page by page."""
        here = await self._here()
        if not query.text.strip():
            await self._client.delete_logs(here, query.gateway, query.conditions())
            return
        before = -1
        while (found := await self._client.logs(here, query)).rows and found.total != before:
            before = found.total
            ids = [row.id for row in found.rows]
            await self._client.delete_logs(
                here, query.gateway, [{"key": "id", "operator": "eq", "value": ids}]
            )

    async def export(self, query: LogQuery) -> list[LogRow]:
        """What query finds, newest first, the first MOST_EXPORTED of it."""
        here, rows = await self._here(), list[LogRow]()
        for number in range(1, MOST_EXPORTED // PAGE + 1):
            found = await self._client.logs(here, query, number)
            rows += found.rows
            if len(found.rows) < PAGE:
                break
        return rows

    async def _trace(self, here: Connection, trace_id: str) -> Trace | None:
        return await self._client.trace(here, trace_id) if trace_id else None

    async def _here(self) -> Connection:
        return await self._targets.connection("local")


def headers_in(head: str | None) -> Headers:
    """The headers of a stored head, which is a JSON object of names and values; secrets are masked in it."""
    try:
        found = json.loads(head or "{}")
    except ValueError:
        return ()
    if not isinstance(found, dict):
        return ()
    inner = found.get("headers")
    return tuple(
        (str(name), str(value)) for name, value in (inner if isinstance(inner, dict) else found).items()
    )


def as_json(rows: Sequence[LogRow]) -> str:
    known = [{name: getattr(row, name) for name in FIELDS} for row in rows]
    return json.dumps(msgspec.to_builtins(known), ensure_ascii=False, indent=2) + "\n"


def as_csv(rows: Sequence[LogRow]) -> str:
    """Every field a column; metadata and attempts as JSON."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(FIELDS)
    for row in rows:
        lines.writerow([_cell(getattr(row, name)) for name in FIELDS])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    plain = msgspec.to_builtins(value)
    if isinstance(plain, dict | list):
        plain = json.dumps(plain, ensure_ascii=False)
    # A spreadsheet would take it for a formula.
    return f"'{plain}" if isinstance(plain, str) and plain.startswith(("=", "+", "-", "@")) else plain


def _model_named(body: bytes | None) -> str:
    try:
        found = json.loads(body or b"")
    except ValueError:
        return ""
    return str(found.get("model") or "") if isinstance(found, dict) else ""
