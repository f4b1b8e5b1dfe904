"""A route proved before anything is deployed: what the linter says, where a request would go, whether its tests hold.

Nothing here asks a model. What the linter has to know of the world is learned from the catalogue, the gateway's providers and
the metadata of what was logged.
"""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import Any, Protocol, TypeVar

from workbench.domain.errors import WorkbenchError
from workbench.domain.journal import LogPage, LogRow
from workbench.domain.log_query import LogQuery
from workbench.domain.models import Model
from workbench.domain.routes.elements import ELSE, Kind, Percentage, Route
from workbench.domain.routes.errors import RouteError, pointer
from workbench.domain.routes.findings import Finding, Fix, LintFacts
from workbench.domain.routes.shares import share_of
from workbench.domain.targets import DEFAULT_GATEWAY
from workbench.routing.attempts import Attempt as Attempt
from workbench.routing.attempts import Outcome as Outcome
from workbench.routing.cases import TESTS, Case, cases_of, run_case
from workbench.routing.engine import CompiledRoute, compile_route
from workbench.routing.lint import lint
from workbench.routing.rehearsal import Outcomes, read_request, rehearse
from workbench.routing.rehearsal import Rehearsed as Rehearsed
from workbench.routing.rehearsal import Request as Request
from workbench.services.gateway_providers import ProviderState
from workbench.services.gateway_requests import PAGE, Details, headers_in

T = TypeVar("T")
Test = Mapping[str, Any]
"""A test as the file has it, see routing.cases."""
Pick = str | float
"""Which way a split goes in a dry run: the port, or where the dice fall, from 0 up to 100."""

MOST_REPAIRS = 500
_CARRYING = frozenset(
    {
        "host", "connection", "content-length", "content-type", "transfer-encoding", "accept-encoding",
        "authorization", "cf-aig-authorization", "cf-aig-metadata", "api-key", "x-api-key", "x-goog-api-key", "cookie",
        "x-workbench-trace", "x-session-affinity",
    }
)  # fmt: skip
_SAFE = frozenset(
    {
        "no-start",
        "duplicate-id",
        "unknown-output",
        "end-with-outputs",
        "percent-sum",
        "limit-range",
        "no-such-field",
        "limit-key",
        "provider-in-model",
        "timeout-range",
        "retries-range",
    }
)
"""Rules whose fix changes nothing that works: what it takes away or mends could not have run as it is."""


class Requests(Protocol):
    """services.gateway_requests.GatewayRequests."""

    async def page(self, query: LogQuery, number: int) -> LogPage: ...
    async def details(self, row: LogRow) -> Details: ...


class Catalogue(Protocol):
    """services.catalogue.Catalogue."""

    async def load(self, target_id: str) -> tuple[Model, ...]: ...


class Providers(Protocol):
    """services.gateway_providers.GatewayProviders."""

    async def all(self, gateway_id: str) -> tuple[ProviderState, ...]: ...


@dataclass(frozen=True, slots=True)
class Logged:
    """A request out of the log. note: what is not as it was sent, in a sentence, "" where all is."""

    request: Request
    note: str = ""


class Verdict(StrEnum):
    """UNREADABLE: the test itself is wrong. STOPPED: the route cannot run at all."""

    PASSED = "passed"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class TestResult:
    """place: in the file's list. why: of everything but PASSED. ways: how many ways the dice can fall were tried.

    run: the run that decided, None where there was none. pointer: where in the file an unreadable test is wrong.
    """

    place: int
    name: str
    verdict: Verdict
    why: str = ""
    ways: int = 0
    run: Rehearsed | None = None
    pointer: str = ""
    fix: str = ""

    __test__ = False  # no test of ours


class RouteProof:
    """gateway: whose log is looked at."""

    def __init__(
        self,
        requests: Requests,
        catalogue: Catalogue,
        providers: Providers,
        *,
        gateway: str = DEFAULT_GATEWAY,
        target: str = "local",
    ) -> None:
        self._requests = requests
        self._catalogue = catalogue
        self._providers = providers
        self._gateway = gateway
        self._target = target
        self._compiled: CompiledRoute | None = None
        self.facts = LintFacts()

    def lint(self, route: Route) -> tuple[Finding, ...]:
        """What is wrong or odd about the route on the desk, with what has been learned. Raises nothing."""
        return lint(route, self.facts)

    async def learn(self, *, recent: int = 200) -> bool:
        """Find out what the linter has to know. True if it knows something else than before.

        What cannot be found out now stays as it was: no gateway, no list of its providers, is no reason to complain.
        """
        before = self.facts
        models = await _or_none(self._catalogue.load(self._target))
        states = await _or_none(self._providers.all(self._gateway))
        rows = await _or_none(self.recent(recent))
        if models is not None:
            self.facts = replace(self.facts, models={model.id: model for model in models})
        if states is not None:
            custom = {one.custom.slug: one.custom.base_url for one in states if one.custom is not None}
            self.facts = replace(self.facts, custom=custom)
        if rows is not None:
            seen = {key for row in rows for key in row.metadata}
            self.facts = replace(self.facts, metadata_seen=self.facts.metadata_seen | seen)
        return self.facts != before

    def repaired(self, route: Route) -> Route:
        """With every fix made that is safe: where there is one way only to put it right, and nothing that works changes."""
        for _ in range(MOST_REPAIRS):
            fix = next((found for one in self.lint(route) if (found := safe_fix(one))), None)
            after = fix.apply(route) if fix is not None else route
            if after == route:
                break
            route = after
        return route

    def dry_run(
        self,
        route: Route,
        request: Request,
        outcomes: Mapping[str, Any],
        dice: Callable[[], float] | int | None = None,
        picks: Mapping[str, Pick] | None = None,
    ) -> Rehearsed:
        """Where the request would go. outcomes: as routing.rehearsal.Outcomes is told them. Raises RouteError.

        dice: to throw, or the seed of some. Without them a split goes the way of its pick, by id, else of its greatest share.
        """
        compiled = self._route(route)
        told = Outcomes(route, outcomes)
        if isinstance(dice, int):
            dice = random.Random(dice).random
        if dice is not None:
            return rehearse(compiled, request, told, dice)
        return _picked(compiled, request, told, picks or {})

    def tests(self, route: Route) -> Iterator[TestResult]:
        """The tests of the route's file, one after another, each run when it is asked for. Raises nothing."""
        found = route.sidecar.get(TESTS, [])
        if not isinstance(found, list | tuple):
            yield TestResult(
                0,
                "",
                Verdict.UNREADABLE,
                "The tests of a route are a list.",
                pointer=pointer("workbench", TESTS),
            )
            return
        stopped: RouteError | None = None
        try:
            compiled = self._route(route)
        except RouteError as error:
            stopped = error
        for place, test in enumerate(found):
            case = _case_of(route, test, place)
            if isinstance(case, TestResult):
                yield case
            elif stopped is not None:
                yield TestResult(place, case.name, Verdict.STOPPED, stopped.what, pointer=stopped.pointer)
            else:
                result = run_case(compiled, case)
                verdict = Verdict.PASSED if result.passed else Verdict.FAILED
                yield TestResult(place, case.name, verdict, result.why, result.ways, result.run)

    async def recent(self, limit: int = 50) -> tuple[LogRow, ...]:
        """The newest rows of the log, newest first. Raises RequestFailed."""
        rows: list[LogRow] = []
        for number in range(1, -(-limit // PAGE) + 1):
            page = await self._requests.page(LogQuery(self._gateway), number)
            rows += page.rows
            if len(page.rows) < PAGE:
                break
        return tuple(rows[:limit])

    async def request_of(self, row: LogRow) -> Logged:
        """What was sent, secrets masked as the log has them. Raises RequestFailed."""
        try:
            found = (await self._requests.details(row)).row
        except BaseExceptionGroup as group:
            failed, others = group.split(WorkbenchError)
            if others is not None or failed is None:
                raise
            raise _first(failed) from group
        headers = told_headers(headers_in(found.request_head))
        body, note = _body(found.request_body)
        return Logged(Request(dict(found.metadata or row.metadata), headers, body), note)

    def _route(self, route: Route) -> CompiledRoute:
        """The last one is kept: tests and the dry run ask for the same again and again."""
        if self._compiled is None or self._compiled.route is not route:
            self._compiled = compile_route(route)
        return self._compiled


def safe_fix(finding: Finding) -> Fix | None:
    """The finding's fix, if it can be made without looking."""
    return finding.fixes[0] if finding.code in _SAFE and len(finding.fixes) == 1 else None


def told_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What a request says of itself, for a rehearsal and a test in a file: without what only carries it, and credentials."""
    return {name.lower(): value for name, value in headers if name.lower() not in _CARRYING}


def request_from(value: Any) -> Request:
    """From JSON: {"metadata", "headers", "body"}, or a chat body alone. Raises RouteError with the place."""
    return read_request(value)


def request_json(request: Request) -> dict[str, Any]:
    """As `request_from` reads it; parts that are empty are left out."""
    parts = {"metadata": request.metadata, "headers": request.headers, "body": request.body}
    return {name: dict(part) for name, part in parts.items() if part}


def rolls_of(run: Rehearsed) -> dict[str, float]:
    """Where the dice fell, from 0 to 100, at each split of the way where dice fell at all."""
    visits = run.visits()
    seen = zip(visits, run.ending.seen, strict=True)
    return {
        visit.element: kept[0]
        for visit, (_, _, kept) in seen
        if visit.kind == Kind.PERCENTAGE and kept[1] == ""
    }


def shares_of(split: Percentage) -> tuple[tuple[str, float, float], ...]:
    """(port, from, to) of each share, in percent; else takes what is left over."""
    ports = [port for port in split.outputs if port != ELSE and share_of(port)]
    borders = list(accumulate(share_of(port) or 0.0 for port in ports))
    found = [
        (port, low, high)
        for port, low, high in zip(ports, (0.0, *borders), borders, strict=False)
        if low < 100
    ]
    named = borders[-1] if borders else 0.0
    if ELSE in split.outputs and named < 100:
        found.append((ELSE, named, 100.0))
    return tuple(found)


def as_test(
    name: str,
    request: Request,
    outcomes: Mapping[str, Any],
    expected: Mapping[str, Any],
    dice: Sequence[float] = (),
) -> dict[str, Any]:
    """A test as the file has it. dice: as they fell, for one that pins them."""
    test: dict[str, Any] = {"name": name, "request": request_json(request)}
    if outcomes:
        test["outcomes"] = dict(outcomes)
    if dice:
        test["dice"] = [round(one, 6) for one in dice]
    test["expect"] = dict(expected)
    return test


def expected_of(run: Rehearsed) -> dict[str, Any]:
    """What a test expects that wants this to stay as it is."""
    return {"model": f"{run.provider}/{run.model}"} if run.answered else {"error": True}


def kept_tests(route: Route) -> tuple[Any, ...]:
    """As the file has them. Raises RouteError where they are no list."""
    found = route.sidecar.get(TESTS, [])
    if not isinstance(found, list | tuple):
        raise RouteError(
            "The tests of a route are a list.",
            pointer=pointer("workbench", TESTS),
            fix="Mend “tests” in the JSON first.",
        )
    return tuple(found)


def with_test(route: Route, test: Test, place: int | None = None) -> Route:
    """With the test in that place instead of the one there; without a place, as the last."""
    tests = kept_tests(route)
    if place is None:
        return _with_tests(route, (*tests, test))
    return _with_tests(route, (*tests[:place], test, *tests[place + 1 :]))


def with_copied_test(route: Route, place: int, name: str) -> Route:
    """With the test a second time, right after itself, under that name."""
    tests = kept_tests(route)
    copy = {**tests[place], "name": name} if isinstance(tests[place], Mapping) else tests[place]
    return _with_tests(route, (*tests[: place + 1], copy, *tests[place + 1 :]))


def without_test(route: Route, place: int) -> Route:
    tests = kept_tests(route)
    return _with_tests(route, (*tests[:place], *tests[place + 1 :]))


def renamed_test(route: Route, place: int, name: str) -> Route:
    """The same route where what is in that place is nothing that has a name."""
    tests = kept_tests(route)
    test = tests[place]
    return with_test(route, {**test, "name": name}, place) if isinstance(test, Mapping) else route


def free_test_name(route: Route, stem: str) -> str:
    """stem, or stem with a number, so that no other test is called so."""
    taken = {test.get("name") for test in kept_tests(route) if isinstance(test, Mapping)}
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem} {number}"
    return name


def _with_tests(route: Route, tests: Iterable[Any]) -> Route:
    sidecar = {**route.sidecar, TESTS: list(tests)}
    if not sidecar[TESTS]:
        del sidecar[TESTS]
    return replace(route, sidecar=sidecar)


def _case_of(route: Route, test: Any, place: int) -> Case | TestResult:
    """One test read by itself, so that one that is wrong leaves the others."""
    try:
        (case,) = cases_of(replace(route, sidecar={TESTS: [test]}))
    except RouteError as error:
        here = pointer("workbench", TESTS, 0)
        inside = error.pointer.removeprefix(here)
        name = str(test.get("name") or "") if isinstance(test, Mapping) else ""
        return TestResult(
            place,
            name or f"test {place + 1}",
            Verdict.UNREADABLE,
            error.what,
            pointer=pointer("workbench", TESTS, place) + inside,
            fix=error.fix,
        )
    named = isinstance(test, Mapping) and test.get("name")
    return replace(case, place=place, name=case.name if named else f"test {place + 1}")


def _picked(
    compiled: CompiledRoute, request: Request, outcomes: Outcomes, picks: Mapping[str, Pick]
) -> Rehearsed:
    """Run again until each split that a die decided has gone its way: which split the next die is for, only the run tells."""
    dice: list[float] = []
    while True:
        run = rehearse(compiled, request, outcomes, _given(dice))
        splits = list(rolls_of(run))
        if len(splits) <= len(dice):
            return run
        split = compiled.route.find(splits[len(dice)])
        assert isinstance(split, Percentage)
        dice.append(_die(split, picks.get(split.id)))


def _given(dice: Sequence[float]) -> Callable[[], float]:
    left = iter(tuple(dice))
    return lambda: next(left, 0.0)


def _die(split: Percentage, pick: Pick | None) -> float:
    if isinstance(pick, int | float):
        return min(max(float(pick), 0.0), 99.9999) / 100
    shares = shares_of(split)
    wanted = next((share for share in shares if share[0] == pick), None)
    if wanted is None:
        wanted = max(shares, key=lambda share: share[2] - share[1], default=("", 0.0, 0.0))
    return (wanted[1] + min(wanted[2], 100.0)) / 200


def _body(kept: bytes | None) -> tuple[Mapping[str, Any], str]:
    if kept is None:
        return {}, "The body of this request was not kept, so the route sees an empty one."
    try:
        found = json.loads(kept)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return {}, "The body of this request is no JSON object, so the route sees an empty one."
    return found, ""


async def _or_none(asked: Awaitable[T]) -> T | None:
    try:
        return await asked
    except WorkbenchError:
        return None
    except BaseExceptionGroup as group:
        if group.split(WorkbenchError)[1] is not None:
            raise
        return None


def _first(group: BaseExceptionGroup[WorkbenchError]) -> WorkbenchError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, WorkbenchError)
    return error
