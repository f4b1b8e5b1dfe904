"""Playing and recording for real, on a sound server that plays into nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

ROOT = Path(__file__).parents[4]


@pytest.fixture
def server() -> Iterator[str]:
    if shutil.which("pulseaudio") is None:
        pytest.skip("pulseaudio is not installed")
    with TemporaryDirectory(prefix="sound-") as folder:
        socket = Path(folder) / "socket"
        command = [
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes",
            "-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            "-L", "module-null-sink sink_name=s norewinds=1",
            "-L", "module-remap-source master=s.monitor source_name=mic",
        ]  # fmt: skip
        environment = {**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder, "PULSE_RUNTIME_PATH": folder}
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as running:
            assert running.stderr is not None
            try:
                for _ in range(100):
                    if socket.exists() or running.poll() is not None:
                        break
                    subprocess.run(["sleep", "0.05"], check=True)
                if not socket.exists():
                    pytest.skip("pulseaudio does not start here")
                yield f"unix:{socket}"
            finally:
                running.terminate()


def test_it_plays_at_half_the_speed_and_records_what_is_heard(server: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.support.audio.sounding", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PULSE_SERVER": server},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["microphones"] == 1
    assert found["trouble"] == ""
    assert found["failures"] == []
    assert found["ended_at"] == pytest.approx(2.7)
    assert found["while_paused"] < 0.1
    assert found["looped"]
    assert found["pitch_kept"]
    assert found["loudest"] > -6
    assert found["levels"] > 5
    assert found["seconds"] > 1
