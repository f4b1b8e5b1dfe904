"""Reading what the local gateway tells of its rows, keys and providers into the domain's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from workbench.client.management_replies import decoded, moment_of, text_of, unreadable
from workbench.client.values import as_mapping
from workbench.domain.errors import InvalidFields
from workbench.domain.gateways import CustomProvider, ProviderConfig
from workbench.domain.journal import LogRow
from workbench.domain.routes.trace import Trace
from workbench.domain.secret import MASK

_OURS = frozenset(field.name for field in fields(LogRow))
_RENAMED = {"duration": "duration_ms"}
_BODY = "body"


def log_of(entry: Mapping[str, Any], gateway_id: str) -> LogRow:
    """A row of the logs API, with what this gateway alone tells under `workbench`. Raises RequestFailed."""
    known = {**entry, **as_mapping(entry.get("workbench"))}
    values = {_RENAMED.get(name, name): value for name, value in known.items()}
    values = {name: value for name, value in values.items() if name in _OURS}
    values |= {
        "gateway": gateway_id,
        "created_at": moment_of(entry.get("created_at")),
        "metadata": decoded(str(entry.get("metadata") or "{}").encode()) or {},
    }
    try:
        return msgspec.convert(values, LogRow, strict=False)
    except msgspec.ValidationError as error:
        raise unreadable("a log row") from error


def trace_of(body: bytes) -> Trace:
    try:
        return msgspec.json.decode(body, type=Trace)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise unreadable("a trace") from error


def config_of(entry: Mapping[str, Any]) -> ProviderConfig:
    """preview: the last characters of the key, "" for a short one."""
    return ProviderConfig(
        text_of(entry.get("id")),
        text_of(entry.get("gateway_id")),
        text_of(entry.get("provider_slug")),
        text_of(entry.get("alias")),
        bool(entry.get("default_config")),
        text_of(entry.get("secret_preview")).removeprefix(MASK),
        _whole(entry.get("rate_limit")),
        _whole(entry.get("rate_limit_period")),
        moment_of(entry.get("modified_at")),
    )


def provider_of(entry: Mapping[str, Any]) -> CustomProvider:
    return CustomProvider(
        text_of(entry.get("id")),
        text_of(entry.get("name")),
        text_of(entry.get("slug")),
        text_of(entry.get("base_url")),
        bool(entry.get("enable")),
        text_of(entry.get("description")),
        text_of(entry.get("link")),
        created_at=moment_of(entry.get("created_at")),
        modified_at=moment_of(entry.get("modified_at")),
    )


def refusal_of(status: int, body: bytes) -> InvalidFields | None:
    """A 4xx whose errors carry a path (ai-gateway §3.3, shape C), by field; None for every other reply."""
    found = decoded(body) if 400 <= status < 500 else None
    problems: dict[str, str] = {}
    for error in (found or {}).get("errors") or ():
        path = error.get("path") if isinstance(error, Mapping) else None
        if isinstance(path, list) and path:
            steps = path[1:] if path[0] == _BODY else path
            problems.setdefault(".".join(map(str, steps)), _sentence(text_of(error.get("message"))))
    return InvalidFields(problems) if problems else None


def _sentence(message: str) -> str:
    return message if message.endswith((".", "!", "?", "”")) or not message else f"{message}."


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
