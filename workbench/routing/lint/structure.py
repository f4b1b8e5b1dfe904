"""Checks of the graph: starts, ids, outputs, loops, and what a request never meets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from workbench.domain.routes.edits import (
    changed,
    free_id,
    with_output,
    with_output_to_end,
    without_element,
    without_port,
)
from workbench.domain.routes.elements import (
    ELSE,
    FALLBACK,
    NEXT,
    SUCCESS,
    AnyElement,
    End,
    ModelCall,
    Percentage,
    Rate,
    Route,
    Start,
    Unknown,
)
from workbench.domain.routes.findings import Finding, Fix
from workbench.domain.routes.links import PORTS
from workbench.domain.routes.shares import share_of
from workbench.routing.lint.look import Link, Look


def starts(look: Look) -> Iterator[Finding]:
    found = [(at, element) for at, element in look if isinstance(element, Start)]
    if not found:
        yield look.finding(
            "no-start",
            "The route has no start.",
            "A request enters a route there, so this one answers nobody.",
            fixes=(Fix("Add a start", _with_start),) if look.route.elements else (),
        )
    for at, element in found[1:]:
        yield look.finding(
            "several-starts",
            f"“{element.id}” is one start too many.",
            f"A request enters at “{found[0][1].id}”.",
            at=at,
            fixes=(Fix(f"Remove “{element.id}”", partial(without_element, element_id=element.id)),),
        )


def ids(look: Look) -> Iterator[Finding]:
    met: set[str] = set()
    for at, element in look:
        if element.id in met:
            yield look.finding(
                "duplicate-id",
                f"Another element is called “{element.id}” too.",
                "Outputs that lead to it could mean either.",
                at=at,
                path=("id",),
                fixes=(
                    Fix(f"Call this one “{free_id(look.route, element.id)}”", partial(_with_own_id, at=at)),
                ),
            )
        met.add(element.id)


def outputs(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if isinstance(element, End):
            yield from _after_the_end(look, at, element)
            continue
        for port, to in element.outputs.items():
            if not _has_port(element, port):
                yield _unknown_port(look, at, element, port)
            elif to not in look.by_id and (to or isinstance(element, Percentage)):
                yield _dangling(look, at, element, port, to)
        for port in _needed(element):
            if not element.outputs.get(port):
                yield _open(look, at, element, port)


def _has_port(element: AnyElement, port: str) -> bool:
    if isinstance(element, Percentage):
        return port == ELSE or share_of(port) is not None
    return isinstance(element, Unknown) or port in PORTS[element.kind]


def _needed(element: AnyElement) -> tuple[str, ...]:
    """Ports that must lead somewhere; a missing fallback is a finding of its own."""
    return tuple(port for port in PORTS.get(element.kind, ()) if port != FALLBACK)


def _after_the_end(look: Look, at: int, element: End) -> Iterator[Finding]:
    if element.outputs:
        yield look.finding(
            "end-with-outputs",
            f"The end “{element.id}” has outputs.",
            "A request never leaves an end, so they lead nowhere.",
            at=at,
            path=("outputs",),
            fixes=(Fix("Remove its outputs", partial(changed, element_id=element.id, outputs={})),),
        )


def _unknown_port(look: Look, at: int, element: AnyElement, port: str) -> Finding:
    percentage = isinstance(element, Percentage)
    known = "shares such as 70%, and else" if percentage else " and ".join(PORTS[element.kind])
    return look.finding(
        "unknown-output",
        f"“{element.id}” has no output “{port}”.",
        f"A {element.kind} element has {known}.",
        at=at,
        port=port,
        fixes=(Fix(f"Remove the output “{port}”", partial(without_port, element_id=element.id, port=port)),),
    )


def _dangling(look: Look, at: int, element: AnyElement, port: str, to: str) -> Finding:
    return look.finding(
        "dangling-output",
        f"“{port}” of “{element.id}” leads {f'to “{to}”, which is not there' if to else 'nowhere'}.",
        "A request that takes it cannot go on." if to else "A request that takes it ends with an error.",
        at=at,
        port=port,
        fixes=(*_leads(look, element, port),),
    )


def _open(look: Look, at: int, element: AnyElement, port: str) -> Finding:
    return look.finding(
        "open-output",
        f"“{port}” of “{element.id}” leads nowhere.",
        "A request that takes it ends with an error, and Cloudflare refuses the route.",
        at=at,
        port=port,
        fixes=(*_leads(look, element, port),),
    )


def _leads(look: Look, element: AnyElement, port: str) -> Iterator[Fix]:
    """To a model that nobody leads to yet, where there is one that makes no loop; and to the end."""
    if not (isinstance(element, ModelCall) and port == SUCCESS):
        waiting = (
            one.id
            for one in look.route.elements
            if isinstance(one, ModelCall)
            and not look.before[one.id]
            and one.id not in look.leading_to(element.id)
        )
        if (free := next(waiting, "")) and element.id in look.reachable:
            yield Fix(
                f"Lead it to “{free}”", partial(with_output, element_id=element.id, port=port, target=free)
            )
    yield Fix("Lead it to the end", partial(with_output_to_end, element_id=element.id, port=port))


def unknown(look: Look) -> Iterator[Finding]:
    """Without a fix: what is not understood is not thrown away unasked."""
    for at, element in look:
        if isinstance(element, Unknown):
            yield look.finding(
                "unknown-type",
                f"“{element.id}” is of the type “{element.type}”, which is not known here.",
                "It is sent as it is, for Cloudflare may know it; nothing here can say what it does."
                if look.facts.for_deploy
                else "It is kept as it is, and the route does not run here while it is there.",
                at=at,
                path=("type",),
            )


def loops(look: Look) -> Iterator[Finding]:
    places = {element.id: at for at, element in reversed(list(look))}
    for link in look.closing_links:
        yield look.finding(
            "cycle",
            f"“{link.port}” of “{link.element}” leads back to “{link.to}”.",
            "A request would go round and round, so a route with a loop does not run.",
            at=places[link.element],
            port=link.port,
            fixes=(
                Fix(
                    "Lead it to the end",
                    partial(with_output_to_end, element_id=link.element, port=link.port),
                ),
            ),
        )


def unreached(look: Look) -> Iterator[Finding]:
    if look.route.start is None:
        return  # nothing is reached then, and that is said once
    for at, element in look:
        if element.id not in look.reachable:
            yield look.finding(
                "unreachable-element",
                f"No request meets “{element.id}”.",
                "No output that can be taken leads to it.",
                at=at,
                fixes=(Fix(f"Remove “{element.id}”", partial(without_element, element_id=element.id)),),
            )


def ways(look: Look) -> Iterator[Finding]:
    if not any(isinstance(element, ModelCall | Unknown) for element in look.route.elements):
        yield look.finding(
            "no-model", "The route has no model.", "Nobody answers, so every request ends with an error."
        )
        return
    for at, element in look:
        if element.id not in look.modelless:
            continue
        for link in look.links_from(element.id):
            if isinstance(look.by_id[link.to], End) and not look.refuses(link):
                yield look.finding(
                    "path-without-model",
                    f"A request that takes “{link.port}” of “{element.id}” meets no model.",
                    "It ends with an error.",
                    at=at,
                    port=link.port,
                    fixes=_to_a_model(look, link),
                )


def _to_a_model(look: Look, link: Link) -> tuple[Fix, ...]:
    models = (one.id for one in look.route.elements if isinstance(one, ModelCall))
    nearest = next((model for model in models if model not in look.leading_to(link.element)), "")
    if not nearest:
        return ()
    edit = partial(with_output, element_id=link.element, port=link.port, target=nearest)
    return (Fix(f"Lead it to “{nearest}”", edit),)


def fallbacks(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if isinstance(element, ModelCall | Rate) and not element.outputs.get(FALLBACK):
            fails = "fails" if isinstance(element, ModelCall) else "is used up"
            yield look.finding(
                "missing-fallback",
                f"“{element.id}” has no fallback.",
                f"When it {fails}, the request ends with an error.",
                at=at,
                port=FALLBACK,
                fixes=(*_other_models(look, element), *_end_of(element)),
            )


def _other_models(look: Look, element: AnyElement) -> Iterator[Fix]:
    others = (
        one
        for one in look.route.elements
        if isinstance(one, ModelCall) and one.id != element.id and one.id not in look.leading_to(element.id)
    )
    if (other := next(others, None)) and element.id in look.reachable:
        edit = partial(with_output, element_id=element.id, port=FALLBACK, target=other.id)
        yield Fix(f"Fall back to “{other.id}” ({other.model})", edit)


def _end_of(element: AnyElement) -> Iterator[Fix]:
    edit = partial(with_output_to_end, element_id=element.id, port=FALLBACK)
    yield Fix("End there, with an error", edit)


def _with_start(route: Route) -> Route:
    """A start before the first element that nothing leads to, else before the first."""
    led_to = {to for _, _, to in route.links()}
    first = next((one.id for one in route.elements if one.id not in led_to), route.elements[0].id)
    start = Start(id=free_id(route, "start"), outputs={NEXT: first})
    return replace(route, elements=(start, *route.elements))


def _with_own_id(route: Route, at: int) -> Route:
    element = replace(route.elements[at], id=free_id(route, route.elements[at].id))
    return replace(route, elements=(*route.elements[:at], element, *route.elements[at + 1 :]))
