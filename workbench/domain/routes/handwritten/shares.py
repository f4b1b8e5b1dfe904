"""Hand-written shares as percent, and the ports of a percentage element they become."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from workbench.domain.routes.elements import ELSE, MAX_SHARES
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.handwritten.graph import Graph
from workbench.domain.routes.shares import share_of

_EXACT = 1e-6

Part = tuple[float, str]
"""A share in percent and the element it leads to."""


def percent_of(value: Any) -> float:
    """70, "70" and "70%" are 70.0. Raises RouteError."""
    if isinstance(value, str):
        text = value.strip()
        share = share_of(text if text.endswith("%") else f"{text}%")
        if share is None:
            raise RouteError(f"“{value}” is no share.", fix="Write it as a number of percent, such as 70.")
        return share
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise RouteError("A share is a number of percent, from 0 to 100.")
    return float(value)


def scaled(shares: Sequence[float], *, weights: bool, rest: bool) -> tuple[list[float], str]:
    """The shares in percent, and what was changed. weights: they may add up to anything. rest: something takes what is left.

    Raises RouteError where they make more than 100 %, or less with nothing to take the rest.
    """
    total = math.fsum(shares)
    if total <= 0:
        raise RouteError("The shares are all zero.")
    if abs(total - 100) < _EXACT:
        return [round(share, 4) for share in shares], ""
    if abs(total - 1) < _EXACT:
        return [round(share * 100, 4) for share in shares], "Shares that make 1 are read as parts of 100 %."
    if weights:
        return [
            round(share * 100 / total, 2) for share in shares
        ], f"Weights that make {total:g} are scaled to 100 %."
    if total > 100:
        raise RouteError(f"The shares make {total:g} %; there are 100 to share.")
    if not rest:
        raise RouteError(
            f"The shares make {total:g} %, and nothing says where the other {100 - total:g} % go.",
            fix="Add a default, or raise a share.",
        )
    return [round(share, 4) for share in shares], ""


def ports_of(shares: Sequence[float], *, rest: bool) -> list[str]:
    """A port for each share. rest: else is taken already; if not, it is for one that cannot be told apart by its share or is
    no round number, and for the last of more than five. Raises RouteError for shares that no port can be written for.
    """
    other = -1 if rest else _best_as_else(shares)
    ports: list[str] = []
    for index, share in enumerate(shares):
        ports.append(ELSE if index == other else _port(share, ports))
    return ports


def _port(share: float, taken: Sequence[str]) -> str:
    """Ports are told by name, so the second of two equal shares is written with a zero more: "25%", "25.0%"."""
    number = f"{share:g}"
    zeros = number if "." in number else f"{number}."
    port = f"{number}%"
    while port in taken:
        zeros += "0"
        port = f"{zeros}%"
    if share_of(port) is None:
        raise RouteError(f"No output can be written for a share of {share:g} %.")
    return port


def _best_as_else(shares: Sequence[float]) -> int:
    twice = [index for index, share in enumerate(shares) if shares.count(share) > 1]
    if twice:
        return twice[-1]
    inexact = abs(math.fsum(shares) - 100) > _EXACT
    return len(shares) - 1 if inexact or len(shares) > MAX_SHARES else -1


def share_out(
    graph: Graph, id: str, parts: Sequence[Part], rest: str | None, sticky: str, say: Callable[[str], None]
) -> None:
    """Fill the percentage element `id`. More than five shares go into a second one behind else (ai-gateway §7.5)."""
    room = MAX_SHARES if rest is not None else MAX_SHARES + 1
    if len(parts) > room:
        head, tail = parts[:MAX_SHARES], parts[MAX_SHARES:]
        left = 100 - math.fsum(share for share, _ in head)
        if left <= 0:
            raise RouteError(f"The first {MAX_SHARES} shares leave nothing for the others.")
        behind = graph.begin("split")
        say(f"“{id}” has more than {MAX_SHARES} shares: the others are in “{behind}”, behind else.")
        share_out(
            graph,
            behind,
            [(round(share * 100 / left, 2), target) for share, target in tail],
            rest,
            sticky,
            say,
        )
        parts, rest = head, behind
    ports = ports_of([share for share, _ in parts], rest=rest is not None)
    if any(port.endswith("0%") and "." in port for port in ports):
        say(f"Equal shares of “{id}” are told apart by a zero: {', '.join(ports)}.")
    outputs = {port: target for port, (_, target) in zip(ports, parts, strict=True)}
    graph.split(id, outputs | ({} if rest is None else {ELSE: rest}), sticky)
