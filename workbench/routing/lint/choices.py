"""Checks of what elements choose by: shares, limits, and the metadata they look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

from workbench.domain.routes.edits import changed, free_id, with_element, without_port
from workbench.domain.routes.elements import (
    ELSE,
    MAX_METADATA,
    MAX_SHARES,
    Conditional,
    Percentage,
    Rate,
    Route,
)
from workbench.domain.routes.findings import Finding, Fix
from workbench.domain.routes.shares import named_sum, port_of, share_of
from workbench.routing.lint.conditions import is_field
from workbench.routing.lint.look import Look
from workbench.routing.lint.uses import METADATA, uses_of, with_field

_ROUNDING = 0.01
"""Percent: thirds written as 33.33 % are meant to make a whole."""
_HOUR_S = 3600


def shares(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if isinstance(element, Percentage):
            yield from _sum(look, at, element)
            yield from _many(look, at, element)
            yield from _idle(look, at, element)


def _sum(look: Look, at: int, element: Percentage) -> Iterator[Finding]:
    total = named_sum(element.outputs)
    if total > 100 + _ROUNDING:
        yield look.finding(
            "percent-sum",
            f"The shares of “{element.id}” make {total:g} %.",
            "There are 100 % to share.",
            at=at,
            path=("outputs",),
            fixes=(Fix("Scale them to 100 %", partial(_scaled, element_id=element.id)),),
        )
    elif total < 100 - _ROUNDING and ELSE not in element.outputs:
        yield look.finding(
            "percent-sum",
            f"The shares of “{element.id}” make {total:g} %, and there is no else.",
            f"{100 - total:g} % of the requests have nowhere to go.",
            at=at,
            path=("outputs",),
            fixes=_rest(element, total),
        )


def _rest(element: Percentage, total: float) -> tuple[Fix, ...]:
    """Scaling needs shares, and else somewhere to lead: where the largest share does."""
    if not total:
        return ()
    scale = Fix("Scale them to 100 %", partial(_scaled, element_id=element.id))
    largest = max(element.outputs, key=lambda port: share_of(port) or 0.0)
    to = element.outputs[largest]
    if not to:
        return (scale,)
    with_rest = partial(changed, element_id=element.id, outputs={**element.outputs, ELSE: to})
    return Fix(f"Send the rest to “{to}”", with_rest), scale


def _scaled(route: Route, element_id: str) -> Route:
    element = route.find(element_id)
    if element is None:
        return route
    factor = 100 / named_sum(element.outputs)
    scaled: dict[str, str] = {}
    for port, to in element.outputs.items():
        share = share_of(port)
        scaled[port if share is None else port_of(share * factor, scaled)] = to
    return changed(route, element_id, outputs=scaled)


def _many(look: Look, at: int, element: Percentage) -> Iterator[Finding]:
    named = [port for port in element.outputs if share_of(port) is not None]
    if len(named) > MAX_SHARES:
        yield look.finding(
            "too-many-shares",
            f"“{element.id}” has {len(named)} shares.",
            f"Cloudflare takes {MAX_SHARES}, and else.",
            at=at,
            path=("outputs",),
            fixes=(Fix("Move the last ones to a second element", partial(_in_two, element_id=element.id)),),
        )


def _in_two(route: Route, element_id: str) -> Route:
    """The same split by two elements: the first keeps its first shares and sends the rest to a second, whose last takes else."""
    element = route.find(element_id)
    if not isinstance(element, Percentage):
        return route
    named = [(port, share) for port in element.outputs if (share := share_of(port)) is not None]
    kept, moved = named[:MAX_SHARES], named[MAX_SHARES:]
    left = max(100 - sum(share for _, share in kept), sum(share for _, share in moved)) or 1.0
    second = replace(element, id=free_id(route, element_id), outputs=_of_the_rest(element, moved, left))
    outputs = {port: element.outputs[port] for port, _ in kept} | {ELSE: second.id}
    return with_element(with_element(route, replace(element, outputs=outputs)), second)


def _of_the_rest(element: Percentage, moved: list[tuple[str, float]], left: float) -> dict[str, str]:
    """moved: shares of the whole, left: what they are shares of now. Without an else the last one becomes it."""
    rest = element.outputs[ELSE if ELSE in element.outputs else moved[-1][0]]
    outputs: dict[str, str] = {}
    for port, share in moved if ELSE in element.outputs else moved[:-1]:
        outputs[port_of(share * 100 / left, outputs)] = element.outputs[port]
    return {**outputs, ELSE: rest}


def _idle(look: Look, at: int, element: Percentage) -> Iterator[Finding]:
    whole = named_sum(element.outputs) >= 100 - _ROUNDING
    for port in element.outputs:
        if share_of(port) == 0 or (port == ELSE and whole):
            why = "The named shares make 100 %." if port == ELSE else "Its share is nothing."
            yield look.finding(
                "idle-output",
                f"No request takes “{port}” of “{element.id}”.",
                why,
                at=at,
                port=port,
                fixes=(Fix(f"Remove “{port}”", partial(without_port, element_id=element.id, port=port)),),
            )


def limits(look: Look) -> Iterator[Finding]:
    for at, element in look:
        if isinstance(element, Rate):
            yield from _range(look, at, element)
            yield from _key(look, at, element)


def _range(look: Look, at: int, element: Rate) -> Iterator[Finding]:
    if element.limit <= 0:
        yield look.finding(
            "limit-range",
            f"The limit of “{element.id}” is {element.limit:g}.",
            "It lets nothing through.",
            at=at,
            path=("properties", "limit"),
            fixes=(Fix("Set it to 1", partial(changed, element_id=element.id, limit=1)),),
        )
    if element.window_s <= 0:
        yield look.finding(
            "limit-range",
            f"The window of “{element.id}” is {element.window_s} s.",
            "A limit counts over some time.",
            at=at,
            path=("properties", "window"),
            fixes=(Fix("Set it to an hour", partial(changed, element_id=element.id, window_s=_HOUR_S)),),
        )


def _key(look: Look, at: int, element: Rate) -> Iterator[Finding]:
    key = element.key
    if key.startswith(METADATA) or not is_field(key):
        return
    better = METADATA + key.rpartition(".")[2].replace("-", "_").lower()
    yield look.finding(
        "limit-key",
        f"“{element.id}” counts for each {key}.",
        "Cloudflare's limits have a bucket for each value of a metadata field, and of no other.",
        at=at,
        path=("properties", "key"),
        fixes=(Fix(f"Use {better}", partial(changed, element_id=element.id, key=better)),),
    )


def keys(look: Look) -> Iterator[Finding]:
    uses = [use for use in uses_of(look.route) if use.key and use.field.startswith(METADATA)]
    used = list(dict.fromkeys(use.field for use in uses))
    if len(used) > MAX_METADATA:
        yield look.finding(
            "too-many-keys",
            f"The route looks at {len(used)} metadata fields: {', '.join(used)}.",
            f"A request carries {MAX_METADATA} metadata entries; what is over is dropped before the route sees it.",
        )
    if look.facts.metadata_seen:
        for use in uses:
            if use.key not in look.facts.metadata_seen:
                yield _never_sent(look, use.at, use.field, use.path)


def _never_sent(look: Look, at: int, field: str, path: tuple[str | int, ...]) -> Finding:
    element = look.route.elements[at]
    seen = sorted(look.facts.metadata_seen)
    near = get_close_matches(field.removeprefix(METADATA), seen, n=1)
    fixes: tuple[Fix, ...] = ()
    if near and isinstance(element, Rate):
        edit = partial(changed, element_id=element.id, key=METADATA + near[0])
        fixes = (Fix(f"Use {METADATA}{near[0]}", edit),)
    elif near and isinstance(element, Percentage):
        edit = partial(changed, element_id=element.id, sticky=METADATA + near[0])
        fixes = (Fix(f"Use {METADATA}{near[0]}", edit),)
    elif near and isinstance(element, Conditional):
        conditions = with_field(element.conditions, field, METADATA + near[0])
        edit = partial(changed, element_id=element.id, conditions=conditions)
        fixes = (Fix(f"Use {METADATA}{near[0]}", edit),)
    return look.finding(
        "key-never-sent",
        f"No request so far carried {field}.",
        f"Requests carried {', '.join(seen)}.",
        at=at,
        path=path,
        fixes=fixes,
    )
