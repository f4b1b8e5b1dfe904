"""The ids of elements: free ones, and giving an element another with everything that names it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from workbench.domain.routes.canvas import FRAMES, NOTES, POSITIONS
from workbench.domain.routes.elements import AnyElement, ModelCall, Route

_BY_ID = (POSITIONS, NOTES, FRAMES, "sticky", "technique")
"""Parts of the sidecar that say something about an id."""
TESTS = "tests"
_NUMBERED = re.compile(r"-\d{1,9}$", re.ASCII)


def taken_ids(route: Route) -> set[str]:
    """Ids of elements, notes and frames, and those the file still says something about: whoever got one would take that over."""
    taken = {element.id for element in route.elements}
    for part in _BY_ID:
        held = route.sidecar.get(part)
        if isinstance(held, Mapping):
            taken.update(held)
    return taken


def free_id(route: Route, stem: str) -> str:
    """stem, or stem with the first number that makes it an id nobody has: "end", "end-2"."""
    return _free(taken_ids(route), stem, stem)


def free_like(taken: Collection[str], id: str) -> str:
    """id itself where it is free, else its next: "m1-2" after "m1", and "m1-3" after "m1-2"."""
    return _free(taken, id, _NUMBERED.sub("", id) or id)


def _free(taken: Collection[str], wish: str, stem: str) -> str:
    if wish not in taken:
        return wish
    return next(name for number in count(2) if (name := f"{stem}-{number}") not in taken)


def id_problem(route: Route, old: str, new: str) -> str:
    """Why the element old may not be called new, as a sentence; "" if it may."""
    if not new:
        return "An element needs an id."
    if new == old:
        return ""
    if any(element.id == new for element in route.elements):
        return f"Another element is called “{new}”."
    if any(new in _part(route.sidecar, part) for part in (NOTES, FRAMES)):
        return f"A note or a frame is called “{new}”."
    return ""


def renamed_element(route: Route, old: str, new: str) -> Route:
    """With another id for the element, wherever it is named: links, position, note, tests. The same route where that has a
    problem, or nobody is called old. Of two with the same id the later one gets the new one, and what names it stays.
    """
    places = [place for place, element in enumerate(route.elements) if element.id == old]
    if not places or old == new or id_problem(route, old, new):
        return route
    elements = list(route.elements)
    elements[places[-1]] = replace(elements[places[-1]], id=new)
    if len(places) > 1:
        return replace(route, elements=tuple(elements))
    led = tuple(_led(element, old, new) for element in elements)
    return replace(route, elements=led, sidecar=_sidecar_renamed(route, old, new))


def _led(element: AnyElement, old: str, new: str) -> AnyElement:
    if old not in element.outputs.values():
        return element
    return replace(element, outputs={port: new if to == old else to for port, to in element.outputs.items()})


def _sidecar_renamed(route: Route, old: str, new: str) -> dict[str, Any]:
    sidecar = dict(route.sidecar)
    for part in _BY_ID:
        held = _part(sidecar, part)
        if old in held or new in held:
            rest = {id: value for id, value in held.items() if id != new}
            sidecar[part] = {new if id == old else id: value for id, value in rest.items()}
            if not sidecar[part]:
                del sidecar[part]
    if isinstance(tests := sidecar.get(TESTS), list | tuple):
        names = {name for one in route.elements if isinstance(one, ModelCall) for name in _names(one)}
        sidecar[TESTS] = [_test_renamed(test, old, new, keep=old in names) for test in tests]
    return sidecar


def _names(element: ModelCall) -> tuple[str, str]:
    return element.model, f"{element.provider}/{element.model}"


def _test_renamed(test: Any, old: str, new: str, *, keep: bool) -> Any:
    """keep: old is a model's name too, so what is told of it stays told of that model."""
    if not isinstance(test, Mapping):
        return test
    renamed = dict(test)
    outcomes = _part(test, "outcomes")
    if old in outcomes:
        again = {old: outcomes[old]} if keep else {}
        renamed["outcomes"] = {new if id == old else id: how for id, how in outcomes.items()} | again
    expected = _part(test, "expect")
    if (wanted := expected.get("element")) == old:
        renamed["expect"] = {**expected, "element": new}
    elif isinstance(wanted, list | tuple) and old in wanted:
        renamed["expect"] = {**expected, "element": [new if id == old else id for id in wanted]}
    return renamed


def _part(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = of.get(name)
    return found if isinstance(found, Mapping) else {}
