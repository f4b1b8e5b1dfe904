"""Checks of what runs on the desk and is something else, or nothing, at Cloudflare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

from workbench.domain.gateways import CUSTOM
from workbench.domain.routes.codec import SERVER_KEYS
from workbench.domain.routes.edits import changed, plain_name, renamed
from workbench.domain.routes.elements import ModelCall, Percentage, Rate, Route, Technique, Unknown
from workbench.domain.routes.findings import Finding, Fix
from workbench.routing.comparisons import OPERATORS
from workbench.routing.lint.look import Look
from workbench.routing.lint.uses import EQUALS, METADATA, uses_of

_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
"""A skill file says letters, digits and hyphens; underscores occur live (ai-gateway §7.5, inferred)."""
_DERIVED = "request."


def name(look: Look) -> Iterator[Finding]:
    given = look.route.name
    if _NAME.fullmatch(given) or not (given or look.facts.for_deploy):
        return
    plain = plain_name(given)
    yield look.finding(
        "route-name",
        f"The route's name is “{given}”." if given else "The route has no name.",
        "It is called as dynamic/{name}, with letters, digits, hyphens and underscores.",
        fixes=(Fix(f"Call it “{plain}”", partial(renamed, name=plain)),),
    )


def dialect(look: Look) -> Iterator[Finding]:
    for use in uses_of(look.route):
        if use.operator not in OPERATORS:
            continue  # a limit's, or what is no operator, which is told as such
        if use.field.startswith(_DERIVED):
            yield look.finding(
                "desk-only-field",
                f"The condition looks at {use.field}.",
                "The desk works that out; Cloudflare has no such field, so the condition is never true there.",
                at=use.at,
                path=use.path,
            )
        elif not use.field.startswith(METADATA):
            yield look.finding(
                "undocumented-field",
                f"The condition looks at {use.field}.",
                "Cloudflare says that headers and body can be looked at but not how; only metadata is shown to work.",
                at=use.at,
                path=use.path,
            )
        if use.operator != EQUALS:
            yield look.finding(
                "undocumented-operator",
                f"The condition uses {use.operator}.",
                "Cloudflare publishes no list of operators; only $eq is shown to work.",
                at=use.at,
                path=use.path,
            )


def restrictions(look: Look) -> Iterator[Finding]:
    if not look.facts.for_deploy:
        return
    for at, element in look:
        if isinstance(element, ModelCall) and element.provider.startswith(CUSTOM):
            yield _custom(look, at, element)
        elif isinstance(element, Percentage) and element.sticky:
            yield look.finding(
                "sticky-split",
                f"“{element.id}” chooses by {element.sticky}.",
                "Cloudflare throws dice for each request, so one user meets several of the models.",
                at=at,
                fixes=(Fix("Throw dice here too", partial(changed, element_id=element.id, sticky="")),),
            )
        elif isinstance(element, Rate) and element.technique is Technique.SLIDING:
            yield look.finding(
                "sliding-limit",
                f"The window of “{element.id}” slides.",
                "Cloudflare's API takes no technique, so around a window's edge twice the limit may pass.",
                at=at,
                fixes=(
                    Fix(
                        "Make it fixed",
                        partial(changed, element_id=element.id, technique=Technique.FIXED),
                    ),
                ),
            )


def _custom(look: Look, at: int, element: ModelCall) -> Finding:
    base_url = (look.facts.custom or {}).get(element.provider.removeprefix(CUSTOM), "")
    if base_url and _on_this_machine(base_url):
        return look.finding(
            "loopback-provider",
            f"“{element.id}” asks {base_url}, on this machine or without TLS.",
            "Cloudflare takes https addresses it can reach only.",
            at=at,
            path=("properties", "provider"),
        )
    return look.finding(
        "custom-provider",
        f"“{element.id}” asks the custom provider “{element.provider}”.",
        "Cloudflare's editor offers it, and requests failed with error 2005 as of June 2026.",
        at=at,
        path=("properties", "provider"),
    )


def _on_this_machine(base_url: str) -> bool:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost" or host.endswith(".localhost")
    return local or parts.scheme != "https"


def unknown(look: Look) -> Iterator[Finding]:
    if foreign := [key for key in look.route.unknown if key not in SERVER_KEYS]:
        yield look.finding(
            "unknown-key",
            f"The file holds {_listed(foreign)}, which no route has.",
            "It is kept, and cannot be deployed.",
            fixes=(Fix("Remove it", _without_unknown),),
        )
    for at, element in look:
        if element.unknown and not isinstance(element, Unknown):
            yield look.finding(
                "unknown-key",
                f"“{element.id}” holds {_listed(element.unknown)}, which no {element.kind} element has.",
                "It is kept, and cannot be deployed.",
                at=at,
                fixes=(Fix("Remove it", partial(changed, element_id=element.id, unknown={})),),
            )


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"“{key}”" for key in keys)


def _without_unknown(route: Route) -> Route:
    return replace(route, unknown={})
