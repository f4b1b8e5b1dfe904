"""services/gateway_process.py: how the program starts itself again, in a checkout and frozen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from workbench.services.gateway_process import own_command, own_environment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of a packaged program that has been started as `ai-workbench.exe`."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "ai-workbench.exe"))
    return tmp_path


def test_a_checkout_runs_its_module() -> None:
    assert own_command() == (sys.executable, "-m", "workbench")


def test_a_checkout_says_where_its_modules_are() -> None:
    assert own_environment({"A": "1"}) == {"A": "1", "PYTHONPATH": str(ROOT)}
    assert own_environment({"PYTHONPATH": "/more"})["PYTHONPATH"] == os.pathsep.join([str(ROOT), "/more"])


def test_a_frozen_program_runs_itself(frozen: Path) -> None:
    assert own_command() == (str(frozen / "ai-workbench.exe"),)


def test_a_frozen_window_runs_the_program_of_the_terminal_beside_it(frozen: Path) -> None:
    (frozen / "workbench.exe").touch()
    assert own_command() == (str(frozen / "workbench.exe"),)


def test_a_frozen_program_needs_no_way_to_its_modules(frozen: Path) -> None:
    assert own_environment({"A": "1"}) == {"A": "1"}
