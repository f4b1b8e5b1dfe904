"""`workbench route test`: the tests that a route file carries, on the engine or against a real gateway."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TextIO

from workbench.cli.edge import FAILED, finish, in_one_line
from workbench.cli.route import files
from workbench.cli.route.sessions import OpenSession, Session
from workbench.cli.route.tracing import visits_json, way_in_words
from workbench.domain.chat import Served
from workbench.domain.errors import Failure, RequestFailed
from workbench.domain.routes.elements import ModelCall, Route
from workbench.domain.routes.trace import Visit
from workbench.routing.cases import Case, Expected, cases_of, run_cases

_MARKS = {True: "ok", False: "FAILED", None: "skipped"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """passed: None for a test that was not run. why: of a failure or a skip. answered: provider/model, "" where nobody did."""

    name: str
    passed: bool | None
    why: str = ""
    answered: str = ""
    visits: tuple[Visit, ...] = ()


def test(options: Namespace) -> int:
    route = files.read(options.file).route
    if not options.live:
        return told(rehearsed(route), options, sys.stdout)
    from workbench.cli.headless import open_session

    return finish(tried_live(options, route, open_session, sys.stdout))


def rehearsed(route: Route) -> list[Verdict]:
    """Raises RouteError where the route cannot run, or a test cannot be read."""
    return [
        Verdict(
            result.case.name,
            result.passed,
            result.why,
            f"{result.run.provider}/{result.run.model}" if result.run.answered else "",
            result.run.visits(),
        )
        for result in run_cases(route)
    ]


async def tried_live(options: Namespace, route: Route, open_session: OpenSession, out: TextIO) -> int:
    """A request for each test. One that fails in a way that is not the route's ends it all: raises RequestFailed."""
    cases = cases_of(route)
    async with open_session() as session:
        target = await session.target(options.live)
        verdicts = [await _live(session, target.id, options.gateway, route, case) for case in cases]
    return told(verdicts, options, out)


async def _live(session: Session, target_id: str, gateway: str, route: Route, case: Case) -> Verdict:
    if case.outcomes:
        return Verdict(case.name, None, "a real gateway cannot be told who fails")
    if case.dice is not None or case.seed is not None:
        return Verdict(case.name, None, "a real gateway throws its own dice")
    try:
        served = await session.ask_route(target_id, gateway, route.name, case.request)
    except RequestFailed as error:
        if not _of_the_route(error):
            raise
        why = case.expected.unmet("", "")
        return Verdict(case.name, not why, f"{why}. {in_one_line(error)}" if why else "")
    return _compared(case, served, route)


def _of_the_route(error: RequestFailed) -> bool:
    """Whether the route ran and nobody answered: not so where it could not be reached, or is not there."""
    return error.status is not None and error.failure not in (
        Failure.UNAUTHORIZED,
        Failure.FORBIDDEN,
        Failure.GATEWAY_NOT_FOUND,
        Failure.NOT_FOUND,
    )


def _compared(case: Case, served: Served, route: Route) -> Verdict:
    if not served.model:
        return Verdict(case.name, False, "the reply does not say who answered (no cf-aig-model header)")
    provider = served.provider or "?"
    unmet = with_models(case.expected, route).unmet(provider, served.model)
    return Verdict(case.name, not unmet, unmet, f"{provider}/{served.model}")


def with_models(expected: Expected, route: Route) -> Expected:
    """With elements as the models they ask, which is all that a reply tells."""
    asked = (route.find(element) for element in expected.elements)
    models = (f"{one.provider}/{one.model}" for one in asked if isinstance(one, ModelCall))
    return replace(expected, models=(*expected.models, *models), elements=())


def told(verdicts: Sequence[Verdict], options: Namespace, out: TextIO) -> int:
    failed = any(verdict.passed is False for verdict in verdicts)
    if options.json:
        out.write(json.dumps(as_json(options.file, verdicts), ensure_ascii=False, default=str) + "\n")
    else:
        out.write("".join(in_words(verdict) for verdict in verdicts) + _sum(options.file, verdicts))
    return FAILED if failed else 0


def in_words(verdict: Verdict) -> str:
    line = f"{_MARKS[verdict.passed]:>7}  {verdict.name}\n"
    if verdict.why:
        line += f"{'':>9}{verdict.why}\n"
    return line + (way_in_words(verdict.visits, " " * 9) if verdict.passed is False else "")


def _sum(file: str, verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return f"{file}: no tests. They go under “workbench”, “tests”.\n"
    counts = [(mark, sum(one.passed is passed for one in verdicts)) for passed, mark in
              ((True, "passed"), (False, "failed"), (None, "skipped"))]  # fmt: skip
    return f"{file}: {', '.join(f'{count} {mark}' for mark, count in counts if count)}\n"


def as_json(file: str, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "file": file,
        "ok": not any(verdict.passed is False for verdict in verdicts),
        "tests": [
            {
                "name": verdict.name,
                "passed": verdict.passed,
                "why": verdict.why,
                "answered": verdict.answered or None,
                "visits": visits_json(verdict.visits),
            }
            for verdict in verdicts
        ],
    }
