"""`workbench doctor` against a scripted examination."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from tests.conftest import Run
from workbench.cli.arguments import parser
from workbench.cli.doctor import examine
from workbench.domain.targets import Target, TargetKind
from workbench.services.doctor import Check, CheckState

PORT = Check("port", "Port answers", CheckState.OK, "127.0.0.1:8787 answers.", ms=1.4)
TOKEN = Check(
    "token",
    "Token",
    CheckState.FAILED,
    "It was refused.",
    "It has expired.",
    "Make a new one.",
    80.0,
    "unauthorized",
)
MODEL = Check("model", "Model exists", CheckState.SKIPPED, why="“Token” must be mended first.")


class FakeSession:
    def __init__(self, *checks: Check) -> None:
        self.checks = checks
        self.asked: list[str] = []

    async def target(self, name: str) -> Target:
        self.asked.append(name)
        return Target("t1", "Work account", TargetKind.CLOUDFLARE)

    async def examine(self, target_id: str) -> AsyncGenerator[Check, None]:
        self.asked.append(target_id)
        for check in self.checks:
            yield check

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeSession]:
        yield self


def options(*arguments: str) -> Namespace:
    return parser().parse_args(["doctor", *arguments])


def test_each_check_is_a_line_and_the_failed_one_says_why_and_how_to_mend_it(run_async: Run) -> None:
    out, session = io.StringIO(), FakeSession(PORT, TOKEN, MODEL)
    assert run_async(examine(options("--target", "Work account"), session.open, out)) == 1
    assert session.asked == ["Work account", "t1"]
    assert [" ".join(line.split()) for line in out.getvalue().splitlines()] == [
        "Work account",
        "ok Port answers 127.0.0.1:8787 answers. (1 ms)",
        "FAILED Token It was refused. (80 ms)",
        "It has expired.",
        "Hint: Make a new one.",
        "- Model exists “Token” must be mended first.",
    ]


def test_all_well_is_exit_code_0(run_async: Run) -> None:
    out = io.StringIO()
    assert run_async(examine(options(), FakeSession(PORT).open, out)) == 0
    assert out.getvalue().endswith("Everything works.\n")


def test_json_names_the_step_that_failed_and_holds_every_check(run_async: Run) -> None:
    out = io.StringIO()
    assert run_async(examine(options("--json"), FakeSession(PORT, TOKEN, MODEL).open, out)) == 1
    assert out.getvalue().count("\n") == 1
    told = json.loads(out.getvalue())
    assert (told["target"], told["ok"], told["failed"]) == ("Work account", False, "token")
    assert [check["state"] for check in told["checks"]] == ["ok", "failed", "skipped"]
    assert told["checks"][1]["fix"] == "Make a new one."
