"""What passes between the engine and whoever carries it out: attempts asked for, outcomes told, limits taken, the ending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from workbench.domain.routes.elements import Rate
from workbench.domain.routes.trace import Visit
from workbench.routing.facts import Facts


@dataclass(frozen=True, slots=True)
class Attempt:
    """Ask this model. timeout_ms: to the first byte, 0 for none. retries: further tries after the first that fails, 0–5."""

    element: str
    provider: str
    model: str
    timeout_ms: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, retries included. status: 0 where no answer came. error: what to tell, "" if ok."""

    ok: bool
    status: int = 0
    error: str = ""


class LimitKey(NamedTuple):
    """One bucket of one limit. value: of the field the limit is keyed on, as text; never a credential."""

    route: str
    element: str
    value: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a limit stands. used: after taking, where it was allowed; used, limit: requests or US dollars.

    resets_in_s: until there is room again, 0 where there is.
    """

    allowed: bool
    used: float
    limit: float
    resets_in_s: float


class Limits(Protocol):
    """Keeps the counts and the clock. count: takes one if that is allowed. cost: only looks; what was spent is booked later."""

    def take(self, key: LimitKey, rate: Rate) -> Standing: ...


Dice = Callable[[], float]
"""A number from 0 up to, not including, 1."""

Words = Callable[[Facts, str, Any], Visit]
"""Tells a visit: the facts, the port taken, and what the element kept of its decision."""
Seen = tuple[Words, str, Any]


@dataclass(slots=True)
class Ending:
    """Where a request's way ended. answered: some model answered, and the last that did (`by`, its element) counts.

    element: id of the element it ended at. budgets: the cost limits that let it through, to be charged with what it cost.
    """

    answered: bool
    element: str
    budgets: tuple[tuple[LimitKey, Rate], ...] = ()
    by: str = ""
    facts: Facts | None = field(default=None, repr=False)
    seen: list[Seen] = field(default_factory=list, repr=False)

    def visits(self) -> tuple[Visit, ...]:
        """The way in words, in order. Takes longer than the decision did: ask when the answer is on its way."""
        facts = self.facts
        return tuple(words(facts, port, kept) for words, port, kept in self.seen) if facts is not None else ()
