"""A route to its JSON: the file that holds everything, and the elements as the API takes them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from workbench.domain.routes.elements import AnyElement, Percentage, Rate, Route, Technique, Unknown
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.properties import SIDECAR, properties_of

SERVER_KEYS = frozenset(
    {"id", "gateway_id", "account_tag", "created_at", "modified_at", "version", "deployment"}
)
"""Keys of a route as the API tells it (ai-gateway §7.4) that the server makes: leaving them out loses nothing."""


def route_document(route: Route) -> dict[str, Any]:
    """The route file: everything that was read, in the API's dialect, with what only the desk knows under "workbench"."""
    document: dict[str, Any] = {
        "name": route.name,
        "elements": [_written(element) for element in route.elements],
    }
    sidecar = _whole_sidecar(route)
    if sidecar:
        document[SIDECAR] = sidecar
    return {**document, **deepcopy(dict(route.unknown))}


def _whole_sidecar(route: Route) -> dict[str, Any]:
    sidecar = deepcopy(dict(route.sidecar))
    for element in route.elements:
        if isinstance(element, Percentage) and element.sticky:
            sidecar.setdefault("sticky", {})[element.id] = element.sticky
        if isinstance(element, Rate) and element.technique is not Technique.FIXED:
            sidecar.setdefault("technique", {})[element.id] = element.technique.value
    return sidecar


def _written(element: AnyElement) -> dict[str, Any]:
    """One element, with its unknown keys where they were. A share that leads nowhere is `"70%": {}`."""
    written: dict[str, Any] = {"id": element.id, "type": type_of(element)}
    properties = properties_of(element)
    if properties:
        written["properties"] = properties
    if element.outputs or not isinstance(element, Unknown):
        written["outputs"] = {
            port: {"elementId": target} if target else {} for port, target in element.outputs.items()
        }
    _merge(written, deepcopy(dict(element.unknown)))
    return written


def type_of(element: AnyElement) -> str:
    """As the API spells it; of an unknown type, as the file does."""
    return element.type if isinstance(element, Unknown) else element.kind.value


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif (
            into.get(key, {}) == {}
        ):  # also where an unknown type writes something else in the place of an open port
            into[key] = value


def api_elements(route: Route) -> list[dict[str, Any]]:
    """The elements as the API takes them, those of an unknown type as they are: Cloudflare may know it. The sidecar is left out.

    Raises RouteError for a share that leads nowhere, and rather than lose an unknown key.
    """
    check_no_share_open(route)
    for key in route.unknown:
        if key not in SERVER_KEYS:
            raise _would_lose(key, "the route", pointer(key))
    for index, element in enumerate(route.elements):
        if isinstance(element, Unknown):
            continue
        lost = _first_key(element.unknown)
        if lost:
            raise _would_lose(lost[-1], f"element “{element.id}”", pointer("elements", index, *lost))
    return [_written(element) for element in route.elements]


def check_no_share_open(route: Route) -> None:
    """Raises RouteError for a share that leads nowhere, which the API does not take."""
    for index, element in enumerate(route.elements):
        for port, target in element.outputs.items() if isinstance(element, Percentage) else ():
            if not target:
                raise RouteError(
                    f"“{port}” of “{element.id}” leads nowhere.",
                    pointer=pointer("elements", index, "outputs", port),
                    why="The API takes outputs that lead to an element.",
                    fix="Lead it to an element, such as the end.",
                )


def _would_lose(key: str, owner: str, where: str) -> RouteError:
    return RouteError(
        f"“{key}” of {owner} would be lost.",
        pointer=where,
        why="Nothing here knows what it means, and the API has no place for it.",
        fix="Take it out of the route, or keep it as a note.",
    )


def _first_key(unknown: Mapping[str, Any]) -> tuple[str, ...]:
    for key, value in unknown.items():
        if key in ("properties", "outputs") and isinstance(value, Mapping):
            inner = _first_key(value)
            return (key, *inner) if inner else (key,)
        return (key,)
    return ()
