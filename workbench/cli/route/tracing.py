"""`workbench route trace`: one request's way through a route."""

from __future__ import annotations

import json
import random
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import Any, TextIO

from workbench.cli.route import files
from workbench.domain.errors import InvalidInput
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.trace import Visit
from workbench.routing.engine import compile_route
from workbench.routing.rehearsal import Outcomes, Rehearsed, Request, read_request, rehearse


def trace(options: Namespace) -> int:
    return traced(options, sys.stdout)


def traced(options: Namespace, out: TextIO) -> int:
    """Print the way. That nobody answers is a result like another: 0."""
    if options.file == options.request == files.STANDARD:
        raise InvalidInput(
            "Route and request cannot both come from standard input.", fix="Put one in a file."
        )
    route = files.read(options.file).route
    request = request_in(options.request)
    compiled = compile_route(route)
    run = rehearse(compiled, request, outcomes_in(options, route), random.Random(options.seed).random)
    if options.json:
        out.write(json.dumps(as_json(route, run), ensure_ascii=False, default=str) + "\n")
    else:
        out.write(in_words(run))
    return 0


def request_in(file: str | None) -> Request:
    """The request in a file; an empty one where none is named. Raises InvalidInput."""
    if file is None:
        return Request()
    try:
        return read_request(files.json_in(file))
    except RouteError as error:
        raise InvalidInput(f"{file}: {error.what}", why=error.why, fix=error.fix) from error


def outcomes_in(options: Namespace, route: Route) -> Outcomes:
    try:
        return Outcomes(route, dict(options.outcome))
    except RouteError as error:
        raise InvalidInput(f"--outcome: {error.what}", why=error.why, fix=error.fix) from error


def in_words(run: Rehearsed) -> str:
    return way_in_words(run.visits()) + f"{_ending(run)}\n"


def way_in_words(visits: Sequence[Visit], indent: str = "") -> str:
    """A line for each element: what it is, the output taken, and why."""
    width = max((len(visit.element) for visit in visits), default=0)
    ports = max((len(visit.port) for visit in visits), default=0)
    lines = []
    for visit, after in zip(visits, (*visits[1:], None), strict=False):
        way = f"{visit.port:<{ports}} → {after.element}" if after else ""
        head = f"{indent}{visit.kind:<11}  {visit.element:<{width}}  {way:<{ports + width + 3}}"
        lines.append(f"{head}  {visit.why}".rstrip() + "\n")
    return "".join(lines)


def _ending(run: Rehearsed) -> str:
    if run.answered:
        return f"Answered by {run.provider}/{run.model} (“{run.by}”)."
    return f"Nobody answers: the request ends with an error at “{run.ending.element}”."


def as_json(route: Route, run: Rehearsed) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "route": route.name,
        "answered": run.answered,
        "by": run.by or None,
        "provider": run.provider or None,
        "model": run.model or None,
        "ended": run.ending.element,
        "visits": visits_json(run.visits()),
        "attempts": [
            {
                "element": attempt.element,
                "provider": attempt.provider,
                "model": attempt.model,
                "ok": outcome.ok,
                "status": outcome.status or None,
                "error": outcome.error,
            }
            for attempt, outcome in run.tried
        ],
    }


def visits_json(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    return [
        {
            "element": visit.element,
            "kind": visit.kind,
            "port": visit.port,
            "why": visit.why,
            "saw": dict(visit.saw),
        }
        for visit in visits
    ]
