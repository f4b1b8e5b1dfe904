"""Why there is no window: on the terminal, and on a desktop where nobody sees a terminal."""

from __future__ import annotations

import sys

import pytest

from workbench.cli.refusal import box, refuse, tell


@pytest.fixture(autouse=True)
def no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants a box for each run of the tests."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_it_is_one_line_on_standard_error_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert refuse("It is not there\nat all", "look again") == 1
    assert capsys.readouterr().err == "workbench: It is not there at all. Hint: look again.\n"


@pytest.mark.parametrize("there", ["zenity", "kdialog", "xmessage", "notify-send"])
def test_a_desktop_shows_it_with_what_it_has(there: str) -> None:
    command = box("Why", {"DISPLAY": ":0"}, lambda name: f"/usr/bin/{name}" if name == there else None)
    assert command[0] == f"/usr/bin/{there}"
    assert any("Why" in part for part in command[1:])


def test_without_a_desktop_there_is_no_box() -> None:
    assert box("Why", {}, lambda name: name) == ()
    assert box("Why", {"WAYLAND_DISPLAY": "wayland-0"}, lambda name: None) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="a box would wait to be closed")
def test_where_nothing_can_be_shown_it_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    tell("It is not complete.")
