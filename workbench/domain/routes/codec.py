"""A route to and from the JSON it is written in (ai-gateway §7.2): two dialects read, the API's written.

What can be drawn is read, however wrong it is as a route: an editor has to show it, and the linter says what is wrong.
Refused is what has no place in a graph: JSON that is none, a value of the wrong kind, an element of an unknown type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from workbench.domain.routes.document import parsed
from workbench.domain.routes.elements import AnyElement, Percentage, Rate, Route, Technique
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.properties import SIDECAR, Note, element_of, properties_of

SERVER_KEYS = frozenset(
    {"id", "gateway_id", "account_tag", "created_at", "modified_at", "version", "deployment"}
)
"""Keys of a route as the API tells it (ai-gateway §7.4) that the server makes: leaving them out loses nothing."""


@dataclass(frozen=True, slots=True)
class ReadRoute:
    """notes: where the text was not the API's dialect, or was read with good will; empty for what we write ourselves."""

    route: Route
    notes: tuple[Note, ...] = ()


def read_route(value: Mapping[str, Any] | Sequence[Any] | str | bytes, name: str = "") -> ReadRoute:
    """Read a route document, or a bare list of elements, in either dialect. name: used where the document has none.

    Raises RouteError with the place of what cannot be read; a file that is not JSON is refused with its line.
    """
    document = parsed(value)
    if isinstance(document, list | tuple):
        document = {"elements": document}
    if not isinstance(document, Mapping):
        raise RouteError("A route is an object with a list of elements.")
    notes: list[Note] = []
    sidecar = _sidecar(document)
    elements = tuple(element_of(raw, index, sidecar, notes) for index, raw in enumerate(_elements(document)))
    unknown = {key: kept for key, kept in document.items() if key not in ("name", "elements", SIDECAR)}
    rest = _without_held(sidecar, elements)
    return ReadRoute(Route(_name(document, name), elements, rest, unknown), tuple(notes))


def _name(document: Mapping[str, Any], name: str) -> str:
    found = document.get("name", name)
    if not isinstance(found, str):
        raise RouteError("The name of a route is text.", pointer="/name")
    return found or name


def _elements(document: Mapping[str, Any]) -> Sequence[Any]:
    if "elements" not in document:
        raise RouteError("This is not a route: it has no list of elements.", pointer="/elements")
    elements = document["elements"]
    if not isinstance(elements, list | tuple):
        raise RouteError("The elements of a route are a list.", pointer="/elements")
    return elements


def _sidecar(document: Mapping[str, Any]) -> Mapping[str, Any]:
    sidecar = document.get(SIDECAR, {})
    if not isinstance(sidecar, Mapping):
        raise RouteError(f"“{SIDECAR}” is an object.", pointer=pointer(SIDECAR))
    for part in ("sticky", "technique"):
        held = sidecar.get(part, {})
        if not isinstance(held, Mapping):
            raise RouteError(f"“{part}” names a value for each element.", pointer=pointer(SIDECAR, part))
        for element, value in held.items():
            _check_held(part, element, value)
    return sidecar


def _check_held(part: str, element: str, value: Any) -> None:
    where = pointer(SIDECAR, part, element)
    if not isinstance(value, str):
        raise RouteError(f"“{part}” of element “{element}” is text.", pointer=where)
    if part == "technique" and value not in list(Technique):
        raise RouteError(f"“{value}” is no technique: there are fixed and sliding.", pointer=where)


def _without_held(sidecar: Mapping[str, Any], elements: Sequence[AnyElement]) -> dict[str, Any]:
    """The sidecar without what the elements hold now; entries that fit no element stay, so that nothing is lost."""
    rest = dict(sidecar)
    held = {
        "sticky": {element.id for element in elements if isinstance(element, Percentage)},
        "technique": {element.id for element in elements if isinstance(element, Rate)},
    }
    for part, ids in held.items():
        left = {key: value for key, value in rest.get(part, {}).items() if key not in ids}
        rest.pop(part, None)
        if left:
            rest[part] = left
    return rest


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
    """One element, with its unknown keys where they were."""
    written: dict[str, Any] = {"id": element.id, "type": element.kind.value}
    properties = properties_of(element)
    if properties:
        written["properties"] = properties
    written["outputs"] = {port: {"elementId": target} for port, target in element.outputs.items()}
    _merge(written, deepcopy(dict(element.unknown)))
    return written


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into.setdefault(key, value)


def api_elements(route: Route) -> list[dict[str, Any]]:
    """The elements as the API takes them. The sidecar is left out; raises RouteError rather than lose an unknown key."""
    for key in route.unknown:
        if key not in SERVER_KEYS:
            raise _would_lose(key, "the route", pointer(key))
    for index, element in enumerate(route.elements):
        lost = _first_key(element.unknown)
        if lost:
            raise _would_lose(lost[-1], f"element “{element.id}”", pointer("elements", index, *lost))
    return [_written(element) for element in route.elements]


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
