"""Routes written by hand, in the shapes people use, as route graphs (design §5).

Rules with conditions, a distribution with percentages, a primary with fallbacks, models by country; each may stand where a
model could in another. Read with good will, and every change is said; what is not understood is refused with its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.routes.codec import read_route
from workbench.domain.routes.document import check_size, parsed
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.handwritten.conditions import condition_of
from workbench.domain.routes.handwritten.reading import Reading
from workbench.domain.routes.handwritten.shapes import Shape as Shape
from workbench.domain.routes.handwritten.shapes import shape_of


@dataclass(frozen=True, slots=True)
class Imported:
    """changes: a sentence for everything that is not in the route as it was written."""

    route: Route
    shape: Shape
    changes: tuple[str, ...] = ()


def import_route(value: Mapping[str, Any] | Sequence[Any] | str | bytes, name: str = "") -> Imported:
    """Raises RouteError with the place of what cannot be read, and why."""
    changes: list[str] = []
    document = _unwrapped(parsed(value), changes)
    shape = shape_of(document)
    if shape is Shape.GRAPH:
        check_size(document)
        read = read_route(_without_expressions(document, changes), name)
        return Imported(read.route, shape, (*changes, *map(str, read.notes)))
    reading = Reading(changes)
    first = reading.target(document, (), outermost=True)
    sidecar = {"notes": reading.graph.notes} if reading.graph.notes else {}
    found = document.get("name") if isinstance(document, Mapping) else None
    if found is not None and not isinstance(found, str):
        raise RouteError("The name of a route is text.", pointer="/name")
    return Imported(Route(found or name, reading.graph.elements(first), sidecar), shape, tuple(changes))


def _unwrapped(document: Any, changes: list[str]) -> Any:
    """The route out of a reply of the API, whose envelope varies (ai-gateway §7.4)."""
    for _ in range(4):
        if not isinstance(document, Mapping) or isinstance(document.get("elements"), list):
            return document
        key = next(
            (key for key in ("result", "route", "version") if isinstance(document.get(key), Mapping)), ""
        )
        if key and ("success" in document or key == "version"):
            name = document.get("name")
            document = document[key] if name is None else {"name": name, **document[key]}
            changes.append(f"The route was taken out of “{key}” of an answer.")
        elif isinstance(document.get("data"), list | str) and len(document) > 1 and "version_id" in document:
            elements = document["data"]
            return {
                "name": document.get("name", ""),
                "elements": parsed(elements) if isinstance(elements, str) else elements,
            }
        else:
            return document
    return document


def _without_expressions(document: Any, changes: list[str]) -> Any:
    """A graph whose conditions may be expressions."""
    elements = document.get("elements") if isinstance(document, Mapping) else document
    for index, element in enumerate(elements or ()):
        properties = element.get("properties") if isinstance(element, Mapping) else None
        if isinstance(properties, dict):
            _write_queries(properties, ("elements", index, "properties"), changes)
    return document


def _write_queries(properties: dict[str, Any], at: tuple[str | int, ...], changes: list[str]) -> None:
    for key in ("condition", "conditions"):
        text = properties.get(key)
        if isinstance(text, str) and not text.lstrip().startswith("{"):
            properties[key] = condition_of(text, (*at, key))
            changes.append(f"{pointer(*at, key)}: “{text}” is written as a query object.")
