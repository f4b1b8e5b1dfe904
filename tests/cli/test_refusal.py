"""Why there is no window: on the terminal, and on a desktop where nobody sees a terminal."""

from __future__ import annotations

import pytest

from workbench.cli.refusal import box, refuse


def test_it_is_one_line_on_standard_error_with_what_to_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
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
