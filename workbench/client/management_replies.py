"""Reading the management API's replies, whatever envelope and spelling they come in (ai-gateway §7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from workbench.client.values import as_mapping, number
from workbench.domain.errors import Failure, Maker, RequestFailed
from workbench.domain.gateways import RouteDeployment, RouteEntry, VersionEntry

_ENVELOPES = ("result", "data", "route")
"""Which key holds what was asked for varies from call to call."""
_MILLISECONDS_FROM = 1e11
"""A number this large is no time in seconds before the year 5000."""


def decoded(body: bytes) -> dict[str, Any] | None:
    """The JSON object of a reply; None where it is none."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return None
    return found if isinstance(found, dict) else None


def object_in(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The route or version itself, out of one envelope or two. Raises RequestFailed."""
    for key in _ENVELOPES:
        inside = body.get(key)
        if isinstance(inside, Mapping):
            return inside if "id" in inside or "version_id" in inside else object_in(inside)
    if "id" in body or "version_id" in body:
        return body
    raise unreadable("a route")


def entries_in(body: Mapping[str, Any], name: str) -> list[Any]:
    """The list called name, or the one list there is. Raises RequestFailed."""
    for inside in (body, *(body.get(key) for key in _ENVELOPES)):
        if isinstance(inside, list):
            return inside
        if isinstance(inside, Mapping) and isinstance(found := inside.get(name), list):
            return found
    raise unreadable(f"a list of {name}")


def page_size_of(body: Mapping[str, Any], asked: int) -> int:
    """How many entries a full page has; a server may give fewer than were asked for."""
    for inside in (body.get("data"), body.get("result_info"), body.get("result")):
        if isinstance(inside, Mapping) and (told := number(inside.get("per_page"))):
            return min(int(told), asked)
    return asked


def route_of(entry: Mapping[str, Any]) -> RouteEntry:
    """The graph that runs is in `version.data`; top-level elements are what was last written, or nothing."""
    version = as_mapping(entry.get("version"))
    deployment = as_mapping(entry.get("deployment"))
    graph, sidecar = _graph_of(version) if version else (None, {})
    if graph is None:
        graph, sidecar = _graph_of(entry)
    return RouteEntry(
        text_of(entry.get("id")),
        text_of(entry.get("name")),
        text_of(entry.get("gateway_id")),
        text_of(deployment.get("version_id")) or text_of(version.get("version_id")),
        moment_of(entry.get("created_at")),
        moment_of(entry.get("modified_at")),
        graph,
        sidecar or as_mapping(entry.get("workbench")),
    )


def version_of(entry: Mapping[str, Any], asked: str = "") -> VersionEntry:
    """asked: the id it was asked for by, for a reply that tells the route's in the place of its own."""
    graph, sidecar = _graph_of(entry)
    return VersionEntry(
        text_of(entry.get("version_id")) or asked or text_of(entry.get("id")),
        moment_of(entry.get("created_at")),
        str(entry.get("active")).lower() == "true",
        graph,
        sidecar,
    )


def deployment_of(entry: Mapping[str, Any]) -> RouteDeployment:
    return RouteDeployment(
        text_of(entry.get("deployment_id")) or text_of(entry.get("id")),
        text_of(entry.get("version_id")),
        moment_of(entry.get("created_at")),
    )


def _graph_of(holder: Mapping[str, Any]) -> tuple[tuple[Any, ...] | None, Mapping[str, Any]]:
    """Elements and sidecar, from `data` (an array, an object with elements, or either of them as text), else `elements`."""
    data = holder.get("data")
    if isinstance(data, str):
        try:
            data = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeError):
            data = None
    sidecar = as_mapping(holder.get("workbench"))
    if isinstance(data, Mapping):
        sidecar = as_mapping(data.get("workbench")) or sidecar
        data = data.get("elements")
    elements = data if isinstance(data, list) else holder.get("elements")
    return (tuple(elements) if isinstance(elements, list) else None), sidecar


def moment_of(value: Any) -> float:
    """Unix seconds of an ISO date or a number of seconds or milliseconds; 0 for anything else."""
    if (known := number(value)) is not None:
        return known / 1000 if known >= _MILLISECONDS_FROM else known
    if not isinstance(value, str):
        return 0.0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def text_of(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def unreadable(what: str) -> RequestFailed:
    return RequestFailed(
        "The gateway's reply could not be read.",
        why=f"It does not hold {what}.",
        fix="Check the connection's address.",
        failure=Failure.PROTOCOL,
        maker=Maker.GATEWAY,
    )
