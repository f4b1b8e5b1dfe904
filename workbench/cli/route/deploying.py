"""`workbench route deploy`, `versions` and `rollback`: routes at a target."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TextIO

from workbench.cli.edge import finish
from workbench.cli.route import files
from workbench.cli.route.linting import finding_json
from workbench.cli.route.sessions import OpenSession
from workbench.domain.routes.elements import Route
from workbench.domain.routes.findings import Severity
from workbench.services.deployment_plan import Plan, Step
from workbench.services.deployments import Version


def deploy(options: Namespace) -> int:
    from workbench.cli.headless import open_session

    return finish(deployed(options, files.read(options.file).route, open_session, sys.stdout))


async def deployed(options: Namespace, route: Route, open_session: OpenSession, out: TextIO) -> int:
    """Deploy, or say what would be done. What the linter warns of, and what behaves otherwise there, is told in both cases."""
    async with open_session() as session:
        target = await session.target(options.target)
        if options.dry_run:
            plan = await session.deployments.plan(target.id, route, options.gateway)
            version = previous = ""
        else:
            done = await session.deployments.deploy(
                target.id, route, options.gateway, in_spite_of_errors=options.force
            )
            plan, version, previous = done.plan, done.version_id, done.previous_id
    if options.json:
        out.write(
            json.dumps(plan_json(plan, version, previous, options.dry_run), ensure_ascii=False, default=str)
            + "\n"
        )
        return 0
    _warn(plan)
    out.write(plan_in_words(plan, version, previous, dry=options.dry_run))
    return 0


def _warn(plan: Plan) -> None:
    for finding in plan.findings:
        if finding.severity is not Severity.INFO:
            files.say(f"{finding.severity}: {finding.what} {finding.why} ({finding.code})")
    for change in plan.changes:
        files.say(change)


def plan_in_words(plan: Plan, version: str, previous: str, *, dry: bool) -> str:
    place = f"{plan.target}, gateway “{plan.gateway}”"
    lines = [f"{change.element or 'route'}: {change.text}" for change in plan.differences]
    if plan.step is Step.NOTHING:
        lines.append(f"“{plan.name}” runs like this already at {place}.")
    elif dry:
        do = "created" if plan.step is Step.CREATE else "given a new version, which would run"
        lines.append(f"“{plan.name}” would be {do}, at {place}. Nothing was done.")
    else:
        lines.append(f"“{plan.name}” runs at {place}: version {version}.")
        if previous:
            lines.append(f"Before it ran {previous}, which stays and can be rolled back to.")
    return "\n".join(lines) + "\n"


def plan_json(plan: Plan, version: str, previous: str, dry: bool) -> dict[str, Any]:
    """The object that `--json` prints."""
    return {
        "route": plan.name,
        "target": plan.target,
        "gateway": plan.gateway,
        "step": plan.step.value,
        "done": not dry and plan.step is not Step.NOTHING,
        "version": version or None,
        "previous": previous or None,
        "changes": list(plan.changes),
        "differences": [asdict(change) for change in plan.differences],
        "findings": [finding_json(finding) for finding in plan.findings],
        "elements": list(plan.elements),
    }


def versions(options: Namespace) -> int:
    from workbench.cli.headless import open_session

    return finish(listed(options, open_session, sys.stdout))


async def listed(options: Namespace, open_session: OpenSession, out: TextIO) -> int:
    async with open_session() as session:
        target = await session.target(options.target)
        found = await session.deployments.versions(target.id, options.name, options.gateway)
    if options.json:
        document = {"route": options.name, "versions": [asdict(version) for version in found]}
        out.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        out.write(versions_in_words(found))
    return 0


def versions_in_words(found: Sequence[Version]) -> str:
    lines = [
        f"{version.number:>4}  {'runs' if version.live else '    '}  {_when(version.created_at):<16}  {version.id}"
        for version in found
    ]
    return "\n".join(lines) + "\n"


def _when(moment: float) -> str:
    """In local time, to the minute."""
    return datetime.fromtimestamp(moment).strftime("%Y-%m-%d %H:%M") if moment else "-"


def rollback(options: Namespace) -> int:
    from workbench.cli.headless import open_session

    return finish(rolled_back(options, open_session, sys.stdout))


async def rolled_back(options: Namespace, open_session: OpenSession, out: TextIO) -> int:
    async with open_session() as session:
        target = await session.target(options.target)
        version = await session.deployments.roll_back(
            target.id, options.name, options.version, options.gateway
        )
    if options.json:
        document = {
            "route": options.name,
            "target": target.name,
            "version": version.id,
            "number": version.number,
            "done": not version.live,
        }
        out.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        runs = "runs already" if version.live else "runs again"
        out.write(f"“{options.name}” at {target.name}: version {version.number} ({version.id}) {runs}.\n")
    return 0
