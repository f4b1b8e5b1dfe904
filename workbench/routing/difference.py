"""What changed between two routes, as data and in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.domain.routes.canvas import DRAWN
from workbench.domain.routes.elements import (
    AnyElement,
    Conditional,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Unknown,
)
from workbench.domain.routes.properties import SIDECAR, properties_of
from workbench.domain.routes.writing import type_of

_OWN = ("sticky", "technique")
_BESIDE = f"{SIDECAR}."


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    LED = "led"


@dataclass(frozen=True, slots=True)
class Change:
    """element: "" for the route itself. part: the property, or for LED the port. before, after: its values, None where it
    was or is not there; for LED the elements it leads to. text: one line without the element's name.
    """

    kind: ChangeKind
    element: str
    part: str
    before: Any
    after: Any
    text: str

    @property
    def runs(self) -> bool:
        """Whether requests can notice it; tests and other things kept beside the route they cannot."""
        return not self.part.startswith(_BESIDE)


def difference(before: Route, after: Route) -> tuple[Change, ...]:
    """The route itself first, then its elements in the new order, then those that are gone. The order of elements means nothing,
    and neither does how they are drawn: a moved box is no change.
    """
    changes = [*_of_route(before, after)]
    old = {element.id: element for element in before.elements}
    new = {element.id: element for element in after.elements}
    for element_id, element in new.items():
        if element_id not in old:
            text = f"added: {described(element)}{_leading(element)}"
            changes.append(Change(ChangeKind.ADDED, element_id, "", None, type_of(element), text))
        else:
            changes += _of_element(old[element_id], element)
    for element_id, element in old.items():
        if element_id not in new:
            text = f"removed: {described(element)}"
            changes.append(Change(ChangeKind.REMOVED, element_id, "", type_of(element), None, text))
    return tuple(changes)


def in_words(changes: tuple[Change, ...]) -> str:
    """One line for each change: "m1: retries 2 → 4"."""
    return "\n".join(f"{change.element or 'route'}: {change.text}" for change in changes)


def _of_route(before: Route, after: Route) -> Iterator[Change]:
    if before.name != after.name:
        yield _changed("", "name", before.name, after.name)
    yield from _of_mapping("", _beside(before), _beside(after), _BESIDE)
    yield from _of_mapping("", before.unknown, after.unknown)


def _beside(route: Route) -> dict[str, Any]:
    return {name: value for name, value in route.sidecar.items() if name not in DRAWN}


def _of_element(before: AnyElement, after: AnyElement) -> Iterator[Change]:
    if type_of(before) != type_of(after):
        yield _changed(after.id, "type", type_of(before), type_of(after))
    yield from _of_mapping(after.id, _properties(before), _properties(after))
    yield from _of_outputs(before, after)


def _properties(element: AnyElement) -> dict[str, Any]:
    own = {name: getattr(element, name) for name in _OWN if getattr(element, name, "")}
    return {**properties_of(element), **own, **element.unknown}


def _of_mapping(
    element: str, before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> Iterator[Change]:
    for name in (*after, *(name for name in before if name not in after)):
        if before.get(name) != after.get(name):
            yield _changed(element, prefix + name, before.get(name), after.get(name))


def _changed(element: str, part: str, before: Any, after: Any) -> Change:
    text = f"{part} {_shown(before)} → {_shown(after)}"
    return Change(ChangeKind.CHANGED, element, part, before, after, text)


def _of_outputs(before: AnyElement, after: AnyElement) -> Iterator[Change]:
    for port in (*after.outputs, *(port for port in before.outputs if port not in after.outputs)):
        old, new = before.outputs.get(port), after.outputs.get(port)
        if old != new:
            yield Change(ChangeKind.LED, after.id, port, old, new, _redirected(port, old, new))


def _redirected(port: str, old: str | None, new: str | None) -> str:
    if new is None:
        return f"output {port} is gone; it led " + (f"to {old}" if old else "nowhere")
    where = f"leads to {new}" if new else "leads nowhere"
    before = "and is new" if old is None else f"before to {old}" if old else "before nowhere"
    return f"output {port} {where}, {before}"


def _leading(element: AnyElement) -> str:
    ways = ", ".join(f"{port} to {target or 'nothing'}" for port, target in element.outputs.items())
    return f"; {ways}" if ways else ""


def described(element: AnyElement) -> str:
    """What an element is, in a few words: "model openai/gpt-4o-mini"."""
    match element:
        case ModelCall():
            return f"model {element.provider}/{element.model}"
        case Conditional():
            return f"condition {_shown(element.conditions)}"
        case Percentage():
            by = f" by {element.sticky}" if element.sticky else ""
            return f"split {' / '.join(element.outputs)}{by}"
        case Rate():
            amount = (
                f"{element.limit:g} requests"
                if element.limit_type is LimitType.COUNT
                else f"${element.limit:g}"
            )
            return f"limit of {amount} in {element.window_s} s for each {element.key}"
        case Unknown():
            return f"unknown {element.type}"
    return element.kind.value


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"{text[:117]}…" if len(text) > 118 else text
