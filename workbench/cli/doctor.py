"""`workbench doctor`: why a target does not answer."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import asdict
from typing import Any, Protocol, TextIO

from workbench.cli.edge import FAILED, finish
from workbench.domain.targets import Target
from workbench.services.doctor import Check, CheckState, first_failure

MARKS = {
    CheckState.OK: "ok",
    CheckState.FAILED: "FAILED",
    CheckState.WARNING: "warning",
    CheckState.SKIPPED: "-",
}


class Session(Protocol):
    async def target(self, name: str) -> Target:
        """The target of that name or id, "" for the current one; started first where it is ours to start."""

    def examine(self, target_id: str) -> AsyncGenerator[Check, None]: ...


OpenSession = Callable[[], AbstractAsyncContextManager[Session]]


def run(options: Namespace) -> int:
    from workbench.cli.headless import open_session

    return finish(examine(options, open_session, sys.stdout))


async def examine(options: Namespace, open_session: OpenSession, out: TextIO) -> int:
    """Print each check as it ends, or all as JSON; FAILED where one failed, its cause and fix after it."""
    checks: list[Check] = []
    async with open_session() as session:
        target = await session.target(options.target or "")
        if not options.json:
            out.write(f"{target.name}\n")
        async with aclosing(session.examine(target.id)) as events:
            async for check in events:
                checks.append(check)
                if not options.json:
                    out.write(in_words(check))
                    out.flush()
    failed = first_failure(checks)
    if options.json:
        out.write(json.dumps(as_json(target, checks, failed), ensure_ascii=False) + "\n")
    elif failed is None:
        out.write("Everything works.\n")
    out.flush()
    return FAILED if failed else 0


def in_words(check: Check) -> str:
    """One line for the check with what was found; below it, where something is to be done, why and what."""
    line = f"  {MARKS[check.state]:>7}  {check.label:<28}  "
    if check.state is CheckState.SKIPPED:
        return f"{line}{check.why}".rstrip() + "\n"
    time = f" ({check.ms:.0f} ms)" if check.ms is not None else ""
    lines = [f"{line}{check.what}{time}".rstrip()]
    if check.state is not CheckState.OK:
        hint = f"Hint: {check.fix}" if check.fix else ""
        lines += [f"{'':>9}  {part}" for part in (check.why, hint) if part]
    return "\n".join(lines) + "\n"


def as_json(target: Target, checks: list[Check], failed: Check | None) -> dict[str, Any]:
    return {
        "target": target.name,
        "ok": failed is None,
        "failed": failed.name if failed else None,
        "checks": [asdict(check) for check in checks],
    }
