"""Edits of a route as pure functions: each gives a new route and leaves the old one as it was.

What an edit does not touch is the very same object in the new route, so that whoever shows it can tell by identity.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from workbench.domain.routes.canvas import without_drawn
from workbench.domain.routes.elements import (
    ELSE,
    FALLBACK,
    SUCCESS,
    AnyElement,
    Conditional,
    End,
    Kind,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
)
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.fragments import copied as copied
from workbench.domain.routes.fragments import pasted as pasted
from workbench.domain.routes.links import link_problem as link_problem
from workbench.domain.routes.links import linkable as linkable
from workbench.domain.routes.links import own_ports as own_ports
from workbench.domain.routes.links import ports_of as ports_of
from workbench.domain.routes.naming import free_id as free_id
from workbench.domain.routes.naming import id_problem as id_problem
from workbench.domain.routes.naming import renamed_element as renamed_element

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_HOUR_S, _DAY_S = 3600, 86_400


def renamed(route: Route, name: str) -> Route:
    return replace(route, name=name)


def new_element(route: Route, kind: Kind, limit_type: LimitType = LimitType.COUNT) -> AnyElement:
    """An element that is not in the route yet, with an id that is free there and values to begin with. limit_type: of a limit."""
    match kind:
        case Kind.START:
            return Start(id=free_id(route, "start"))
        case Kind.CONDITIONAL:
            return Conditional(id=free_id(route, "condition"), conditions={"metadata.plan": {"$eq": "free"}})
        case Kind.PERCENTAGE:
            return Percentage(id=free_id(route, "split"), outputs={"50%": "", ELSE: ""})
        case Kind.RATE:
            return _new_limit(route, limit_type)
        case Kind.MODEL:
            return ModelCall(
                id=free_id(route, "model"),
                provider="workers-ai",
                model="@cf/zai-org/glm-4.7-flash",
                timeout_ms=30_000,
                retries=1,
            )
        case Kind.END:
            return End(id=free_id(route, "end"))
        case Kind.UNKNOWN:
            raise RouteError("An element of an unknown type cannot be made, only kept.")


def _new_limit(route: Route, limit_type: LimitType) -> Rate:
    budget = limit_type is LimitType.COST
    return Rate(
        id=free_id(route, "budget" if budget else "limit"),
        limit_type=limit_type,
        key="metadata.user_id",
        limit=5 if budget else 100,
        window_s=_DAY_S if budget else _HOUR_S,
    )


def with_element(route: Route, element: AnyElement) -> Route:
    """With element in the place of the first that has its id, else as the last."""
    ids = [one.id for one in route.elements]
    at = ids.index(element.id) if element.id in ids else len(ids)
    return replace(route, elements=(*route.elements[:at], element, *route.elements[at + 1 :]))


def without_element(route: Route, element_id: str) -> Route:
    return without_elements(route, (element_id,))


def without_elements(route: Route, ids: Collection[str]) -> Route:
    """Without these elements, notes and frames, the outputs that led there, and what was drawn of them."""
    gone = frozenset(ids)
    kept = tuple(_led_elsewhere(one, gone) for one in route.elements if one.id not in gone)
    return without_drawn(replace(route, elements=kept), gone)


def _led_elsewhere(element: AnyElement, gone: frozenset[str]) -> AnyElement:
    ports = [port for port, to in element.outputs.items() if to in gone]
    return _cut(element, ports) if ports else element


def _cut(element: AnyElement, ports: Collection[str]) -> AnyElement:
    """With these ports leading nowhere: open where the ports are the element's own, else not written."""
    keep = own_ports(element)
    outputs = {port: "" if port in ports else to for port, to in element.outputs.items()}
    return replace(element, outputs={port: to for port, to in outputs.items() if keep or port not in ports})


def changed(route: Route, element_id: str, **properties: Any) -> Route:
    """With other values in an element's fields; the same route where there is no such element."""
    element = route.find(element_id)
    return route if element is None else with_element(route, replace(element, **properties))


def with_output(route: Route, element_id: str, port: str, target: str) -> Route:
    """With port leading to target; a port that led elsewhere keeps its place among the outputs."""
    if not target:
        return without_output(route, element_id, port)
    element = route.find(element_id)
    if element is None:
        return route
    outputs = {**element.outputs, port: target}
    return changed(route, element_id, outputs=outputs, unknown=_without_instead(element.unknown, port))


def without_output(route: Route, element_id: str, port: str) -> Route:
    """With the wire cut. A share of a split stays, and leads nowhere; `without_port` removes it."""
    element = route.find(element_id)
    if element is None or not element.outputs.get(port):
        return route
    return with_element(route, _cut(element, (port,)))


def without_port(route: Route, element_id: str, port: str) -> Route:
    """Without the output and whatever is written with it; the other shares of a split stay as they are."""
    element = route.find(element_id)
    if element is None:
        return route
    outputs = {name: to for name, to in element.outputs.items() if name != port}
    return changed(route, element_id, outputs=outputs, unknown=_without_written(element.unknown, port))


def _without_instead(unknown: Mapping[str, Any], port: str) -> Mapping[str, Any]:
    """What an element holds beyond its fields, without what an unknown type had in the place of a port's target."""
    beside = unknown.get("outputs")
    written = beside.get(port) if isinstance(beside, Mapping) else {}
    if isinstance(beside, Mapping) and isinstance(written, Mapping) and "elementId" in written:
        rest = {key: value for key, value in written.items() if key != "elementId"}
        return {**unknown, "outputs": {**beside, port: rest}} if rest else _without_written(unknown, port)
    return unknown if isinstance(written, Mapping) else _without_written(unknown, port)


def _without_written(unknown: Mapping[str, Any], port: str) -> Mapping[str, Any]:
    """What an element holds beyond its fields, without what stands beside the target of a port."""
    beside = unknown.get("outputs")
    if not isinstance(beside, Mapping) or port not in beside:
        return unknown
    left = {name: value for name, value in beside.items() if name != port}
    rest = {key: value for key, value in unknown.items() if key != "outputs"}
    return {**rest, "outputs": left} if left else rest


def with_output_to_end(route: Route, element_id: str, port: str) -> Route:
    """With port leading to the route's end, which is added where there is none."""
    end = next((one for one in route.elements if isinstance(one, End)), None)
    if end is None:
        end = End(id=free_id(route, "end"))
        route = with_element(route, end)
    return with_output(route, element_id, port, end.id)


def inserted(route: Route, element_id: str, port: str, element: AnyElement) -> Route:
    """With element in the wire that leaves by port: the wire leads to it, and on to where it led before by the ports that mean
    "go on". The same route where that has an `insertion_problem`.
    """
    if insertion_problem(route, element_id, port, element):
        return route
    ways = _ways_on(route, element, _target(route, element_id, port))
    linked = replace(element, outputs={**element.outputs, **ways})
    return with_output(with_element(route, linked), element_id, port, element.id)


def insertion_problem(route: Route, element_id: str, port: str, element: AnyElement) -> str:
    """Why the element, new or of the route, cannot stand in that wire, as a sentence; "" if it can."""
    target = _target(route, element_id, port)
    if not target:
        return f"No wire leaves “{element_id}” by “{port}”."
    ways = _ways_on(route, element, target)
    if not ways and element.kind is not Kind.END:
        return f"“{element.id}” has no free output to lead on to “{target}”."
    before = with_element(route, element)
    problems = [link_problem(before, element_id, port, element.id)]
    problems += [link_problem(before, element.id, way, to) for way, to in ways.items()]
    problems += (
        ["Nothing comes after an end, so it cannot stand in a wire."] if element.kind is Kind.END else []
    )
    return next(filter(None, problems), "")


def _target(route: Route, element_id: str, port: str) -> str:
    element = route.find(element_id)
    return element.outputs.get(port, "") if element is not None else ""


def _ways_on(route: Route, element: AnyElement, target: str) -> dict[str, str]:
    """Where the free ports of an element lead when it is put before target. A choice changes nothing until it is told apart; a
    model before a model is tried first, and falls back to it.
    """
    free = [port for port in ports_of(element) if not element.outputs.get(port)]
    then = route.find(target)
    if isinstance(element, ModelCall) and isinstance(then, ModelCall):
        ways = {SUCCESS: then.outputs.get(SUCCESS, ""), FALLBACK: target}
    elif isinstance(element, ModelCall | Rate) and not isinstance(then, End):
        ways = {SUCCESS: target}
    else:
        ways = dict.fromkeys(free, target)
    return {port: to for port, to in ways.items() if to and port in free}


def plain_name(name: str) -> str:
    """name in letters, digits, hyphens and underscores, as a deployed route wants it (ai-gateway §7.5); never empty."""
    return _NOT_IN_NAMES.sub("-", name).strip("-") or "route"
