"""Routes written by hand, in the shapes people use, as route graphs (design §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.domain.routes.codec import read_route
from workbench.domain.routes.elements import Route


class Shape(StrEnum):
    """What a route was written as. GRAPH: elements, in either dialect of the API."""

    GRAPH = "graph"
    RULES = "rules"
    DISTRIBUTION = "distribution"
    FALLBACKS = "fallbacks"
    GEOGRAPHIC = "geographic"


@dataclass(frozen=True, slots=True)
class Imported:
    """changes: a sentence for everything that is not in the route as it was written."""

    route: Route
    shape: Shape
    changes: tuple[str, ...] = ()


def import_route(value: Mapping[str, Any] | Sequence[Any] | str | bytes, name: str = "") -> Imported:
    """Raises RouteError with the place of what cannot be read, and why."""
    read = read_route(value, name)
    return Imported(read.route, Shape.GRAPH, tuple(map(str, read.notes)))
