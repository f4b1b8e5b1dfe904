"""Rows of the journal as a terminal, a spreadsheet or a program wants them."""

from __future__ import annotations

import base64
import csv
import io
import json
import math
import shutil
import time
from collections.abc import Iterable
from typing import Any, Protocol

import msgspec

from workbench.domain.journal import LogRow
from workbench.domain.routes.trace import Trace

SHORT_ID = 8
"""How much of an id's end is shown: its beginning is the time, and alike for rows of one moment."""
_FIELDS = tuple(
    name
    for name in LogRow.__slots__
    if name not in ("request_head", "response_head", "request_body", "response_body")
)
_WIDE = 10_000


class Lines(Protocol):
    """head: what comes before the first row, "" for nothing. Both give whole lines."""

    def head(self) -> str: ...

    def line(self, row: LogRow) -> str: ...


class JsonLines:
    """One JSON object on each line."""

    def head(self) -> str:
        return ""

    def line(self, row: LogRow) -> str:
        return json.dumps(facts(row), ensure_ascii=False) + "\n"


class CsvLines:
    """Every field a column; metadata and attempts as JSON, the time as ISO 8601 in UTC."""

    def head(self) -> str:
        return _csv(_FIELDS)

    def line(self, row: LogRow) -> str:
        known = facts(row) | {"created_at": _iso(row.created_at)}
        return _csv(_cell(known[name]) for name in _FIELDS)


class Table:
    """A line for each row, no wider than width; where the output is no terminal, as wide as it takes."""

    def __init__(self, width: int) -> None:
        self._width = width

    @classmethod
    def for_terminal(cls, terminal: bool) -> Table:
        return cls(shutil.get_terminal_size((120, 24)).columns if terminal else _WIDE)

    def head(self) -> str:
        return self._laid("TIME", "STATUS", "TOKENS", "COST", "TOOK", "FROM", "ID", "MODEL")

    def line(self, row: LogRow) -> str:
        model = "/".join(part for part in (row.provider, row.model) if part) or row.path
        route = f" via dynamic/{row.route}" if row.route else ""
        error = f" · {row.error}" if row.error else ""
        return self._laid(
            time.strftime("%m-%d %H:%M:%S", time.localtime(row.created_at)),
            str(row.status_code or "-"),
            tokens(row),
            cost(row),
            took(row.duration_ms),
            row.upstream or "-",
            row.id[-SHORT_ID:],
            " ".join(f"{model}{route}{error}".split()),
        )

    def _laid(
        self, when: str, status: str, count: str, price: str, ms: str, source: str, id: str, rest: str
    ) -> str:
        line = f"{when:<14}  {status:>6}  {count:>14}  {price:>10}  {ms:>8}  {source:<11}  {id:<{SHORT_ID}}  {rest}"
        return (line if len(line) <= self._width else f"{line[: self._width - 1]}…") + "\n"


def tokens(row: LogRow) -> str:
    if row.tokens_in is None and row.tokens_out is None:
        return "-"
    about = "≈" if row.tokens_estimated else ""
    into, out = ("?" if count is None else str(count) for count in (row.tokens_in, row.tokens_out))
    return f"{about}{into} → {out}"


def cost(row: LogRow) -> str:
    """US dollars to the cent, or to two digits that say something; “≈” before one that comes from an estimated count."""
    if row.cost is None:
        return "-"
    digits = 2 if row.cost == 0 else max(2, 1 - math.floor(math.log10(row.cost)))
    return f"{'≈' if row.tokens_estimated and row.cost else ''}${row.cost:.{digits}f}"


def took(ms: float | None) -> str:
    if ms is None:
        return "-"
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.2f} s"


def facts(row: LogRow) -> dict[str, Any]:
    """Every field but heads and bodies, as JSON has it."""
    known: dict[str, Any] = msgspec.to_builtins({name: getattr(row, name) for name in _FIELDS})
    return known


def whole_facts(row: LogRow, trace: Trace | None) -> dict[str, Any]:
    """Everything about one row. A body that is no text is told as `{"base64": …}`."""
    return {
        **facts(row),
        "request_head": row.request_head,
        "response_head": row.response_head,
        "request_body": _body(row.request_body),
        "response_body": _body(row.response_body),
        "trace": msgspec.to_builtins(trace),
    }


def whole(row: LogRow, trace: Trace | None) -> str:
    """One row on many lines: its facts, its attempts, the way through the route, heads and bodies."""
    parts = [_summary(row)]
    if row.attempts:
        parts.append(_titled("Attempts", _attempts(row)))
    if trace is not None:
        parts.append(_titled(f"Way through dynamic/{trace.route}", _way(trace)))
    for title, text in (("Request head", row.request_head), ("Response head", row.response_head)):
        if text:
            parts.append(_titled(title, _headers(text)))
    for title, body in (("Request body", row.request_body), ("Response body", row.response_body)):
        if body is not None:
            parts.append(_titled(title, [_readable(body)]))
    return "\n".join(parts)


def _summary(row: LogRow) -> str:
    times = " · ".join(
        f"{name} {took(ms)}"
        for name, ms in (
            ("queued", row.queue_ms),
            ("first byte", row.first_byte_ms),
            ("last byte", row.last_byte_ms),
            ("in all", row.duration_ms),
        )
        if ms is not None
    )
    known = (
        ("id", row.id),
        ("time", _iso(row.created_at)),
        ("gateway", row.gateway),
        ("path", row.path),
        ("model", "/".join(part for part in (row.provider, row.model) if part)),
        ("answered by", row.upstream),
        ("status", f"{row.status_code or '-'}{'' if row.success else ', failed'}{', caller left' if row.client_gone else ''}"),
        ("error", row.error),
        ("times", times),
        ("tokens", tokens(row) + (f", {row.cached_tokens} from the prompt cache" if row.cached_tokens else "")),
        ("cost", f"{cost(row)} ({row.cost_source})"),
        ("sizes", f"{row.request_size} B asked, {row.response_size} B answered"),
        ("route", row.route),
        ("metadata", json.dumps(dict(row.metadata), ensure_ascii=False) if row.metadata else ""),
        ("feedback", "" if row.feedback is None else f"{row.feedback:+d}"),
        ("score", "" if row.score is None else f"{row.score:g}"),
        ("event id", row.event_id),
        ("cache key", row.cache_key),
        ("user agent", row.user_agent),
    )  # fmt: skip
    return "".join(f"{name:<12} {value}\n" for name, value in known if value)


def _attempts(row: LogRow) -> Iterable[str]:
    for number, attempt in enumerate(row.attempts, 1):
        waited = f", after a pause of {took(attempt.waited_ms)}" if attempt.waited_ms else ""
        element = f" (element {attempt.element})" if attempt.element else ""
        end = attempt.error or "answered"
        yield (
            f"{number}. {attempt.provider}/{attempt.model}{element}: {attempt.status or '-'} {end}, "
            f"{took(attempt.started_ms)} to {took(attempt.ended_ms)}{waited}"
        )


def _way(trace: Trace) -> Iterable[str]:
    for visit in trace.visits:
        port = f" → {visit.port}" if visit.port else ""
        yield f"{visit.element} ({visit.kind}){port}: {visit.why}"
    yield f"ended at {trace.ended}, {'answered' if trace.answered else 'without an answer'}"


def _headers(head: str) -> Iterable[str]:
    """A head is kept as a JSON object; shown, a header has a line."""
    try:
        return [f"{name}: {value}" for name, value in json.loads(head).items()]
    except (ValueError, AttributeError):
        return [head]


def _titled(title: str, lines: Iterable[str]) -> str:
    return f"{title}\n" + "".join(f"  {line}\n" for text in lines for line in text.splitlines() or [""])


def _readable(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes that are no text; --json shows them"
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _body(body: bytes | None) -> str | dict[str, str] | None:
    if body is None:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _csv(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03}Z"
