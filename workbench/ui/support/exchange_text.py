"""A wire record as text: what was sent, what came back, when."""

from __future__ import annotations

import json
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from workbench.domain.exchange import Exchange, Headers
from workbench.ui.support import figures

translate = QCoreApplication.translate
SHOWN_BYTES = 400_000
"""Longer bodies are cut in the view; copying takes all."""


def summary(exchange: Exchange) -> str:
    """POST · 200 · 1.24 s · 3.4 kB · 2 attempts."""
    parts = [exchange.method]
    parts.append(str(exchange.status) if exchange.status is not None else translate("Exchange", "no reply"))
    if exchange.ended_ms is not None:
        parts.append(figures.seconds(exchange.ended_ms))
    size = sum(len(chunk.data) for chunk in exchange.chunks)
    if size:
        parts.append(figures.size(size))
    if exchange.attempts:
        parts.append(translate("Exchange", "{0} attempts").format(len(exchange.attempts) + 1))
    return " · ".join(part for part in parts if part)


def request_text(exchange: Exchange, limit: int = SHOWN_BYTES) -> str:
    head = f"{exchange.method} {exchange.url}\n{headers_text(exchange.request_headers)}"
    return f"{head}\n\n{pretty(exchange.request_body, limit)}".strip()


def response_text(exchange: Exchange, limit: int = SHOWN_BYTES) -> str:
    """Status, headers, body; a stream's body is under `frames_text`, whole and with times."""
    if exchange.status is None:
        head = translate("Exchange", "No reply came.")
    else:
        at = "" if exchange.headers_ms is None else f"   ({figures.milliseconds(exchange.headers_ms)})"
        head = f"HTTP {exchange.status}{at}\n{headers_text(exchange.response_headers)}"
    body = pretty(exchange.response_body, limit)
    error = f"\n\n{exchange.error}" if exchange.error else ""
    return f"{head}{error}\n\n{body}{_dropped(exchange)}".strip()


def frames_text(exchange: Exchange, limit: int = SHOWN_BYTES) -> str:
    """Each piece as the network delivered it, with the ms since sending."""
    lines, used = [], 0
    for chunk in exchange.chunks:
        text = chunk.data.decode("utf-8", "replace").rstrip("\n")
        first, *rest = text.split("\n")
        lines.append(f"{chunk.at_ms:8.1f}  {first}")
        lines += [f"{'':8}  {line}" for line in rest if line]
        used += len(chunk.data)
        if used > limit:
            lines.append(_cut(sum(len(each.data) for each in exchange.chunks)))
            break
    return "\n".join(lines) + _dropped(exchange)


def _dropped(exchange: Exchange) -> str:
    """Says so where more came than a record keeps; "" else."""
    if not exchange.dropped_bytes:
        return ""
    more = translate("Exchange", "… {0} more came and were not recorded.")
    return "\n" + more.format(figures.size(exchange.dropped_bytes))


def attempts_text(exchange: Exchange) -> str:
    """The attempts that were retried, then the last one."""
    lines = []
    for number, attempt in enumerate(exchange.attempts, start=1):
        status = attempt.status if attempt.status is not None else "–"
        waited = translate("Exchange", "then waited {0}").format(figures.milliseconds(attempt.waited_ms))
        lines.append(f"{number}.  {attempt.at_ms:.0f} ms  {status}  {attempt.error}  ({waited})")
    last = exchange.error or (str(exchange.status) if exchange.status is not None else "–")
    lines.append(f"{len(exchange.attempts) + 1}.  {last}")
    return "\n".join(lines)


def whole_text(exchange: Exchange) -> str:
    """All of it, for a report to somebody else."""
    started = datetime.fromtimestamp(exchange.started_at).isoformat(timespec="milliseconds")
    parts = [
        f"{started}  {summary(exchange)}",
        request_text(exchange, limit=1 << 40),
        response_text(exchange, limit=1 << 40),
    ]
    if exchange.attempts:
        parts.append(attempts_text(exchange))
    return "\n\n----\n\n".join(parts)


def headers_text(headers: Headers) -> str:
    return "\n".join(f"{name}: {value}" for name, value in headers)


def pretty(body: bytes, limit: int) -> str:
    """JSON with indents, anything else as it is."""
    text = body[: limit + 1].decode("utf-8", "replace")
    if len(body) > limit:
        return f"{text}\n{_cut(len(body))}"
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _cut(size: int) -> str:
    return translate("Exchange", "… cut here; {0} in all. Copy takes everything.").format(figures.size(size))
