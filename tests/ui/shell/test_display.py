"""No display, and no font: it is said in words, whatever Qt would do by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from workbench.ui.shell.display import has_letters, why_none

NO_X = "qt.qpa.xcb: could not connect to display :99"
NO_WAYLAND = "Failed to create wl_display (No such file or directory)"


@pytest.mark.parametrize(
    ("said", "environ", "what"),
    [
        ([NO_X], {"DISPLAY": ":99"}, "No display can be reached at DISPLAY=:99"),
        (
            [NO_WAYLAND, NO_X],
            {"DISPLAY": ":99", "WAYLAND_DISPLAY": "wayland-1"},
            "No display can be reached at WAYLAND_DISPLAY=wayland-1 or DISPLAY=:99",
        ),
        ([NO_X], {"QT_QPA_PLATFORM": "xcb"}, "There is no display"),
        (
            ['qt.qpa.plugin: Could not find the Qt platform plugin "moon" in ""'],
            {"QT_QPA_PLATFORM": "moon"},
            "Qt knows no platform “moon”",
        ),
    ],
)
def test_it_is_said_where_a_display_was_looked_for(
    said: list[str], environ: dict[str, str], what: str
) -> None:
    told, fix = why_none([*said, "This application failed to start"], environ)
    assert told == what
    assert fix


def test_what_is_missing_of_the_program_is_left_to_whoever_knows_how_to_get_it() -> None:
    what, fix = why_none(['Could not load the Qt platform plugin "xcb"', "It failed"], {"DISPLAY": ":0"})
    assert 'Could not load the Qt platform plugin "xcb"' in what
    assert fix == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize("platform", ["xcb", "moon"])
def test_the_process_ends_with_one_line_and_no_core_dump(platform: str, tmp_path: Path) -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    environ = {name: value for name, value in os.environ.items() if name not in hidden}
    environ |= {"QT_QPA_PLATFORM": platform, "WORKBENCH_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "workbench"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("workbench: ")
    assert "Hint: " in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_system_with_fonts_has_letters(qapp: QApplication) -> None:
    assert has_letters()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fontconfig is Linux's")
def test_a_system_without_fonts_has_none(tmp_path: Path) -> None:
    none = tmp_path / "fonts.conf"
    none.write_text(
        f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>", encoding="utf-8"
    )
    script = (
        "from workbench.app import application; from workbench.ui.shell.display import has_letters\n"
        "application(); print(has_letters())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"FONTCONFIG_FILE": str(none)},
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )
    assert done.stdout == "False\n"
