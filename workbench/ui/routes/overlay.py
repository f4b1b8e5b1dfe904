"""What the canvas shows over a route: a lit path, why each element chose, how much passes where, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from workbench.domain.routes.canvas import Point
from workbench.domain.routes.elements import AnyElement
from workbench.domain.routes.trace import Visit

Wire = tuple[str, str]
"""An output: the id of the element it leaves, and its port."""


class Mark(StrEnum):
    """A badge on an element. The first three compare two routes; PASSED and FAILED are tests that meet the element."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ghost:
    """An element that the route does not have, drawn faintly where it was."""

    element: AnyElement
    at: Point


@dataclass(frozen=True, slots=True)
class Overlay:
    """One panel's view of the route; the canvas shows one at a time.

    elements, wires: what is lit, the rest is dimmed; None dims nothing. says: a sentence under an element's card ("metadata.plan
    is missing, so $eq free is false"). figures: a few words on the card itself ("38 % · $0.0004"). flow: share of the requests
    that pass a wire, 0–1, drawn as its width. labels: words on a wire ("62 %", "118"). marks: badges. ghosts: what is gone.
    """

    elements: frozenset[str] | None = None
    wires: frozenset[Wire] | None = None
    says: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    flow: Mapping[Wire, float] = field(default_factory=dict)
    labels: Mapping[Wire, str] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    ghosts: tuple[Ghost, ...] = ()


NOTHING = Overlay()


def way_of(visits: Sequence[Visit]) -> Overlay:
    """One request's way: what it met is lit, and says why it chose."""
    return Overlay(
        elements=frozenset(visit.element for visit in visits),
        wires=frozenset((visit.element, visit.port) for visit in visits if visit.port),
        says={visit.element: visit.why for visit in visits if visit.why},
    )
