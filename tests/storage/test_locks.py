from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from workbench.storage.locks import FileLock, LiveMark, is_alive, sweep


def test_a_lock_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    one, two = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.take()
    assert not two.take()
    assert not two.wait(0.02)
    one.release()
    assert two.wait(0.02)
    two.release()


def test_a_mark_lives_until_it_is_cleared(tmp_path: Path) -> None:
    mark = LiveMark(tmp_path / "marks", "me")
    mark.set()
    assert is_alive(tmp_path / "marks", "me")
    mark.clear()
    assert not is_alive(tmp_path / "marks", "me")
    assert not is_alive(tmp_path / "marks", "nobody")


def test_the_mark_of_a_killed_process_is_dead_and_swept_away(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, os; from workbench.storage.locks import LiveMark;"
        "LiveMark(pathlib.Path(sys.argv[1]), 'other').set(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=30)
    mine = LiveMark(tmp_path, "mine")
    mine.set()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "other"]
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert is_alive(tmp_path, "mine")
    mine.clear()


def test_a_new_mark_survives_those_who_sweep_meanwhile(tmp_path: Path) -> None:
    done = threading.Event()

    def keep_sweeping() -> None:
        while not done.is_set():
            sweep(tmp_path)

    sweeper = threading.Thread(target=keep_sweeping)
    sweeper.start()
    try:
        for number in range(100):
            mark = LiveMark(tmp_path, str(number))
            mark.set()
            assert is_alive(tmp_path, str(number))
            mark.clear()
    finally:
        done.set()
        sweeper.join()
