"""`workbench` with nothing after it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def started(environment: dict[str, str], code: str = "") -> subprocess.CompletedProcess[str]:
    """Where there is no desktop to show a box on."""
    environment = {name: value for name, value in environment.items() if name not in DISPLAYS[:2]}
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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing is left to the system")
def test_a_broken_library_of_its_own_is_installed_again(tmp_path: Path) -> None:
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text(
        "raise ImportError('/opt/it/_internal/libQt6Gui.so.6: file too short')", encoding="utf-8"
    )
    code = (
        "import sys; sys.frozen = True; sys._MEIPASS = '/opt/it/_internal'\n"
        "import workbench.cli; sys.exit(workbench.cli.main([]))"
    )
    done = started({**os.environ, "PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}, code)
    assert done.returncode == 1
    assert "Hint: install AI Workbench again" in done.stderr


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere every user has a folder")
def test_a_user_without_a_home_is_told_in_one_line() -> None:
    code = """
import os, sys, workbench.cli
os.environ.pop("HOME", None)
import pwd
def nobody(number):
    raise KeyError(number)
pwd.getpwuid = nobody
sys.exit(workbench.cli.main([]))
"""
    environment = {name: value for name, value in os.environ.items() if name != "WORKBENCH_HOME"}
    done = started({**environment, "QT_QPA_PLATFORM": "offscreen"}, code)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("workbench: Your home folder is not known.")
    assert done.stderr.count("\n") == 1


def test_what_nobody_expected_is_told_in_one_line_too() -> None:
    code = """
import sys, workbench.cli
from workbench.storage.paths import Paths
def broken():
    raise ValueError("a bug")
Paths.of_user = broken
sys.exit(workbench.cli.main([]))
"""
    done = started({**os.environ, "QT_QPA_PLATFORM": "offscreen"}, code)
    assert (done.returncode, done.stdout) == (1, "")
    assert "something unexpected went wrong (ValueError: a bug)" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="a program without a console has no streams there")
def test_nothing_else_gets_the_numbers_of_streams_that_were_closed(tmp_path: Path) -> None:
    """Or what is written to standard error lands in the middle of a file."""
    found = tmp_path / "found"
    code = f"""
import os, sys, workbench.cli
def run(given):
    handle = os.open({str(found)!r}, os.O_WRONLY | os.O_CREAT, 0o600)
    print("to nobody"), sys.stderr.write("to nobody")
    os.write(handle, str(handle > 2).encode())
    return 0
workbench.cli._run = run
sys.exit(workbench.cli.main(["chat"]))
"""
    done = subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", sys.executable, "-c", code], timeout=50, check=False
    )
    assert done.returncode == 0
    assert found.read_text(encoding="utf-8") == "True"
