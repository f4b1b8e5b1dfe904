"""What an element decided, in words. Made when somebody asks for the trace, never while a request waits."""

from __future__ import annotations

from typing import Any, NamedTuple

from workbench.domain.routes.elements import (
    ELSE,
    FALLBACK,
    SUCCESS,
    AnyElement,
    LimitType,
    ModelCall,
    Percentage,
    Rate,
    Technique,
)
from workbench.domain.routes.shares import named_sum
from workbench.domain.routes.trace import Visit
from workbench.routing.attempts import LimitKey, Outcome, Standing, Words
from workbench.routing.conditions import Condition
from workbench.routing.explained import worded
from workbench.routing.facts import MISSING, Facts, reader, shown


class Roll(NamedTuple):
    """How a split was decided. at: from 0 to 100. who: the sticky value, "" where dice fell."""

    at: float
    who: str


class Took(NamedTuple):
    """How a limit stood when it was asked."""

    key: LimitKey
    rate: Rate
    standing: Standing


def start_words(element: AnyElement) -> Words:
    def words(facts: Facts, port: str, kept: Any) -> Visit:
        return _visit(element, port, "Requests begin here")

    return words


def condition_words(element: AnyElement, condition: Condition) -> Words:
    def words(facts: Facts, port: str, kept: Any) -> Visit:
        sentence, saw = condition.explain(facts)
        return _visit(element, port, sentence, saw)

    return words


def split_words(element: Percentage) -> Words:
    def words(facts: Facts, port: str, roll: Roll) -> Visit:
        saw = {"roll": round(roll.at, 4)}
        if element.sticky:
            saw[element.sticky] = shown(element.sticky, reader(element.sticky)(facts))
        return _visit(element, port, f"{_fell(element, roll)}, {_share(element, port)}", saw)

    return words


def _fell(element: Percentage, roll: Roll) -> str:
    if roll.who:
        return f"{element.sticky} always stands at {roll.at:.2f}"
    missing = f"{element.sticky} names nobody, so dice decided: they" if element.sticky else "The dice"
    return f"{missing} fell on {roll.at:.2f}"


def _share(element: Percentage, port: str) -> str:
    if port == ELSE:
        return "which is beyond the shares, so else"
    if port:
        return f"within the share of {port}"
    return f"beyond the {named_sum(element.outputs):g} % that are shared out, and there is no else"


def rate_words(element: Rate) -> Words:
    def words(facts: Facts, port: str, took: Took) -> Visit:
        saw = {
            element.key: shown(element.key, reader(element.key)(facts)),
            "used": took.standing.used,
            "limit": took.standing.limit,
        }
        return _visit(element, port, _stood(element, took, shown_key(element, facts)), saw)

    return words


def shown_key(element: Rate, facts: Facts) -> str:
    value = reader(element.key)(facts)
    if value is MISSING or value is None:
        return f"{element.key} is missing, so all such requests share a bucket"
    return f"{element.key} is {worded(shown(element.key, value))}"


def _stood(element: Rate, took: Took, who: str) -> str:
    standing = took.standing
    window = f"{element.window_s} s" + (" sliding" if element.technique is Technique.SLIDING else "")
    if element.limit_type is LimitType.COST:
        used = f"${standing.used:.4g} of ${standing.limit:g} in {window} are spent"
    else:
        used = f"{standing.used:g} of {standing.limit:g} requests in {window}"
    if standing.allowed:
        return f"{who}: {used}, so it goes on"
    room = f", with room again in {standing.resets_in_s:.0f} s" if standing.resets_in_s else ""
    return f"{who}: {used}, so the limit is reached{room}"


def model_words(element: ModelCall) -> Words:
    def words(facts: Facts, port: str, outcome: Outcome) -> Visit:
        name = f"{element.provider}/{element.model}"
        if outcome.ok:
            why = f"{name} answered"
        else:
            reason = outcome.error.rstrip(".") or (
                f"status {outcome.status}" if outcome.status else "no answer"
            )
            why = f"{name} failed: {reason}"
        if not port:
            wanted = SUCCESS if outcome.ok else FALLBACK
            why = f"{why}, and {wanted} leads nowhere, so the route ends"
        return _visit(element, port, why, {"status": outcome.status} if outcome.status else {})

    return words


def end_words(element: AnyElement) -> Words:
    def words(facts: Facts, port: str, by: str) -> Visit:
        return _visit(
            element,
            port,
            f"The answer of “{by}” goes out" if by else "No model has answered, so an error goes out",
        )

    return words


def _visit(element: AnyElement, port: str, why: str, saw: dict[str, Any] | None = None) -> Visit:
    return Visit(element.id, element.kind.value, port, why, saw or {})
