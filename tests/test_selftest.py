"""`workbench self-test`: it passes on the real window, and names the step when something is wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.domain.errors import WorkbenchError
from workbench.selftest import JOBS, Report, missing_modules, missing_resources
from workbench.ui.support.self_test import SelfTestFailed
from workbench.ui.tabs import TABS

CRIPPLED = """
    import sys
    from workbench import selftest
    from workbench.cli.edge import guarded
    from workbench.domain.errors import WorkbenchError

    async def broken(parts, page):
        raise WorkbenchError("The doctor is out.")

    selftest.JOBS = {**selftest.JOBS, "doctor": broken}
    sys.exit(guarded(lambda: selftest.run(as_json=True)))
"""


def test_every_tab_has_a_job_to_do() -> None:
    assert set(JOBS) == {tab.id for tab in TABS}


def test_nothing_is_missed_where_all_is_there() -> None:
    assert missing_modules() == []
    assert missing_resources() == []


def test_a_module_that_is_not_there_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httptools", None)
    assert any("httptools" in what for what in missing_modules())


def test_a_resource_that_is_not_there_is_missed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("workbench.domain.resources.resource", lambda name: tmp_path / name)
    assert missing_resources() == ["models.json", "icons", "routes", "stylesheet"]


def run(*command: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        env={**os.environ, "WORKBENCH_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.mark.timeout(120)
def test_the_real_window_passes_and_the_users_profile_is_not_touched(tmp_path: Path) -> None:
    done = run("-m", "workbench", "self-test", "--json", home=tmp_path)
    told = json.loads(done.stdout)
    assert told["failed"] is None
    assert {f"{tab.id} does its job" for tab in TABS} < {step["name"] for step in told["steps"]}
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(120)
def test_the_step_that_fails_is_named(tmp_path: Path) -> None:
    done = run("-c", textwrap.dedent(CRIPPLED), home=tmp_path)
    assert json.loads(done.stdout)["failed"] == "doctor does its job"
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "“doctor does its job”. The doctor is out." in done.stderr


HANGING = """
    import sys, threading
    from workbench import selftest
    selftest.HANGS_S = 1
    selftest.try_window = lambda folder, report: threading.Event().wait()
    sys.exit(selftest.run(as_json=True))
"""


def test_one_that_hangs_ends_and_says_where(tmp_path: Path) -> None:
    done = run("-c", textwrap.dedent(HANGING), home=tmp_path)
    assert done.returncode == 1
    assert "threading.py" in done.stderr


def test_steps_are_told_as_they_end_and_a_failure_ends_the_test(run_async: Run) -> None:
    report = Report(io.StringIO())

    async def steps() -> None:
        async with report.step("one"):
            pass
        async with report.step("two"):
            raise WorkbenchError("Broken.", why="It fell.", fix="Glue it.")

    with pytest.raises(WorkbenchError):
        run_async(steps())
    assert [(step.name, step.ok, step.what) for step in report.steps] == [
        ("one", True, ""),
        ("two", False, "Broken. It fell. Glue it."),
    ]
    assert report.failed is report.steps[1]
    assert isinstance(report.out, io.StringIO)
    assert report.out.getvalue().count("\n") == 2


def test_a_tab_that_knows_its_own_step_is_believed(run_async: Run) -> None:
    report = Report()

    async def steps() -> None:
        async with report.step("chat does its job"):
            raise SelfTestFailed("an answer begins", "nothing")

    with pytest.raises(SelfTestFailed):
        run_async(steps())
    assert report.failed is not None
    assert report.failed.name == "chat does its job: an answer begins"
