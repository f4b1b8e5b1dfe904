"""`workbench` with nothing after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def started(environment: dict[str, str], code: str = "") -> subprocess.CompletedProcess[str]:
    command = ["-c", code] if code else ["-m", "workbench"]
    return subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=50, check=False
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_it_says_so_in_one_line() -> None:
    done = started({name: value for name, value in os.environ.items() if name not in DISPLAYS})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("workbench: There is no display. Hint: ")
    assert done.stderr.count("\n") == 1


def test_a_library_that_does_not_load_is_named_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libEGL.so.1: cannot open it')", encoding="utf-8")
    done = started({**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert "libEGL.so.1" in done.stderr
    assert "Hint: ./dev run" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing is left to the system")
def test_an_installed_program_does_not_send_its_user_to_a_checkout(tmp_path: Path) -> None:
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libEGL.so.1: cannot open it')", encoding="utf-8")
    code = "import sys; sys.frozen = True; import workbench.cli; sys.exit(workbench.cli.main([]))"
    done = started({**os.environ, "PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}, code)
    assert done.returncode == 1
    assert "libEGL.so.1" in done.stderr
    assert "apt-get install" in done.stderr
    assert "./dev" not in done.stderr


def test_ctrl_c_before_the_command_has_begun_is_130() -> None:
    code = """
import sys, workbench.cli
def interrupted(given):
    raise KeyboardInterrupt
workbench.cli._run = interrupted
sys.exit(workbench.cli.main(["chat"]))
"""
    done = started(dict(os.environ), code)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
