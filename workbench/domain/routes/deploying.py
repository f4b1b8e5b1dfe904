"""A route as Cloudflare takes it: what the desk adds is rewritten, and every change said (ai-gateway §7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.gateways import CUSTOM
from workbench.domain.routes.elements import (
    ELSE,
    FALLBACK,
    MAX_SHARES,
    AnyElement,
    End,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Technique,
    Unknown,
)
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.shares import named_sum
from workbench.domain.routes.writing import api_elements


@dataclass(frozen=True, slots=True)
class Deployable:
    """elements: for the body of the API's call. changes: what behaves otherwise there, or was added, a sentence each."""

    elements: list[dict[str, Any]]
    changes: tuple[str, ...] = ()


def deployable(route: Route) -> Deployable:
    """Raises RouteError where Cloudflare is known to fail (a custom provider, more than five shares, a share that leads nowhere),
    and where writing would lose what nobody understood. An element of an unknown type goes as it is: Cloudflare may know it.
    """
    for index, element in enumerate(route.elements):
        _refuse(element, index)
    changes: list[str] = []
    elements = _with_every_way(route, changes)
    for element in elements:
        changes += _left_behind(element)
    return Deployable(api_elements(replace(route, elements=tuple(elements))), tuple(changes))


def _refuse(element: AnyElement, index: int) -> None:
    if isinstance(element, ModelCall) and element.provider.startswith(CUSTOM):
        raise RouteError(
            f"“{element.id}” asks a custom provider, and Cloudflare's routes cannot.",
            pointer=pointer("elements", index, "properties", "provider"),
            why="Its editor offers them, but every call fails with code 2005.",
            fix="Choose a provider that Cloudflare has.",
        )
    named = [port for port in element.outputs if port != ELSE]
    if isinstance(element, Percentage) and len(named) > MAX_SHARES:
        raise RouteError(
            f"“{element.id}” has {len(named)} shares, and Cloudflare takes {MAX_SHARES} beside else.",
            pointer=pointer("elements", index, "outputs", named[MAX_SHARES]),
            fix="Lead else to a second split.",
        )


def _with_every_way(route: Route, changes: list[str]) -> list[AnyElement]:
    """Outputs that the API demands and the desk does without lead to an end, where the same comes out."""
    end = next((element.id for element in route.elements if isinstance(element, End)), "")
    elements: list[AnyElement] = []
    for element in route.elements:
        port = _missing_port(element)
        if port:
            end = end or _free_id(route)
            element = replace(element, outputs={**element.outputs, port: end})
            changes.append(
                f"“{element.id}”: {port} leads to “{end}”, for Cloudflare wants it to lead somewhere."
            )
        elements.append(element)
    if end and route.find(end) is None:
        elements.append(End(id=end))
    return elements


def _missing_port(element: AnyElement) -> str:
    if isinstance(element, ModelCall | Rate) and not element.outputs.get(FALLBACK):
        return FALLBACK
    if (
        isinstance(element, Percentage)
        and ELSE not in element.outputs
        and named_sum(element.outputs) < 100 - 1e-6
    ):
        return ELSE
    return ""


def _free_id(route: Route) -> str:
    taken = {element.id for element in route.elements}
    return next(name for number in range(len(taken) + 1) if (name := f"end{number or ''}") not in taken)


def _left_behind(element: AnyElement) -> list[str]:
    if isinstance(element, Percentage) and element.sticky:
        return [
            f"“{element.id}”: dice decide each request at Cloudflare; {element.sticky} no longer keeps to its share."
        ]
    if isinstance(element, Rate) and element.technique is Technique.SLIDING:
        return [
            f"“{element.id}”: the window slides here; Cloudflare's routes have no such setting, and decide themselves."
        ]
    if isinstance(element, Unknown):
        return [f"“{element.id}”: its type “{element.type}” is not known here, and it is sent as it is."]
    return []
