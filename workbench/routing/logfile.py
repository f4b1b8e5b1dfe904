"""A log as it was exported, from Cloudflare or from here: JSON, a JSON object a line, or CSV, in the fields of ai-gateway §8.2.

Read with good will: names in any spelling ("tokens_in", "Tokens In", "TokensIn"), lists in an envelope, metadata and heads as
text or as objects. What cannot be used is counted by the reason.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workbench.domain.errors import InvalidInput
from workbench.routing.logged import Logged, chats, headers_of, json_object, only_try

MOST_ROWS = 200_000
_LISTS = ("result", "data", "logs", "rows", "items")
_NO_LETTER = re.compile(r"[^a-z0-9]")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "logid", "requestid", "eventid"),
    "at": ("createdat", "datetime", "timestamp", "time", "date"),
    "metadata": ("metadata",),
    "head": ("requesthead", "requestheaders", "headers"),
    "body": ("requestbody", "request", "body", "prompt"),
    "provider": ("provider",),
    "model": ("model",),
    "status": ("statuscode", "status"),
    "success": ("success",),
    "duration": ("duration", "durationms", "requestdurationms"),
    "tokens_in": ("tokensin", "inputtokens", "prompttokens"),
    "tokens_out": ("tokensout", "outputtokens", "completiontokens"),
    "cost": ("cost",),
    "cached": ("cached",),
    "path": ("path",),
}
_FORMULA = re.compile(r"'[=+\-@]")


@dataclass(frozen=True, slots=True)
class ReadLog:
    """unused: how many rows could not be used, by why."""

    rows: tuple[Logged, ...]
    unused: Mapping[str, int]


def read_log(content: bytes, name: str = "the log") -> ReadLog:
    """Raises InvalidInput where it is no log at all."""
    entries = _entries(content.decode("utf-8-sig", "replace"), name)
    rows: dict[str, Logged] = {}
    unused: Counter[str] = Counter()
    for place, entry in enumerate(entries):
        if place >= MOST_ROWS:
            unused[f"it comes after the first {MOST_ROWS:,}"] += 1
            continue
        found = _row(entry, place)
        if isinstance(found, str):
            unused[found] += 1
        elif found.id in rows:
            unused["its id came before"] += 1
        else:
            rows[found.id] = found
    if not rows and not unused:
        raise InvalidInput(f"{name} holds no rows.", field="log", fix="Export some rows of the log.")
    return ReadLog(tuple(sorted(rows.values(), key=lambda row: row.at)), dict(unused))


def _entries(text: str, name: str) -> Iterable[Any]:
    start = text.lstrip()[:1]
    if start not in ("[", "{"):
        return _csv(text, name)
    try:
        return _listed(json.loads(text))
    except (ValueError, RecursionError) as error:
        lines = [_line(line) for line in text.splitlines() if line.strip()]
        if start == "[" or all(line is None for line in lines):
            raise InvalidInput(
                f"{name} is no log.",
                field="log",
                why=f"{error}.",
                fix="Give JSON, a JSON object a line, or CSV.",
            ) from None
        return lines


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _listed(value: Any) -> list[Any]:
    """The rows in an envelope."""
    if isinstance(value, list):
        return value
    for key in _LISTS:
        inner = value.get(key)
        if isinstance(inner, list):
            return inner
        if isinstance(inner, dict) and any(key in inner for key in _LISTS):
            return _listed(inner)
    return [value]


def _csv(text: str, name: str) -> Iterator[Any]:
    csv.field_size_limit(16 * 1024 * 1024)
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(lines, [])
        known = {spelling for spellings in _NAMES.values() for spelling in spellings}
        if len({_plain(column) for column in header} & known) < 2:
            raise InvalidInput(
                f"{name} is no log.",
                field="log",
                why="Its first line names no columns of a log, and it is not JSON.",
                fix="Give JSON, a JSON object a line, or CSV with a line of names such as id, model, metadata.",
            )
        return iter([dict(zip(header, map(_cell, line), strict=False)) for line in lines if any(line)])
    except csv.Error as error:
        raise InvalidInput(f"{name} is no CSV.", field="log", why=f"{error}.") from error


def _cell(text: str) -> str:
    """Without the mark that keeps a spreadsheet from taking it for a formula."""
    return text[1:] if _FORMULA.match(text) else text


def _plain(name: Any) -> str:
    return _NO_LETTER.sub("", str(name).lower())


def _row(entry: Any, place: int) -> Logged | str:
    if not isinstance(entry, Mapping):
        return "it is no JSON object"
    plain = {_plain(key): value for key, value in entry.items() if value not in (None, "")}
    values = {
        name: next((plain[spelling] for spelling in spellings if spelling in plain), None)
        for name, spellings in _NAMES.items()
    }
    metadata = _mapping(values["metadata"])
    if metadata is None:
        return "its metadata cannot be read"
    if _sealed(metadata):
        return "its metadata is encrypted"
    if not values["model"] and not values["body"]:
        return "it asked no model"
    if not chats(str(values["path"] or "")):
        return "it is no chat"
    body = _mapping(values["body"])
    if body is None:
        return "its body is no JSON object"
    model = _model(values["provider"], values["model"])
    status, cached = _status(values), _flag(values["cached"])
    duration = _number(values["duration"])
    return Logged(
        str(values["id"] or f"row {place + 1}"),
        _moment(values["at"]),
        metadata,
        _headers(values["head"]),
        None if not values["body"] or _sealed(body) else body,
        model,
        status,
        _whole(values["tokens_in"]),
        _whole(values["tokens_out"]),
        _number(values["cost"]),
        only_try(model, status, duration, cached=cached),
    )


def _mapping(value: Any) -> dict[str, Any] | None:
    if value is None:
        return {}
    return dict(value) if isinstance(value, Mapping) else json_object(str(value))


def _sealed(value: Mapping[str, Any]) -> bool:
    """As Logpush writes what only a private key can read (ai-gateway §8.6)."""
    return value.keys() == {"key", "iv", "data"}


def _headers(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    return headers_of(json.dumps(value, default=str) if isinstance(value, Mapping) else str(value))


def _model(provider: Any, model: Any) -> str:
    """ "provider/model"; newer logs have it so already (ai-gateway §1.2)."""
    if not model:
        return ""
    name, lead = str(model), f"{provider}/" if provider else ""
    return name if name.startswith(lead) else f"{lead}{name}"


def _status(values: Mapping[str, Any]) -> int:
    found = _whole(values["status"])
    if found is not None and 100 <= found <= 599:
        return found
    return 500 if values["success"] is not None and not _flag(values["success"]) else 200


def _flag(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("true", "1", "yes")


def _number(value: Any) -> float | None:
    try:
        found = float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 0 <= found < 1e15 else None


def _whole(value: Any) -> int | None:
    found = _number(value)
    return None if found is None else int(found)


def _moment(value: Any) -> float:
    """Unix seconds, of such, of milliseconds, or of an ISO time; 0 for what is no time."""
    found = _number(value)
    if found is not None:
        return found / 1000 if found > 1e11 else found
    try:
        when = datetime.fromisoformat(str(value))
    except ValueError:
        return 0.0
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
