"""Two real starts of the program: the second hands its files to the window that is there, and ends at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench.app import TRACE
from workbench.storage.paths import Paths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals end a process at once there")
ROUTE = {
    "name": "greeting",
    "elements": [
        {"id": "a", "type": "start", "outputs": {"next": {"elementId": "b"}}},
        {"id": "b", "type": "end", "outputs": {}},
    ],
}


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("h")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    prepared(folder)
    return folder


def prepared(home: Path) -> None:
    settings = {"version": 1, "gateway_autostart": False, "welcome_dismissed": True}
    Paths.under(home).make().settings_file.write_text(json.dumps(settings), encoding="utf-8")


def start(
    home: Path, *arguments: str, trace: int | None = None, cwd: Path | None = None
) -> subprocess.Popen[str]:
    environment = os.environ | {"WORKBENCH_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[1])}
    if trace is not None:
        environment[TRACE] = str(trace)
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", *arguments],
        env=environment,
        cwd=cwd,
        pass_fds=() if trace is None else (trace,),
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def window(home: Path, *arguments: str, until: str = "settled") -> Iterator[subprocess.Popen[str]]:
    """A window that has come so far; it is closed at the end."""
    reader, writer = os.pipe()
    child = start(home, *arguments, trace=writer)
    os.close(writer)
    try:
        with os.fdopen(reader) as marks:
            assert any(line.startswith(until) for line in marks)
            yield child
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)


def wait_for(home: Path, **settings: object) -> None:
    """Until the window has written these settings."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        kept = json.loads(Paths.under(home).settings_file.read_text(encoding="utf-8"))
        if settings.items() <= kept.items():
            return
        time.sleep(0.05)
    raise AssertionError(f"{settings} were not written, but {kept}")


def ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    _, said = child.communicate(timeout=40)
    return child.returncode, said


def test_a_second_start_opens_its_file_in_the_window_that_is_there(home: Path) -> None:
    file = home / "greeting.route.json"
    file.write_text(json.dumps(ROUTE), encoding="utf-8")
    with window(home) as first:
        assert ended(start(home, "greeting.route.json", cwd=home)) == (0, "")
        wait_for(home, last_tab="routes")
        assert ended(start(home, str(home / "nothing.json"))) == (0, "")
        assert ended(start(home, "--new-chat")) == (0, "")
        wait_for(home, last_tab="chat")
        assert first.poll() is None


def test_two_starts_at_once_make_one_window(home: Path) -> None:
    with window(home, until="painted") as first:
        assert ended(start(home)) == (0, "")
        assert first.poll() is None


def test_the_window_opens_what_it_is_started_with(home: Path) -> None:
    file = home / "greeting.route.json"
    file.write_text(json.dumps(ROUTE), encoding="utf-8")
    with window(home, str(file)):
        wait_for(home, last_tab="routes")


def test_another_folder_is_another_window_and_so_is_one_on_purpose(home: Path) -> None:
    other = home / "other"
    prepared(other)
    with (
        window(home) as first,
        window(home, "--new-window") as second,
        window(home, "--portable", str(other)),
    ):
        assert ended(start(other)) == (0, "")
        assert (first.poll(), second.poll()) == (None, None)


def test_a_killed_window_is_followed_by_a_new_one(home: Path) -> None:
    with window(home) as first:
        first.kill()
        first.wait(20)
        with window(home):
            assert ended(start(home)) == (0, "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a user has one display")
def test_a_window_that_its_user_cannot_see_is_not_handed_to(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    with window(home) as first:
        monkeypatch.setenv("DISPLAY", "localhost:10.0")
        with window(home) as second:
            assert (first.poll(), second.poll()) == (None, None)
