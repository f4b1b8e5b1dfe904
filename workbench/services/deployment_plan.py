"""What deploying a route would do, before anything is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.gateways import DeploymentRecord, RouteEntry
from workbench.domain.routes.codec import api_elements, deployable, read_route, route_document
from workbench.domain.routes.elements import Route
from workbench.domain.routes.errors import RouteError
from workbench.domain.routes.findings import Finding, LintFacts, Severity
from workbench.domain.routes.properties import SIDECAR
from workbench.domain.targets import Target
from workbench.routing.difference import Change as Change
from workbench.routing.difference import ChangeKind as ChangeKind
from workbench.routing.difference import difference as difference
from workbench.routing.lint import lint


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call as it will be sent, but for the token. document: of the body. A value in «…» is known only when it is sent."""

    method: str
    url: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drift:
    """Another version runs than the one last deployed from here: somebody else has deployed since.

    live_id: what runs, "" where the route is gone. ours: what was deployed from here.
    """

    live_id: str
    ours: DeploymentRecord


class Step(StrEnum):
    """CREATE: there is no route of that name yet. NOTHING: what runs is the same already."""

    CREATE = "create"
    NEW_VERSION = "new-version"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Plan:
    """What deploying would do. changes: how the route behaves otherwise there, sentences. findings: the linter's, for that place.

    before: the route of that name, None where there is none; differences: between what runs and what would, empty where that
    cannot be read. elements, sidecar: what is sent. calls: the very calls, in order. drift: None where nobody else deployed.
    running: what runs now, None where nothing does or it cannot be read.
    """

    name: str
    target: str
    gateway: str
    step: Step
    elements: tuple[Any, ...]
    sidecar: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    before: RouteEntry | None = None
    differences: tuple[Change, ...] = ()
    calls: tuple[PlannedCall, ...] = ()
    drift: Drift | None = None
    running: Route | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


def plan_of(route: Route, target: Target, gateway: str, before: RouteEntry | None, facts: LintFacts) -> Plan:
    """before: the route of that name with its graph. Raises RouteError for what the target cannot take at all."""
    elements, sidecar, changes = _for_the_desk(route) if target.can.desk_routes else _for_cloudflare(route)
    running = _readable(before)
    step, differences = _compared(before, running, route.name, elements, sidecar)
    return Plan(
        route.name,
        target.name,
        gateway,
        step,
        elements,
        sidecar,
        changes,
        lint(route, facts),
        before,
        differences,
        running=running,
    )


def _for_cloudflare(route: Route) -> tuple[tuple[Any, ...], dict[str, Any], tuple[str, ...]]:
    ready = deployable(route)
    return tuple(ready.elements), {}, ready.changes


def _for_the_desk(route: Route) -> tuple[tuple[Any, ...], dict[str, Any], tuple[str, ...]]:
    """As it is, with its sidecar; a key beside the elements that nobody knows would be lost there too, and is refused."""
    api_elements(Route(route.name, (), unknown=route.unknown))
    document = route_document(route)
    return tuple(document["elements"]), document.get(SIDECAR, {}), ()


def _compared(
    before: RouteEntry | None,
    running: Route | None,
    name: str,
    elements: Sequence[Any],
    sidecar: Mapping[str, Any],
) -> tuple[Step, tuple[Change, ...]]:
    if before is None:
        return Step.CREATE, ()
    if running is None:
        return Step.NEW_VERSION, ()
    after = read_route({"name": name, "elements": list(elements), SIDECAR: sidecar}).route
    changes = difference(running, after)
    return Step.NEW_VERSION if any(change.runs for change in changes) else Step.NOTHING, changes


def _readable(entry: RouteEntry | None) -> Route | None:
    try:
        return route_in(entry) if entry is not None else None
    except RouteError:
        return None


def route_in(entry: RouteEntry) -> Route:
    """The route that an entry tells of. Raises RouteError where it cannot be read."""
    return read_route({"name": entry.name, "elements": list(entry.graph or ()), SIDECAR: entry.sidecar}).route


def refused(plan: Plan) -> InvalidInput:
    first, more = plan.errors[0], len(plan.errors) - 1
    others = f" and {more} more" if more else ""
    return InvalidInput(
        f"The route “{plan.name}” has {len(plan.errors)} error{'s' if more else ''}, so it is not deployed.",
        why=f"{first.what} {first.why} ({first.code}{others})",
        fix="Mend them, or deploy in spite of them.",
    )


class Overtaken(WorkbenchError):
    """Another version runs by now than the one the user compared with, so nothing was done."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Somebody else has deployed “{name}” in the meantime, so nothing was done.",
            why="Another version runs than the one this was compared with.",
            fix="Look at the differences again, then deploy.",
        )
