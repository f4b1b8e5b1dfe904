"""Runs every check over a route, and puts what they find in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from workbench.domain.routes.elements import Route
from workbench.domain.routes.findings import Finding, LintFacts, Severity
from workbench.routing.lint import choices, conditions, deploying, models, structure
from workbench.routing.lint.look import Look
from workbench.routing.lint.rules import RULES

_CHECKS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    structure.starts,
    structure.ids,
    structure.outputs,
    structure.unknown,
    structure.loops,
    structure.unreached,
    structure.ways,
    structure.fallbacks,
    choices.shares,
    choices.limits,
    choices.keys,
    models.names,
    models.catalogue,
    models.patience,
    conditions.compiled,
    conditions.fields,
    conditions.tests,
    deploying.name,
    deploying.dialect,
    deploying.restrictions,
    deploying.unknown,
)
_ORDER = {code: place for place, code in enumerate(RULES)}
_GRAVITY = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def lint(route: Route, facts: LintFacts | None = None) -> tuple[Finding, ...]:
    """What is wrong or odd about the route, the gravest first, then as the document goes. Raises nothing."""
    look = Look(route, facts or LintFacts())
    places = {element.id: at for at, element in look}
    found = [finding for check in _CHECKS for finding in check(look)]
    if any(finding.code == "duplicate-id" for finding in found):
        found = [_without_fixes(finding) for finding in found]
    found.sort(key=lambda one: (_GRAVITY[one.severity], places.get(one.element, -1), _ORDER[one.code]))
    return tuple(found)


def _without_fixes(finding: Finding) -> Finding:
    """Edits name an element by its id, so while two have the same, that comes first."""
    return finding if finding.code == "duplicate-id" else replace(finding, fixes=())


def worst(findings: Sequence[Finding]) -> Severity | None:
    """How grave the gravest is; None where there is nothing."""
    return min((one.severity for one in findings), key=_GRAVITY.__getitem__, default=None)
