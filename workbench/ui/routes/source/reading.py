"""The editor's text to a route, sharing with the route before what has not changed; or what is wrong with it, and where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import is_
from typing import Any

from workbench.domain.routes.codec import read_route, route_document
from workbench.domain.routes.document import check_size
from workbench.domain.routes.elements import AnyElement, Percentage, Rate, Route, Technique
from workbench.domain.routes.errors import RouteError
from workbench.ui.routes.source.places import Places


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no route. syntax: the parser's words where it is not JSON, "" where it is. line, column: from 1.

    start, end: of what is wrong, as offsets.
    """

    what: str
    why: str = ""
    fix: str = ""
    syntax: str = ""
    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """value: what the text says, as JSON. route: None where there is a problem."""

    value: Any = None
    route: Route | None = None
    problem: Problem | None = None


def read(text: str, before: Route) -> Read:
    """Read text as a whole route file. What is equal in `before` is taken from there, so that it is the same object."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Read(problem=_not_json(text, error))
    except (RecursionError, ValueError):
        value = None  # the codec says it in a sentence
    try:
        check_size(value)
        after = read_route(text).route
    except RouteError as error:
        return Read(value, problem=_refused(text, error, value is not None))
    return Read(value, shared(before, after))


def shared(before: Route, after: Route) -> Route:
    """after, with those elements of before that are equal; before itself where all is."""
    known = {element.id: element for element in before.elements}
    elements = tuple(_either(known.get(element.id), element) for element in after.elements)
    same = len(elements) == len(before.elements) and all(map(is_, elements, before.elements))
    if same and _equal(after, before):
        return before
    sidecar = before.sidecar if _equal(before.sidecar, after.sidecar) else after.sidecar
    return replace(after, elements=before.elements if same else elements, sidecar=sidecar)


class Documents:
    """The JSON of a route, element by element; what has been made for an element serves as long as that is the same."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[AnyElement, dict[str, Any]]] = {}

    def of(self, route: Route) -> dict[str, Any]:
        """As domain.routes.codec.route_document; not to be changed, for it is shared."""
        made: dict[int, tuple[AnyElement, dict[str, Any]]] = {}
        for element in route.elements:
            known = self._made.get(id(element))
            if known is None:
                (json,) = route_document(Route("", (element,)))["elements"]
                known = (element, json)
            made[id(element)] = known
        self._made = made
        whole = route_document(replace(route, elements=tuple(filter(_speaks_in_sidecar, route.elements))))
        whole["elements"] = [made[id(element)][1] for element in route.elements]
        return whole


def like(old: Any, new: dict[str, Any]) -> dict[str, Any]:
    """new, its keys and its elements' keys in the order that old has them in, where that means nothing."""
    if not isinstance(old, Mapping):
        return new
    arranged = _in_order(old, new)
    elements = old.get("elements")
    if isinstance(elements, list):
        known = {
            one["id"]: one for one in elements if isinstance(one, dict) and isinstance(one.get("id"), str)
        }
        arranged = {
            **arranged,
            "elements": [
                one if (was := known.get(one["id"])) is one or was is None else _in_order(was, one)
                for one in new["elements"]
            ],
        }
    if isinstance(old.get("workbench"), Mapping) and "workbench" in arranged:
        arranged = {**arranged, "workbench": _in_order(old["workbench"], new["workbench"])}
    return arranged


def _in_order(old: Mapping[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    order = [*(key for key in old if key in new), *(key for key in new if key not in old)]
    return new if order == list(new) else {key: new[key] for key in order}


def _either(old: AnyElement | None, new: AnyElement) -> AnyElement:
    return old if old is not None and _equal(old, new) else new


def _equal(one: Any, other: Any) -> bool:
    """As written: ports have an order, and 1 is not true, neither of which Python's equality sees."""
    return bool(one == other) and repr(one) == repr(other)


def _speaks_in_sidecar(element: AnyElement) -> bool:
    return (isinstance(element, Percentage) and bool(element.sticky)) or (
        isinstance(element, Rate) and element.technique is not Technique.FIXED
    )


def _not_json(text: str, error: json.JSONDecodeError) -> Problem:
    return Problem(
        "",
        syntax=error.msg,
        line=error.lineno,
        column=error.colno,
        start=error.pos,
        end=min(error.pos + 1, len(text)),
    )


def _refused(text: str, error: RouteError, is_json: bool) -> Problem:
    if not is_json:
        return Problem(error.what, error.why, error.fix, line=max(1, error.line))
    places = Places(text)
    place = places.of(error.pointer)
    line, column = places.line_of(place.begin)
    return Problem(
        error.what,
        error.why,
        error.fix,
        line=line + 1,
        column=column + 1,
        start=place.begin,
        end=place.end if place is not places.whole else place.start + 1,
    )
