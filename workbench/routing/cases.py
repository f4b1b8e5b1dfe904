"""The unit tests that a route file carries: what a request should come to, tried on the engine with nobody behind it.

    "workbench": {"tests": [{
        "name": "free users get the small model",
        "request": {"metadata": {"plan": "free"}, "headers": {}, "body": {}},
        "outcomes": {"m1": 429, "openai/gpt-4o-mini": "timeout", "r1": "over"},
        "expect": {"model": "openai/gpt-4o-mini"}
    }]}

expect: {"model": …} or {"element": …}, one or a list of acceptable ones; {"error": true} for no answer. Where a route throws
dice a test holds for every way they can fall, unless it pins them with "dice" (numbers from 0 up to 1) or a "seed".
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from workbench.domain.routes.elements import ELSE, AnyElement, ModelCall, Percentage, Route
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.shares import share_of
from workbench.routing.engine import CompiledRoute, compile_route
from workbench.routing.rehearsal import Outcomes, Rehearsed, Request, read_request, rehearse
from workbench.routing.soundness import start_of

TESTS = "tests"
MOST_WAYS = 512
"""Ways for the dice to fall that a test is tried on at most."""
_KEYS = frozenset({"name", "request", "outcomes", "expect", "dice", "seed"})
_EXPECTED = frozenset({"model", "element", "error"})
Path = tuple[str | int, ...]
_DATED = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$")


@dataclass(frozen=True, slots=True)
class Expected:
    """models, elements: the acceptable ones, empty for any. error: True for no answer, None where it is not said."""

    models: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    error: bool | None = None

    def unmet(self, provider: str, model: str, element: str = "") -> str:
        """Why an answer by this model is not what is expected, "" where it is. element: "" where it is not known; model too
        where nobody answered."""
        if not model:
            return "" if self.error else f"nobody answered, expected {self.text}"
        if self.error:
            return f"{provider}/{model} answered, expected {self.text}"
        if self.models and not any(names_model(name, provider, model) for name in self.models):
            return f"{provider}/{model} answered, expected {self.text}"
        if self.elements and element and element not in self.elements:
            return f"“{element}” answered, expected {self.text}"
        return ""

    @property
    def text(self) -> str:
        if self.error:
            return "an error"
        elements = [f"“{element}”" for element in self.elements]
        return " or ".join((*self.models, *elements)) or "an answer"


def names_model(name: str, provider: str, model: str) -> bool:
    """Whether name means this model. A provider may answer with the day of a model where the route names it without."""
    plain = _DATED.sub("", model)
    return name in (model, f"{provider}/{model}", plain, f"{provider}/{plain}")


def answers_of(route: CompiledRoute, request: Request) -> tuple[str, ...]:
    """Who may answer the request, as "provider/model", where every model does its part: one, or one for each way of the dice."""
    runs = _every_way(route, Case("", request, Outcomes(route.route, {}), Expected()))
    return tuple(dict.fromkeys(f"{run.provider}/{run.model}" for run in runs if run.answered))


@dataclass(frozen=True, slots=True)
class Case:
    """dice: as they fall one after another, the last one again and again; None for every way. place: in the list of tests."""

    name: str
    request: Request
    outcomes: Outcomes
    expected: Expected
    dice: tuple[float, ...] | None = None
    seed: int | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class CaseResult:
    """run: the run that decided: the first that failed, else the first. why: of a failure, "" otherwise. ways: how many runs."""

    case: Case
    passed: bool
    why: str
    run: Rehearsed
    ways: int


def cases_of(route: Route) -> tuple[Case, ...]:
    """The tests in the route's file. Raises RouteError with the place of what cannot be read."""
    tests = route.sidecar.get(TESTS, [])
    at: Path = ("workbench", TESTS)
    if not isinstance(tests, list | tuple):
        raise RouteError("The tests of a route are a list.", pointer=pointer(*at))
    return tuple(_case(route, test, (*at, place), place) for place, test in enumerate(tests))


def _case(route: Route, test: Any, at: Path, place: int) -> Case:
    if not isinstance(test, Mapping):
        raise RouteError(
            "A test is an object with a request and what is expected of it.", pointer=pointer(*at)
        )
    _only(test, _KEYS, at, "a test")
    outcomes = test.get("outcomes") or {}
    if not isinstance(outcomes, Mapping):
        raise RouteError("“outcomes” is an object.", pointer=pointer(*at, "outcomes"))
    seed = test.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise RouteError("“seed” is a whole number.", pointer=pointer(*at, "seed"))
    return Case(
        str(test.get("name") or f"test {place + 1}"),
        read_request(test.get("request") or {}, (*at, "request")),
        Outcomes(route, outcomes, (*at, "outcomes")),
        _expected(route, test.get("expect"), (*at, "expect")),
        _dice(test.get("dice"), (*at, "dice")),
        seed,
        place,
    )


def _only(value: Mapping[str, Any], known: frozenset[str], at: Path, what: str) -> None:
    for key in value:
        if key not in known:
            fix = f"There are {', '.join(sorted(known))}."
            raise RouteError(f"“{key}” is no part of {what}.", pointer=pointer(*at, key), fix=fix)


def _expected(route: Route, value: Any, at: Path) -> Expected:
    if not isinstance(value, Mapping) or not value:
        raise RouteError(
            "A test says what it expects.",
            pointer=pointer(*at),
            fix='Write {"model": "openai/gpt-4o-mini"}, {"element": "m1"} or {"error": true}.',
        )
    _only(value, _EXPECTED, at, "what is expected")
    error = value.get("error")
    if not isinstance(error, bool | None):
        raise RouteError("“error” is true or false.", pointer=pointer(*at, "error"))
    models, elements = (_names(value.get(key), (*at, key)) for key in ("model", "element"))
    if error and (models or elements):
        raise RouteError("An error comes from no model.", pointer=pointer(*at, "error"))
    for element in elements:
        if not isinstance(route.find(element), ModelCall):
            raise RouteError(
                f"“{element}” is no model element of the route.", pointer=pointer(*at, "element")
            )
    return Expected(models, elements, error)


def _names(value: Any, at: Path) -> tuple[str, ...]:
    if value is None:
        return ()
    names = value if isinstance(value, list | tuple) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise RouteError("What is expected is a name, or a list of names.", pointer=pointer(*at))
    return tuple(names)


def _dice(value: Any, at: Path) -> tuple[float, ...] | None:
    if value is None:
        return None
    dice = value if isinstance(value, list | tuple) else [value]
    numbers = [one for one in dice if isinstance(one, int | float) and not isinstance(one, bool)]
    if not numbers or len(numbers) < len(dice) or not all(0 <= one < 1 for one in numbers):
        raise RouteError("Dice fall on numbers from 0 up to, not including, 1.", pointer=pointer(*at))
    return tuple(float(one) for one in numbers)


def run_cases(route: Route) -> tuple[CaseResult, ...]:
    """Run all tests of the route's file. Raises RouteError where the route cannot run, or a test cannot be read."""
    compiled = compile_route(route)
    return tuple(run_case(compiled, case) for case in cases_of(route))


def run_case(route: CompiledRoute, case: Case) -> CaseResult:
    first: Rehearsed | None = None
    ways = 0
    for run in _runs(route, case):
        ways += 1
        first = first or run
        if why := case.expected.unmet(run.provider, run.model, run.by):
            return CaseResult(case, False, _with_dice(why, run), run, ways)
    assert first is not None  # there is always one run
    return CaseResult(case, True, "", first, ways)


def _with_dice(why: str, run: Rehearsed) -> str:
    fallen = ", ".join(f"{dice * 100:.4g}" for dice in run.dice)
    return f"{why} (where the dice fall on {fallen})" if fallen else why


def _runs(route: CompiledRoute, case: Case) -> Iterator[Rehearsed]:
    if case.dice is not None:
        yield rehearse(route, case.request, case.outcomes, _given(case.dice))
    elif case.seed is not None:
        yield rehearse(route, case.request, case.outcomes, random.Random(case.seed).random)
    else:
        yield from _every_way(route, case)


def _given(dice: tuple[float, ...]) -> Callable[[], float]:
    left = iter(dice)
    return lambda: next(left, dice[-1])


def _every_way(route: CompiledRoute, case: Case) -> Iterator[Rehearsed]:
    """One run for each way the dice can fall: between any two borders of a split it does not matter where. Runs that meet at a
    split go on alike, if the same model has answered by then, so from there on one of them is enough.
    """
    cells = {one.id: _cells(one) for one in route.route.elements if isinstance(one, Percentage)}
    low = min((between[0] for between in cells.values()), default=0.5)
    tried: set[tuple[str, str]] = set()
    waiting: list[tuple[float, ...]] = [()]
    for _ in range(MOST_WAYS):
        if not waiting:
            return
        begun = waiting.pop()
        run = rehearse(route, case.request, case.outcomes, _given((*begun, low)))
        yield run
        for place, state in enumerate(_thrown(route.route, run)):
            if place < len(begun):
                continue
            if state in tried:
                break
            tried.add(state)
            waiting += [(*run.dice[:place], cell) for cell in cells[state[0]][1:]]


def _thrown(route: Route, run: Rehearsed) -> Iterator[tuple[str, str]]:
    """For each time that dice fell: the split, and the model element that had answered by then, "" where none had."""
    elements = {element.id: element for element in route.elements}
    here: AnyElement = start_of(route)
    by = ""
    for _, port, kept in run.ending.seen:
        if isinstance(here, Percentage) and not kept[1]:
            yield here.id, by
        if isinstance(here, ModelCall) and kept.ok:
            by = here.id
        if port:
            here = elements[here.outputs[port]]


def _cells(element: Percentage) -> list[float]:
    """A number between each two neighbouring borders of the shares."""
    shares = (share_of(port) or 0.0 for port in element.outputs if port != ELSE)
    borders = {0.0, 100.0, *(border for border in accumulate(shares) if border < 100)}
    ordered = sorted(borders)
    return [(low + high) / 200 for low, high in zip(ordered, ordered[1:], strict=False)]
