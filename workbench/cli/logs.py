"""`workbench logs`: what the local gateway has answered, from its journal, and live with --follow."""

from __future__ import annotations

import json
import re
import sys
import time
from argparse import Namespace
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, closing
from pathlib import Path
from typing import TextIO, TypeVar

import msgspec

from workbench.cli.edge import finish
from workbench.cli.log_lines import CsvLines, JsonLines, Lines, Table, whole, whole_facts
from workbench.client.gateway_logs import FeedEvent, Missed, Warned
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.journal import LogRow
from workbench.domain.journal_filters import Filter, Op, filter_of, read_filter, read_time
from workbench.domain.secret import Secret
from workbench.storage import journal_queries
from workbench.storage.database import Work, told
from workbench.storage.journal import FILE, open_reading
from workbench.storage.journal_queries import Query
from workbench.storage.paths import Paths

T = TypeVar("T")

LIMIT = 50
FOLLOWED = 10
"""How many rows --follow begins with."""
STATE_FILE = "gateway.json"
"""As gateway.server writes it; that module is too much to import for a name."""
_SPAN = re.compile(r"(\d+)([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800}

Feed = Callable[[str], AsyncGenerator[FeedEvent, None]]
"""The events after the row of that id; all that come, for ""."""


def run(options: Namespace) -> int:
    if options.id and (options.follow or options.where or options.since or options.gateway or options.limit):
        options.usage_error("one row needs nothing but its ID, and --json if you like")
    if options.id and options.csv:
        options.usage_error("one row is shown as text or with --json")
    folder = Path(options.data_dir) if options.data_dir else Paths.of_user().data
    if options.id:
        return show(folder / FILE, options.id, sys.stdout, as_json=options.json)
    query = query_of(options, time.time())
    lines = lines_for(options, terminal=sys.stdout.isatty())
    if not options.follow:
        return list_rows(folder / FILE, query, options.limit or LIMIT, lines, sys.stdout)
    return finish(_follow(options, folder, query, lines))


def query_of(options: Namespace, now: float) -> Query:
    """What --where, --since and --gateway ask. Raises InvalidInput."""
    filters: list[Filter] = [read_filter(expression) for expression in options.where or ()]
    if options.since:
        filters.append(filter_of("created_at", Op.GTE, [began(options.since, now)]))
    return Query(options.gateway or "", tuple(filters))


def began(since: str, now: float) -> float:
    """Unix seconds of `90s`, `15m`, `1h`, `2d`, `1w` ago, or of an ISO time. Raises InvalidInput."""
    span = _SPAN.fullmatch(since.strip())
    if span is not None:
        return now - int(span[1]) * _SECONDS[span[2]]
    try:
        return read_time(since.strip())
    except InvalidInput as error:
        raise InvalidInput(
            f"“{since}” is no time.", field="since", fix="Write --since 1h, 30m, 2d or 2026-11-22T14:30."
        ) from error


def lines_for(options: Namespace, *, terminal: bool) -> Lines:
    if options.json:
        return JsonLines()
    return CsvLines() if options.csv else Table.for_terminal(terminal)


def list_rows(path: Path, query: Query, limit: int, lines: Lines, out: TextIO) -> int:
    """The newest rows that fit, the oldest of them first, so that the newest stands by the prompt."""
    found = latest(path, query, limit)
    out.write(lines.head())
    for row in found:
        out.write(lines.line(row))
    out.flush()
    if not found:
        sys.stderr.write("workbench: No request fits.\n")
    return 0


def latest(path: Path, query: Query, limit: int) -> Sequence[LogRow]:
    """Raises StorageFailed, and WorkbenchError where nothing has ever been recorded."""
    found = _asked(path, lambda connection: journal_queries.page(connection, query, limit=limit))
    return tuple(reversed(found.rows))


def show(path: Path, log_id: str, out: TextIO, *, as_json: bool) -> int:
    """One row with everything about it. log_id: the whole of it, or its end as the table shows it. Raises InvalidInput."""
    ids = _asked(path, lambda connection: journal_queries.ending(connection, log_id))
    if len(ids) != 1:
        what = f"Several rows' ids end in {log_id}." if ids else f"There is no row {log_id}."
        raise InvalidInput(what, field="id", fix="Give the id as “workbench logs --json” shows it.")
    row = _asked(path, lambda connection: journal_queries.find(connection, ids[0]))
    assert row is not None
    trace = _asked(path, lambda connection: journal_queries.trace(connection, row.trace_id))
    if as_json:
        out.write(json.dumps(whole_facts(row, trace), ensure_ascii=False, indent=2) + "\n")
    else:
        out.write(whole(row, trace))
    out.flush()
    return 0


async def follow(feed: Feed, first: Sequence[LogRow], query: Query, lines: Lines, out: TextIO) -> int:
    """The first rows, then those that come and fit, until the gateway ends. What is wrong is said on standard error."""
    out.write(lines.head())
    for row in first:
        out.write(lines.line(row))
    out.flush()
    known = {row.id for row in first}
    async with aclosing(feed(first[-1].id if first else "")) as events:
        async for event in events:
            match event:
                case Warned(text):
                    sys.stderr.write(f"workbench: {text or 'Requests are recorded again.'}\n")
                case Missed(rows):
                    sys.stderr.write(f"workbench: {rows} rows are left out here: they came too fast.\n")
                case LogRow() if event.id not in known and fits(event, query):
                    out.write(lines.line(event))
                    out.flush()
    sys.stderr.write("workbench: The gateway has stopped.\n")
    return 0


def fits(row: LogRow, query: Query) -> bool:
    return query.gateway in ("", row.gateway) and all(each.holds(row) for each in query.filters)


def address_in(folder: Path) -> str:
    """Where the gateway of this data folder listens. Raises WorkbenchError where none runs."""
    try:
        state = msgspec.json.decode((folder / STATE_FILE).read_bytes())
        port = int(state["port"])
    except (OSError, msgspec.DecodeError, KeyError, TypeError, ValueError):
        raise WorkbenchError(
            "The local gateway is not running.",
            why="Only a running gateway tells what it is answering now.",
            fix="Start it with “workbench gateway”, or leave --follow out to see what is recorded.",
        ) from None
    return str(state.get("address") or f"http://127.0.0.1:{port}")


async def _follow(options: Namespace, folder: Path, query: Query, lines: Lines) -> int:
    from workbench.client.connection import HttpClient
    from workbench.client.gateway_logs import GatewayLogs

    address = address_in(folder)
    token = await _token(options)
    wanted = options.limit or (FOLLOWED if not options.since else LIMIT)
    first = latest(folder / FILE, query, wanted) if (folder / FILE).exists() else ()
    http = HttpClient()
    try:
        reader = GatewayLogs(http)
        return await follow(lambda since: reader.feed(address, token, since), first, query, lines, sys.stdout)
    finally:
        await http.aclose()


async def _token(options: Namespace) -> Secret:
    from workbench.cli.gateway import token_from, token_in
    from workbench.storage.secrets import open_secrets

    if options.token_file:
        return token_from(options.token_file, sys.stdin)
    return await token_in(open_secrets(profile=Paths.of_user().profile))


def _asked(path: Path, ask: Work[T]) -> T:
    if not path.exists():
        raise WorkbenchError(
            "No request has been recorded yet.",
            why=f"There is no {path}.",
            fix="Start the gateway with “workbench gateway” and send it a request.",
        )
    with told(path), closing(open_reading(path)) as connection:
        return ask(connection)
