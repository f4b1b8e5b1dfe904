"""The ports of a percentage element: "70%", how much that is, and edits that keep the whole at 100 %.

Where an edit says what a share takes, the others give and take in proportion. Shares have two decimals at most, and stay
whole numbers where they are. Else is never written as a number: it takes the rest. An edited share keeps its place among the
outputs, but not its name: that says how much it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from workbench.domain.routes.elements import ELSE, MAX_SHARES, Percentage
from workbench.domain.routes.errors import RouteError

_SHARE = re.compile(r"(\d{1,4}(?:\.\d{1,6})?) ?%", re.ASCII)


def share_of(port: str) -> float | None:
    """Percent that a port takes: 70.0 for "70%"; None for else, and for what is no share."""
    found = _SHARE.fullmatch(port.strip())
    return float(found[1]) if found else None


def named_sum(ports: Iterable[str]) -> float:
    """Percent that the named ports take together; else is not named."""
    return math.fsum(share_of(port) or 0.0 for port in ports if port != ELSE)


def port_of(percent: float, taken: Collection[str] = ()) -> str:
    """How a share is written: "70%", "12.5%". Two equal shares are spelled apart, for ports are told by name: "50%", "50.0%".

    Raises RouteError where there are more equal ones than spellings.
    """
    exact = round(percent, 4) + 0.0  # without the sign of a zero
    digits = [f"{exact:.10g}", *(f"{exact:.{places}f}" for places in range(1, 7))]
    digits = [number for number in digits if float(number) == exact]
    for zeros, space, number in product(("", "0", "00"), ("", " "), digits):
        port = f"{zeros}{number}{space}%"
        if port not in taken and share_of(port) is not None:
            return port
    raise RouteError(
        f"There are too many shares of {percent:g} %.", fix="Put some of them in a second split."
    )


def shares_of(element: Percentage) -> dict[str, float]:
    """Percent that each port takes, in order; else, written or not, takes what the named ones leave over."""
    named = {port: share for port in element.outputs if (share := share_of(port)) is not None}
    rest = round(max(0.0, 100 - math.fsum(named.values())), 4)
    told = {
        port: rest if port == ELSE else named[port]
        for port in element.outputs
        if port in named or port == ELSE
    }
    return told if ELSE in told or not rest else {**told, ELSE: rest}


def has_room(element: Percentage) -> bool:
    """Whether it may have one more share (ai-gateway §7.5)."""
    return sum(share_of(port) is not None for port in element.outputs) < MAX_SHARES


def with_share(element: Percentage, port: str, percent: float) -> Percentage:
    """With that much for port, and the others, else among them, making up the rest of 100 % in proportion."""
    shares = shares_of(element)
    if port not in shares or math.isnan(percent):
        return element
    wanted = round(min(max(percent, 0.0), 100.0), 2)
    others = {name: share for name, share in shares.items() if name != port}
    if not others:
        return _rewritten(element, {port: 100.0})
    return _rewritten(element, {port: wanted} | _divided(100 - wanted, others))


def with_more_shares(element: Percentage) -> Percentage:
    """With a share more, which leads nowhere yet, before else. It takes its part, a tenth of all at most, from the largest. The
    same element where there is no room.
    """
    if not has_room(element):
        return element
    shares = _divided(100, shares_of(element))
    largest = max(shares, key=shares.__getitem__)
    part = float(min(10, shares[largest] // 2))
    element = _rewritten(element, {**shares, largest: round(shares[largest] - part, 2)})
    new = port_of(part, element.outputs)
    named = {port: to for port, to in element.outputs.items() if port != ELSE}
    rest = {ELSE: element.outputs[ELSE]} if ELSE in element.outputs else {}
    return replace(element, outputs={**named, new: "", **rest})


def without_share(element: Percentage, port: str) -> Percentage:
    """Without the share, or else, and its wire; its part goes to the others. The same element where it is the only one."""
    shares = shares_of(element)
    others = {name: share for name, share in shares.items() if name != port}
    if port not in shares or not others:
        return element
    outputs = {name: to for name, to in element.outputs.items() if name != port}
    beside = {name: more for name, more in _beside(element).items() if name != port}
    return _rewritten(_with_beside(replace(element, outputs=outputs), beside), _divided(100, others))


def _divided(percent: float, shares: Mapping[str, float]) -> dict[str, float]:
    """percent among these in proportion, to the hundredth, and to the whole number where all are whole."""
    whole = all(share == int(share) for share in (percent, *shares.values()))
    step = 1.0 if whole else 0.01
    units = round(percent / step)
    total = math.fsum(shares.values())
    exact = {
        port: units * (share / total if total else _evenly(port, shares)) for port, share in shares.items()
    }
    given = {port: math.floor(amount + 1e-9) for port, amount in exact.items()}
    short = sorted(exact, key=lambda port: given[port] - exact[port])
    for port in short[: units - sum(given.values())]:
        given[port] += 1
    return {port: round(amount * step, 2) for port, amount in given.items()}


def _evenly(port: str, shares: Mapping[str, float]) -> float:
    """Where nobody has anything, else gets all; without an else each the same."""
    if ELSE in shares:
        return float(port == ELSE)
    return 1 / len(shares)


def _rewritten(element: Percentage, shares: Mapping[str, float]) -> Percentage:
    """With these shares in the place of the ones that were there, by the names they had."""
    names: dict[str, str] = {}
    for port in element.outputs:
        if port in shares and port != ELSE:
            kept = share_of(port) == shares[port] and port not in names.values()
            others = {one for one in element.outputs if share_of(one) is None}
            names[port] = port if kept else port_of(shares[port], {*names.values(), *others})
    if all(old == new for old, new in names.items()):
        return element
    outputs = {names.get(port, port): to for port, to in element.outputs.items()}
    beside = {names.get(port, port): more for port, more in _beside(element).items()}
    return _with_beside(replace(element, outputs=outputs), beside)


def _beside(element: Percentage) -> Mapping[str, Any]:
    """What the file holds beside the targets of the ports."""
    found = element.unknown.get("outputs")
    return found if isinstance(found, Mapping) else {}


def _with_beside(element: Percentage, beside: Mapping[str, Any]) -> Percentage:
    if beside == _beside(element):
        return element
    rest = {key: value for key, value in element.unknown.items() if key != "outputs"}
    return replace(element, unknown={**rest, "outputs": beside} if beside else rest)
