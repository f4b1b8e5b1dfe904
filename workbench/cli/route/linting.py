"""`workbench route lint`: what is wrong with a route, and mending it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from typing import Any, TextIO

from workbench.cli.edge import FAILED
from workbench.cli.route import files
from workbench.domain.errors import InvalidInput
from workbench.domain.models import Model
from workbench.domain.routes.codec import route_document
from workbench.domain.routes.elements import Route
from workbench.domain.routes.findings import Finding, LintFacts, Severity
from workbench.domain.routes.imports import Shape
from workbench.routing.lint import lint as findings_in
from workbench.routing.lint import worst

_MOST_FIXES = 200


def lint(options: Namespace) -> int:
    from workbench.storage.catalogue import offline_models

    return linted(options, offline_models(), sys.stdout)


def linted(options: Namespace, models: Sequence[Model], out: TextIO) -> int:
    """Print the findings, mended first where that is asked for; FAILED where one is an error."""
    imported = files.read(options.file)
    facts = LintFacts(
        models={model.id: model for model in models},
        metadata_seen=frozenset(options.sent),
        for_deploy=options.deploy,
    )
    route, done = imported.route, list[str]()
    if options.fix:
        route, done = _mended(options, imported.shape, route, facts, out)
    findings = findings_in(route, facts)
    told = sys.stderr if options.fix and options.file == files.STANDARD else out
    if options.json:
        told.write(json.dumps(as_json(options.file, findings, done), ensure_ascii=False) + "\n")
    else:
        told.write(in_words(options.file, findings, done))
    return FAILED if worst(findings) is Severity.ERROR else 0


def _mended(
    options: Namespace, shape: Shape, route: Route, facts: LintFacts, out: TextIO
) -> tuple[Route, list[str]]:
    """The route after its quick fixes, written where it came from."""
    if shape is not Shape.GRAPH:
        raise InvalidInput(
            f"{options.file} is not a graph, so it cannot be mended in place.",
            fix="Write it as a route file first: workbench route import.",
        )
    after, done = mended(route, facts)
    if done or options.file == files.STANDARD:
        files.write(route_document(after), options.file, out)
    return after, done


def mended(route: Route, facts: LintFacts) -> tuple[Route, list[str]]:
    """With the first quick fix of each error and warning, until none is left; and what was done. Hints are left alone."""
    done: list[str] = []
    while len(done) < _MOST_FIXES:
        wrong = (one for one in findings_in(route, facts) if one.severity is not Severity.INFO and one.fixes)
        finding = next(wrong, None)
        if finding is None:
            break
        route = finding.fixes[0].apply(route)
        done.append(f"{finding.what} {finding.fixes[0].title}.")
    return route, done


def in_words(file: str, findings: Sequence[Finding], done: Sequence[str]) -> str:
    lines = [f"mended   {line}" for line in done]
    for finding in findings:
        lines.append(f"{finding.severity:<8} {finding.code:<22} {finding.pointer or '/'}")
        lines.append(f"         {finding.what} {finding.why}".rstrip())
        lines += [f"         Fix: {fix.title}." for fix in finding.fixes]
    lines.append(f"{file}: {_counted(findings)}")
    return "\n".join(lines) + "\n"


def _counted(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "hint"}
    told = [
        f"{counts[one]} {word}{'' if counts[one] == 1 else 's'}" for one, word in words.items() if counts[one]
    ]
    return ", ".join(told) or "nothing to say against it"


def as_json(file: str, findings: Sequence[Finding], done: Sequence[str]) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "file": file,
        "ok": worst(findings) is not Severity.ERROR,
        "mended": list(done),
        "findings": [finding_json(finding) for finding in findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "element": finding.element,
        "port": finding.port,
        "pointer": finding.pointer,
        "what": finding.what,
        "why": finding.why,
        "fixes": [fix.title for fix in finding.fixes],
    }
