"""A route to and from the JSON it is written in (ai-gateway §7.2): two dialects read, the API's written.

What can be drawn is read, however wrong it is as a route: an editor has to show it, and the linter says what is wrong.
Refused is what has no place in a graph: JSON that is none, a value of the wrong kind, an element of an unknown type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.routes.deploying import Deployable as Deployable
from workbench.domain.routes.deploying import deployable as deployable
from workbench.domain.routes.document import parsed
from workbench.domain.routes.elements import AnyElement, Percentage, Rate, Route, Technique
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.properties import SIDECAR, element_of
from workbench.domain.routes.properties import Note as Note
from workbench.domain.routes.writing import SERVER_KEYS as SERVER_KEYS
from workbench.domain.routes.writing import api_elements as api_elements
from workbench.domain.routes.writing import route_document as route_document


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
    elements = _agreed(
        element_of(raw, index, sidecar, notes) for index, raw in enumerate(_elements(document))
    )
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


def _agreed(elements: Iterable[AnyElement]) -> tuple[AnyElement, ...]:
    """The sidecar has one technique for an id, so limits that share an id (a draft's mistake) share it too."""
    read = tuple(elements)
    sliding = {one.id for one in read if isinstance(one, Rate) and one.technique is Technique.SLIDING}
    return tuple(
        replace(one, technique=Technique.SLIDING) if isinstance(one, Rate) and one.id in sliding else one
        for one in read
    )


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
