"""Fields of a body, taken out with the type they must have; each raises AskRefused with the field's JSON pointer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.gateway.sandbox.ask import Tool
from workbench.gateway.sandbox.attachments import Attachment, NotBase64, from_url
from workbench.gateway.sandbox.turns import AskRefused, mismatch

NO_PARAMETERS: Mapping[str, Any] = {"type": "object", "properties": {}}


def mapping(body: Mapping[str, Any], name: str, at: str = "") -> Mapping[str, Any] | None:
    value = body.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise AskRefused(mismatch(f"{at}/{name}", value, "object"), pointer=f"{at}/{name}")


def array(body: Mapping[str, Any], name: str, at: str = "") -> list[Any]:
    """An absent one is empty."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise AskRefused(mismatch(f"{at}/{name}", value, "array"), pointer=f"{at}/{name}")
    return value


def boolean(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise AskRefused(mismatch(f"/{name}", value, "boolean"), pointer=f"/{name}")


def text(body: Mapping[str, Any], name: str, at: str = "") -> str:
    """An absent one is empty."""
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    raise AskRefused(mismatch(f"{at}/{name}", value, "string"), pointer=f"{at}/{name}")


def whole(body: Mapping[str, Any], *names: str, at: str = "", least: int = 1) -> int | None:
    """The first of these fields that is there."""
    for name in names:
        value = body.get(name)
        if value is None:
            continue
        where = f"{at}/{name}"
        if not isinstance(value, int) or isinstance(value, bool):
            raise AskRefused(mismatch(where, value, "integer"), pointer=where)
        if value < least:
            raise AskRefused(f"'{where}' must be >= {least}", pointer=where)
        return value
    return None


def strings(body: Mapping[str, Any], name: str, at: str = "") -> tuple[str, ...]:
    """One string or several; empty ones are dropped."""
    value = body.get(name)
    given = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise AskRefused(mismatch(f"{at}/{name}", value, "string' or 'array"), pointer=f"{at}/{name}")
    return tuple(item for item in given if item)


def settings(
    body: Mapping[str, Any], ranges: Mapping[str, tuple[float, float]], at: str = ""
) -> dict[str, Any]:
    """The sampling settings that were given, each within its range; and the seed."""
    found: dict[str, Any] = {}
    for name, (low, high) in ranges.items():
        value = body.get(name)
        if value is None:
            continue
        where = f"{at}/{name}"
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise AskRefused(mismatch(where, value, "number"), pointer=where)
        if not low <= value <= high:
            raise AskRefused(f"'{where}' must be >= {low} and <= {high}", pointer=where)
        found[_PLAIN.get(name, name)] = value
    if (seed := body.get("seed")) is not None:
        found["seed"] = seed
    return found


_PLAIN = {"topP": "top_p", "topK": "top_k", "p": "top_p", "k": "top_k"}
"""Settings by their common names, so that the same wish gets the same answer over every wire."""


def tool(entry: Mapping[str, Any], parameters: str = "parameters") -> Tool:
    """A tool whose name has been checked."""
    schema = entry.get(parameters)
    return Tool(
        entry["name"],
        str(entry.get("description") or ""),
        schema if isinstance(schema, dict) else NO_PARAMETERS,
    )


def attached(kind: str, url: Any, where: str) -> Attachment:
    if not isinstance(url, str):
        raise AskRefused(mismatch(where, url, "string"), pointer=where)
    try:
        return from_url(kind, url)
    except NotBase64 as bad:
        raise AskRefused(f"'{where}': {bad}", pointer=where) from bad
