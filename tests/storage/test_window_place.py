"""The place of the window that others hand over to: one at a time, free when its holder is gone, told to its own user only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.storage.paths import Paths
from workbench.storage.window_place import WindowPlace

HOLDER = """
import sys
from pathlib import Path
from workbench.storage.paths import Paths
from workbench.storage.window_place import WindowPlace
place = WindowPlace(Paths.under(Path(sys.argv[1])))
print(place.take(), flush=True)
sys.stdin.read()
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets are pipes there, and have no file")


def place(folder: Path) -> WindowPlace:
    return WindowPlace(Paths.under(folder))


def test_one_has_it_until_it_leaves(tmp_path: Path) -> None:
    first, second = place(tmp_path), place(tmp_path)
    assert first.take()
    assert first.take()
    assert not second.take()
    assert place(tmp_path / "other").is_free()
    first.leave()
    assert second.take()
    second.leave()


def test_a_killed_window_leaves_it_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "True\n"
    mine = place(tmp_path)
    assert not mine.is_free()
    holder.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    holder.wait(20)
    holder.stdout.close()
    holder.stdin.close()
    assert mine.is_free()
    mine.leave()


@posix
def test_a_folder_where_nothing_can_be_written_counts_as_free(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    assert place(tmp_path).is_free()


@posix
def test_the_address_is_told_while_a_socket_is_there(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path = tmp_path_factory.mktemp("s")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    mine = place(tmp_path / "home")
    mine.take()
    address = mine.new_address()
    folder = Path(address).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert place(tmp_path / "other").new_address() != address
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        mine.tell(address)
        assert place(tmp_path / "home").address == address
        os.unlink(address)
        assert place(tmp_path / "home").address == ""
    mine.leave()
    assert place(tmp_path / "home").address == ""


@posix
@pytest.mark.parametrize("told", ["", "relative", "/etc/passwd", "/no/such/socket", "a\0b"])
def test_an_address_that_is_no_socket_of_ours_is_none(tmp_path: Path, told: str) -> None:
    mine = place(tmp_path)
    mine.take()
    mine.tell(told)
    assert mine.address == ""
    mine.leave()


@posix
def test_in_a_flatpak_it_is_where_another_start_of_it_can_reach(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path_factory.mktemp("r")
    run.chmod(0o700)
    shared = run / "app" / "a.b.c"
    shared.mkdir(mode=0o700, parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(run))
    monkeypatch.delenv("FLATPAK_ID", raising=False)
    assert Path(place(run).new_address()).parent == run
    monkeypatch.setenv("FLATPAK_ID", "a.b.c")
    assert Path(place(run).new_address()).parent == shared


@posix
def test_a_folder_that_others_may_enter_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = tmp_path / "run"
    open_to_all.mkdir(mode=0o755)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(open_to_all))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert Path(place(tmp_path).new_address()).parent != open_to_all
    (own,) = tmp_path.glob("ai-workbench-*")
    own.chmod(0o777)
    with pytest.raises(PermissionError):
        place(tmp_path).new_address()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a user has one display")
@pytest.mark.parametrize(
    ("there", "here", "seen"),
    [
        ({"DISPLAY": ":0"}, {"DISPLAY": ":0.0"}, True),
        ({"DISPLAY": ":0"}, {"DISPLAY": "localhost:10.0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, {"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, {"WAYLAND_DISPLAY": "wayland-1", "DISPLAY": ":1"}, False),
        ({}, {"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0"}, {}, True),
    ],
)
def test_a_window_on_another_display_is_out_of_sight(
    tmp_path: Path, there: dict[str, str], here: dict[str, str], seen: bool
) -> None:
    place = WindowPlace(Paths.under(tmp_path))
    assert place.take()
    place.tell("somewhere", there)
    assert place.is_in_sight(here) is seen
    place.leave()
    assert place.is_in_sight(here)
