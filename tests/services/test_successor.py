"""An upgrade under an open window is noticed."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from tests.conftest import Run
from workbench.services.about import Build, build
from workbench.services.successor import Successor


def _install(file: Path, version: str, commit: str = "abc") -> None:
    file.write_text(json.dumps({"version": version, "commit": commit, "built_at": "2026-01-31T12:00:00Z"}))


def test_the_build_that_runs_is_no_successor_of_itself(run_async: Run, tmp_path: Path) -> None:
    file = tmp_path / "build.json"
    _install(file, "1.0")
    successor = Successor(partial(build, file, tmp_path))
    assert run_async(successor.look()) is None
    _install(file, "1.0")
    assert run_async(successor.look()) is None


def test_another_version_or_another_build_of_this_one_is(run_async: Run, tmp_path: Path) -> None:
    file = tmp_path / "build.json"
    _install(file, "1.0")
    successor = Successor(partial(build, file, tmp_path))
    _install(file, "1.1")
    assert run_async(successor.look()) == Build("1.1", "abc", "2026-01-31T12:00:00Z", True)
    _install(file, "1.0", "def")
    assert run_async(successor.look()) == Build("1.0", "def", "2026-01-31T12:00:00Z", True)
    assert successor.running.commit == "abc"


def test_while_the_package_is_removed_or_half_there_nothing_is_told(run_async: Run, tmp_path: Path) -> None:
    file = tmp_path / "build.json"
    _install(file, "1.0")
    successor = Successor(partial(build, file, tmp_path))
    file.write_text('{"version": "1.1", "comm')
    assert run_async(successor.look()) is None
    file.unlink()
    assert run_async(successor.look()) is None


def test_a_checkout_has_none_whatever_is_pulled(run_async: Run) -> None:
    builds = iter([Build("1.0", "abc", "", False), Build("1.1", "def", "", False)])
    assert run_async(Successor(lambda: next(builds)).look()) is None
