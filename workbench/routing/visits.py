"""What an element decided, in words. Made when somebody asks for the trace, never while a request waits."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

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
from workbench.domain.routes.shares import named_sum, share_of
from workbench.domain.routes.trace import Visit
from workbench.routing.attempts import LimitKey, Outcome, Standing, Words
from workbench.routing.conditions import Condition
from workbench.routing.explained import worded
from workbench.routing.facts import MISSING, Facts, reader, shown
from workbench.routing.sticky import text_of

Roll = tuple[float, str]
"""How a split was decided: where between 0 and 100, and by which sticky value, "" where dice fell."""
Took = tuple[LimitKey, Rate, Standing]
"""How a limit stood when it was asked."""


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
        at, who = roll
        saw: dict[str, Any] = {"roll": round(at, 4)}
        if element.sticky:
            saw[element.sticky] = shown(element.sticky, reader(element.sticky)(facts))
        return _visit(element, port, f"{_fell(element, at, who)}, {_share(element, port, at)}", saw)

    return words


def _fell(element: Percentage, at: float, who: str) -> str:
    if who:
        return f"{element.sticky} always stands at {at:.2f}"
    missing = f"{element.sticky} names nobody, so dice decided: they" if element.sticky else "The dice"
    return f"{missing} fell on {at:.2f}"


def _share(element: Percentage, port: str, at: float) -> str:
    """port: "" where the request stayed: its share leads nowhere, or there is none."""
    share = port or _open_share(element, at)
    open = "" if port else ", which leads nowhere, so the route ends"
    if share == ELSE:
        return f"which is beyond the shares, so else{open}"
    if share:
        return f"within the share of {share}{open}"
    return f"beyond the {named_sum(element.outputs):g} % that are shared out, and there is no else"


def _open_share(element: Percentage, at: float) -> str:
    ports = [port for port in element.outputs if port != ELSE]
    borders = accumulate(share_of(port) or 0.0 for port in ports)
    open = [port for port, border in zip(ports, borders, strict=True) if at < border]
    return open[0] if open else ELSE if ELSE in element.outputs else ""


def rate_words(element: Rate) -> Words:
    def words(facts: Facts, port: str, took: Took) -> Visit:
        _, _, standing = took
        saw = {
            element.key: shown(element.key, reader(element.key)(facts)),
            "used": standing.used,
            "limit": standing.limit,
        }
        return _visit(element, port, _stood(element, standing, _bucket(element, facts)), saw)

    return words


def _bucket(element: Rate, facts: Facts) -> str:
    value = reader(element.key)(facts)
    if not text_of(value):
        problem = "is missing" if value is MISSING else "names nobody"
        return f"{element.key} {problem}, so all such requests share a bucket"
    return f"{element.key} is {worded(shown(element.key, value))}"


def _stood(element: Rate, standing: Standing, who: str) -> str:
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
